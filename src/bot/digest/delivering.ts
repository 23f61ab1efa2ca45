import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "../../core/log.ts";
import type { Clock } from "../../core/time.ts";
import type { Pool, Sql } from "../../db/client.ts";
import type { ChatName, ChatPlatform } from "../platform.ts";
import { createDeliverer, type Deliverer } from "./deliverer.ts";
import type { HoldDigest } from "./completeness.ts";
import type { WriteDigest } from "./digest-post.ts";
import { createLedger } from "./ledger-store.ts";
import { recordDue } from "./owed-store.ts";
import { readSchedules } from "./schedule-store.ts";
import { dueDeliveries } from "../../core/schedule.ts";
import { USUAL_TIMING, type Timing } from "./settlement.ts";
import type { StepParts } from "./steps.ts";

interface DeliveringParts {
  readonly pool: Pool;
  readonly platforms: readonly Pick<ChatPlatform, "name" | "post" | "lookUp" | "remove">[];
  readonly write: WriteDigest;
  /** See `StepParts`. */
  readonly hold?: HoldDigest;
  /** See `StepParts`. */
  readonly mustLeaveOut?: NonNullable<StepParts["mustLeaveOut"]>;
  readonly onRefused?: (platform: ChatName, reason: string) => Promise<void>;
  readonly beforeTick?: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing?: Timing;
}

export interface Delivering {
  /** Writes down what is owed by now and wakes the senders. Once a minute, and never rejects. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

const REST_AT_LEAST_MS = 20;
const REST_AT_MOST_MS = 30_000;
const REST_AFTER_FAILURE_MS = 2_000;

/** Sends what the ledger says is owed, until stopped. Each platform has a sender of its own and waits for no other. */
export function startDelivering(parts: DeliveringParts): Delivering {
  const { pool, platforms, log, timing = USUAL_TIMING } = parts;
  const senders = platforms.map((platform) => {
    const ledger = createLedger(pool, platform.name, timing);
    const onRefusedEverywhere = async (reason: string) => parts.onRefused?.(platform.name, reason);
    const step = { ...parts, platform, ledger, timing, onRefusedEverywhere };
    return startSender((onEnd) => createDeliverer({ ...step, onEnd }), log);
  });
  let isFirstLook = true;
  return {
    async tick() {
      try {
        await parts.beforeTick?.();
        await pool.run((sql) => recordOwed(sql, isFirstLook));
        isFirstLook = false;
      } catch (thrown) {
        log.warn(
          { error: describeError(thrown) },
          "What is owed could not be written down; the next minute tries again.",
        );
      }
      for (const sender of senders) sender.wake();
    },
    async stop() {
      await Promise.all(senders.map((sender) => sender.stop()));
    },
  };
}

/** Writes down what is owed by now, for all platforms. Safe to run at the same time on several instances. */
export async function recordOwed(sql: Sql, isFirstLook = false): Promise<void> {
  const { schedules, now } = await readSchedules(sql);
  await recordDue(sql, dueDeliveries(schedules, now, isFirstLook));
}

function startSender(create: (onEnd: () => void) => Deliverer, log: Log) {
  const stopping = new AbortController();
  let nap = new AbortController();
  const wake = () => nap.abort();
  const deliverer = create(wake);
  let failures = 0;

  const rest = async (ms: number): Promise<void> => {
    const signal = AbortSignal.any([nap.signal, stopping.signal]);
    await sleep(Math.min(Math.max(ms, REST_AT_LEAST_MS), REST_AT_MOST_MS), undefined, { signal }).catch(() => {});
    nap = new AbortController();
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await rest((await deliverer.pass()) ?? REST_AT_MOST_MS);
        failures = 0;
      } catch (thrown) {
        if (failures === 0)
          log.warn({ error: describeError(thrown) }, "Deliveries wait: the ledger cannot be reached.");
        failures += 1;
        await rest(REST_AFTER_FAILURE_MS);
      }
    }
  };
  const running = run();
  return {
    wake,
    async stop() {
      stopping.abort();
      await running;
      await deliverer.stop();
    },
  };
}
