import type { IncomingMessage } from "node:http";
import { Problem } from "../core/problem.ts";
import type { HttpContext } from "./endpoint.ts";

/** Called with each chunk; an error that it returns ends the reading. */
type Weigh = (chunkBytes: number, allBytes: number) => Problem | null;

/** The bytes of the request's body. Throws what `weigh` answers, or `Problem` invalid_json when the body ends early. */
export async function readSent(context: HttpContext, weigh: Weigh): Promise<Buffer> {
  const incoming = context.env?.incoming;
  return incoming === undefined ? readStream(context.req.raw.body, weigh) : readIncoming(incoming, weigh);
}

/** Straight from the socket's stream, which costs a fraction of a web stream. */
function readIncoming(incoming: IncomingMessage, weigh: Weigh): Promise<Buffer> {
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
      const refusal = weigh(chunk.length, length);
      if (refusal === null) return;
      chunks.length = 0;
      settle(() => reject(refusal));
      incoming.on("error", () => {}).resume();
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)));
    const onLost = () => settle(() => reject(cutOff()));
    if (incoming.destroyed) reject(cutOff());
    else incoming.on("data", onData).on("end", onEnd).on("error", onLost).on("close", onLost);
  });
}

async function readStream(body: ReadableStream<Uint8Array> | null, weigh: Weigh): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      const refusal = weigh(next.value.length, length);
      if (refusal !== null) throw refusal;
      chunks.push(next.value);
    }
  } catch (cause) {
    await reader.cancel().catch(() => {});
    throw cause instanceof Problem ? cause : cutOff();
  }
  return Buffer.concat(chunks, length);
}

function cutOff(): Problem {
  return new Problem("invalid_json", 400, "The body ended early.", { next: "Send the request again." });
}
