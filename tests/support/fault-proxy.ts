import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * `pass` forwards both ways; `silence` takes everything and forwards nothing; `swallow` forwards what
 * is asked and drops the answers; `hang-up` closes each new connection at once; `refuse` lets nobody in.
 */
export type Fault = "pass" | "silence" | "swallow" | "hang-up" | "refuse";

export interface FaultProxy {
  /** The same database, reached through the proxy over TCP. */
  readonly url: string;
  /** From now on, for the connections that are open too. */
  set(fault: Fault): Promise<void>;
  /** Each answer is this much later. */
  delay(milliseconds: number): void;
  /** Closes the connections that are open. */
  cut(): void;
  /** How many connections were ever made. */
  connections(): number;
}

/** Stands between a test and its database and misbehaves as it is told. */
export async function startFaultProxy(databaseUrl: string): Promise<FaultProxy> {
  const target = new URL(databaseUrl);
  const socketFolder = target.searchParams.get("host");
  const port = target.port === "" ? 5432 : Number(target.port);
  const pairs = new Set<readonly [Socket, Socket]>();
  let fault: Fault = "pass";
  let delayMs = 0;
  let connections = 0;

  const server = createServer((near) => {
    connections += 1;
    near.on("error", () => {});
    if (fault === "hang-up") return void near.resume().end();
    const far =
      socketFolder === null
        ? connect({ host: target.hostname, port })
        : connect({ path: join(socketFolder, `.s.PGSQL.${port}`) });
    far.on("error", () => near.destroy());
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on("data", (bytes) => {
      if (fault !== "silence") far.write(bytes);
    });
    far.on("data", (bytes) => {
      if (fault === "silence" || fault === "swallow") return;
      if (delayMs === 0) near.write(bytes);
      else setTimeout(() => near.write(bytes), delayMs);
    });
    near.on("close", () => {
      far.destroy();
      pairs.delete(pair);
    });
    far.on("close", () => near.end());
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  await listen(0);
  const { port: ownPort } = server.address() as AddressInfo;
  onTestFinished(async () => {
    cut();
    if (server.listening) await close();
  });
  const url = new URL(databaseUrl);
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String(ownPort);

  return {
    url: url.toString(),
    async set(next) {
      if (next === "refuse" && server.listening) {
        const closed = close();
        cut();
        await closed;
      } else if (next !== "refuse" && !server.listening) {
        await listen(ownPort);
      }
      fault = next;
    },
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    cut,
    connections: () => connections,
  };
}
