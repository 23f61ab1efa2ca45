import type { TransactionSql } from "../../db/client.ts";
import { NO_PLAN } from "./account.ts";
import type { DayUnit } from "./day-unit.ts";
import { factorsOf } from "./rates-store.ts";
import { storeValues, type StoredValue } from "./values-store.ts";

/** Recomputes the day's revenue, from how accounts stand at its end and stood before it. */
export async function recomputeRevenue(unit: DayUnit): Promise<void> {
  const { sql, day, currency } = unit;
  const factors = await factorsOf(sql, currency, day);
  const rates = JSON.stringify(factors);
  const hasNewRates = factors.some(({ now, before }) => now !== before);
  const values = await sql<StoredValue[]>`
    with rates as materialized (
      select * from json_to_recordset(${rates}::text::json) as r(currency text, now numeric, before numeric)
    ), changed as materialized (
      select after.pays, after.paused, after.would_pay, after.unconverted, after.unpriced, after.trials,
        coalesce(after.plan, ${NO_PLAN}) as plan, coalesce(earlier.plan, ${NO_PLAN}) as plan_before,
        coalesce(earlier.pays, false) as pays_before, coalesce(earlier.paused, false) as paused_before,
        coalesce(earlier.would_pay, false) as would_pay_before, coalesce(earlier.unconverted, 0) as unconverted_before,
        coalesce(earlier.unpriced, 0) as unpriced_before, coalesce(earlier.trials, 0) as trials_before,
        ${valued(sql, "after", "money")} as mrr, ${valued(sql, "after", "due")} as due,
        ${valued(sql, "earlier", "money")} as mrr_before, ${valued(sql, "earlier", "due")} as due_before
      from account_spans as after
        left join account_spans as earlier on earlier.account = after.account and earlier.until = after.day
      where after.day = ${day}::text::date
    ), moved as materialized (
      select kind, change, coalesce(case when kind in ('churn', 'paused') then plan_before else plan end, ${NO_PLAN}) as plan
      from movements where day = ${day}::text::date and kind <> 'transfer'
    ), revalued as materialized (
      ${hasNewRates ? revaluedOn(sql, day) : sql`select ''::text as plan, 0::numeric as mrr, 0::numeric as due where false`}
    ), ${partsOf(sql, day)}
    select metric, "by", sum(value)::text as value from values_of group by metric, "by"`;
  await storeValues(unit, "revenue", { metrics: METRICS, values });
}

/** `values_of`: what each number is the sum of, in total and by plan. */
function partsOf(sql: TransactionSql, day: string) {
  return sql`values_of(metric, "by", value) as (
      select 'mrr_' || kind, '', abs(change) from moved
      union all
      select 'mrr_' || kind, plan, abs(change) from moved
      union all
      select 'customers_gained', plan, 1 from changed where pays and not pays_before
      union all
      select 'customers_gained', '', 1 from changed where pays and not pays_before
      union all
      select 'customers_lost', plan_before, 1 from changed where pays_before and not pays
      union all
      select 'customers_lost', '', 1 from changed where pays_before and not pays
      union all
      select 'customers_change', plan, 1 from changed where pays
      union all
      select 'customers_change', plan_before, -1 from changed where pays_before
      union all
      select 'mrr_change', plan, mrr from changed
      union all
      select 'mrr_change', plan_before, -mrr_before from changed
      union all
      select 'mrr_change', plan, mrr from revalued
      union all
      select 'mrr_fx', plan, mrr from revalued
      union all
      select 'mrr_fx', '', mrr from revalued
      union all
      select 'past_due_change', '', due - due_before from changed
      union all
      select 'past_due_change', '', due from revalued
      union all
      select metric, '', value from changed, lateral (values
        ('unconverted_change', unconverted - unconverted_before), ('unpriced_change', unpriced - unpriced_before),
        ('trials_change', trials - trials_before), ('paused_change', paused::int - paused_before::int),
        ('would_pay_change', would_pay::int - would_pay_before::int)) as v(metric, value)
      union all
      select 'trials_started', '', 1 from revenue_trials where started_day = ${day}::text::date
      union all
      select metric, '', value * now from revenue_cash join rates using (currency),
        lateral (values ('cash_collected', collected), ('refunds', refunded)) as v(metric, value)
      where day = ${day}::text::date
    )`;
}

/** A span's amounts at the rates of the day; what has no rate counts nothing. */
function valued(sql: TransactionSql, span: "after" | "earlier", amounts: "money" | "due") {
  return sql`coalesce((
    select sum(amount * now) from unnest(${sql(span)}.currencies, ${sql(span)}.${sql(amounts)}) as part(currency, amount)
      join rates using (currency)), 0)`;
}

/** What the money of the end of the day before gained by the day's rates, by plan. */
function revaluedOn(sql: TransactionSql, day: string) {
  return sql`
    select coalesce(plan, ${NO_PLAN}) as plan, sum(amount * (now - before)) as mrr, sum(past_due * (now - before)) as due
    from account_spans, lateral unnest(currencies, money, due) as part(currency, amount, past_due) join rates using (currency)
    where day < ${day}::text::date and until >= ${day}::text::date and now <> before
    group by 1`;
}

const METRICS = [
  "mrr_new",
  "mrr_expansion",
  "mrr_contraction",
  "mrr_churn",
  "mrr_reactivation",
  "mrr_paused",
  "mrr_resumed",
  "mrr_fx",
  "mrr_change",
  "customers_gained",
  "customers_lost",
  "customers_change",
  "unconverted_change",
  "unpriced_change",
  "paused_change",
  "would_pay_change",
  "past_due_change",
  "trials_change",
  "trials_started",
  "cash_collected",
  "refunds",
] as const;
