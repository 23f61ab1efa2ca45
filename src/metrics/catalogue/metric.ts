import type { EventType } from "../../events/event-type.ts";
import type { Policies } from "../../core/workspace.ts";
import type { Source } from "./source.ts";

/** A setting of the workspace that decides what a number means. */
export type PolicyName = keyof Policies | "activationDays";

export type Unit = "count" | "percent" | "money" | "milliseconds" | "score" | "ratio" | "hours";
export type Better = "higher" | "lower" | "neither";
export type Group = "people" | "revenue" | "usage" | "health" | "satisfaction" | "support";

/**
 * Names in `metric_values.metric` that the catalogue is computed from. Money of
 * subscriptions among them is annual; all money is in millionths of the minor unit. `mrr_change`, `customers_change` and `users_change` are kept by plan only, `standing_change` by standing, errors by something by that only.
 */
export type StoredName =
  | "signups"
  | "activations"
  | "dau"
  | "wau"
  | "mau"
  | "api_calls"
  | "failed_requests"
  | "client_errors"
  | "apdex_points"
  | "agent_sessions"
  | "errors"
  | "up_seconds"
  | "degraded_seconds"
  | "observed_seconds"
  | "services_checked"
  | "mrr_new"
  | "mrr_expansion"
  | "mrr_contraction"
  | "mrr_churn"
  | "mrr_reactivation"
  | "mrr_paused"
  | "mrr_resumed"
  | "mrr_fx"
  | "customers_gained"
  | "customers_lost"
  | "unconverted_change"
  | "unpriced_change"
  | "paused_change"
  | "would_pay_change"
  | "past_due_change"
  | "trials_change"
  | "trials_started"
  | "cash_collected"
  | "refunds"
  | "mrr_change"
  | "customers_change"
  | "users_change"
  | "standing_change"
  | "errors_by_type"
  | "errors_by_endpoint"
  | "errors_by_severity"
  | "nps_promoters"
  | "nps_passives"
  | "nps_detractors"
  | "tickets_opened"
  | "tickets_resolved"
  | "tickets_reopened";

/** What a metric can be split by: the `by` of a series. */
export type GroupName = "plan" | "route" | "service" | "type" | "endpoint" | "severity" | "priority" | "category";

/**
 * How the number of each group is worked out: as the whole, of the stored numbers that are kept under the group's name
 * (of others where `terms` says so); of the histograms of routes; or of the tickets opened in the window.
 */
export type Grouping =
  | { readonly from: "stored" }
  | { readonly from: "stored"; readonly terms: Terms; readonly denominator?: Terms }
  | { readonly from: "routes" }
  | { readonly from: "tickets" };

/** Stored numbers, added (1) or subtracted (-1). */
export type Terms = Readonly<Partial<Record<StoredName, 1 | -1>>>;

interface Described {
  readonly label: string;
  /** One sentence: what the number means. */
  readonly meaning: string;
  /** One sentence in words: how the number is worked out of the events; "of the day" is "of the window" over a window. */
  readonly formula: string;
  /** Where the definition comes from. */
  readonly source: Source;
  /** Types of the events that the number is worked out of. */
  readonly inputs: readonly EventType[];
  /** Types of which the first event of any begins the metric: before it there is no data. `inputs` unless it says so. */
  readonly beginsWith?: readonly EventType[];
  /** What a team may have decided otherwise about it. */
  readonly policies?: readonly PolicyName[];
  /** Rises when the same events would give another number; 1 unless it says so. */
  readonly version?: number;
  readonly unit: Unit;
  readonly better: Better;
  readonly group: Group;
  /** The next step when there is no data, as an instruction: "Send `revenue` events." */
  readonly needs: string;
  /** Name of the column in the view `daily_metrics` when it differs from the metric's. */
  readonly column?: string;
  readonly groups?: Readonly<Partial<Record<GroupName, Grouping>>>;
  /** Money is per month unless this says per year, or what was paid once. */
  readonly perYear?: true;
  readonly once?: true;
}

/** Adds up over days. */
export interface CountMetric extends Described {
  readonly kind: "count";
  readonly terms: Terms;
}

/** Is at some height at the end of each day: the running sum of stored daily changes. */
export interface LevelMetric extends Described {
  readonly kind: "level";
  readonly terms: Terms;
}

/** Distinct people over a trailing window: stored as it was on each day, never added up. */
export interface DistinctMetric extends Described {
  readonly kind: "distinct";
  readonly terms: Terms;
}

/**
 * How a part of a ratio is taken over a window: the sum of its days, the number stored for its last day, or the running
 * sum at its end (`closing`) or just before its start (`opening`), or that at its end times the window's length in
 * seconds, of which those to come do not count (`lasting`).
 */
export type Over = "sum" | "last" | "closing" | "opening" | "lasting";

export interface RatioPart {
  readonly over: Over;
  readonly terms: Terms;
}

/** `scale × numerator ÷ denominator`; null when the denominator is 0. Over a window: the ratio of the parts, never the mean of ratios. */
export interface RatioMetric extends Described {
  readonly kind: "ratio";
  readonly scale: number;
  readonly numerator: RatioPart;
  readonly denominator: RatioPart;
}

/**
 * What became of a cohort of people or accounts: computed for a window as a whole. `lifetime` is money, the others are
 * percentages.
 */
export interface CohortMetric extends Described {
  readonly kind: "cohort";
  readonly cohort: "activation" | "churn" | "grr" | "nrr" | "gross_churn" | "net_churn" | "lifetime" | "trials";
}

/** The value of rank ⌈q·n⌉ among the requests' durations, from mergeable histograms with at most 1 % relative error. */
export interface QuantileMetric extends Described {
  readonly kind: "quantile";
  readonly q: number;
}

/** Of how long the tickets of a window took, one by one. */
export interface HoursMetric extends Described {
  readonly kind: "hours";
  readonly of: "first_response" | "resolution";
  readonly take: "mean" | "median" | "p90";
}

export type Metric =
  | CountMetric
  | LevelMetric
  | DistinctMetric
  | RatioMetric
  | CohortMetric
  | QuantileMetric
  | HoursMetric;
export type Kind = Metric["kind"];
