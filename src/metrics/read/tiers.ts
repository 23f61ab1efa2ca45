import type { Sql } from "../../db/client.ts";
import type { Temporal } from "../../core/time.ts";
import type { RevenueBreakdown } from "../answers.ts";
import { metricOf, type Metric, type StoredName } from "../catalogue.ts";
import { parseExact, type Exact } from "./exact.ts";
import { groupMetric } from "./grouping.ts";
import { numbersOfDay } from "./numbers-of-day.ts";
import { valueOver } from "./value.ts";

export type Tier = RevenueBreakdown["tiers"][number];

export interface Tiers {
  /** The plans that somebody has: the most revenue first, then the most users. */
  readonly tiers: Tier[];
  readonly standing: RevenueBreakdown["standing"];
}

const LEVELS: readonly StoredName[] = ["users_change", "customers_change", "mrr_change", "standing_change"];

/** Users, customers and revenue of each plan at the end of the day, and how the users stand. */
export async function loadTiers(sql: Sql, day: Temporal.PlainDate, currency: string): Promise<Tiers> {
  const rows = await sql<{ by: string; metric: string; value: string }[]>`
    select "by", metric, sum(value)::text as value from metric_values
    where metric = any(${`{${LEVELS.join(",")}}`}::text[]) and "by" <> '' and day <= ${day.toString()}::text::date
    group by 1, 2 having sum(value) <> 0`;
  const plans = new Map<string, Map<string, Exact>>();
  const standings = new Map<string, number>();
  for (const { by, metric, value } of rows) {
    if (metric === "standing_change") standings.set(by, Number(value));
    else plans.set(by, (plans.get(by) ?? new Map<string, Exact>()).set(metric, parseExact(value)));
  }
  return {
    tiers: [...plans]
      .map(([plan, levels]) => tierOf(plan, levels, currency))
      .filter(({ users, customers }) => users > 0 || customers > 0)
      .sort((a, b) => b.mrr - a.mrr || b.users - a.users || (a.plan < b.plan ? -1 : 1)),
    standing: {
      trial_users: standings.get("trial") ?? 0,
      paused_users: standings.get("paused") ?? 0,
      past_due_users: standings.get("past_due") ?? 0,
    },
  };
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
