import type { Recount } from "./span.ts";

/**
 * From `recount_states` to days. `recount_stretches` holds how a subscription is at the end of each day from `since` until
 * before `until`; `recount_worth` the same cut where rates change, with a year's worth in the workspace's currency (null
 * without a rate); `counts` says whether it is part of MRR.
 */
export async function layOutTimeline(recount: Recount): Promise<void> {
  await cutMoments(recount);
  await cutStretches(recount);
  await cutRates(recount);
  const { sql } = recount;
  await sql`
    create temp table recount_worth as
    select subscription, account, standing, plan, currency, counts, past_due, changed_at, yearly, rate, yearly * rate as worth,
      greatest(stretch.since, held.since) as since, least(stretch.until, held.until) as until
    from recount_stretches as stretch join recount_rates as held using (currency)
    where held.since < stretch.until and held.until > stretch.since`;
  await sql`create index on recount_worth (account)`;
  await sql`
    create temp table recount_first_paid as
    select account, min(since) as day from recount_worth where counts and worth > 0 group by account`;
  for (const table of ["recount_worth", "recount_stretches", "recount_rates"]) await sql.unsafe(`analyze ${table}`);
}

/** How each subscription stood between instants; a discount and a trial end by themselves. */
async function cutMoments({ sql }: Recount): Promise<void> {
  await sql`
    create temp table recount_moments as
    with finals as (
      select distinct on (subscription, at) * from recount_states order by subscription, at, n desc
    ), timed as (
      select *, lead(at) over (partition by subscription order by at) as next_at from finals
    ), cuts as (
      select timed.*, since from timed, lateral (values (at), (discount_until), (case when standing = 'trial' then trial_ends_at end))
        as cut (since)
      where since >= at and (since < next_at or next_at is null)
    )
    select subscription, since, lead(since) over (partition by subscription order by since) as until, account, plan, currency,
      case when standing = 'trial' and trial_ends_at <= since then 'lapsed' else standing end as standing, past_due, changed_at,
      case when discount_until <= since then yearly_in_full else yearly end as yearly
    from (select distinct on (subscription, since) * from cuts order by subscription, since) as once`;
  await sql`create index on recount_moments (subscription)`;
}

async function cutStretches({ sql, workspace }: Recount): Promise<void> {
  await sql`
    create temp table recount_stretches as
    with days as (
      select distinct on (subscription, day) *
      from (select *, (since at time zone ${workspace.timeZone})::date as day from recount_moments) as dated
      order by subscription, day, since desc
    )
    select subscription, day as since, coalesce(lead(day) over own, 'infinity') as until, account, standing, plan, currency, yearly,
      standing = 'live' or (standing = 'paused' and ${workspace.policies.pausedCounts}::boolean) as counts, past_due, changed_at,
      lag(account) over own as account_before
    from days window own as (partition by subscription order by day)`;
  await sql`create index on recount_stretches (account)`;
  await sql`create index on recount_stretches (subscription)`;
}

async function cutRates({ sql, workspace }: Recount): Promise<void> {
  await sql`
    create temp table recount_rates as
    select currency, day as since, coalesce(lead(day) over own, 'infinity') as until, rate,
      coalesce(lag(rate) over own, 0) as rate_before
    from fx_rates where currency <> ${workspace.currency} window own as (partition by currency order by day)
    union all
    select currency, '-infinity', coalesce(min(day), 'infinity'), null, 0
    from recount_money left join fx_rates using (currency) where currency <> ${workspace.currency} group by currency
    union all select ${workspace.currency}, '-infinity', 'infinity', 1, 1`;
}
