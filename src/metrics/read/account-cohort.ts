import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import { parseExact, type Exact } from "./exact.ts";
import type { Lifetime, Retention } from "./numbers.ts";
import { arrayText, windowKey } from "./segments.ts";

/** Days over which the churn behind `ltv` is counted. */
const LIFETIME_DAYS = 30;

/** Accounts that paid just before a window and went to nothing in it, other than by a pause. By `windowKey`. */
export async function loadChurned(sql: Sql, windows: readonly Window[]): Promise<Map<string, number>> {
  const rows = await sql<{ place: number; accounts: number }[]>`
    select place::int, count(distinct lost.account)::int as accounts
    from ${listed(sql, windows)}
    join movements as lost
      on lost.day between w.first and w.last and lost.arr_after = 0 and not lost.paused
    where (select earlier.arr_after from movements as earlier
           where earlier.account = lost.account and earlier.day < w.first
           order by earlier.day desc limit 1) > 0
    group by place`;
  const accounts = new Map(rows.map((row) => [row.place, row.accounts]));
  return new Map(windows.map((window, index) => [windowKey(window), accounts.get(index + 1) ?? 0]));
}

/** What became of the revenue of the accounts that paid just before each window. By `windowKey`. */
export async function loadRetention(sql: Sql, windows: readonly Window[]): Promise<Map<string, Retention>> {
  const rows = await sql<{ place: number; lost: string; change: string }[]>`
    select place::int, sum(greatest(before - after, 0))::text as lost, sum(after - before)::text as change
    from (
      select place, account, (array_agg(arr_before order by day))[1] as before,
        (array_agg(arr_after order by day desc))[1] as after
      from ${listed(sql, windows)} join movements on day between w.first and w.last
      group by place, account
    ) as changed
    where before > 0 group by place`;
  const found = new Map(rows.map(({ place, lost, change }) => [place, { lost: exact(lost), change: exact(change) }]));
  return new Map(windows.map((window, index) => [windowKey(window), found.get(index + 1) ?? { lost: 0n, change: 0n }]));
}

const exact = (text: string): Exact => parseExact(text);

/** Customers and those lost over the 30 days that end with each window. By the window's last day. */
export async function loadLifetime(sql: Sql, windows: readonly Window[]): Promise<Map<string, Lifetime>> {
  const ends = new Map(windows.map(({ end }) => [end.toString(), end]));
  const months = [...ends.values()].map((end) => ({
    start: end.subtract({ days: LIFETIME_DAYS - 1 }),
    end,
    days: LIFETIME_DAYS,
  }));
  const [churned, rows] = await Promise.all([
    loadChurned(sql, months),
    sql<{ place: number; customers: string }[]>`
      with changes as materialized (
        select day, sum(case metric when 'customers_gained' then value else -value end) as change from metric_values
        where metric in ('customers_gained', 'customers_lost') and "by" = '' group by day
      )
      select place::int, coalesce(sum(change) filter (where day < w.first), 0)::text as customers
      from ${listed(sql, months)} left join changes on true
      group by place`,
  ]);
  const customers = new Map(rows.map((row) => [row.place, Number(row.customers)]));
  return new Map(
    months.map((month, index) => [
      month.end.toString(),
      { lost: churned.get(windowKey(month)) ?? 0, opening: customers.get(index + 1) ?? 0 },
    ]),
  );
}

function listed(sql: Sql, windows: readonly Window[]) {
  const starts = arrayText(windows.map((window) => window.start));
  const ends = arrayText(windows.map((window) => window.end));
  return sql`unnest(${starts}::date[], ${ends}::date[]) with ordinality as w (first, last, place)`;
}
