import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createReadiness } from "../../src/api/readiness.ts";
import { serve, type ServeParts } from "../../src/api/server.ts";
import type { ApiParts } from "../../src/api/api.ts";
import { ADMIN_KEY, bearer, createRig, NO_DATABASE, obedientIntake } from "./support.ts";

const EVENT = '{"events":[{"type":"signup","user_id":"u1"}]}';

async function start(parts: Partial<ApiParts> = {}, limits: ServeParts["limits"] = {}) {
  const { api, log } = createRig(NO_DATABASE, parts);
  const server = await serve({
    fetch: (request, env) => api.fetch(request, env),
    host: "127.0.0.1",
    port: 0,
    log,
    limits,
  });
  onTestFinished(async () => void (await server.close(0)));
  return { server, log, url: `http://127.0.0.1:${server.port}` };
}

/** A connection on which bytes are written by hand; `said` grows as answers arrive. */
async function dial(port: number) {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  const line = { socket, said: "", closed: closedBy(socket), until: (pattern: RegExp) => heard(line, pattern) };
  socket.on("error", () => {});
  socket.on("data", (bytes) => (line.said += bytes.toString()));
  return line;
}

/** All that was said once `pattern` is in it, or the connection has closed. */
function heard(line: { readonly socket: Socket; said: string }, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    const listen = () => {
      if (!pattern.test(line.said) && !line.socket.destroyed) return;
      line.socket.off("data", listen).off("close", listen);
      resolve(line.said);
    };
    line.socket.on("data", listen).on("close", listen);
    listen();
  });
}

function closedBy(socket: Socket): Promise<true> {
  return new Promise((resolve) => void socket.once("close", () => resolve(true)));
}

function requestHead(extra: string): string {
  return `POST /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_KEY}\r\n${extra}\r\n\r\n`;
}

/** An intake whose answers wait until they are let go. */
function patientIntake() {
  let letGo = (): void => {};
  let arrived = (): void => {};
  const open = new Promise<void>((resolve) => (letGo = resolve));
  const waiting = new Promise<void>((resolve) => (arrived = resolve));
  const intake = {
    async accept() {
      arrived();
      await open;
      return [{ verdict: "accepted" } as const];
    },
    stop: () => Promise.resolve(),
  };
  return { intake, waiting, letGo };
}

