import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "../../core/log.ts";
import { Temporal, type Clock } from "../../core/time.ts";
import type { ChatPlatform, Lookup, Posting, PostOutcome } from "../platform.ts";
import { keyOf, type WriteDigest } from "./digest-post.ts";
import type { Claim, Ledger, SentDelivery } from "./ledger-store.ts";
import { afterLookup, afterPost, type Settlement, type Timing } from "./settlement.ts";

interface DelivererParts {
  readonly platform: Pick<ChatPlatform, "name" | "post" | "lookUp" | "remove">;
  readonly ledger: Ledger;
  readonly write: WriteDigest;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing: Timing;
}

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
const SETTLE_TRIES = 4;
/** Clocks of a platform and of the database may differ. */
const LOOK_BACK_MINUTES = 15;
const NO_CONTENT_REST_MS = 60_000;

/** One platform's sender. Any number of them, on any number of instances, share the ledger. */
export function createDeliverer({ platform, ledger, write, clock, log, timing }: DelivererParts): Deliverer {
  const running = new Set<Promise<void>>();
  let stopping = false;
  let isRefusedEverywhere = false;

  function track(work: Promise<void>): void {
    const tracked = work
      .catch((thrown: unknown) => log.warn({ error: describeError(thrown) }, "A delivery waits: a step failed."))
      .finally(() => running.delete(tracked));
    running.add(tracked);
  }

  /** Two clocks, because one stands still while the machine sleeps and the other can be set back. */
  function startWatch(): () => boolean {
    const [steady, wall] = [performance.now(), clock.now()];
    const limitMs = timing.leaseMs - timing.postMs;
    return () => performance.now() - steady < limitMs && wall.until(clock.now()).total("milliseconds") < limitMs;
  }

  async function deliver(claim: Claim, isFresh: () => boolean): Promise<void> {
    if (claim.state === "uncertain") {
      const lookup = await lookUp(claim);
      if (lookup.found === "unknown")
        log.warn({ platform: platform.name, delivery: claim.deliveryNo, reason: lookup.reason }, CANNOT_LOOK);
      await settle(claim, afterLookup(lookup, timing));
      return;
    }
    const message = await content(claim);
    if (message === null) return;
    if (!isFresh() || stopping) return ledger.giveBack(claim, 0);
    const outcome = await post({ ...addressOf(claim), message });
    if (outcome.outcome === "refused" && outcome.everywhere === true) {
      isRefusedEverywhere = true;
      log.error({ platform: platform.name, reason: outcome.reason }, "The platform refuses us: posting stops.");
    }
    const kept = await settle(claim, afterPost(outcome, claim.attempts, timing));
    if (!kept && outcome.outcome === "sent") await ledger.confess(claim, outcome.externalId);
  }

  async function content(claim: Claim): Promise<Posting["message"] | null> {
    if (claim.message !== null) return claim.message;
    try {
      const daysWithout = await ledger.daysWithout(claim);
      const { localDate, dueAt } = claim;
      return await ledger.freeze(claim, await write({ ...addressOf(claim), localDate, dueAt, daysWithout }));
    } catch (thrown) {
      log.warn({ error: describeError(thrown) }, "A digest waits: its numbers could not be read.");
      await ledger.giveBack(claim, NO_CONTENT_REST_MS);
      return null;
    }
  }

  /** The answer is worth some tries: without it the message has to be looked up. */
  async function settle(claim: Claim, settlement: Settlement): Promise<boolean> {
    if (settlement.state === "dead")
      log.warn({ platform: platform.name, channel: claim.channel, reason: settlement.reason }, "A digest is paused.");
    for (let tries = 1; ; tries += 1) {
      try {
        return await ledger.settle(claim, settlement);
      } catch (thrown) {
        if (tries === SETTLE_TRIES || stopping) throw thrown;
        await sleep(500 * tries);
      }
    }
  }

  async function post(posting: Posting): Promise<PostOutcome> {
    const late: PostOutcome = { outcome: "uncertain", reason: "the platform did not answer in time" };
    return within(platform.post(posting), timing.postMs, late, (reason) => ({ outcome: "uncertain", reason }));
  }

  async function lookUp(delivery: Parameters<typeof addressOf>[0] & { readonly dueAt: Temporal.Instant }) {
    const since = delivery.dueAt.subtract({ minutes: LOOK_BACK_MINUTES });
    const late: Lookup = { found: "unknown", reason: "the platform did not answer in time" };
    const answer = platform.lookUp(addressOf(delivery), since);
    return within<Lookup>(answer, timing.postMs, late, (reason) => ({ found: "unknown", reason }));
  }

  async function recheck(delivery: SentDelivery): Promise<void> {
    const lookup = await lookUp(delivery);
    switch (lookup.found) {
      case true: {
        const seen = [lookup.externalId, ...(lookup.duplicates ?? []), delivery.externalId ?? lookup.externalId];
        const second = [...new Set(seen)].filter((id) => id !== lookup.externalId);
        for (const id of second) await platform.remove(addressOf(delivery).destination, id);
        if (second.length > 0) log.info({ platform: platform.name, removed: second.length }, "A duplicate is gone.");
        return ledger.rechecked(delivery.deliveryNo, lookup.externalId);
      }
      case false:
        return ledger.rechecked(delivery.deliveryNo, null);
      case "unknown":
        // It is taken again when the time that its claim set has come.
        return;
    }
  }

  function addressOf({ channel, localDate }: Pick<Claim, "channel" | "localDate">) {
    const destination = { platform: platform.name, channel };
    return { destination, key: keyOf(destination, localDate) };
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return {
    async pass() {
      if (isRefusedEverywhere || stopping) return null;
      await ledger.expire();
      const free = AT_ONCE - running.size;
      if (free > 0) {
        const isFresh = startWatch();
        const claims = await ledger.claim(free, randomUUID());
        for (const claim of claims) track(deliver(claim, isFresh));
        if (claims.length < free)
          for (const sent of await ledger.claimRechecks(free - claims.length)) track(recheck(sent));
      }
      if (running.size < AT_ONCE) return ledger.msUntilNext();
      await Promise.race(running);
      return 0;
    },
    idle,
    async stop() {
      stopping = true;
      await Promise.race([idle(), sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}

const CANNOT_LOOK =
  "A delivery stays uncertain: the platform could not say whether the message is there, so it is not sent again.";

/** Never rejects: what was thrown or took too long is not a definite answer. */
async function within<T>(answer: Promise<T>, ms: number, late: T, thrown: (reason: string) => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), ms);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } catch (error) {
    return thrown(`the adapter failed (${error instanceof Error ? error.name : typeof error})`);
  } finally {
    clearTimeout(timer);
  }
}
