import { z } from "zod";
import { isoDate } from "./answer-fields.ts";
import { answered, dateRange, instant, point } from "./answers.ts";

const termOf = z.object({
  name: z.string().meta({ description: "the stored number" }),
  label: z.string(),
  sign: z.union([z.literal(1), z.literal(-1)]),
  value: z.number().meta({ description: "not rounded; money in major units" }),
});

const sideOf = z.object({
  taken: z.enum(["sum", "last", "closing", "opening", "lasting"]).meta({
    description:
      "over the days of the window: their sum, or the last one; or at the end of the window, or just before its start, or at its end times its length in seconds",
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
    unit: z.enum(["count", "money"]),
    part: z.object({ label: z.string(), value: z.number() }),
    whole: z.object({ label: z.string(), value: z.number() }),
  }),
  z
    .object({
      rule: z.literal("lifetime"),
      mrr: z.number(),
      customers: z.number(),
      gross_margin: z.number().meta({ description: "percent" }),
      lost: z.number().meta({ description: "accounts that cancelled in the 30 days that end with the window" }),
      opening: z.number().meta({ description: "accounts that paid just before those 30 days" }),
    })
    .meta({ description: "mrr ÷ customers × gross margin ÷ (lost ÷ opening)" }),
  z.object({
    rule: z.literal("tickets"),
    take: z.enum(["mean", "median", "p90"]),
    tickets: z.number().int(),
    total_hours: z.number(),
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
  ...answered,
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
  today: point.extend(answered),
  day_revision: z.number().int().nonnegative().meta({ description: "of the last day; grows with each recompute" }),
  computed_at: instant.nullable(),
  date_range: dateRange,
});

export type Built = z.infer<typeof built>;
export type Explanation = z.infer<typeof explanation>;
