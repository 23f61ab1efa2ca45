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
      with spans as (
        select account, day, coalesce((select sum(one) from unnest(money) as one), 0) as after from account_spans
      ), steps as (
        select account, day, after, coalesce(lag(after) over own, 0) as before,
          coalesce(max(after) over (own rows between unbounded preceding and 1 preceding), 0) > 0 as has_paid
        from spans window own as (partition by account order by day)
      ), moved as (
        select account, day, sum(change) as change, array_agg(kind order by kind) as kinds from movements group by account, day
      )
      select account, day::text, coalesce(change, 0) = coalesce(after - before, 0) and case
          when after is null then false
          when after = before then kinds is null or kinds = array['churn', 'resumed']
          when before = 0 then kinds = array['new'] and not has_paid or kinds in (array['reactivation'], array['resumed']) and has_paid
          when after = 0 then kinds in (array['churn'], array['paused'])
          when after > before then kinds = array['expansion'] else kinds = array['contraction'] end as holds
      from steps full join moved using (account, day)`,
  );
  return {
    days: rows.length,
    breaches: rows.filter(({ holds }) => !holds).map(({ account, day }) => `${account} on ${day}`),
  };
}

/** MRR(D) − MRR(D−1) is the sum of the day's movements, and the same for customers; exact. */
export async function revenueIdentities({ db }: World): Promise<Identities> {
  const rows = await db.work.run(
    (sql) => sql<{ day: string; holds: boolean }[]>`
      with spans as (
        select day, until, pays::int as customers, coalesce((select sum(one) from unnest(money) as one), 0) as arr from account_spans
      ), days as (
        select day::date as day from generate_series((select min(day) from spans)::timestamp, (select max(day) from spans), interval '1 day') as day
      ), changes as (
        select day, sum(arr) as arr, sum(customers) as customers
        from (select day, arr, customers from spans union all select until, -arr, -customers from spans where until < 'infinity') as edges
        group by day
      ), moved as (
        select day, sum(case when metric in ('mrr_new', 'mrr_reactivation', 'mrr_expansion', 'mrr_resumed', 'mrr_fx') then value
            when metric in ('mrr_contraction', 'mrr_churn', 'mrr_paused') then -value end) as arr,
          sum(case metric when 'customers_gained' then value when 'customers_lost' then -value end) as customers
        from metric_values where by = '' group by day
      )
      select day::text, coalesce(changes.arr, 0) = coalesce(moved.arr, 0)
        and coalesce(changes.customers, 0) = coalesce(moved.customers, 0) as holds
      from days left join changes using (day) left join moved using (day)`,
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
