import { createAttempts, type AttemptsParts } from "./attempts.ts";
import { createEventBuffer } from "./event-buffer.ts";
import { createProgress } from "./progress.ts";
import { createRounds } from "./rounds.ts";
import { createTally, type Counts } from "./tally.ts";

export interface DeliveryParts extends Omit<AttemptsParts, "standing"> {
  readonly eventsPerBatch: number;
  /** How long an event waits for others. */
  readonly waitMs: number;
  /** Room for events, with those under way. */
  readonly room: number;
}

export interface DeliveryCounts extends Counts {
  readonly waiting: number;
  readonly retries: number;
}

export interface Delivery {
  /** False when there was no room. `ordinary` is for what comes by the thousand. */
  add(text: string, ordinary: boolean): boolean;
  /** Sends at once what waits; true when all of it is settled, false after `timeoutMs`. */
  flush(timeoutMs: number): Promise<boolean>;
  /** As `flush`, and a pause that is under way is cut short; what is left then is dropped. */
  stop(timeoutMs: number): Promise<void>;
  counts(): DeliveryCounts;
}

/**
 * Brings events one batch after the other, in order. Its timers and sockets never keep the process alive; only a `flush` or
 * `stop` that somebody waits for does.
 */
export function createDelivery(parts: DeliveryParts): Delivery {
  const { notices, eventsPerBatch, waitMs } = parts;
  const tally = createTally(notices);
  const progress = createProgress();
  let underWay = 0;
  const buffer = createEventBuffer(parts.room, () => underWay);
  const attempts = createAttempts({
    ...parts,
    standing: () => `${buffer.size + underWay} wait, ${tally.counts().dropped} are dropped`,
  });
  /** How many of the events ever taken must not wait for others any longer. */
  let due = 0;
  let stopped = false;
  const rounds = createRounds({
    work,
    hasMore: () => buffer.size > 0 && !stopped,
    onDue: () => (due = progress.taken),
    waitMs,
  });

  async function work(): Promise<void> {
    while (buffer.size > 0 && !stopped && (buffer.size >= eventsPerBatch || progress.settled < due)) {
      const { count, body } = buffer.take(eventsPerBatch);
      underWay = count;
      tally.conclude(await attempts.bring(body, count), count);
      underWay = 0;
      progress.settle(count);
      if (buffer.size > 0) await attempts.recover();
    }
  }

  function flush(timeoutMs: number): Promise<boolean> {
    if (progress.waiting > 0) rounds.beginDue();
    return progress.settledWithin(timeoutMs);
  }

  return {
    add(text, ordinary) {
      if (stopped || !buffer.add(text, ordinary)) {
        tally.drop(1);
        return false;
      }
      progress.take();
      if (rounds.busy) return true;
      if (buffer.size >= eventsPerBatch) rounds.begin();
      else rounds.beginLater();
      return true;
    },
    flush,
    async stop(timeoutMs) {
      attempts.hurry();
      await flush(timeoutMs);
      stopped = true;
      const left = buffer.clear();
      if (left + underWay > 0) notices.wrong(`closed before ${left + underWay} events could be brought`);
      attempts.stop();
      await rounds.end();
      tally.drop(left);
      progress.settle(left);
    },
    counts: () => ({ ...tally.counts(), retries: attempts.retries, waiting: progress.waiting }),
  };
}
