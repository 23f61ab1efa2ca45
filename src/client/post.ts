import { Agent, request as plainRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Answer } from "./outcome.ts";

export interface PostParts {
  /** Where Bellwether is, with the path it is mounted at. */
  readonly base: URL;
  readonly key: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  readonly gzipFromBytes: number;
}

export interface Post {
  /** Rejects when nobody can tell whether the body arrived. */
  send(body: string): Promise<Answer>;
  /** Breaks off what is under way. */
  close(): void;
}

const ANSWER_BYTES = 1024 * 1024;
const pack = promisify(gzip);

/** Sends one body at a time over one connection. Nothing of it keeps the process alive. */
export function createPost({ base, key, timeoutMs, gzipFromBytes }: PostParts): Post {
  const secure = base.protocol === "https:";
  const agent = secure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const address = new URL(`${withoutSlashes(base.pathname)}/api/events`, base);
  const start = secure ? secureRequest : plainRequest;
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "user-agent": "bellwether-client",
  };
  let current: ClientRequest | null = null;
  let closed = false;

  function exchange(bytes: Uint8Array, packed: boolean): Promise<Answer> {
    if (closed) return Promise.reject(new Error("closed"));
    return new Promise((resolve, reject) => {
      const outgoing = start(address, {
        method: "POST",
        agent,
        headers: {
          ...headers,
          "content-length": bytes.byteLength,
          ...(packed ? { "content-encoding": "gzip" } : {}),
        },
      });
      current = outgoing;
      const timer = setTimeout(() => outgoing.destroy(new Error("no answer in time")), timeoutMs).unref();
      const end = (act: () => void) => {
        clearTimeout(timer);
        if (current === outgoing) current = null;
        act();
      };
      const fail = (failure: Error) => end(() => reject(failure));
      let answered = false;
      outgoing.on("socket", (socket) => void socket.unref());
      outgoing.on("error", fail);
      outgoing.on("response", (incoming) => {
        answered = true;
        readAnswer(incoming, (answer) => end(() => resolve(answer)), fail);
      });
      outgoing.on("close", () => {
        if (!answered) fail(new Error("the connection was closed"));
      });
      outgoing.end(bytes);
    });
  }

  return {
    async send(body) {
      const bytes = Buffer.from(body);
      if (bytes.byteLength < gzipFromBytes) return await exchange(bytes, false);
      return await exchange(await pack(bytes, { level: constants.Z_BEST_SPEED }), true);
    },
    close() {
      closed = true;
      current?.destroy(new Error("closed"));
      agent.destroy();
    },
  };
}

function readAnswer(incoming: IncomingMessage, done: (answer: Answer) => void, fail: (failure: Error) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.byteLength;
    if (length <= ANSWER_BYTES) chunks.push(chunk);
    else incoming.destroy(new Error("the answer is too long"));
  });
  incoming.on("end", () =>
    done({
      status: incoming.statusCode ?? 0,
      retryAfter: incoming.headers["retry-after"],
      body: Buffer.concat(chunks).toString("utf8"),
    }),
  );
  incoming.on("error", fail);
  incoming.on("close", () => fail(new Error("the answer was cut off")));
}

/** What went wrong, in words that hold no key and no data. */
export function wordsFor(failure: unknown): string {
  if (!(failure instanceof Error)) return "no connection";
  if ("code" in failure && typeof failure.code === "string" && /^[A-Z_]{1,40}$/.test(failure.code)) return failure.code;
  return failure instanceof AggregateError ? "no connection" : failure.message.slice(0, 100);
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === "/") end -= 1;
  return path.slice(0, end);
}
