import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "../../core/log.ts";
import type { QualityLook } from "./looking.ts";

interface Parts {
  readonly look: QualityLook;
  readonly log: Log;
}

const REVENUE_EVERY_MS = 5_000;
const REST_EVERY_MS = 60_000;
/** Each look rests at least so many times as long as it took. */
const REST_TIMES = 20;
const LONGEST_REST_MS = 3_600_000;

/** Looks now and then until stopped. A failure is logged once, and again only after a success. */
export function keepLooking({ look, log }: Parts): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function repeat(what: string, everyMs: number, work: () => Promise<boolean>): Promise<void> {
    let failed = false;
    while (!signal.aborted) {
      const started = performance.now();
      let more = false;
      try {
        more = await work();
        failed = false;
      } catch (thrown) {
        if (!failed && !signal.aborted)
          log.warn(
            { error: describeError(thrown), what },
            "The look for data that seems wrong failed; it is repeated.",
          );
        failed = true;
      }
      const tookMs = performance.now() - started;
      const restMs = Math.max(more ? 0 : everyMs, Math.min(tookMs * REST_TIMES, LONGEST_REST_MS));
      await sleep(restMs, undefined, { signal }).catch(() => {});
    }
  }

  const running = Promise.all([
    repeat("revenue", REVENUE_EVERY_MS, () => look.atRevenue()),
    repeat("the rest", REST_EVERY_MS, async () => {
      await look.atTheRest();
      return false;
    }),
  ]);
  return async () => {
    stopping.abort();
    await running;
  };
}
