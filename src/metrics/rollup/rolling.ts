import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "../../core/log.ts";
import type { Roller } from "./roller.ts";

interface RollingParts {
  readonly roller: Pick<Roller, "pass">;
  readonly log: Log;
  /** Rests at least so long after each pass. */
  readonly restAtLeastMs?: number;
  /** Rests at least so many times as long as the pass took. */
  readonly restTimes?: number;
  /** Rests at most so long for the sake of its share: a backlog that took an hour must not keep today waiting for ten. */
  readonly longestRestMs?: number;
  /** Rests at most so long while the database is away. */
  readonly restAtMostMs?: number;
}

/**
 * Runs passes until stopped, and rests in between, so that the rollup takes a small share of the database's time. A
 * failure is logged once, and again only after a success; meanwhile the rests grow.
 */
export function startRolling(parts: RollingParts): () => Promise<void> {
  const { roller, log, restAtLeastMs = 250, restTimes = 10, longestRestMs = 300_000, restAtMostMs = 30_000 } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  let failures = 0;

  const attempt = async (): Promise<void> => {
    try {
      const { units, failed } = await roller.pass({ signal });
      if (failures > 0) log.info("The rollup works again.");
      failures = units === 0 && failed > 0 ? failures + 1 : 0;
    } catch (thrown) {
      if (failures === 0 && !signal.aborted)
        log.warn({ error: describeError(thrown) }, "The rollup waits: a pass failed.");
      failures += 1;
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const started = performance.now();
      await attempt();
      const tookMs = performance.now() - started;
      const backoffMs = failures === 0 ? 0 : Math.min(restAtLeastMs * 2 ** failures, restAtMostMs);
      await sleep(Math.max(restAtLeastMs, Math.min(restTimes * tookMs, longestRestMs), backoffMs), undefined, {
        signal,
      }).catch(() => {});
    }
  };

  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
