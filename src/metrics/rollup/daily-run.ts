import { randomUUID } from "node:crypto";
import { describeError, type Log } from "../../core/log.ts";
import { dueDeliveries } from "../../core/schedule.ts";
import { Temporal, type Clock } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import { createRunLedger, readRunSchedule, recordRuns, type RunClaim } from "./daily-run-store.ts";

export interface DailyRunParts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeZone: string;
  /** What there is to do once that local day is over; it may be done twice. It may end early when told so. */
  readonly work: (day: Temporal.PlainDate, signal: AbortSignal) => Promise<void>;
  /** A claim that was not renewed for so long belongs to a process that was killed. */
  readonly leaseMs?: number;
}

/**
 * The run at 01:00 of the workspace's zone, once a local date whatever the number of processes; dates that were missed
 * are made up for, the oldest first.
 */
export interface DailyRun {
  /** Does what is owed by now. Once a minute, and never rejects. */
  tick(): Promise<void>;
  /** Ends after the unit of work at hand; what was not finished is owed to the next process. */
  stop(): Promise<void>;
}

const REST_MS = 60_000;
const REST_AT_MOST_MS = 3_600_000;

export function createDailyRun({ pool, clock, log, timeZone, work, leaseMs = 120_000 }: DailyRunParts): DailyRun {
  const ledger = createRunLedger(pool, leaseMs);
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let failures = 0;

  const recordOwed = () =>
    pool.run(async (sql) => {
      const now = clock.now();
      const schedule = await readRunSchedule(sql, timeZone, now);
      await recordRuns(sql, schedule, dueDeliveries([schedule], now));
    });

  const runClaimed = async (claim: RunClaim): Promise<void> => {
    const renewing = setInterval(() => void ledger.renew(claim).catch(() => {}), leaseMs / 3);
    try {
      await work(Temporal.PlainDate.from(claim.localDate).subtract({ days: 1 }), stopping.signal);
      if (stopping.signal.aborted) await ledger.giveBack(claim, 0, "The program was stopped.");
      else await ledger.finish(claim);
    } catch (thrown) {
      const rest = stopping.signal.aborted ? 0 : Math.min(REST_MS * 2 ** (claim.attempts - 1), REST_AT_MOST_MS);
      log.warn({ date: claim.localDate, error: describeError(thrown) }, "The daily run failed and is done again.");
      await ledger.giveBack(claim, rest, "It failed; the log says why.");
    } finally {
      clearInterval(renewing);
    }
  };

  const runOwed = async (): Promise<void> => {
    try {
      await recordOwed();
      while (!stopping.signal.aborted) {
        const claim = await ledger.claim(randomUUID());
        if (claim === null) break;
        await runClaimed(claim);
      }
      failures = 0;
    } catch (thrown) {
      if (failures === 0)
        log.warn({ error: describeError(thrown) }, "The daily run waits: the ledger cannot be reached.");
      failures += 1;
    }
  };

  return {
    async tick() {
      if (stopping.signal.aborted) return;
      running ??= runOwed().finally(() => (running = null));
      await running;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