describe("bodies over a socket", () => {
  it("arrive in any pieces", async () => {
    const intake = obedientIntake();
    const { server } = await start({ intake });
    const line = await dial(server.port);
    line.socket.write(requestHead("Transfer-Encoding: chunked"));
    for (const letter of EVENT) line.socket.write(`1\r\n${letter}\r\n`);
    line.socket.write("0\r\n\r\n");
    expect(await line.until(/\}$/)).toContain('{"accepted":1,"duplicates":0,"rejected":[],"warnings":[]}');
    expect(intake.events).toHaveLength(1);
  });

  it("of 60 MB are refused with 413 that the sender can read, announced or chunked", async () => {
    const { url } = await start();
    const bytes = new Uint8Array(60 * 1024 * 1024).fill(0x20);
    const chunked = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.subarray(at, at + 65_536));
        controller.close();
      },
    });
    for (const body of [bytes, chunked]) {
      const response = await fetch(`${url}/api/events`, {
        method: "POST",
        headers: bearer(ADMIN_KEY),
        body,
        duplex: "half",
      } as RequestInit);
      expect([response.status, await response.json()]).toMatchObject([413, { code: "too_large" }]);
    }
  });

  it("that lie about their length are refused, and nothing reaches the intake", async () => {
    const intake = obedientIntake();
    const { server } = await start({ intake });
    const line = await dial(server.port);
    line.socket.write(`${requestHead("Content-Length: 10")}${EVENT}`);
    expect(await line.until(/\}$/)).toContain("HTTP/1.1 400");
    const two = await dial(server.port);
    two.socket.write(requestHead("Content-Length: 10\r\nTransfer-Encoding: chunked"));
    expect(await two.until(/\}$/)).toContain("HTTP/1.1 400");
    expect(intake.origins).toHaveLength(0);
  });

  it("that stop arriving end the request, not the server", async () => {
    const intake = obedientIntake();
    const { server, url } = await start(
      { intake },
      { requestTimeout: 200, headersTimeout: 100, connectionsCheckingInterval: 50 },
    );
    const slow = await dial(server.port);
    slow.socket.write(`${requestHead("Content-Length: 1000")}{"events"`);
    expect(await slow.closed).toBe(true);
    const dribbling = await dial(server.port);
    dribbling.socket.write("POST /api/events HTTP/1.1\r\nHost: x\r\nX-");
    expect(await dribbling.until(/\}$/)).toMatch(/HTTP\/1\.1 408 .*request_timeout/s);
    // With limits this short a busy machine is too slow now and then.
    await expect.poll(async () => (await fetch(`${url}/healthz`)).status).toBe(200);
    expect(intake.origins).toHaveLength(0);
  });

  it("that are cut off are not handed on, and the handler ends", async () => {
    const intake = obedientIntake();
    const { server, log } = await start({ intake });
    const line = await dial(server.port);
    line.socket.write(`${requestHead("Content-Length: 1000")}{"events"`, () => line.socket.resetAndDestroy());
    await line.closed;
    await expect.poll(() => log.lines.map(({ fields }) => fields["status"])).toContain(400);
    expect(intake.origins).toHaveLength(0);
  });

  it("of a whole request whose sender has gone are handed on once", async () => {
    const { intake, waiting, letGo } = patientIntake();
    const { server, log } = await start({ intake });
    const line = await dial(server.port);
    line.socket.write(`${requestHead(`Content-Length: ${EVENT.length}`)}${EVENT}`);
    await waiting;
    line.socket.destroy();
    await line.closed;
    letGo();
    await expect.poll(() => log.lines.map(({ fields }) => fields["status"])).toContain(200);
  });
});

