import type { Policies } from "../../core/workspace.ts";
import type { Discount } from "./annual-price.ts";
import type { Moment, RevenueEvent } from "./revenue-event.ts";

export type RevenuePolicies = Pick<Policies, "cancelAt" | "pausedCounts" | "discounts">;

export type Standing = "unknown" | "trial" | "live" | "paused" | "ended";

/** From its beginning to its end; a payment counts for it until a day after the end. */
export interface Trial {
  /** Who had it when it began. */
  readonly account: string;
  readonly started: Moment;
  /** As announced; null when it was not. */
  ends: Moment | null;
  ended: Moment | null;
  /** When the subscription first paid, at its end or within a day of it. */
  paid: Moment | null;
}

export interface RunningDiscount extends Discount {
  readonly until: Moment | null;
}

interface Terms {
  readonly plan: string | null;
  /** Decimal number of major units as it was sent; null when none ever was. */
  readonly amount: string | null;
  /** The amount may be finer than the minor unit. */
  readonly isUnitAmount: boolean;
  readonly currency: string;
  /** The currency was sent; else it is the workspace's. */
  readonly isCurrencySent: boolean;
  readonly billingPeriod: string;
  readonly quantity: string;
  readonly discount: RunningDiscount | null;
}

/** Where a subscription stands at a moment of the replay. */
export interface Subscription {
  /** '' while it is unnamed. */
  id: string;
  account: string;
  standing: Standing;
  /** It has been live, in trial or paused at some time. */
  begun: boolean;
  terms: Terms;
  /** A year's price by its terms; null while none was given. */
  price: bigint | null;
  /** The latest event that occurred is `past_due`, and no payment came since. */
  pastDue: boolean;
  /** When the latest event occurred or took effect. */
  changedAt: bigint;
  /** A cancellation that waits for its moment. */
  ending: RevenueEvent | null;
  /** A change of price that waits for its moment. */
  change: RevenueEvent | null;
  /** Starts and pauses that wait for theirs. */
  readonly waiting: Set<RevenueEvent>;
  /** The latest one. */
  trial: Trial | null;
  readonly earlierTrials: Trial[];
}

export function createSubscription(id: string, account: string, currency: string): Subscription {
  return {
    id,
    account,
    standing: "unknown",
    begun: false,
    terms: {
      plan: null,
      amount: null,
      isUnitAmount: false,
      currency,
      isCurrencySent: false,
      billingPeriod: "month",
      quantity: "1",
      discount: null,
    },
    price: null,
    pastDue: false,
    changedAt: 0n,
    ending: null,
    change: null,
    waiting: new Set(),
    trial: null,
    earlierTrials: [],
  };
}

/** Whether its price counts as revenue. */
export function counts({ standing }: Subscription, { pausedCounts }: RevenuePolicies): boolean {
  return standing === "live" || (standing === "paused" && pausedCounts);
}

/** Whether a trial is running and the subscription is in it. */
export function isInTrial({ standing, trial }: Subscription): boolean {
  return standing === "trial" && trial?.ended === null;
}
