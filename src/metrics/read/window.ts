import type { WindowNumbers } from "../answers.ts";
import { metricOf, type Metric, type MetricName, type StoredName } from "../catalogue.ts";
import { toNumber } from "./exact.ts";
import { npsInterval } from "./nps-interval.ts";
import type { Numbers } from "./numbers.ts";
import { valueOver } from "./value.ts";

/** Fields of the summary that are a metric's value over the window. */
export const SUMMARY_FIELDS = {
  total_users: "total_users",
  new_signups: "signups",
  active_users_daily: "dau",
  active_users_monthly: "mau",
  activation_rate: "activation_rate",
  mrr: "mrr",
  arr: "arr",
  churn_rate: "churn_rate",
  arpu: "arpu",
  total_api_calls: "api_calls",
  total_agent_sessions: "agent_sessions",
  error_rate: "error_rate",
  api_uptime: "uptime",
  api_uptime_observed: "uptime_observed",
  open_tickets: "open_tickets",
  avg_resolution_time_hours: "resolution_hours",
  nps_score: "nps",
  nps_responses: "nps_responses",
} as const satisfies Partial<Record<keyof WindowNumbers, MetricName>>;

type Field = keyof typeof SUMMARY_FIELDS;
export const fieldNames = Object.keys(SUMMARY_FIELDS) as readonly Field[];

export const SUMMARY_METRICS: readonly MetricName[] = Object.values(SUMMARY_FIELDS);
export const SUMMARY_LEVELS: readonly StoredName[] = ["unconverted_change", "unpriced_change"];

export function windowNumbers(
  numbers: Numbers,
  currency: string,
): Pick<WindowNumbers, Field | "nps_interval" | "unconverted" | "unpriced"> {
  const value = (field: Field) => valueOver(metricOf(SUMMARY_FIELDS[field]), numbers, currency);
  const values = Object.fromEntries(fieldNames.map((field) => [field, value(field)])) as Record<Field, number | null>;
  const unpriced = toNumber(numbers.closing("unpriced_change"));
  return { ...values, nps_interval: intervalOf(numbers), unconverted: unconvertedAt(numbers), unpriced };
}

/** Whether the metric leaves out what has no exchange rate, and must say how much that is. */
export function tellsUnconverted({ group, unit }: Metric): boolean {
  return group === "revenue" && unit === "money";
}

/** Live subscriptions without an exchange rate at the end of the window; `unconverted_change` must have been read as a level. */
export function unconvertedAt(numbers: Numbers): number {
  return toNumber(numbers.closing("unconverted_change"));
}

export function intervalOf(numbers: Numbers): { center: number; margin: number } | null {
  return npsInterval({
    promoters: toNumber(numbers.last("nps_promoters")),
    passives: toNumber(numbers.last("nps_passives")),
    detractors: toNumber(numbers.last("nps_detractors")),
  });
}
