import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "../../core/log.ts";
import type { Clock } from "../../core/time.ts";
import type { Message } from "../message.ts";
import type { ChatPlatform, Destination, Posting } from "../platform.ts";
import { lookUp, post } from "./calls.ts";
import type { HoldDigest } from "./completeness.ts";
import { keyOf, type OwedDigest, type WriteDigest } from "./digest-post.ts";
import { NO_SCHEDULE, type Claim, type Ledger, type SentDelivery } from "./ledger-store.ts";
import { afterLookup, afterPost, type Settlement, type Timing } from "./settlement.ts";

export interface StepParts {
  readonly platform: Pick<ChatPlatform, "name" | "post" | "lookUp" | "remove">;
  readonly ledger: Ledger;
  readonly write: WriteDigest;
  /** Whether it has to wait; absent: nothing has. */
  readonly hold?: HoldDigest;
  /** Whether something may not be told in that channel now: then what was frozen for an earlier attempt is written anew. */
  readonly mustLeaveOut?: (destination: Destination, kind: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing: Timing;
  readonly isStopping: () => boolean;
  /** The whole platform refuses us, for a reason that only a person can mend. */
  readonly onRefusedEverywhere?: (reason: string) => Promise<void>;
}

const SETTLE_TRIES = 4;
const NO_CONTENT_REST_MS = 60_000;

const CANNOT_LOOK =
  "A delivery stays uncertain: the platform could not say whether the message is there, so it is not sent again.";

function addressOf(
  platform: StepParts["platform"],
  { channel, thread, kind, localDate }: Pick<Claim, "channel" | "thread" | "kind" | "localDate">,
) {
  const destination = { platform: platform.name, channel, ...(thread === null ? {} : { thread }) };
  return { destination, key: keyOf(destination, localDate, kind) } satisfies Pick<Posting, "destination" | "key">;
}

/**
 * Whether a claim made just now still speaks when it is asked later. By two clocks, because one stands still while the
 * machine sleeps and the other can be set back.
 */
export function startWatch({ timing, clock }: Pick<StepParts, "timing" | "clock">): () => boolean {
  const [steady, wall] = [performance.now(), clock.now()];
  const limitMs = timing.leaseMs - timing.postMs;
  return () => performance.now() - steady < limitMs && wall.until(clock.now()).total("milliseconds") < limitMs;
}

/** Asks the platform whether an uncertain message is there, and writes down what follows. */
export async function resolve(parts: StepParts, claim: Claim): Promise<void> {
  const { platform, log, timing } = parts;
  const lookup = await lookUp(platform, addressOf(platform, claim), { dueAt: claim.dueAt, limitMs: timing.postMs });
  if (lookup.found === "unknown" && lookup.closed !== true)
    log.warn({ platform: platform.name, delivery: claim.deliveryNo, reason: lookup.reason }, CANNOT_LOOK);
  await settle(parts, claim, afterLookup(lookup, timing));
}

/** Sends one, and answers whether the platform refuses everything of ours. */
export async function send(parts: StepParts, claim: Claim, isFresh: () => boolean): Promise<boolean> {
  const { platform, ledger, log, timing } = parts;
  const message = await contentOf(parts, claim);
  if (message === null) return false;
  if (!isFresh() || parts.isStopping()) {
    await ledger.giveBack(claim, 0);
    return false;
  }
  const outcome = await post(platform, { ...addressOf(platform, claim), message }, timing.postMs);
  const kept = await settle(parts, claim, afterPost(outcome, claim.attempts, timing));
  if (!kept && outcome.outcome === "sent") await ledger.confess(claim, outcome.externalId);
  if (outcome.outcome !== "refused" || outcome.everywhere !== true) return false;
  log.error({ platform: platform.name, reason: outcome.reason }, "The platform refuses us: posting stops.");
  await parts.onRefusedEverywhere?.(outcome.reason);
  return true;
}

/**
 * Null when there is nothing to send now: the claim was lost, nothing was notable, or it was given back because it has to
 * wait or the numbers could not be read.
 */
async function contentOf(parts: StepParts, claim: Claim): Promise<Message | null> {
  const { platform, ledger, write, hold, mustLeaveOut, log } = parts;
  const { destination } = addressOf(platform, claim);
  try {
    if (claim.message !== null && (await mustLeaveOut?.(destination, claim.kind)) !== true) return claim.message;
    const held = claim.message === null ? await hold?.(claim) : null;
    if (held != null) {
      await ledger.giveBack(claim, held.afterMs, held.reason);
      return null;
    }
    const message = await write(await owedOf(claim, destination, ledger));
    if (message !== null) return await ledger.freeze(claim, message);
    await ledger.settle(claim, { state: "quiet" });
    return null;
  } catch (thrown) {
    log.warn({ error: describeError(thrown) }, "A digest waits: its numbers could not be read.");
    await ledger.giveBack(claim, NO_CONTENT_REST_MS);
    return null;
  }
}

/** What no schedule owes has no plan, and no mornings before it. */
async function owedOf(claim: Claim, destination: Destination, ledger: Ledger): Promise<OwedDigest> {
  const { scheduleNo, kind, localDate, dueAt } = claim;
  if (scheduleNo === NO_SCHEDULE) return { destination, kind, localDate, dueAt, daysWithout: [] };
  const [daysWithout, plan] = [await ledger.daysWithout(claim), await ledger.planOf(claim)];
  return { destination, kind, localDate, dueAt, daysWithout, plan };
}

/** The answer is worth some tries: without it the message has to be looked up. */
async function settle(parts: StepParts, claim: Claim, settlement: Settlement): Promise<boolean> {
  const { platform, ledger, log, isStopping } = parts;
  if (settlement.state === "dead")
    log.warn({ platform: platform.name, channel: claim.channel, reason: settlement.reason }, "A digest is paused.");
  for (let tries = 1; ; tries += 1) {
    try {
      return await ledger.settle(claim, settlement);
    } catch (thrown) {
      if (tries === SETTLE_TRIES || isStopping()) throw thrown;
      await sleep(500 * tries);
    }
  }
}

/** Deletes what was posted twice; the oldest stays. What cannot be told now is asked again later. */
export async function recheck({ platform, ledger, log, timing }: StepParts, delivery: SentDelivery): Promise<void> {
  const address = addressOf(platform, delivery);
  const lookup = await lookUp(platform, address, { dueAt: delivery.dueAt, limitMs: timing.postMs });
  switch (lookup.found) {
    case true: {
      const seen = [...(lookup.duplicates ?? []), delivery.externalId ?? lookup.externalId];
      const second = [...new Set(seen)].filter((id) => id !== lookup.externalId);
      for (const id of second) await platform.remove(address.destination, id);
      if (second.length > 0) log.info({ platform: platform.name, removed: second.length }, "A duplicate is gone.");
      return ledger.rechecked(delivery.deliveryNo, lookup.externalId);
    }
    case false:
      return ledger.rechecked(delivery.deliveryNo, null);
    case "unknown":
      return;
  }
}
