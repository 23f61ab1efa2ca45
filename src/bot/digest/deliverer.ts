import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describeError } from "../../core/log.ts";
import { recheck, resolve, send, startWatch, type StepParts } from "./steps.ts";

export interface Deliverer {
  /** Starts what is due, up to a limit at once, and answers in how many milliseconds to come again; null: when told. */
  pass(): Promise<number | null>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Begins nothing new and gives back what has not touched a socket. What takes too long is looked up by others. */
  stop(): Promise<void>;
}

const AT_ONCE = 16;
const STOP_MS = 6_000;

type DelivererParts = Omit<StepParts, "isStopping"> & {
  /** Something under way has ended, and may be open again. */
  readonly onEnd?: () => void;
};

/** One platform's sender. Any number of them, on any number of instances, share the ledger. */
export function createDeliverer({ onEnd = () => {}, ...given }: DelivererParts): Deliverer {
  const { ledger, log } = given;
  const running = new Set<Promise<void>>();
  let isStopping = false;
  let isRefusedEverywhere = false;
  const parts: StepParts = { ...given, isStopping: () => isStopping };

  function track(work: Promise<void>): void {
    const tracked = work
      .catch((thrown: unknown) => log.warn({ error: describeError(thrown) }, "A delivery waits: a step failed."))
      .finally(() => {
        running.delete(tracked);
        onEnd();
      });
    running.add(tracked);
  }

  async function sendOne(...step: Parameters<typeof send>): Promise<void> {
    if (await send(...step)) isRefusedEverywhere = true;
  }

  async function begin(free: number): Promise<void> {
    const isFresh = startWatch(parts);
    const claims = await ledger.claim(free, randomUUID());
    for (const claim of claims)
      track(claim.state === "uncertain" ? resolve(parts, claim) : sendOne(parts, claim, isFresh));
    if (claims.length === free) return;
    for (const sent of await ledger.claimRechecks(free - claims.length)) track(recheck(parts, sent));
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return {
    async pass() {
      if (isRefusedEverywhere || isStopping) return null;
      await ledger.expire();
      const free = AT_ONCE - running.size;
      if (free > 0) await begin(free);
      if (running.size < AT_ONCE) return ledger.msUntilNext();
      await Promise.race(running);
      return 0;
    },
    idle,
    async stop() {
      isStopping = true;
      await Promise.race([idle(), sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}
