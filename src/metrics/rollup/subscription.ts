import type { Policies } from "../../core/workspace.ts";
import { annualPrice, type Price, type Pricing } from "./annual-price.ts";

export type RevenueEventName =
  | "subscription_started"
  | "renewed"
  | "upgraded"
  | "downgraded"
  | "canceled"
  | "paused"
  | "resumed"
  | "trial_started"
  | "refunded"
  | "one_time";

/** Microseconds since 1970, and the local day on which they fall. */
export interface Moment {
  readonly at: bigint;
  readonly day: string;
}

/** As sent: what is null was left out and keeps the subscription's last value. */
export interface RevenueEvent extends Moment {
  readonly event: RevenueEventName;
  readonly subscriptionId: string;
  readonly plan: string | null;
  /** Decimal number of major units. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly billingPeriod: string | null;
  readonly quantity: number | null;
  readonly effective: Moment | null;
}

export type RevenuePolicies = Pick<Policies, "cancelAt" | "pausedCounts">;

export type Standing = "unknown" | "trial" | "live" | "paused" | "ended";

/** What an event makes of a subscription, by what it was. Refunds and one-time payments are not here: they change nothing. */
const NEXT = {
  subscription_started: { unknown: "live", trial: "live", live: "live", paused: "live", ended: "live" },
  renewed: { unknown: "live", trial: "live", live: "live", paused: "live", ended: "live" },
  resumed: { unknown: "live", trial: "live", live: "live", paused: "live", ended: "live" },
  upgraded: { unknown: "live", trial: "live", live: "live", paused: "paused", ended: "live" },
  downgraded: { unknown: "live", trial: "live", live: "live", paused: "paused", ended: "live" },
  trial_started: { unknown: "trial", trial: "trial", live: "trial", paused: "trial", ended: "trial" },
  paused: { unknown: "paused", trial: "paused", live: "paused", paused: "paused", ended: "ended" },
  canceled: { unknown: "ended", trial: "ended", live: "ended", paused: "ended", ended: "ended" },
} as const satisfies Partial<Record<RevenueEventName, Record<Standing, Standing>>>;

/** A subscription from one moment until its next change. */
export interface Phase extends Moment {
  readonly standing: Standing;
  /** Annualised, in millionths of the workspace currency's minor unit; null without an exchange rate. */
  readonly arr: bigint | null;
  readonly plan: string | null;
}

interface Replay {
  standing: Standing;
  price: Price;
  plan: string | null;
  /** It has been live, in trial or paused at some time. */
  begun: boolean;
  /** A cancellation that waits for its moment. */
  ending: Moment | null;
  readonly phases: Phase[];
}

/** Replays the events of one subscription, which come in the order in which they apply. */
export function replaySubscription(
  events: readonly RevenueEvent[],
  pricing: Pricing,
  policies: RevenuePolicies,
): Phase[] {
  const replay: Replay = {
    standing: "unknown",
    price: { amount: null, currency: pricing.currency, billingPeriod: "month", quantity: 1, day: "" },
    plan: null,
    begun: false,
    ending: null,
    phases: [],
  };
  for (const event of events) {
    if (event.event === "refunded" || event.event === "one_time") continue;
    if (replay.begun) endIfDue(replay, event.at, pricing);
    takeFields(replay, event);
    if (event.event === "canceled") cancel(replay, event, policies);
    else proceed(replay, event, event.event);
    note(replay, event, pricing);
  }
  endIfDue(replay, null, pricing);
  return replay.phases;
}

/** A waiting cancellation whose moment has come before `at` or at it; null: all events are over. */
function endIfDue(replay: Replay, at: bigint | null, pricing: Pricing): void {
  const { ending } = replay;
  if (ending === null || (at !== null && ending.at > at)) return;
  replay.ending = null;
  replay.standing = "ended";
  note(replay, ending, pricing);
}

function takeFields(replay: Replay, event: RevenueEvent): void {
  const { price } = replay;
  replay.plan = event.plan ?? replay.plan;
  replay.price = {
    amount: event.amount ?? price.amount,
    currency: event.currency ?? price.currency,
    billingPeriod: event.billingPeriod ?? price.billingPeriod,
    quantity: event.quantity ?? price.quantity,
    day: event.amount === null && event.currency === null ? price.day : event.day,
  };
}

function cancel(replay: Replay, event: RevenueEvent, policies: RevenuePolicies): void {
  if (replay.standing === "ended") return;
  const waits = event.effective !== null && policies.cancelAt === "effective";
  if (waits && (event.effective.at > event.at || !replay.begun)) {
    replay.ending = event.effective;
    return;
  }
  replay.ending = null;
  replay.standing = NEXT.canceled[replay.standing];
}

function proceed(replay: Replay, event: RevenueEvent, name: keyof typeof NEXT): void {
  const begins = !replay.begun;
  replay.begun = true;
  if (begins && replay.ending !== null && replay.ending.at < event.at) {
    replay.ending = null;
    replay.standing = "ended";
    return;
  }
  replay.standing = NEXT[name][replay.standing];
  if (name === "subscription_started" || name === "renewed" || name === "resumed") replay.ending = null;
}

function note(replay: Replay, { at, day }: Moment, pricing: Pricing): void {
  const { standing, plan, price } = replay;
  replay.phases.push({ at, day, standing, plan, arr: annualPrice(price, pricing) });
}
