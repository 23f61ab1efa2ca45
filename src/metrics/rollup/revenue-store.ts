import { foldAccount, NO_PLAN } from "./account.ts";
import type { Pricing } from "./annual-price.ts";
import type { DayUnit, FoldBatch } from "./day-unit.ts";
import type { Moment, RevenueEvent, RevenueEventName, RevenuePolicies } from "./subscription.ts";
import { storeValues, type StoredValue } from "./values-store.ts";

interface RevenueRow {
  readonly account: string;
  readonly at: string;
  readonly day: string;
  readonly event: RevenueEventName;
  readonly subscription_id: string;
  readonly plan: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly billing_period: string | null;
  readonly quantity: number | null;
  readonly effective_at: string | null;
  readonly effective_day: string | null;
}

/** Folds accounts (subjects are `t<team_no>` or `u<user_no>`) into movements and queues the days that change. */
export async function foldAccounts(
  batch: FoldBatch,
  money: { readonly currency: string; readonly policies: RevenuePolicies },
): Promise<void> {
  const events = await readEvents(batch);
  const pricing = { currency: money.currency, rate: await readRates(batch) };
  const fresh = [...events].flatMap(([account, own]) =>
    foldAccount(own, pricing, money.policies).map(({ day, kind, before, after }) => ({
      account,
      day,
      kind,
      arr_before: before.arr.toString(),
      arr_after: after.arr.toString(),
      plan: after.plan,
      paused: after.paused,
      unconverted: after.unconverted,
    })),
  );
  await replaceMovements(batch, JSON.stringify(fresh));
}

async function readEvents({ sql, causes, timeZone }: FoldBatch): Promise<Map<string, RevenueEvent[]>> {
  const rows = await sql<RevenueRow[]>`
    select account, ((extract(epoch from occurred_at) * 1000000)::bigint)::text as at,
      ((occurred_at at time zone ${timeZone})::date)::text as day,
      event, subscription_id, plan, amount::text, currency, billing_period, quantity::float8 as quantity,
      ((extract(epoch from effective_at) * 1000000)::bigint)::text as effective_at,
      ((effective_at at time zone ${timeZone})::date)::text as effective_day
    from revenue_events
    where account in (select json_array_elements_text(${JSON.stringify([...causes.keys()])}::text::json))
      and voided_at is null and event not in ('payment', 'past_due')
    order by account, occurred_at, event_id collate "C" nulls first, row_no`;
  const byAccount = new Map<string, RevenueEvent[]>();
  for (const row of rows) {
    const own = byAccount.get(row.account) ?? [];
    own.push(eventOf(row));
    byAccount.set(row.account, own);
  }
  return byAccount;
}

function eventOf(row: RevenueRow): RevenueEvent {
  const { at, day, event, plan, amount, currency, quantity } = row;
  return {
    at: BigInt(at),
    day,
    event,
    plan,
    amount,
    currency,
    quantity,
    subscriptionId: row.subscription_id,
    billingPeriod: row.billing_period,
    effective: momentOf(row.effective_at, row.effective_day),
  };
}

function momentOf(at: string | null, day: string | null): Moment | null {
  return at === null || day === null ? null : { at: BigInt(at), day };
}

/** The latest rate at or before the day. */
async function readRates({ sql }: FoldBatch): Promise<Pricing["rate"]> {
  const rows = await sql<{ currency: string; day: string; rate: string }[]>`
    select currency, day::text as day, rate::text as rate from fx_rates order by fx_rates.day desc`;
  return (currency, day) => rows.find((row) => row.currency === currency && row.day <= day)?.rate ?? null;
}

