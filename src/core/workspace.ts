/** What a workspace decides once, at its first start; every number depends on it. */
export interface Workspace {
  /** IANA zone in which days begin and end. */
  readonly timeZone: string;
  /** ISO 4217 code in which money is shown. */
  readonly currency: string;
  /** Days a person has, after signing up, to become activated. */
  readonly activationDays: number;
  readonly policies: Policies;
}

export const MAU_WINDOWS = ["30", "28", "calendar_month"] as const;
export type MauWindow = (typeof MAU_WINDOWS)[number];

export const CANCEL_AT = ["effective", "request"] as const;
export type CancelAt = (typeof CANCEL_AT)[number];

export const DISCOUNTS = ["counted", "ignored"] as const;
export type Discounts = (typeof DISCOUNTS)[number];

/** Where a team may reasonably want another definition. `metrics explain` says which one is in force. */
export interface Policies {
  /** The days of `mau` that end with the day: so many, or those of its calendar month so far. */
  readonly mauWindow: MauWindow;
  /** Whether a cancellation with `effective_at` ends the revenue then, or when it is requested. */
  readonly cancelAt: CancelAt;
  /** Whether a paused subscription keeps its revenue. */
  readonly pausedCounts: boolean;
  /** Whether a discount lowers the revenue of its subscription, or is left out of account. */
  readonly discounts: Discounts;
  /** Percent of revenue that is left after the cost of serving it; for `ltv`. Above 0, at most 100, up to 2 decimals. */
  readonly grossMargin: number;
  /** Days in which a person's latest answer counts for `nps`. */
  readonly npsDays: number;
  /** All that a person must have done to be fully activated, in the order of the funnel. */
  readonly activationMilestones: readonly string[];
  /** How long a health check's state lasts when no other follows. */
  readonly healthGapSeconds: number;
  /** Days, each of 24 hours, after the latest resolution of a ticket in which a customer's reply opens it again. */
  readonly reopenDays: number;
}

export const DEFAULT_POLICIES: Policies = {
  mauWindow: "30",
  cancelAt: "effective",
  pausedCounts: false,
  discounts: "counted",
  grossMargin: 100,
  npsDays: 30,
  activationMilestones: ["profile_completed", "first_api_call", "first_agent_session"],
  healthGapSeconds: 300,
  reopenDays: 7,
};
