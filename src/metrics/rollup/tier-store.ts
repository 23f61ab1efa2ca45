import { NO_PLAN } from "./account.ts";
import type { DayUnit, FoldBatch } from "./day-unit.ts";
import { storeValues, type StoredValue } from "./values-store.ts";

/**
 * Folds people (subjects are user numbers) into the plans of their accounts: a row for each local day from the sign-up
 * on at whose end the plan is another than the day before. Somebody's account is the team of their latest event that
 * names one, before the first such event their own. Queues the days that change.
 */
export async function foldMembers({ sql, timeZone, causes }: FoldBatch): Promise<void> {
  const subjects = JSON.stringify([...causes].map(([user_no, cause]) => ({ user_no, cause })));
  const planBefore = sql`lag(plan) over (partition by user_no order by day)`;
  await sql`
    with subjects as materialized (
      select user_no, cause from json_to_recordset(${subjects}::text::json) as s(user_no integer, cause text)
    ), people as (
      select user_no, (signed_up_at at time zone ${timeZone})::date as joined
      from users join subjects using (user_no) where signed_up_at is not null
    ), teams as (
      select user_no, day, team_no, lag(team_no) over (partition by user_no order by day) as before
      from user_teams join people using (user_no)
    ), stays as (
      select user_no, 'u' || user_no as account, '-infinity'::date as since from people
      union all
      select user_no, 't' || team_no, day from teams where team_no is distinct from before
    ), spans as (
      select user_no, account, since, joined,
        coalesce(lead(since) over (partition by user_no order by since), 'infinity'::date) as until
      from stays join people using (user_no)
    ), moments as (
      select user_no, account, greatest(since, joined) as day from spans where joined < until
      union
      select user_no, account, day from spans join movements using (account)
      where day > joined and day >= since and day < until
    ), plans as (
      select user_no, day, coalesce((
        select plan from movements where movements.account = moments.account and movements.day <= moments.day
        order by movements.day desc limit 1), ${NO_PLAN}) as plan
      from moments
    ), steps as (
      select user_no, day, plan, ${planBefore} as before from plans
    ), fresh as (
      select user_no, day, plan, before from steps where plan is distinct from before
    ), old as (
      select user_no, day, plan, ${planBefore} as before from user_plans
      where user_no in (select user_no from subjects)
    ), changed as (
      select user_no, day, fresh.plan from old full join fresh using (user_no, day)
      where (old.plan, old.before) is distinct from (fresh.plan, fresh.before)
    ), gone as (
      delete from user_plans as stored using changed
      where stored.user_no = changed.user_no and stored.day = changed.day and changed.plan is null
    ), put as (
      insert into user_plans (user_no, day, plan) select user_no, day, plan from changed where plan is not null
      on conflict (user_no, day) do update set plan = excluded.plan
    )
    insert into dirty (kind, day, cause) select distinct 'tiers', day, cause from changed join subjects using (user_no)`;
}

/** Recomputes by how much the users of each plan became more or fewer on the day. */
export async function recomputeTiers(unit: DayUnit): Promise<void> {
  const { sql, day } = unit;
  const values = await sql<StoredValue[]>`
    with now as (
      select user_no, plan, (
        select earlier.plan from user_plans as earlier
        where earlier.user_no = user_plans.user_no and earlier.day < ${day}::text::date
        order by earlier.day desc limit 1) as before
      from user_plans where day = ${day}::text::date
    )
    select 'users_change' as metric, plan as "by", sum(change)::text as value
    from (select plan, 1 as change from now union all select before, -1 from now where before is not null) as changes
    group by plan`;
  await storeValues(unit, "tiers", { metrics: ["users_change"], values });
}
