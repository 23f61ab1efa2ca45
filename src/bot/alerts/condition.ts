import { metricOf, type GroupName, type MetricName } from "../../metrics/catalogue.ts";

/** When an alert fires. Bounds are in the metric's own unit. */
export type Condition =
  | { readonly kind: "above" | "below"; readonly bound: number }
  /** By more than so many percent of what it was on the same weekday a week before, up or down. */
  | { readonly kind: "change"; readonly percent: number }
  | { readonly kind: "unusual" };

/** `day`: the last finished day. `today`: the day so far. */
export type Span = "day" | "today";

/** A part of a metric: `{ by: "plan", group: "pro" }`. */
export interface Part {
  readonly by: GroupName;
  readonly group: string;
}

/** What an alert looks at, and when it fires. */
export interface Watch {
  readonly metric: MetricName;
  readonly condition: Condition;
  readonly span: Span;
  /** Null: the whole. */
  readonly part: Part | null;
}

/** In the metric's unit, of a change the percentage; null where there is none. */
export function boundOf(condition: Condition): number | null {
  switch (condition.kind) {
    case "above":
    case "below":
      return condition.bound;
    case "change":
      return condition.percent;
    case "unusual":
      return null;
  }
}

/** Rates and durations of so few requests say nothing. */
export const FEWEST_REQUESTS = 100;

const OF_REQUESTS: ReadonlySet<MetricName> = new Set([
  "error_rate",
  "client_error_rate",
  "apdex",
  "latency_p50",
  "latency_p95",
  "latency_p99",
]);

/** The number of things that a rate or a duration is taken from; null where it stands for itself. */
export function baseOf(metric: MetricName): MetricName | null {
  return OF_REQUESTS.has(metric) ? "api_calls" : null;
}

/** Whether the rule for unusual days knows how much chance moves it. */
export function hasUsualDays(metric: MetricName): boolean {
  const { kind, unit } = metricOf(metric);
  if (metric === "dau" || (OF_REQUESTS.has(metric) && metric !== "apdex")) return true;
  return kind === "count" && unit === "count";
}

/** Why that cannot be watched, with what can; null when it can. */
export function complaintAbout({ metric, condition, span, part }: Watch): string | null {
  const { unit } = metricOf(metric);
  if (condition.kind === "unusual" && !hasUsualDays(metric))
    return `\`${metric}\` has no usual weekday to be compared with: use \`above\`, \`below\` or \`change\`.`;
  if (condition.kind === "change" && unit === "score")
    return `\`${metric}\` is a score, which does not change by percent: use \`above\` or \`below\`.`;
  if (span === "day") return null;
  if (part !== null) return "Groups are known for finished days only: leave out `today`.";
  if (condition.kind === "unusual" || condition.kind === "change")
    return `\`${condition.kind}\` compares whole days, and today is not over: leave out \`today\`.`;
  return isKnownSoFar(metric, condition.kind)
    ? null
    : `Before the day is over \`${metric}\` cannot be said to be ${condition.kind} a limit: leave out \`today\`.`;
}

/** What can be true before the day is over: a count is above, a level is either, a rate with enough requests is either. */
function isKnownSoFar(metric: MetricName, kind: "above" | "below"): boolean {
  if (OF_REQUESTS.has(metric)) return true;
  switch (metricOf(metric).kind) {
    case "level":
      return true;
    case "count":
    case "distinct":
      return kind === "above" && metricOf(metric).group !== "satisfaction";
    case "ratio":
    case "cohort":
    case "quantile":
    case "hours":
      return false;
  }
}
