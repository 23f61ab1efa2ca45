import { NO_PLAN } from "./account.ts";
import type { DayUnit, FoldBatch } from "./day-unit.ts";
import { storeValues, type StoredValue } from "./values-store.ts";

/**
 * Folds people (subjects are user numbers) into their plans and how they stand: a row for each local day from the sign-up on
 * at whose end one of them is another than the day before. The team of their latest event that names one decides if it has a
 * live subscription, else what they pay alone if that is live; if neither is, a pause or a trial of either is told.
 * Queues the days that change.
 */
export async function foldMembers({ sql, timeZone, causes }: FoldBatch): Promise<void> {
  const subjects = JSON.stringify([...causes].map(([user_no, cause]) => ({ user_no, cause })));
  const before = (column: string) => sql`lag(${sql(column)}) over (partition by user_no order by day)`;
  const spanOf = (account: ReturnType<typeof sql>) => sql`
    left join lateral (
      select plan, standing, standing in ('live', 'past_due') as is_live from account_spans
      where account = ${account} and account_spans.day <= days.day order by account_spans.day desc limit 1
    )`;
  await sql`
    with subjects as materialized (
      select user_no, cause from json_to_recordset(${subjects}::text::json) as s(user_no integer, cause text)
    ), people as (
      select user_no, (signed_up_at at time zone ${timeZone})::date as joined
      from users join subjects using (user_no) where signed_up_at is not null
    ), stays as (
      select user_no, 't' || team_no as account, day as since,
        coalesce(lead(day) over (partition by user_no order by day), 'infinity'::date) as until
      from user_teams join people using (user_no)
    ), days as (
      select user_no, joined as day from people
      union select user_no, since from stays join people using (user_no) where since > joined
      union select user_no, day from stays join people using (user_no) join account_spans using (account)
        where day > joined and day >= since and day < stays.until
      union select user_no, day from people join account_spans on account = 'u' || user_no where day > joined
    ), stands as (
      select days.user_no, days.day,
        coalesce(case when team.is_live then team.plan when own.is_live then own.plan end, ${NO_PLAN}) as plan,
        nullif(case when team.is_live then team.standing when own.is_live then own.standing
          when 'paused' in (team.standing, own.standing) then 'paused'
          when 'trial' in (team.standing, own.standing) then 'trial' end, 'live') as standing
      from days
        left join stays on stays.user_no = days.user_no and days.day >= since and days.day < stays.until
        ${spanOf(sql`stays.account`)} as team on true
        ${spanOf(sql`'u' || days.user_no`)} as own on true
    ), steps as (
      select *, ${before("plan")} as plan_before, ${before("standing")} as standing_before from stands
    ), fresh as (
      select * from steps where (plan, standing) is distinct from (plan_before, standing_before)
    ), old as (
      select user_no, day, plan, standing, ${before("plan")} as plan_before, ${before("standing")} as standing_before
      from user_plans where user_no in (select user_no from subjects)
    ), changed as (
      select user_no, day, fresh.plan, fresh.standing from old full join fresh using (user_no, day)
      where (old.plan, old.standing, old.plan_before, old.standing_before)
        is distinct from (fresh.plan, fresh.standing, fresh.plan_before, fresh.standing_before)
    ), gone as (
      delete from user_plans as stored using changed
      where stored.user_no = changed.user_no and stored.day = changed.day and changed.plan is null
    ), put as (
      insert into user_plans (user_no, day, plan, standing)
      select user_no, day, plan, standing from changed where plan is not null
      on conflict (user_no, day) do update set plan = excluded.plan, standing = excluded.standing
    )
    insert into dirty (kind, day, cause) select distinct 'tiers', day, cause from changed join subjects using (user_no)`;
}

/** Recomputes by how much the users of each plan, and of each standing, became more or fewer on the day. */
export async function recomputeTiers(unit: DayUnit): Promise<void> {
  const { sql, day } = unit;
  const values = await sql<StoredValue[]>`
    with now as (
      select plan, standing, earlier.plan_before, earlier.standing_before
      from user_plans left join lateral (
        select plan as plan_before, standing as standing_before from user_plans as earlier
        where earlier.user_no = user_plans.user_no and earlier.day < ${day}::text::date
        order by earlier.day desc limit 1
      ) as earlier on true
      where day = ${day}::text::date
    ), changes(metric, "by", change) as (
      select 'users_change', plan, 1 from now
      union all select 'users_change', plan_before, -1 from now where plan_before is not null
      union all select 'standing_change', standing, 1 from now where standing is not null
      union all select 'standing_change', standing_before, -1 from now where standing_before is not null
    )
    select metric, "by", sum(change)::text as value from changes group by metric, "by"`;
  await storeValues(unit, "tiers", { metrics: ["users_change", "standing_change"], values });
}
