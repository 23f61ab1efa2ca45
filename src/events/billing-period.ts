import type { BillingPeriodSent } from "./schema/revenue.ts";

const SPELLINGS: Readonly<Record<string, string>> = {
  monthly: "month",
  yearly: "year",
  annual: "year",
  annually: "year",
};

/** The greatest count of each unit: about ten years, for days as many as 1,000. */
export const LONGEST = { day: 1_000, week: 520, month: 120, year: 10 } as const;

/** Terms that have a name of their own. */
const NAMED: Readonly<Record<string, string>> = {
  "1 day": "day",
  "1 week": "week",
  "2 week": "two_weeks",
  "1 month": "month",
  "3 month": "quarter",
  "6 month": "half_year",
  "12 month": "year",
  "1 year": "year",
};

/** The period's one name: `month`, or "<count> <unit>" when it has none. */
export function billingPeriodName(sent: BillingPeriodSent): string {
  if (typeof sent === "string") return SPELLINGS[sent] ?? sent;
  const term = `${sent.count} ${sent.unit}`;
  return NAMED[term] ?? term;
}
