import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { serve } from "../../src/api/server.ts";
import { createClient, type Client, type ClientOptions } from "../../src/client/client.ts";
import { createIntake } from "../../src/events/intake.ts";
import { clockAt, createRig, recordingLog } from "../api/support.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

export const NOW = "2026-11-20T09:00:00Z";
export const nowMs = (): number => Date.parse(NOW);
const workspace = { timeZone: "UTC", currency: "USD", activationDays: 7 };

export interface Bellwether {
  readonly url: string;
  /** Of scope `ingest`. */
  readonly key: string;
  readonly db: TestDatabase;
}

/** The real API over the real intake, on a port of this machine. */
export async function startBellwether(): Promise<Bellwether> {
  const db = await createTestDatabase();
  const clock = clockAt(NOW);
  const log = recordingLog();
  const intake = createIntake({ db, clock, workspace, log });
  onTestFinished(() => intake.stop());
  const { api, access } = createRig(db, { intake, clock, workspace });
  const server = await serve({ fetch: api.fetch, host: "127.0.0.1", port: 0, log });
  onTestFinished(async () => void (await server.close(0)));
  const { key } = await access.create({ scope: "ingest", requestsPerSecond: 100_000 });
  return { url: `http://127.0.0.1:${server.port}`, key, db };
}

export interface Lines {
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly said: { readonly level: "info" | "warn"; readonly line: string }[];
}

export function recordedLines(): Lines {
  const said: { level: "info" | "warn"; line: string }[] = [];
  return {
    said,
    info: (line) => void said.push({ level: "info", line }),
    warn: (line) => void said.push({ level: "warn", line }),
  };
}

/** Impatient, with its time in the year of the test database. */
export function openClient(to: { readonly url: string; readonly key: string }, options: Partial<ClientOptions> = {}) {
  const lines = recordedLines();
  const client = createClient({
    url: to.url,
    key: to.key,
    nowMs,
    log: lines,
    waitMs: 5,
    firstRetryMs: 1,
    longestRetryMs: 4,
    ...options,
  });
  onTestFinished(() => client.close(0));
  return { client, lines };
}

/** What a server does with one request: `lose` takes the events in and drops the answer. */
export type Trick =
  | "pass"
  | "hang"
  | "slow"
  | "lose"
  | "cut"
  | "garbage"
  | "unavailable"
  | "too_many"
  | "broken"
  | "refuse"
  | "elsewhere";

export interface UnrulyServer {
  readonly url: string;
  /** What is done with the next requests; the last trick goes on for ever. */
  play(...tricks: readonly Trick[]): void;
  /** Each body that arrived, unpacked. */
  readonly bodies: string[];
  readonly heads: IncomingMessage["headers"][];
  readonly arrivedAtMs: number[];
  /** Nobody listens from now on. */
  leave(): Promise<void>;
}

/** Stands before a real Bellwether, or before nothing, and misbehaves as it is told. */
export async function startUnrulyServer(behind?: Bellwether): Promise<UnrulyServer> {
  let queue: readonly Trick[] = ["pass"];
  const bodies: string[] = [];
  const heads: IncomingMessage["headers"][] = [];
  const arrivedAtMs: number[] = [];
  const server = createServer((incoming, outgoing) => {
    arrivedAtMs.push(performance.now());
    heads.push(incoming.headers);
    const trick = queue[0] ?? "pass";
    if (queue.length > 1) queue = queue.slice(1);
    void bodyOf(incoming).then(
      (bytes) => {
        const body = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");
        bodies.push(body);
        return act(trick, { incoming, outgoing, bytes, body }, behind);
      },
      () => {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const leave = () => closed(server);
  onTestFinished(leave);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, play: (...tricks) => (queue = tricks), bodies, heads, arrivedAtMs, leave };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly bytes: Buffer;
  readonly body: string;
}

async function act(trick: Trick, exchange: Exchange, behind: Bellwether | undefined): Promise<void> {
  const { incoming, outgoing } = exchange;
  switch (trick) {
    case "pass":
    case "slow":
    case "lose":
    case "cut": {
      const { status, text } = await passOn(exchange, behind);
      if (trick === "lose") return void incoming.socket.destroy();
      if (trick === "cut") {
        outgoing.writeHead(status, { "content-length": text.length });
        return void outgoing.write(text.slice(0, 5), () => incoming.socket.destroy());
      }
      if (trick === "slow") await new Promise((resolve) => setTimeout(resolve, 30));
      return void outgoing.writeHead(status).end(text);
    }
    case "hang":
      return;
    case "garbage":
      return void outgoing.writeHead(200).end("<html>Welcome</html>");
    case "unavailable":
      return void outgoing.writeHead(503, { "retry-after": "1" }).end('{"code":"database_unavailable"}');
    case "too_many":
      return void outgoing.writeHead(429).end('{"code":"rate_limited"}');
    case "broken":
      return void outgoing.writeHead(500).end("no JSON");
    case "refuse":
      return void outgoing.writeHead(401).end('{"code":"invalid_key"}');
    case "elsewhere":
      return void outgoing.writeHead(301, { location: "https://example.com/" }).end();
  }
}

async function passOn({ incoming, bytes, body }: Exchange, behind: Bellwether | undefined) {
  if (behind === undefined) {
    const { events } = JSON.parse(body) as { events: unknown[] };
    return { status: 200, text: JSON.stringify({ accepted: events.length, duplicates: 0, rejected: [] }) };
  }
  const response = await fetch(`${behind.url}/api/events`, {
    method: "POST",
    headers: { authorization: incoming.headers.authorization ?? "" },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, text: await response.text() };
}

/** Every number but `retries` and `recorded`. */
export function sumOf({ accepted, duplicates, rejected, dropped, waiting }: ReturnType<Client["stats"]>): number {
  return accepted + duplicates + rejected + dropped + waiting;
}