describe("what is not a proper request", () => {
  it.each([
    ["nonsense", "NONSENSE\r\n\r\n", 400, "invalid_request"],
    ["no host", "GET /healthz HTTP/1.1\r\n\r\n", 400, ""],
    ["a host with spaces", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "invalid_request"],
    ["a backslash", "GET /\\evil HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "invalid_request"],
    [
      "headers of 100 KB",
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`,
      431,
      "headers_too_large",
    ],
  ])("(%s) is refused in kind", async (_, bytes, status, code) => {
    const { server } = await start();
    const line = await dial(server.port);
    line.socket.write(bytes);
    const said = await line.until(/\r\n\r\n.*(\}|0\r\n\r\n)?$/s);
    expect(said).toContain(`HTTP/1.1 ${status}`);
    expect(said).toContain(code);
    expect(said).not.toMatch(/node_modules|at /);
  });
});

describe("connections", () => {
  it("are kept alive, so that many requests use one", async () => {
    const { server } = await start();
    const line = await dial(server.port);
    for (let n = 1; n <= 50; n += 1) {
      line.socket.write(`${requestHead(`Content-Length: ${EVENT.length}`)}${EVENT}`);
      await line.until(/\}$/);
      expect(line.said).toContain("HTTP/1.1 200");
      line.said = "";
    }
    expect(line.socket.destroyed).toBe(false);
  });

  it("are answered in order when requests are sent at once", async () => {
    const { server } = await start();
    const line = await dial(server.port);
    line.socket.write(
      "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    const said = await line.until(/alive[^]*not_found[^]*ready/);
    expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  });
});

describe("closing", () => {
  it("finishes what is under way, closes idle connections and takes no new ones", async () => {
    const { intake, waiting, letGo } = patientIntake();
    const { server, url } = await start({ intake });
    const idle = await dial(server.port);
    idle.socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    await idle.until(/alive/);
    const busy = fetch(`${url}/api/events`, { method: "POST", headers: bearer(ADMIN_KEY), body: EVENT });
    await waiting;
    const closed = server.close(10_000);
    expect(await idle.closed).toBe(true);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    letGo();
    expect((await busy).status).toBe(200);
    expect(await closed).toBe(0);
  });

  it("cuts off after the deadline what would not end, and says how many", async () => {
    const { intake, waiting } = patientIntake();
    const { server, url } = await start({ intake });
    const hanging = fetch(`${url}/api/events`, { method: "POST", headers: bearer(ADMIN_KEY), body: EVENT });
    const failed = expect(hanging).rejects.toThrow();
    await waiting;
    expect(await server.close(50)).toBe(1);
    await failed;
  });
});

describe("starting", () => {
  it("on a port in use says so in one sentence and what to do", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", () => resolve()));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const { api, log } = createRig(NO_DATABASE);
    await expect(
      serve({ fetch: (request, env) => api.fetch(request, env), host: "127.0.0.1", port, log }),
    ).rejects.toMatchObject({
      name: "Problem",
      code: "cannot_listen",
      detail: `Port ${port} is in use.`,
      next: "Set PORT to another, or stop the program that uses it.",
    });
  });

  it("on an address of another machine says so", async () => {
    const { api, log } = createRig(NO_DATABASE);
    const fetch = (request: Request, env: object) => api.fetch(request, env);
    await expect(serve({ fetch, host: "192.0.2.1", port: 0, log })).rejects.toMatchObject({
      code: "cannot_listen",
      detail: "192.0.2.1 is no address of this machine.",
    });
  });
});

describe("/readyz", () => {
  it("is 200 while the database answers, 503 when it does not, hangs, or the process stops; /healthz is 200 throughout", async () => {
    let ping: () => Promise<unknown> = () => Promise.resolve();
    const readiness = createReadiness({ ping: () => ping(), deadlineMs: 20 });
    const { api } = createRig(NO_DATABASE, { readiness });
    const ask = async () => {
      const response = await api.request("/readyz");
      expect((await api.request("/healthz")).status).toBe(200);
      return [response.status, await response.json()];
    };
    expect(await ask()).toEqual([200, { status: "ready" }]);
    ping = () => Promise.reject(new Error("gone"));
    expect(await ask()).toEqual([503, { status: "not_ready", reason: "the database does not answer" }]);
    let answer: (() => void) | undefined;
    ping = () => new Promise<void>((resolve) => (answer = resolve));
    expect(await ask()).toEqual([503, { status: "not_ready", reason: "the database does not answer" }]);
    answer?.();
    ping = () => Promise.resolve();
    expect(await ask()).toEqual([200, { status: "ready" }]);
    readiness.stopping();
    expect(await ask()).toEqual([503, { status: "not_ready", reason: "stopping" }]);
  });
});

describe("requests that are hardly HTTP", () => {
  it.each([
    ["without a Host header", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", "400", "invalid_request"],
    [
      "with a Host that is none",
      "GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
      "400",
      "invalid_request",
    ],
    ["with an unknown method", "FOO / HTTP/1.1\r\nHost: a\r\n\r\n", "400", "invalid_request"],
    [
      "with an expectation of their own",
      "GET /none HTTP/1.1\r\nHost: a\r\nExpect: more\r\nConnection: close\r\n\r\n",
      "404",
      "not_found",
    ],
  ])("%s are answered with a problem", async (_, request, status, code) => {
    const { server } = await start();
    const line = await dial(server.port);
    line.socket.write(request);
    await line.closed;
    expect(line.said).toContain(`HTTP/1.1 ${status} `);
    expect(line.said.toLowerCase()).toContain("content-type: application/problem+json");
    expect(line.said).toContain(`"code":"${code}"`);
  });
});
