import type { Temporal } from "../../core/time.ts";
import type { Day } from "../answers.ts";
import { metricOf, type MetricName } from "../catalogue.ts";
import type { Numbers } from "./numbers.ts";
import { valueOver } from "./value.ts";

type DayMetric = Extract<keyof Day, MetricName>;

/** The metrics of which every day of `/daily` carries the value, under their own names. */
const carried = {
  signups: true,
  total_users: true,
  dau: true,
  wau: true,
  mau: true,
  activations: true,
  mrr: true,
  arr: true,
  new_revenue: true,
  churned_revenue: true,
  api_calls: true,
  agent_sessions: true,
  errors: true,
  error_rate: true,
  latency_p50: true,
  latency_p95: true,
  latency_p99: true,
  uptime: true,
  uptime_observed: true,
  nps: true,
  nps_responses: true,
  tickets_opened: true,
  tickets_resolved: true,
  open_tickets: true,
} as const satisfies Record<Exclude<keyof Day, "date">, true> & Record<DayMetric, true>;

export const DAY_METRICS = Object.keys(carried) as readonly DayMetric[];

export function dayNumbers(date: Temporal.PlainDate, numbers: Numbers, currency: string): Day {
  const value = (name: DayMetric) => valueOver(metricOf(name), numbers, currency);
  const values = Object.fromEntries(DAY_METRICS.map((name) => [name, value(name)])) as Record<DayMetric, number | null>;
  return { date: date.toString(), ...values };
}
