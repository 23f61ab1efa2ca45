import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ApiParts } from "../../src/api/api.ts";
import { mostConnections, openFilesLimit } from "../../src/api/connections.ts";
import { serve, type ServeParts } from "../../src/api/server.ts";
import type { Verdict } from "../../src/events/verdict.ts";
import { ADMIN_KEY, createRig, NO_DATABASE } from "./support.ts";

const EVENT = '{"events":[{"type":"signup","user_id":"u1"}]}';
const WHOLE = `POST /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nContent-Length: ${EVENT.length}\r\n\r\n${EVENT}`;

async function start(more: Partial<ServeParts> = {}, parts: Partial<ApiParts> = {}) {
  const { api, log } = createRig(NO_DATABASE, parts);
  const fetch: ServeParts["fetch"] = (request, env) => api.fetch(request, env);
  const server = await serve({ fetch, host: "127.0.0.1", port: 0, log, ...more });
  onTestFinished(async () => void (await server.close(0)));
  return server.port;
}

/** A connection that never closes its own side. */
async function dial(port: number, first = "") {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const line = { socket, said: "" };
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {}).on("data", (bytes) => (line.said += bytes.toString()));
  await once(socket, "connect");
  if (first !== "") socket.write(first);
  return line;
}

/** The other side is gone when writing to it fails. */
const isGone = (socket: Socket) => () => {
  if (!socket.destroyed) socket.write("x");
  return socket.destroyed;
};
const SOON = { timeout: 5_000, interval: 20 };

const ask = async (port: number) => (await fetch(`http://127.0.0.1:${port}/healthz`)).status;

describe("a connection whose sender does not close it", () => {
  const limits = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 };

  it.each([
    ["says nothing", "", limits, "408"],
    ["never ends its headers", "GET / HTTP/1.1\r\nHost: x\r\nX-", limits, "408"],
    ["is not HTTP", "NONSENSE\r\n\r\n", {}, "400"],
    ["has too many headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, {}, "431"],
    [
      "has announced too much",
      `POST /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nContent-Length: 90000000\r\n\r\n{`,
      {},
      "413",
    ],
    ["has no key for its body", "POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{", {}, "401"],
    ["sends a body nobody asked for", "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{", {}, "200"],
  ] as const)("is closed soon after it %s and was answered", async (_, bytes, some, status) => {
    const line = await dial(await start({ limits: some }), bytes);
    await expect.poll(() => line.said, SOON).toContain(`HTTP/1.1 ${status}`);
    await expect.poll(isGone(line.socket), SOON).toBe(true);
  });
});

describe("when there is room for no more connections", () => {
  const silent = (port: number, count: number) => Promise.all(Array.from({ length: count }, () => dial(port)));

  it("those that say nothing give way to those that ask", async () => {
    const port = await start({ connections: 8 });
    const lines = await silent(port, 40);
    for (let n = 0; n < 20; n += 1) expect(await ask(port)).toBe(200);
    await expect.poll(() => lines.filter(({ socket }) => isGone(socket)()).length, SOON).toBeGreaterThanOrEqual(32);
  });

  it("those that rest between two requests give way", async () => {
    const port = await start({ connections: 8 });
    const resting = await Promise.all(
      Array.from({ length: 8 }, () => dial(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")),
    );
    for (const line of resting) await expect.poll(() => line.said, SOON).toContain("200");
    expect(await ask(port)).toBe(200);
  });

  it("those whose body does not arrive give way", async () => {
    const port = await start({ connections: 8 });
    const head = WHOLE.slice(0, -5);
    await Promise.all(Array.from({ length: 20 }, () => dial(port, head)));
    expect(await ask(port)).toBe(200);
  });

  it("nobody who waits for an answer is cut off", async () => {
    const answers: (() => void)[] = [];
    const accept = () =>
      new Promise<Verdict[]>((resolve) => void answers.push(() => resolve([{ verdict: "accepted" }])));
    const port = await start({ connections: 8 }, { intake: { accept, stop: async () => {} } });
    const working = await Promise.all(Array.from({ length: 8 }, () => dial(port, WHOLE)));
    await expect.poll(() => answers.length, SOON).toBe(8);
    const refused = await silent(port, 20);
    await expect.poll(() => refused.every(({ socket }) => isGone(socket)()), SOON).toBe(true);
    for (const answer of answers) answer();
    for (const line of working) await expect.poll(() => line.said, SOON).toContain('{"accepted":1');
  });
});

describe("the number of connections", () => {
  it.each([
    [512, 384],
    [1_024, 896],
    [1_048_576, 10_000],
    [100, 16],
    [null, 10_000],
  ])("of a process that may open %s files is %i", (files, connections) => {
    expect(mostConnections(files)).toBe(connections);
  });

  it.runIf(process.platform === "linux")("follows the limit of this process", () => {
    expect(openFilesLimit()).toBeGreaterThan(100);
  });
});
