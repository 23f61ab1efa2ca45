import { z } from "zod";

/**
 * The shapes in which numbers leave the engine: the same for HTTP, chat, the page and the terminal.
 * Names follow the HTTP contract. `null` is "no data", never zero.
 */
const count = z.number().int().nonnegative().nullable();
const percent = z.number().nullable().meta({ description: "percent, 0-100" });
const money = z.number().nullable().meta({ description: "major units of the workspace currency" });
const milliseconds = z.number().nonnegative().nullable().meta({ description: "milliseconds" });
const isoDate = z.iso.date();

export const featureUse = z.object({
  feature: z.string().meta({ description: "METHOD /route/:pattern" }),
  usage_count: z.number().int().nonnegative(),
  avg_response_time_ms: milliseconds,
  p95_response_time_ms: milliseconds,
});

export const dateRange = z.object({
  start: isoDate,
  end: isoDate,
  days: z.number().int().positive(),
  timezone: z.string(),
});

export const windowNumbers = z.object({
  total_users: count,
  new_signups: count,
  active_users_daily: count,
  active_users_monthly: count,
  activation_rate: percent,
  mrr: money,
  arr: money,
  churn_rate: percent,
  arpu: money,
  total_api_calls: count,
  total_agent_sessions: count,
  error_rate: percent,
  api_uptime: percent,
  open_tickets: count,
  avg_resolution_time_hours: z.number().nonnegative().nullable(),
  nps_score: z.number().min(-100).max(100).nullable(),
  nps_responses: count,
  nps_interval: z.object({ center: z.number(), margin: z.number() }).nullable(),
  top_features: z.array(featureUse).max(10),
  currency: z.string().length(3),
  unconverted: z
    .number()
    .int()
    .nonnegative()
    .meta({ description: "subscriptions left out of MRR for want of an exchange rate" }),
  date_range: dateRange,
});

export const day = z.object({
  date: isoDate,
  signups: count,
  total_users: count,
  dau: count,
  wau: count,
  mau: count,
  activations: count,
  mrr: money,
  arr: money,
  new_revenue: money,
  churned_revenue: money,
  api_calls: count,
  agent_sessions: count,
  errors: count,
  error_rate: percent,
  latency_p50: milliseconds,
  latency_p95: milliseconds,
  latency_p99: milliseconds,
  uptime: percent,
  nps: z.number().min(-100).max(100).nullable(),
  nps_responses: count,
  tickets_opened: count,
  tickets_resolved: count,
  open_tickets: count,
});

const instant = z.iso.datetime({ offset: true });

export const today = day.extend({ as_of: instant });

export const summary = windowNumbers.extend({
  previous: windowNumbers,
  today,
  computed_at: instant.nullable().meta({ description: "when the newest rollup was written; null before the first" }),
});

export const daily = z.object({
  days: z.array(day),
  today,
  currency: z.string().length(3),
  date_range: dateRange,
  computed_at: instant.nullable(),
});

export const series = z.object({
  metric: z.string(),
  label: z.string(),
  unit: z.string(),
  currency: z.string().length(3).optional(),
  points: z.array(z.object({ date: isoDate, value: z.number().nullable() })),
  window: z.object({ value: z.number().nullable() }),
  previous: z.object({ value: z.number().nullable() }),
  today: z.object({ date: isoDate, value: z.number().nullable() }),
  date_range: dateRange,
  computed_at: instant.nullable(),
});

export type FeatureUse = z.infer<typeof featureUse>;
export type DateRange = z.infer<typeof dateRange>;
export type WindowNumbers = z.infer<typeof windowNumbers>;
export type Day = z.infer<typeof day>;
export type Today = z.infer<typeof today>;
export type Summary = z.infer<typeof summary>;
export type Daily = z.infer<typeof daily>;
export type Series = z.infer<typeof series>;
