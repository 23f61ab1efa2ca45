import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import { unitFactor } from "../rollup/rates-store.ts";
import { parseExact } from "./exact.ts";
import type { Retention, Share } from "./numbers.ts";
import { arrayText, windowKey } from "./segments.ts";

/** Days over which the churn behind `ltv` is counted. */
const LIFETIME_DAYS = 30;

/**
 * Of the accounts that paid, or were paused, at the end of the day before each window, those that neither pay nor are paused
 * at its end. What a subscription was worth is counted where it belongs at the end. By `windowKey`.
 */
export async function loadChurn(sql: Sql, windows: readonly Window[], currency: string): Promise<Map<string, Share>> {
  const rows = await sql<{ place: number; lost: number; at_risk: number }[]>`
    with ${touched(sql, windows, currency)}, judged as (
      select place, coalesce(pays or would_pay, false) as was_at_risk, pays_after or paused_after as stays,
        case when shifted then worth > 0 or stopped > 0 else coalesce(pays or would_pay, false) end as is_at_risk
      from touched
    ), changes as materialized (
      select day, sum(case metric when 'customers_lost' then -value else value end) as change from metric_values
      where metric in ('customers_gained', 'customers_lost', 'would_pay_change') and "by" = '' group by day
    ), opening as (
      select place, coalesce(sum(change) filter (where day < first), 0) as accounts
      from listed left join changes on true group by place
    )
    select opening.place::int,
      (count(*) filter (where is_at_risk and not stays))::int as lost,
      (max(accounts) + coalesce(sum(is_at_risk::int - was_at_risk::int), 0))::int as at_risk
    from opening left join judged on judged.place = opening.place group by opening.place`;
  const found = new Map(rows.map(({ place, lost, at_risk: whole }) => [place, { part: lost, whole }]));
  return new Map(windows.map((window, index) => [windowKey(window), found.get(index + 1) ?? { part: 0, whole: 0 }]));
}

/** What became of the revenue of the accounts that paid just before each window, at the rates of then. By `windowKey`. */
export async function loadRetention(
  sql: Sql,
  windows: readonly Window[],
  currency: string,
): Promise<Map<string, Retention>> {
  const rows = await sql<{ place: number; before: string; start: string; kept: string; ending: string }[]>`
    with ${touched(sql, windows, currency)}
    select place::int, sum(worth_before)::text as before, coalesce(sum(worth) filter (where is_told), 0)::text as start,
      coalesce(sum(least(worth, worth_after)) filter (where is_told), 0)::text as kept,
      coalesce(sum(worth_after) filter (where is_told), 0)::text as ending
    from (select *, worth > 0 and not paused_after as is_told from touched) as told group by place`;
  const found = new Map(
    rows.map(({ place, before, start, kept, ending }) => {
      const [openingOfTouched, opening] = [parseExact(before), parseExact(start)];
      return [place, { openingOfTouched, opening, kept: parseExact(kept), ending: parseExact(ending) }];
    }),
  );
  const nothing = { openingOfTouched: 0n, opening: 0n, kept: 0n, ending: 0n };
  return new Map(windows.map((window, index) => [windowKey(window), found.get(index + 1) ?? nothing]));
}

/** Accounts at risk and lost over the 30 days that end with each window. By the window's last day. */
export async function loadLifetime(
  sql: Sql,
  windows: readonly Window[],
  currency: string,
): Promise<Map<string, Share>> {
  const ends = new Map(windows.map(({ end }) => [end.toString(), end]));
  const months = [...ends.values()].map((end) => ({
    start: end.subtract({ days: LIFETIME_DAYS - 1 }),
    end,
    days: LIFETIME_DAYS,
  }));
  const churn = await loadChurn(sql, months, currency);
  return new Map(months.map((month) => [month.end.toString(), churn.get(windowKey(month)) ?? { part: 0, whole: 0 }]));
}

