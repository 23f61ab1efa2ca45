/**
 * Every metric, declared once. From here come the rollup's names, the choices of `/metrics`, formats, chart axes, the
 * catalogue endpoint and `daily_metrics`. Definitions: docs/architecture.md names the sources.
 */
export type Unit = "count" | "percent" | "money" | "milliseconds" | "score" | "hours";
export type Better = "higher" | "lower" | "neither";
export type Group = "people" | "revenue" | "usage" | "health" | "satisfaction" | "support";

interface Described {
  readonly label: string;
  /** One sentence: what the number means. */
  readonly meaning: string;
  readonly unit: Unit;
  readonly better: Better;
  readonly group: Group;
  /** Which data must have arrived for the number to exist, as an instruction: "send `revenue` events". */
  readonly needs: string;
  /** Name of the column in the view `daily_metrics` when it differs from the metric's. */
  readonly column?: string;
}

/** Adds up over days. `stored` is the name in `metric_values`. */
export interface CountMetric extends Described {
  readonly kind: "count";
  readonly stored: string;
}

/** Is at some height at the end of each day: the running sum of stored daily changes. */
export interface LevelMetric extends Described {
  readonly kind: "level";
  readonly changes: readonly { readonly stored: string; readonly sign: 1 | -1 }[];
}

/** Distinct people or a trailing window: stored as it was on each day, never added up. */
export interface DistinctMetric extends Described {
  readonly kind: "distinct";
  readonly stored: string;
}

/** How a part of a ratio is taken over a window. */
export type Over = "sum" | "mean" | "end";

export interface RatioPart {
  readonly metric: string;
  readonly over: Over;
}

/** `scale × numerator ÷ denominator`; null when the denominator is 0. Over a window: the ratio of the parts, never the mean of ratios. */
export interface RatioMetric extends Described {
  readonly kind: "ratio";
  readonly scale: number;
  readonly numerator: RatioPart;
  readonly denominator: RatioPart;
}

/** A ratio over a cohort of people or accounts: computed for a window as a whole (`metrics/read/cohorts.ts`). */
export interface CohortMetric extends Described {
  readonly kind: "cohort";
  readonly cohort: "activation" | "churn";
}

/** Rank ⌈q·n⌉ of the requests' durations, from mergeable histograms with at most 1 % relative error. */
export interface QuantileMetric extends Described {
  readonly kind: "quantile";
  readonly q: number;
}

export type Metric = CountMetric | LevelMetric | DistinctMetric | RatioMetric | CohortMetric | QuantileMetric;

export const catalogue = {} as const satisfies Record<string, Metric>;

export type MetricName = string;
