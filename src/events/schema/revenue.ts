import { z } from "zod";
import { choice } from "./fields.ts";

const REVENUE_EVENTS = [
  "subscription_started",
  "renewed",
  "upgraded",
  "downgraded",
  "canceled",
  "cancelled",
  "paused",
  "resumed",
  "trial_started",
  "past_due",
  "refunded",
  "one_time",
  "payment",
] as const;

const BILLING_PERIODS = [
  "day",
  "week",
  "two_weeks",
  "month",
  "quarter",
  "half_year",
  "year",
  "monthly",
  "yearly",
  "annual",
  "annually",
] as const;

export const revenueEventName = () => choice(REVENUE_EVENTS);

/** A decimal number that is not negative, as text or as a JSON number. `means` is the rest of the sentence that refuses it. */
export function decimal(example: string, means = "must be a decimal number") {
  return z.union([z.string().meta({ examples: [example] }), z.number().meta({ examples: [Number(example)] })], {
    error: `${means}, as in "${example}"`,
  });
}

const countError = "must have a `count`, a whole number from 1 to 1000";

const term = z.strictObject({
  unit: z.enum(["day", "week", "month", "year"]),
  count: z
    .number({ error: countError })
    .int({ error: countError })
    .min(1, { error: countError })
    .max(1_000, { error: countError }),
});

export const billingPeriod = () =>
  z.union([z.enum(BILLING_PERIODS), term], {
    error: `must be one of ${BILLING_PERIODS.join(", ")}, or {"unit": "day, week, month or year", "count": a whole number}`,
  });

export type BillingPeriodSent = z.infer<ReturnType<typeof billingPeriod>>;

/** Off the price of a period. `null`, told apart from a field that is left out, ends it. */
export const discount = () =>
  z.union([z.strictObject({ percent: decimal("20") }), z.strictObject({ amount: decimal("5") })], {
    error: 'must be {"percent": "20"}, {"amount": "5.00"}, or null to end a discount',
  });