/** Of the trials that ended in each window, those that had led to a payment by its end. By `windowKey`. */
export async function loadTrials(sql: Sql, windows: readonly Window[]): Promise<Map<string, Share>> {
  const rows = await sql<{ place: number; part: number; whole: number }[]>`
    with ${listed(sql, windows)}
    select place::int, count(*)::int as whole, (count(*) filter (where paid_day <= last))::int as part
    from listed join revenue_trials on ended_day between first and last group by place`;
  const found = new Map(rows.map(({ place, part, whole }) => [place, { part, whole }]));
  return new Map(windows.map((window, index) => [windowKey(window), found.get(index + 1) ?? { part: 0, whole: 0 }]));
}

function listed(sql: Sql, windows: readonly Window[]) {
  const starts = arrayText(windows.map((window) => window.start));
  const ends = arrayText(windows.map((window) => window.end));
  return sql`listed as materialized (
    select * from unnest(${starts}::date[], ${ends}::date[]) with ordinality as w (first, last, place)
  )`;
}

/**
 * `touched`: the accounts whose state changed in each window, or that a subscription left or came to in it, as they stood
 * before the window (`pays`, `would_pay`, `worth_before`) and at its end; `worth` and `stopped` are those of before it of the
 * subscriptions that belong to the account at the end. All money is at the rates of the day before the window.
 */
function touched(sql: Sql, windows: readonly Window[], currency: string) {
  const worthOf = (span: string, amounts: string) => sql`coalesce((
    select sum(amount * factor) from unnest(${sql(span)}.currencies, ${sql(span)}.${sql(amounts)}) as part(currency, amount)
      join rates using (currency) where rates.place = seen.place), 0)`;
  const spanAt = (account: string, condition: ReturnType<Sql>) => sql`
    left join lateral (
      select * from account_spans where account_spans.account = ${sql(account)} and ${condition} order by day desc limit 1
    )`;
  return sql`${listed(sql, windows)}, rates as materialized (
    select place, ${currency}::text as currency, 1::numeric as factor from listed
    union all
    select place, currency, latest.factor
    from listed cross join (select distinct currency from fx_rates where currency <> ${currency}) as known
      cross join lateral (
        select rate * ${unitFactor(sql, "fx_rates.currency", currency)} as factor from fx_rates
        where fx_rates.currency = known.currency and day < first order by day desc limit 1
      ) as latest
  ), moves as materialized (
    select listed.place, before.account as left_account, after.account as came_to,
      before.worth * coalesce(factor, 0) as worth, before.stopped * coalesce(factor, 0) as stopped
    from listed
      cross join lateral (
        select distinct subscription from moved_subscriptions where day between first and last
      ) as moving
      join moved_subscriptions as before
        on before.subscription = moving.subscription and before.day < first and before.until >= first
      join moved_subscriptions as after
        on after.subscription = moving.subscription and after.day <= last and after.until > last
      left join rates on rates.place = listed.place and rates.currency = before.currency
    where before.account <> after.account
  ), shifts as (
    select place, account, sum(worth) as worth, sum(stopped) as stopped from (
      select place, left_account as account, -worth as worth, -stopped as stopped from moves
      union all
      select place, came_to, worth, stopped from moves
    ) as both_ends group by place, account
  ), seen as (
    select place, first, last, account from listed join account_spans on day between first and last
    union
    select place, first, last, account from shifts join listed using (place)
  ), touched as materialized (
    select seen.place, start.pays, start.would_pay, shifts.account is not null as shifted,
      ${worthOf("start", "money")} as worth_before,
      ${worthOf("start", "money")} + coalesce(shifts.worth, 0) as worth,
      ${worthOf("start", "stopped")} + coalesce(shifts.stopped, 0) as stopped,
      coalesce(ending.pays, false) as pays_after, coalesce(ending.paused, false) as paused_after,
      ${worthOf("ending", "money")} as worth_after
    from seen
      left join shifts on shifts.place = seen.place and shifts.account = seen.account
      ${spanAt("seen.account", sql`day < first`)} as start on true
      ${spanAt("seen.account", sql`day <= last`)} as ending on true
  )`;
}
