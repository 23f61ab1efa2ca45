export type CashEventName = "payment" | "one_time" | "refunded";

export type SubscriptionEventName =
  | "subscription_started"
  | "renewed"
  | "upgraded"
  | "downgraded"
  | "canceled"
  | "paused"
  | "resumed"
  | "trial_started"
  | "past_due";

export type RevenueEventName = SubscriptionEventName | CashEventName;

/** Microseconds since 1970, and the local day on which they fall. */
export interface Moment {
  readonly at: bigint;
  readonly day: string;
}

export interface SentDiscount {
  /** At most one of percent and amount is given; decimals. */
  readonly percent: string | null;
  /** Major units off a billing period. */
  readonly amount: string | null;
  readonly until: Moment | null;
  /** It ends the discount in force. */
  readonly removed: boolean;
}

/** As sent, at the moment when it happens; what is null was left out and keeps the subscription's last value. */
export interface RevenueEvent extends Moment {
  readonly rowNo: string;
  readonly id: string | null;
  readonly event: RevenueEventName;
  /** The account of its team, `t<team_no>`. */
  readonly team: string | null;
  /** The account of its person, `u<user_no>`. */
  readonly person: string | null;
  /** '' for none. */
  readonly subscriptionId: string;
  readonly plan: string | null;
  /** Decimal number of major units for one unit. */
  readonly amount: string | null;
  /** The amount may be finer than the minor unit. */
  readonly isUnitAmount: boolean;
  readonly currency: string | null;
  readonly billingPeriod: string | null;
  /** A decimal. */
  readonly quantity: string | null;
  readonly discount: SentDiscount | null;
  readonly trialEnds: Moment | null;
  readonly sequence: bigint | null;
  /** What was sent as `effective_at`: never before the event itself, which then happens when it takes effect. */
  readonly effective: Moment | null;
}

export function isCash(event: RevenueEvent): boolean {
  return event.event === "payment" || event.event === "one_time" || event.event === "refunded";
}
