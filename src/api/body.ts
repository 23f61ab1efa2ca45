import { isUtf8 } from "node:buffer";
import { createByteBudget, type HeldBytes } from "../core/byte-budget.ts";
import { excessOf, type StructureLimits } from "../core/json-structure.ts";
import { Problem } from "../core/problem.ts";
import { createTurns } from "../core/turns.ts";
import type { HttpContext } from "./endpoint.ts";
import { readSent } from "./sent-bytes.ts";
import { createUnpacker } from "./unpacking.ts";

/** Room for 1,000 events with full metadata. Counted as the bytes come in, and again when unpacked. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

export interface BodyLimits {
  /** Of all requests together, from the first byte until the answer; beyond it senders are told to come again. */
  readonly bytesInFlight: number;
  readonly structure: StructureLimits;
}

/** A thousand events with 120 fields each have as many parts. */
const LIMITS: BodyLimits = { bytesInFlight: 48 * 1024 * 1024, structure: { parts: 250_000, names: 10_000 } };
/** From this size on a body waits until no other large one is being parsed. */
const LARGE_BYTES = 16 * 1024;

export interface Bodies {
  /**
   * Hands the JSON value of the request's body, gzipped or not, to `use`. Its type is judged by the bytes: headers are often
   * wrong. Every limit is looked at before the work that it bounds. Throws `Problem` too_large, invalid_json or busy.
   */
  withJson<T>(context: HttpContext, use: (json: unknown) => Promise<T>): Promise<T>;
}

export function createBodies(limits: Partial<BodyLimits> = {}): Bodies {
  const { bytesInFlight, structure } = { ...LIMITS, ...limits };
  const budget = createByteBudget(bytesInFlight);
  const turns = createTurns();
  const unpack = createUnpacker(BODY_LIMIT_BYTES);

  async function bytesOf(context: HttpContext, held: HeldBytes): Promise<Buffer> {
    const announced = Number(context.req.header("content-length") ?? 0);
    if (announced > BODY_LIMIT_BYTES) throw tooLarge();
    if (!budget.hasRoomFor(announced)) throw busy();
    const sent = await readSent(context, (chunkBytes, allBytes) => {
      if (allBytes > BODY_LIMIT_BYTES) return tooLarge();
      return held.add(chunkBytes) ? null : busy();
    });
    const isGzip = sent[0] === 0x1f && sent[1] === 0x8b;
    if (!isGzip) return sent;
    const whole = await unpack(sent);
    if (!held.add(whole.length)) throw busy();
    return whole;
  }

  return {
    async withJson(context, use) {
      const held = budget.open();
      try {
        const bytes = await bytesOf(context, held);
        if (bytes.length > LARGE_BYTES) await turns.next();
        return await use(parse(bytes, structure));
      } finally {
        held.release();
      }
    },
  };
}

function parse(bytes: Buffer, limits: StructureLimits): unknown {
  if (bytes.length === 0) throw invalidJson("The body is empty.");
  const excess = excessOf(bytes, limits);
  if (excess !== null)
    throw isObject(bytes) ? tooMuch(excess, limits[excess]) : invalidJson("The body is not a JSON object.");
  if (!isUtf8(bytes)) throw invalidJson("The body is not UTF-8.");
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw invalidJson("The body is not valid JSON.");
  }
}

/** By its first byte that is neither white space nor of a byte order mark. */
function isObject(bytes: Buffer): boolean {
  const first = bytes.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  return first === 0x7b;
}

function tooLarge(): Problem {
  return new Problem("too_large", 413, `The body is larger than ${BODY_LIMIT_BYTES / 1024 / 1024} MB.`, {
    next: "Send fewer events in one request.",
  });
}

function tooMuch(excess: keyof StructureLimits, most: number): Problem {
  const what = { parts: "fields and list items", names: "different field names" }[excess];
  const detail = `The body has more than ${most.toLocaleString("en-US")} ${what}.`;
  return new Problem("too_large", 413, detail, { next: "Send fewer events in one request." });
}

function invalidJson(detail: string): Problem {
  return new Problem("invalid_json", 400, detail, { next: "Send UTF-8 JSON, as it is or gzipped." });
}

function busy(): Problem {
  return new Problem("busy", 503, "Too many large requests are under way.", {
    next: "Send the request again.",
    retryAfterSeconds: 1,
  });
}
