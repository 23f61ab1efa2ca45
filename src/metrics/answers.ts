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

const termOf = z.object({
  name: z.string().meta({ description: "the stored number" }),
  label: z.string(),
  sign: z.union([z.literal(1), z.literal(-1)]),
  value: z.number().meta({ description: "not rounded; money in major units" }),
});

const sideOf = z.object({
  taken: z.enum(["sum", "mean", "last", "closing", "opening"]).meta({
    description:
      "over the days of the window: their sum, their mean, the last one; or at the end of the window, or just before its start",
  }),
  label: z.string().nullable().meta({ description: "what its terms make together, where that has a name" }),
  value: z.number(),
  terms: z.array(termOf),
});

/** How a value comes about: it is what the rule makes of the parts. */
export const built = z.discriminatedUnion("rule", [
  z.object({ rule: z.literal("sum"), taken: sideOf.shape.taken, terms: z.array(termOf) }),
  z.object({ rule: z.literal("level"), start: z.number(), terms: z.array(termOf) }),
  z.object({ rule: z.literal("ratio"), scale: z.number(), numerator: sideOf, denominator: sideOf }),
  z.object({
    rule: z.literal("share"),
    scale: z.number(),
    part: z.object({ label: z.string(), value: z.number() }),
    whole: z.object({ label: z.string(), value: z.number() }),
  }),
  z.object({
    rule: z.literal("rank"),
    q: z.number(),
    requests: z.number().int(),
    rank: z.number().int().meta({ description: "the value is that of the request of this rank, at most 1 % off" }),
  }),
]);

const unit = z.enum(["count", "percent", "money", "milliseconds", "score", "ratio", "hours"]);

export const explanation = z.object({
  metric: z.string(),
  label: z.string(),
  meaning: z.string(),
  formula: z.string(),
  source: z.string(),
  definition_version: z.number().int().positive(),
  kind: z.string(),
  unit,
  currency: z.string().length(3),
  value: z.number().nullable(),
  built: built.nullable().meta({ description: "null before the first event" }),
  unconverted: z.number().int().nonnegative().optional(),
  policies: z.array(z.object({ policy: z.string(), value: z.string(), meaning: z.string() })),
  inputs: z.array(
    z.object({
      event: z.string().meta({ description: "a type of event" }),
      rows: z.number().int().nonnegative().meta({ description: "rows that the value rests on" }),
      newest_at: instant.nullable().meta({ description: "when the newest row of all happened" }),
    }),
  ),
  inputs_range: z.object({ start: isoDate.nullable(), end: isoDate }).meta({
    description: "local days whose rows count; without a start, all up to the end",
  }),
  accounts: z
    .object({
      total: z.number().int().nonnegative(),
      largest: z.array(z.object({ account: z.string(), date: isoDate, movement: z.string(), change: z.number() })),
    })
    .nullable()
    .meta({ description: "accounts that moved it; null when they may not be named, or none can" }),
  restatements: z.object({
    total: z.number().int().nonnegative(),
    newest: z.array(
      z.object({
        metric: z.string(),
        label: z.string(),
        unit,
        date: isoDate,
        restated_on: isoDate,
        before: z.number().nullable(),
        after: z.number().nullable(),
        is_change: z.boolean().meta({
          description: "the numbers are the day's change of a level; all later days moved by their difference",
        }),
        cause: z.string(),
      }),
    ),
  }),
  partial: z.boolean().meta({ description: "the last day of the window is not over" }),
  today: z.object({ date: isoDate, value: z.number().nullable() }),
  day_revision: z.number().int().nonnegative().meta({ description: "of the last day; grows with each recompute" }),
  computed_at: instant.nullable(),
  date_range: dateRange,
});

export type Built = z.infer<typeof built>;
export type Explanation = z.infer<typeof explanation>;
