import { z } from "zod";
import { count, isoDate, milliseconds, money, percent, plainCount } from "./answer-fields.ts";
import { revenueFields } from "./revenue-answer.ts";

/**
 * The shapes in which numbers leave the engine: the same for HTTP, chat, the page and the terminal.
 * Names follow the HTTP contract. `null` is "no data", never zero.
 */
export const featureUse = z.object({
  feature: z.string().meta({ description: "METHOD /route/:pattern" }),
  usage_count: z.number().int().nonnegative(),
  avg_response_time_ms: milliseconds,
  p95_response_time_ms: milliseconds,
});

const range = {
  start: isoDate,
  end: isoDate,
  days: z.number().int().positive(),
  timezone: z.string(),
};
export const dateRange = z.object({
  ...range,
  complete: z.boolean().meta({ description: "false: the window is not over, and cut at the last complete day" }),
});

/** Of the days that a window is set beside. */
export const previousRange = z.object({
  ...range,
  days_known: z.number().int().nonnegative().meta({
    description: "days that do not end before the first event of all; no change is given unless it equals `days`",
  }),
});

/** How a number differs from the one it is set beside. */
export const change = z.object({
  absolute: z.number().meta({ description: "in the unit of the number; points of a percentage" }),
  percent: z.number().nullable().meta({
    description: "of the earlier number; null for a score, and where that rests on fewer than 20 or is not above 0",
  }),
  clear: z.boolean().meta({ description: "whether it is more than chance makes; only then is it called more or less" }),
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
  api_uptime_observed: percent.meta({
    description: "percent of the time of all services ever checked in which checks spoke; uptime is of that time",
  }),
  open_tickets: count,
  avg_resolution_time_hours: z.number().nonnegative().nullable(),
  nps_score: z.number().min(-100).max(100).nullable(),
  nps_responses: count,
  nps_interval: z.object({ center: z.number(), margin: z.number() }).nullable(),
  top_features: z.array(featureUse).max(10),
  currency: z.string().length(3),
  unpriced: z
    .number()
    .int()
    .nonnegative()
    .meta({ description: "live subscriptions that count 0 because their price was never sent" }),
  unconverted: z
    .number()
    .int()
    .nonnegative()
    .meta({ description: "subscriptions left out of MRR because they have no exchange rate" }),
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
  uptime_observed: percent,
  nps: z.number().min(-100).max(100).nullable(),
  nps_responses: count,
  tickets_opened: count,
  tickets_resolved: count,
  open_tickets: count,
});

export const instant = z.iso.datetime({ offset: true });

export const today = day.extend({ as_of: instant });

const nullableChange = change.nullable();
/** The numbers of a summary that are set beside earlier ones. */
const changes = windowNumbers
  .omit({ nps_interval: true, top_features: true, currency: true, unconverted: true, unpriced: true, date_range: true })
  .keyof();

export const summary = windowNumbers.extend({
  previous: windowNumbers
    .extend({ date_range: previousRange })
    .nullable()
    .meta({ description: "what it is set beside; null with `compare=none`" }),
  change: z.record(changes, nullableChange).nullable().meta({
    description: "each number against `previous`; null with `compare=none` and while not all earlier days are known",
  }),
  today,
  computed_at: instant.nullable().meta({ description: "when the newest rollup was written; null before the first" }),
});

/** Beside money that rests on subscriptions. */
const leftOut = z
  .number()
  .int()
  .nonnegative()
  .optional()
  .meta({ description: "subscriptions left out at the window's end because their currency has no exchange rate" });

export const daily = z.object({
  days: z.array(day),
  today,
  unconverted: leftOut,
  currency: z.string().length(3),
  date_range: dateRange,
  computed_at: instant.nullable(),
});

const value = z.number().nullable();
export const point = z.object({ date: isoDate, value });
/** An NPS is never told without the number of its answers. */
export const answered = {
  uptime_observed: percent.optional().meta({ description: "with `uptime` and `degraded` only: percent of the time" }),
  nps_responses: count.optional().meta({ description: "with `nps` only" }),
  nps_interval: z.object({ center: z.number(), margin: z.number() }).nullable().optional(),
};

export const seriesGroup = z.object({
  group: z.string(),
  points: z.array(point),
  window: z.object({ value, uptime_observed: answered.uptime_observed }),
});

