import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Problem } from "../core/problem.ts";

const unpack = promisify(gunzip);

/** Events that differ in their ids alone shrink to a thirtieth. */
const MOST_RATIO = 100;
/** Small bodies may shrink as far as they like. */
const ALWAYS_ALLOWED_BYTES = 1024 * 1024;
const AT_ONCE = 2;

/** Unpacks gzip, two bodies at a time. Throws `Problem` too_large or invalid_json. */
export function createUnpacker(mostBytes: number): (packed: Buffer) => Promise<Buffer> {
  const waiting: (() => void)[] = [];
  let underWay = 0;

  async function enter(): Promise<void> {
    if (underWay >= AT_ONCE) await new Promise<void>((resolve) => void waiting.push(resolve));
    else underWay += 1;
  }

  /** The place goes on to whoever waits longest. */
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) underWay -= 1;
    else next();
  }

  return async (packed) => {
    const allowed = Math.min(mostBytes, Math.max(ALWAYS_ALLOWED_BYTES, packed.length * MOST_RATIO));
    await enter();
    try {
      return await unpack(packed, { maxOutputLength: allowed });
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE")
        throw allowed < mostBytes ? suspicious() : tooLarge(mostBytes);
      throw new Problem("invalid_json", 400, "The body begins like gzip but cannot be unpacked.", {
        next: "Send UTF-8 JSON, as it is or gzipped.",
      });
    } finally {
      leave();
    }
  };
}

function tooLarge(mostBytes: number): Problem {
  return new Problem("too_large", 413, `The body is larger than ${mostBytes / 1024 / 1024} MB.`, {
    next: "Send fewer events in one request.",
  });
}

function suspicious(): Problem {
  return new Problem("too_large", 413, `The body unpacks to more than ${MOST_RATIO} times its size.`, {
    next: "Send it without gzip, or fewer events in one request.",
  });
}
