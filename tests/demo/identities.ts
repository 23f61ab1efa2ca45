import { Temporal } from "../../src/core/time.ts";
import type { MetricName } from "../../src/metrics/catalogue.ts";
import { NO_EVENTS } from "../../src/metrics/verify/raw-store.ts";
import { countTickets } from "../../src/metrics/verify/tickets-store.ts";
import type { World } from "../support/world.ts";

/** What must hold between the numbers of each day. One line for each breach. */
export interface Identities {
  readonly days: number;
  readonly breaches: readonly string[];
}

const DAYS = 365;

/** Each account's movements lead from what it paid before to what it pays after, and are of the right kind. */
export async function accountIdentities({ db }: World): Promise<Identities> {
  const rows = await db.work.run(
    (sql) => sql<{ account: string; day: string; holds: boolean }[]>`
      select account, day::text, arr_before = coalesce(lag(arr_after) over own, 0) and (kind is not distinct from case
        when arr_before = arr_after then null
        when arr_before = 0 then case when coalesce(max(arr_after) over (own rows between unbounded preceding and 1 preceding), 0) > 0
          then 'reactivation' else 'new' end
        when arr_after = 0 then 'churn' when arr_after > arr_before then 'expansion' else 'contraction' end) as holds
      from movements window own as (partition by account order by day)`,
  );
  return {
    days: rows.length,
    breaches: rows.filter(({ holds }) => !holds).map(({ account, day }) => `${account} on ${day}`),
  };
}

/** MRR(D) − MRR(D−1) = new + reactivation + expansion − contraction − churn, and the same for customers; exact. */
export async function revenueIdentities({ db }: World): Promise<Identities> {
  const rows = await db.work.run(
    (sql) => sql<{ day: string; holds: boolean }[]>`
      with days as (
        select day::date as day from generate_series((select min(day) from movements)::timestamp, (select max(day) from movements), interval '1 day') as day
      ), totals as (
        select days.day, coalesce(sum(arr_after), 0) as arr, count(*) filter (where arr_after > 0) as customers
        from days left join lateral (
          select distinct on (account) account, arr_after from movements where movements.day <= days.day order by account, movements.day desc
        ) as state on true group by days.day
      ), moved as (
        select day, coalesce(sum(case when metric in ('mrr_new', 'mrr_reactivation', 'mrr_expansion') then value
            when metric in ('mrr_contraction', 'mrr_churn') then -value end), 0) as arr,
          coalesce(sum(case metric when 'customers_gained' then value when 'customers_lost' then -value end), 0) as customers
        from metric_values where by = '' group by day
      )
      select day::text, totals.arr - lag(totals.arr, 1, 0) over (order by day) = coalesce(moved.arr, 0)
        and totals.customers - lag(totals.customers, 1, 0::bigint) over (order by day) = coalesce(moved.customers, 0) as holds
      from totals left join moved using (day)`,
  );
  return { days: rows.length, breaches: rows.filter(({ holds }) => !holds).map(({ day }) => day) };
}

/** opened + reopened − resolved, as stored, is the change in open tickets, as counted from their logs. */
export async function ticketIdentities({ db, workspace, ...world }: World, lastDay: string): Promise<Identities> {
  const last = Temporal.PlainDate.from(lastDay);
  const spans = Array.from({ length: DAYS }, (_, index) => {
    const day = last.subtract({ days: DAYS - 1 - index });
    return { start: day, end: day, days: 1, matureBy: day };
  });
  const stored = await db.work.run(
    (sql) => sql<{ day: string; change: number }[]>`
      select day::text, sum(case metric when 'tickets_resolved' then -value else value end)::int as change
      from metric_values where metric in ('tickets_opened', 'tickets_reopened', 'tickets_resolved') and by = '' group by day`,
  );
  const changes = new Map(stored.map(({ day, change }) => [day, change]));
  const counted = await db.work.run((sql) =>
    countTickets({ sql, workspace, spans, now: world.now(), firstDays: NO_EVENTS, keptSince: null }),
  );
  const open = counted.toSorted((one, other) => one.place - other.place);
  const breaches = spans.slice(1).flatMap(({ start }, index) => {
    const change = (open[index + 1]?.open_tickets ?? 0) - (open[index]?.open_tickets ?? 0);
    return change === (changes.get(start.toString()) ?? 0) ? [] : [start.toString()];
  });
  return { days: spans.length - 1, breaches };
}

/** DAU ≤ WAU ≤ MAU ≤ the sum of DAU over the month, and WAU ≤ that over the week. */
export async function peopleIdentities({ reader }: World): Promise<Identities> {
  const [dau, wau, mau] = (await Promise.all(
    (["dau", "wau", "mau"] as const satisfies MetricName[]).map(async (metric) => {
      const { points } = await reader.series(metric, DAYS);
      return points.map(({ value }) => value ?? 0);
    }),
  )) as [number[], number[], number[]];
  const sum = (end: number, days: number) =>
    dau.slice(Math.max(end - days + 1, 0), end + 1).reduce((total, one) => total + one, 0);
  const breaches = dau.flatMap((d, at) => {
    const [w, m] = [wau[at] ?? 0, mau[at] ?? 0];
    return d <= w && w <= m && w <= sum(at, 7) && m <= sum(at, 30) ? [] : [`day ${at}: ${d}, ${w}, ${m}`];
  });
  return { days: dau.length, breaches };
}
