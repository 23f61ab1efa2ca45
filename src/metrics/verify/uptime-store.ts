import { nearSpans, inOrder, spanRows, type Placed, type Recount } from "./span.ts";

export interface UptimeNumbers {
  /** Percent; null when nothing was observed. */
  readonly uptime: number | null;
  readonly degraded: number | null;
  /** Percent of the time of all services that were ever checked. */
  readonly uptime_observed: number | null;
}

/** Cuts each check's time at the beginnings of local days, which lie on quarters of an hour, and adds up. */
export function measureUptime(recount: Recount): Promise<Placed<UptimeNumbers>[]> {
  const { sql, workspace, now } = recount;
  const localDate = (at: string) => sql`(${sql(at)} at time zone ${workspace.timeZone})::date`;
  return sql<Placed<UptimeNumbers>[]>`
    with spans as ${spanRows(recount)}, edges as (
      select day::date as day, min(quarter) as at
      from generate_series((select min(first) from spans)::timestamp, (select max(last) + 1 from spans), interval '1 day') as day,
        generate_series((day - interval '15 hours') at time zone 'UTC', (day + interval '15 hours') at time zone 'UTC',
          interval '15 minutes') as quarter
      where ${localDate("quarter")} >= day::date group by day
    ), days as (
      select day, at as starts_at, lead(at) over (order by day) as ends_at from edges
    ), checks as (
      select status, occurred_at as since, least(
        ${now}::text::timestamptz, occurred_at + make_interval(secs => ${workspace.policies.healthGapSeconds}::float8),
        lead(occurred_at) over (partition by service order by ${inOrder(recount)})) as until
      from health_checks where voided_at is null and ${nearSpans(recount, 1)}
    ), touched as (
      select status, since, until, day::date as day from checks,
        generate_series((${localDate("since")} - 1)::timestamp, (${localDate("until")} + 1)::timestamp, interval '1 day') as day
    ), daily as (
      select day, status, sum(greatest(extract(epoch from least(until, ends_at) - greatest(since, starts_at)), 0)) as seconds
      from touched join days using (day) where since < ends_at and until > starts_at group by day, status
    )
    select place,
      (100 * coalesce(sum(seconds) filter (where status <> 'down'), 0) / nullif(sum(seconds), 0))::float8 as uptime,
      (100 * coalesce(sum(seconds) filter (where status = 'degraded'), 0) / nullif(sum(seconds), 0))::float8 as degraded,
      (100 * coalesce(sum(seconds), 0) / nullif((
        select sum(extract(epoch from least(ends_at, ${now}::text::timestamptz) - starts_at))
        from days where days.day between first and last and starts_at < ${now}::text::timestamptz
      ) * (
        select count(distinct service) from health_checks where voided_at is null and ${localDate("occurred_at")} <= last
      ), 0))::float8 as uptime_observed
    from spans left join daily on day between first and last group by place, first, last`;
}
