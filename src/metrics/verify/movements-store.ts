import type { Recount } from "./span.ts";

/**
 * `recount_moves (day, kind, size)`: what moved the revenue of accounts, a year's worth; `fx` may be negative. An account's
 * subscriptions are those that it has at the end of the day, wherever they were the day before.
 */
export async function findMoves(recount: Recount): Promise<void> {
  const { sql } = recount;
  await compareAccountDays(recount);
  await sql`
    create temp table recount_moves as
    select day, kind, abs(closing - opening) as size from recount_account_days where kind is not null
    union all
    select held.since, 'fx', sum(yearly * (rate - rate_before))
    from recount_rates as held join recount_stretches as stretch
      on stretch.currency = held.currency and stretch.since < held.since and stretch.until >= held.since
    where counts and rate is not null and held.since > '-infinity' group by held.since`;
  for (const statement of [SETTLE_PAUSES, FOLLOW_PAUSES]) await sql.unsafe(statement);
  await sql`select pg_temp.recount_follow_pauses()`;
}

/** Each account on each day on which one of its subscriptions changed, came or left; at the rates of the day. */
async function compareAccountDays({ sql }: Recount): Promise<void> {
  await sql`
    create temp table recount_account_days as
    with touched as (
      select account, since as day from recount_stretches
      union select account_before, since from recount_stretches where account_before <> account
    ), own as (
      select touched.account, day, present.standing, past.standing as stood, past.account <> touched.account as came,
        case when present.counts then coalesce(present.yearly * rates.rate, 0) else 0 end as worth,
        case when past.counts then coalesce(past.yearly * past_rates.rate, 0) else 0 end as was_worth
      from touched join recount_stretches as present using (account)
        join recount_rates as rates on rates.currency = present.currency and rates.since <= day and rates.until > day
        left join recount_stretches as past on past.subscription = present.subscription and past.since < day and past.until >= day
        left join recount_rates as past_rates
          on past_rates.currency = past.currency and past_rates.since <= day and past_rates.until > day
      where present.since <= day and present.until > day
    ), sums as (
      select account, day, sum(was_worth) as opening, sum(worth) as closing, bool_or(standing = 'paused') as is_paused,
        coalesce(bool_or(came and was_worth > 0), false) as has_gained, coalesce(bool_or(stood = 'paused' and worth > 0), false) as resumes
      from own group by account, day
    )
    select account, touched.day, coalesce(opening, 0) as opening, coalesce(closing, 0) as closing,
      coalesce(is_paused, false) as is_paused,
      case
        when opening = closing then null
        when has_gained or (opening > 0 and closing > 0) then case when closing > opening then 'expansion' else 'contraction' end
        when closing = 0 then case when is_paused then 'paused' else 'churn' end
        when coalesce(first_paid.day >= touched.day, true) then 'new'
        when resumes then 'resumed'
        else 'reactivation'
      end as kind
    from touched left join sums using (account, day) left join recount_first_paid as first_paid using (account)`;
  await sql`create index on recount_account_days (day)`;
}

/** Of accounts that paid nothing and were paused the day before: what became of the pause by the end of the day. */
const SETTLE_PAUSES = `
  create function pg_temp.recount_settle_pauses(today date) returns void language plpgsql as $$
  declare
    stop record;
  begin
    for stop in
      select days.account, bool_or(later.standing = 'ended') as has_ended,
        (array_agg(later.account order by coalesce(id, '') collate "C"))[1] as moved_to
      from recount_account_days as days join recount_stretches as earlier on earlier.account = days.account
        join recount_stretches as later on later.subscription = earlier.subscription and later.since <= today and later.until > today
        join recount_subscriptions on no = earlier.subscription
      where day = today and closing = 0 and not days.is_paused and days.account in (select account from recount_pauses)
        and earlier.standing = 'paused' and earlier.since < today and earlier.until >= today
      group by days.account
    loop
      if stop.has_ended then
        insert into recount_moves (day, kind, size)
        select today, kind, sum(yearly * rate)
        from recount_pauses join recount_rates as rates using (currency), unnest(array['churn', 'resumed']) as kind
        where account = stop.account and rates.since <= today and rates.until > today group by kind having sum(yearly * rate) > 0;
        delete from recount_pauses where account = stop.account;
      elsif stop.moved_to <> stop.account then
        update recount_pauses set account = stop.moved_to where account = stop.account;
      end if;
    end loop;
    delete from recount_pauses using recount_account_days as days
    where days.account = recount_pauses.account and day = today and (opening > 0 or closing > 0);
  end $$`;

/**
 * Of an account that is cancelled while paused, what `paused` took is `churn` and `resumed`. It goes along when the last
 * paused subscription moves to another account, and is forgotten when the account pays.
 */
const FOLLOW_PAUSES = `
  create function pg_temp.recount_follow_pauses() returns void language plpgsql as $$
  declare
    today date;
  begin
    for today in select distinct day from recount_account_days order by day loop
      perform pg_temp.recount_settle_pauses(today);
      insert into recount_pauses (account, currency, yearly)
      select days.account, past.currency, past.yearly
      from recount_account_days as days join recount_stretches as present on present.account = days.account
        join recount_stretches as past on past.subscription = present.subscription and past.since < today and past.until >= today
      where day = today and kind = 'paused' and present.since <= today and present.until > today and past.counts and past.yearly > 0;
    end loop;
  end $$`;
