import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Problem } from "../core/problem.ts";
import type { HttpContext } from "./endpoint.ts";

/** Room for 1,000 events with full metadata. Counted as the bytes come in, and again when unpacked. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

const unpack = promisify(gunzip);

/** The JSON value of the request's body, gzipped or not. Its type is judged by the bytes: headers are often wrong. */
export async function readJson(context: HttpContext): Promise<unknown> {
  const announced = Number(context.req.header("content-length") ?? 0);
  if (announced > BODY_LIMIT_BYTES) throw tooLarge();
  const incoming = context.env?.incoming;
  const sent = incoming === undefined ? await readStream(context.req.raw.body) : await readIncoming(incoming);
  const isGzip = sent[0] === 0x1f && sent[1] === 0x8b;
  return parse(isGzip ? await unpacked(sent) : sent);
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) throw invalidJson("The body is empty.");
  if (!isUtf8(bytes)) throw invalidJson("The body is not UTF-8.");
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw invalidJson("The body is not valid JSON.");
  }
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  try {
    return await unpack(bytes, { maxOutputLength: BODY_LIMIT_BYTES });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw invalidJson("The body begins like gzip but cannot be unpacked.");
  }
}

/** Straight from the socket's stream, which costs a fraction of a web stream. */
function readIncoming(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (act: () => void) => {
      incoming.off("data", onData).off("end", onEnd).off("error", onLost).off("close", onLost);
      act();
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > BODY_LIMIT_BYTES) {
        settle(() => reject(tooLarge()));
        incoming.on("error", () => {}).resume();
      }
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)));
    const onLost = () => settle(() => reject(cutOff()));
    if (incoming.destroyed) reject(cutOff());
    else incoming.on("data", onData).on("end", onEnd).on("error", onLost).on("close", onLost);
  });
}

async function readStream(body: ReadableStream<Uint8Array> | null): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > BODY_LIMIT_BYTES) throw tooLarge();
      chunks.push(next.value);
    }
  } catch (cause) {
    await reader.cancel().catch(() => {});
    throw cause instanceof Problem ? cause : cutOff();
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(): Problem {
  return new Problem("too_large", 413, `The body is larger than ${BODY_LIMIT_BYTES / 1024 / 1024} MB.`, {
    next: "Send fewer events in one request.",
  });
}

function invalidJson(detail: string): Problem {
  return new Problem("invalid_json", 400, detail, { next: "Send UTF-8 JSON, as it is or gzipped." });
}

function cutOff(): Problem {
  return new Problem("invalid_json", 400, "The body ended early.", { next: "Send the request again." });
}