async function replaceMovements({ sql, causes }: FoldBatch, fresh: string): Promise<void> {
  const subjects = JSON.stringify([...causes].map(([account, cause]) => ({ account, cause })));
  // A day's numbers follow from its movements and from what came before them.
  const withBefore = sql`*, coalesce(lag(unconverted) over own, 0) as unconverted_before,
        coalesce(lag(paused) over own, false) as paused_before, lag(plan) over own as plan_before`;
  const own = sql`window own as (partition by account order by day)`;
  const state = (of: string) => {
    const column = (name: string) => sql(`${of}.${name}`);
    return sql`(${column("kind")}, ${column("arr_before")}, ${column("arr_after")}, ${column("plan")}, ${column("paused")},
      ${column("unconverted")}, ${column("unconverted_before")}, ${column("paused_before")}, ${column("plan_before")})`;
  };
  await sql`
    with subjects as (
      select account, cause from json_to_recordset(${subjects}::text::json) as s(account text, cause text)
    ), fresh as (
      select ${withBefore}
      from json_to_recordset(${fresh}::text::json) as f(account text, day date, kind text, arr_before numeric,
        arr_after numeric, plan text, paused boolean, unconverted integer) ${own}
    ), old as (
      select ${withBefore}
      from movements where account in (select account from subjects) ${own}
    ), changed as (
      select account, day, fresh.paused is null as is_gone, 
        (old.paused is null or fresh.paused is null or old.plan is distinct from fresh.plan) as is_of_members
      from old full join fresh using (account, day) where ${state("old")} is distinct from ${state("fresh")}
    ), gone as (
      delete from movements using changed
      where movements.account = changed.account and movements.day = changed.day and changed.is_gone
    ), put as (
      insert into movements (account, day, kind, arr_before, arr_after, plan, paused, unconverted)
      select account, day, kind, arr_before, arr_after, plan, paused, unconverted
      from fresh join changed using (account, day)
      on conflict (account, day) do update set kind = excluded.kind, arr_before = excluded.arr_before,
        arr_after = excluded.arr_after, plan = excluded.plan, paused = excluded.paused, unconverted = excluded.unconverted
    ), members as (
      select distinct account, user_no from user_teams join changed on account = 't' || team_no where is_of_members
      union
      select account, user_no from users join changed on account = 'u' || user_no where is_of_members
    )
    insert into dirty (kind, day, subject, cause)
    select distinct 'revenue', day, null, cause from changed join subjects using (account)
    union all
    select 'member', null, user_no::text, cause from members join subjects using (account)`;
}

/**
 * Recomputes the day's movements, in total and by plan. A movement belongs to the plan that the account has afterwards,
 * one to nothing to the plan that it had. MRR and customers by plan change also when an account only changes its plan.
 */
export async function recomputeRevenue(unit: DayUnit): Promise<void> {
  const { sql, day } = unit;
  const values = await sql<StoredValue[]>`
    with moved as materialized (
      select kind, arr_before, arr_after, arr_after - arr_before as change, coalesce(plan, ${NO_PLAN}) as plan,
        coalesce(earlier.plan_before, ${NO_PLAN}) as plan_before,
        paused::int - coalesce(earlier.paused_before, false)::int as paused_change,
        unconverted - coalesce(earlier.unconverted_before, 0) as unconverted_change
      from movements left join lateral (
        select plan as plan_before, paused as paused_before, unconverted as unconverted_before
        from movements as earlier
        where earlier.account = movements.account and earlier.day < movements.day order by earlier.day desc limit 1
      ) as earlier on true
      where day = ${day}::text::date
    ), parts as (
      select 'mrr_' || kind as metric, case kind when 'churn' then plan_before else plan end as plan, abs(change) as value
      from moved where kind is not null
      union all
      select 'customers_gained', plan, 1 from moved where kind in ('new', 'reactivation')
      union all
      select 'customers_lost', plan_before, 1 from moved where kind = 'churn'
    ), by_plan as (
      select 'mrr_change' as metric, plan, arr_after as value from moved
      union all
      select 'mrr_change', plan_before, -arr_before from moved
      union all
      select 'customers_change', plan, 1 from moved where arr_after > 0
      union all
      select 'customers_change', plan_before, -1 from moved where arr_before > 0
    )
    select metric, coalesce(plan, '') as "by", sum(value)::text as value
    from parts group by grouping sets ((metric), (metric, plan))
    union all
    select metric, plan, sum(value)::text from by_plan group by metric, plan
    union all
    select metric, '', sum(value)::text
    from moved, lateral (values ('unconverted_change', unconverted_change), ('paused_change', paused_change)) as v(metric, value)
    group by metric`;
  await storeValues(unit, "revenue", { metrics: METRICS, values });
}

const METRICS = [
  "mrr_new",
  "mrr_expansion",
  "mrr_contraction",
  "mrr_churn",
  "mrr_reactivation",
  "mrr_change",
  "customers_gained",
  "customers_lost",
  "customers_change",
  "unconverted_change",
  "paused_change",
] as const;
