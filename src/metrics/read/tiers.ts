import type { Sql } from "../../db/client.ts";
import type { Temporal } from "../../core/time.ts";
import type { RevenueBreakdown } from "../answers.ts";
import { metricOf, type Metric, type StoredName } from "../catalogue.ts";
import { parseExact, type Exact } from "./exact.ts";
import { groupMetric } from "./grouping.ts";
import { numbersOfDay } from "./numbers-of-day.ts";
import { valueOver } from "./value.ts";

export type Tier = RevenueBreakdown["tiers"][number];

/** The plan of accounts without a live subscription; it is always among the tiers. */
const FREE = "free";

const LEVELS: readonly StoredName[] = ["users_change", "customers_change", "mrr_change"];

/** Users, customers and revenue of each plan at the end of the day: the most revenue first, then the most users. */
export async function loadTiers(sql: Sql, day: Temporal.PlainDate, currency: string): Promise<Tier[]> {
  const rows = await sql<{ plan: string; metric: string; value: string }[]>`
    select "by" as plan, metric, sum(value)::text as value from metric_values
    where metric = any(${`{${LEVELS.join(",")}}`}::text[]) and "by" <> '' and day <= ${day.toString()}::text::date
    group by 1, 2`;
  const plans = new Map<string, Map<string, Exact>>([[FREE, new Map()]]);
  for (const { plan, metric, value } of rows) {
    const own = plans.get(plan) ?? new Map<string, Exact>();
    plans.set(plan, own.set(metric, parseExact(value)));
  }
  return [...plans]
    .map(([plan, levels]) => tierOf(plan, levels, currency))
    .filter(({ plan, users, customers, mrr }) => plan === FREE || users > 0 || customers > 0 || mrr !== 0)
    .sort((a, b) => b.mrr - a.mrr || b.users - a.users || (a.plan < b.plan ? -1 : 1));
}

function tierOf(plan: string, levels: ReadonlyMap<string, Exact>, currency: string): Tier {
  const numbers = numbersOfDay((name) => levels.get(name) ?? 0n);
  const value = (metric: Metric | null) => (metric === null ? null : valueOver(metric, numbers, currency));
  const of = (name: "total_users" | "customers" | "mrr" | "arpu") => value(groupMetric(metricOf(name), "plan"));
  return {
    plan,
    users: of("total_users") ?? 0,
    customers: of("customers") ?? 0,
    mrr: of("mrr") ?? 0,
    arpu: of("arpu"),
  };
}