export const series = z.object({
  metric: z.string(),
  label: z.string(),
  unit: z.string(),
  currency: z.string().length(3).optional(),
  unconverted: leftOut,
  step: z
    .enum(["month", "trailing", "day"])
    .meta({ description: "what a point stands for: a calendar month, the 30 days that end with the day, or the day" }),
  points: z.array(
    point.extend({
      nps_responses: answered.nps_responses,
      uptime_observed: answered.uptime_observed,
      complete: z.boolean().optional().meta({ description: "of a month only: false while it is not over" }),
    }),
  ),
  window: z.object({ value, ...answered }),
  previous: z.object({ value, ...answered, date_range: previousRange }).nullable(),
  change: change
    .nullable()
    .meta({ description: "of the window against `previous`; null while not all earlier days are known" }),
  today: point.extend(answered),
  by: z.string().optional().meta({ description: "what `groups` are; only when it was asked for" }),
  groups: z.array(seriesGroup).max(20).optional().meta({ description: "the largest of the window" }),
  groups_left_out: z.number().int().nonnegative().optional(),
  date_range: dateRange,
  computed_at: instant.nullable(),
});

const hours = z.number().nonnegative().nullable().meta({ description: "hours" });
const spread = z.object({ mean: hours, median: hours, p90: hours });
const asked = { computed_at: instant.nullable() };

/** The numbers of a window, and beside them those of another when one is asked for. */
function overWindow<Shape extends z.ZodRawShape>(numbers: z.ZodObject<Shape>) {
  return z.object({
    ...numbers.shape,
    date_range: dateRange,
    previous: z
      .object({ ...numbers.shape, date_range: previousRange })
      .optional()
      .meta({ description: "with `compare=previous` or `compare=year` only" }),
  });
}

export const funnelStep = z.object({
  milestone: z.string(),
  users: count,
  users_from_previous: count.meta({
    description:
      "those of `users` who also reached the step before it; of the first step, all: the steps can be reached in any order",
  }),
  rate: percent.meta({ description: "percent of `total_signups`, 0-100" }),
  median_hours: hours.meta({ description: "hours from the sign-up, of those who reached it" }),
});

const funnelNumbers = z.object({
  total_signups: count,
  completed_profile: count,
  first_api_call: count,
  first_agent_session: count,
  activated_users: count,
  activation_rate: percent.meta({ description: "percent of the sign-ups whose time to activate is over, 0-100" }),
  pending: count.meta({ description: "sign-ups that are still inside their time to activate" }),
  steps: z.array(funnelStep),
  activation_days: plainCount,
  ...asked,
});
export const activationFunnel = overWindow(funnelNumbers);

const revenueNumbers = z.object({ ...revenueFields, ...asked });
export const revenueBreakdown = overWindow(revenueNumbers);

const supportNumbers = z.object({
  opened: count,
  resolved: count,
  open_tickets: count.meta({ description: "at the end of the window" }),
  status: z.object({ open: count, in_progress: count, resolved: count, closed: count }),
  priority: z.object({ urgent: count, high: count, medium: count, low: count }),
  by_category: z.object({
    bug: count,
    feature_request: count,
    billing: count,
    general: count,
  }),
  first_response_hours: spread,
  resolution_hours: spread,
  full_resolution_hours: spread.meta({ description: "to the last resolution of a ticket that was reopened" }),
  ...asked,
});
export const supportOverview = overWindow(supportNumbers);

const errorNumbers = z.object({
  total_errors: count,
  critical_errors: count,
  api_uptime: percent,
  api_uptime_observed: percent.meta({
    description: "percent of the time of all services ever checked in which checks spoke; uptime is of that time",
  }),
  error_rate: percent,
  total_requests: count,
  failed_requests: count,
  client_error_rate: percent,
  apdex: z.number().min(0).max(1).nullable(),
  latency_p50: milliseconds,
  latency_p95: milliseconds,
  latency_p99: milliseconds,
  by_type: z.array(z.object({ type: z.string(), count: plainCount })).max(20),
  by_endpoint: z.array(z.object({ endpoint: z.string(), count: plainCount })).max(20),
  ...asked,
});
export const errorOverview = overWindow(errorNumbers);

export type FeatureUse = z.infer<typeof featureUse>;
export type PreviousRange = z.infer<typeof previousRange>;
export type DateRange = z.infer<typeof dateRange>;
export type WindowNumbers = z.infer<typeof windowNumbers>;
export type Day = z.infer<typeof day>;
export type Today = z.infer<typeof today>;
export type Summary = z.infer<typeof summary>;
export type Daily = z.infer<typeof daily>;
export type Series = z.infer<typeof series>;
export type SeriesGroup = z.infer<typeof seriesGroup>;
export type FunnelNumbers = z.infer<typeof funnelNumbers>;
export type RevenueNumbers = z.infer<typeof revenueNumbers>;
export type SupportNumbers = z.infer<typeof supportNumbers>;
export type ErrorNumbers = z.infer<typeof errorNumbers>;
export type ActivationFunnel = z.infer<typeof activationFunnel>;
export type RevenueBreakdown = z.infer<typeof revenueBreakdown>;
export type SupportOverview = z.infer<typeof supportOverview>;
export type ErrorOverview = z.infer<typeof errorOverview>;
