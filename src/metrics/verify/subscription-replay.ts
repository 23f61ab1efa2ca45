import { minorDigits } from "../../core/money.ts";
import { inOrder, type Recount } from "./span.ts";

/**
 * Common table expressions that replay every subscription, one event a step, into `account_days (account, day, arr,
 * unconverted, is_paused)`: how an account stands at the end of each day on which it may have changed. `arr` is a year's
 * revenue in major units. To be put after `with recursive`.
 */
export function replayedAccounts(recount: Recount) {
  const { sql, workspace } = recount;
  return sql`${steps(recount)}, prices (billing_period, times_a_year) as (
      values ('day', 365), ('week', 52), ('two_weeks', 26), ('month', 12), ('quarter', 4), ('half_year', 2), ('year', 1)
    ), priced as (
      select account, subscription_id, n, day, standing, (ends_at at time zone ${workspace.timeZone})::date as ends_on,
        lead(day) over (partition by account, subscription_id order by n) as next_day,
        round(coalesce(amount, 0) * quantity * times_a_year * case when currency = ${workspace.currency} then 1 else (
          select rate from fx_rates where fx_rates.currency = states.currency and fx_rates.day <= states.priced_on
          order by fx_rates.day desc limit 1
        ) end, ${minorDigits(workspace.currency) + 6}) as arr
      from states left join prices using (billing_period) where n > 0
    ), stretches as (
      select account, day as since, least(next_day, ends_on) as until, arr, standing = 'paused' as is_paused,
        standing = 'live' or (standing = 'paused' and ${workspace.policies.pausedCounts}::boolean) as is_live
      from priced where standing in ('live', 'paused')
    ), change_days as (
      select account, day from priced union select account, ends_on from priced where ends_on is not null
    ), account_days as materialized (
      select account, day, coalesce(sum(arr) filter (where is_live), 0)::numeric(80, 20) as arr,
        count(*) filter (where is_live and arr is null) as unconverted,
        coalesce(sum(arr) filter (where is_live), 0) = 0 and coalesce(bool_or(is_paused and arr > 0), false) as is_paused
      from change_days left join (select account as payer, since, until, arr, is_live, is_paused from stretches) as stretches
        on payer = account and since <= day and (until is null or day < until)
      group by account, day
    )`;
}

/** Each subscription after each of its events. A cancellation that waits for its moment is in `ends_at`. */
function steps(recount: Recount) {
  const { sql, workspace } = recount;
  return sql`told as materialized (
      select account, subscription_id, event, plan, amount, currency, billing_period, quantity, effective_at, occurred_at as at,
        (occurred_at at time zone ${workspace.timeZone})::date as day,
        row_number() over (partition by account, subscription_id order by ${inOrder(recount)}) as n
      from revenue_events where voided_at is null and event not in ('refunded', 'one_time', 'payment', 'past_due')
    ), states as (
      select distinct account, subscription_id, 0::bigint as n, null::date as day, 'none' as standing, false as begun,
        null::timestamptz as ends_at, null::numeric as amount, ${workspace.currency}::text as currency,
        'month' as billing_period, 1::numeric as quantity, null::date as priced_on
      from told
      union all
      select told.account, told.subscription_id, told.n, told.day,
        case
          when event = 'canceled' and waits then reached.standing
          when event = 'canceled' or is_stillborn then 'ended'
          when event in ('subscription_started', 'renewed', 'resumed') then 'live'
          when event in ('upgraded', 'downgraded') then case reached.standing when 'paused' then 'paused' else 'live' end
          when event = 'paused' then case reached.standing when 'ended' then 'ended' else 'paused' end
          else 'trial'
        end,
        begun or event <> 'canceled',
        case
          when event = 'canceled' then case when waits then effective_at end
          when is_stillborn or event in ('subscription_started', 'renewed', 'resumed') then null
          else reached.ends_at
        end,
        coalesce(told.amount, states.amount), coalesce(told.currency, states.currency),
        coalesce(told.billing_period, states.billing_period), coalesce(told.quantity, states.quantity),
        case when told.amount is null and told.currency is null then states.priced_on else told.day end
      from states join told on told.account = states.account and told.subscription_id = states.subscription_id
          and told.n = states.n + 1,
        lateral (select coalesce(begun and states.ends_at <= at, false) as has_ended) as due,
        lateral (
          select case when has_ended then 'ended' else states.standing end as standing,
            case when has_ended then null else states.ends_at end as ends_at
        ) as reached,
        lateral (
          select coalesce(reached.standing <> 'ended' and ${workspace.policies.cancelAt} = 'effective'
              and (effective_at > at or (effective_at is not null and not begun)), false) as waits,
            coalesce(not begun and reached.ends_at < at, false) as is_stillborn
        ) as judged
    )`;
}
