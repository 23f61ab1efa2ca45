import { nearSpans, spanRows, type Placed, type Recount } from "./span.ts";

export interface UptimeNumbers {
  /** Percent; null when nothing was observed. */
  readonly uptime: number | null;
  readonly degraded: number | null;
  /** Percent of the time of all services that were ever checked; null without one. */
  readonly uptime_observed: number | null;
}

/**
 * Cuts the time of each service where a probe's state begins or ends, judges each piece by the probes that observe it, and
 * cuts again at the beginnings of local days, which lie on quarters of an hour.
 */
export function measureUptime(recount: Recount): Promise<Placed<UptimeNumbers>[]> {
  const { sql, workspace, now } = recount;
  const localDate = (at: string) => sql`(${sql(at)} at time zone ${workspace.timeZone})::date`;
  return sql<Placed<UptimeNumbers>[]>`
    with spans as ${spanRows(recount)}, days as ${localDays(recount)}, judged as ${judgedPieces(recount)}, touched as (
      select state, since, until, day::date as day from judged,
        generate_series((${localDate("since")} - 1)::timestamp, (${localDate("until")} + 1)::timestamp, interval '1 day') as day
    ), daily as (
      select day, state, sum(greatest(extract(epoch from least(until, ends_at) - greatest(since, starts_at)), 0)) as seconds
      from touched join days using (day) where since < ends_at and until > starts_at group by day, state
    ), services as (
      select ${localDate("first_at")} as known_on
      from (select min(occurred_at) as first_at from health_checks where voided_at is null group by service) as firsts
    ), lengths as (
      select place, sum(extract(epoch from least(ends_at, ${now}::text::timestamptz) - starts_at)) as seconds,
        (select count(*) from services where known_on <= last) as services
      from spans join days on day between first and last where starts_at < ${now}::text::timestamptz group by place, last
    ), observed as (
      select place, sum(seconds) as seconds, sum(seconds) filter (where state <> 'down') as up,
        sum(seconds) filter (where state = 'degraded') as degraded
      from spans join daily on day between first and last group by place
    )
    select place, (100 * coalesce(up, 0) / nullif(observed.seconds, 0))::float8 as uptime,
      (100 * coalesce(degraded, 0) / nullif(observed.seconds, 0))::float8 as degraded,
      (100 * coalesce(observed.seconds, 0) / nullif(lengths.seconds * services, 0))::float8 as uptime_observed
    from spans left join observed using (place) left join lengths using (place)`;
}

function localDays(recount: Recount) {
  const { sql, workspace } = recount;
  return sql`(
    with edges as (
      select day::date as day, min(quarter) as at
      from generate_series((select min(first) from spans)::timestamp, (select max(last) + 1 from spans), interval '1 day') as day,
        generate_series((day - interval '15 hours') at time zone 'UTC', (day + interval '15 hours') at time zone 'UTC',
          interval '15 minutes') as quarter
      where (quarter at time zone ${workspace.timeZone})::date >= day::date group by day
    )
    select day, at as starts_at, lead(at) over (order by day) as ends_at from edges
  )`;
}

/** A probe's state lasts until its next check; of several checks at one instant the worst counts. */
function judgedPieces(recount: Recount) {
  const { sql, workspace, now } = recount;
  return sql`(
    with checks as (
      select service, probe, occurred_at as since, max(array_position(array['healthy', 'degraded', 'down'], status)) as badness
      from health_checks where voided_at is null and ${nearSpans(recount, 1)} group by service, probe, occurred_at
    ), states as (
      select service, badness, since, least(
        ${now}::text::timestamptz, since + make_interval(secs => ${workspace.policies.healthGapSeconds}::float8),
        lead(since) over (partition by service, probe order by since)) as until
      from checks
    ), changes as (
      select service, since as at, 1 as probes, (badness = 3)::int as down, (badness >= 2)::int as poor from states where until > since
      union all
      select service, until, -1, -(badness = 3)::int, -(badness >= 2)::int from states where until > since
    ), levels as (
      select service, at, sum(sum(probes)) over own as probes, sum(sum(down)) over own as down, sum(sum(poor)) over own as poor,
        lead(at) over own as next_at
      from changes group by service, at window own as (partition by service order by at)
    )
    select case when 2 * down >= probes then 'down' when 2 * poor >= probes then 'degraded' else 'healthy' end as state,
      at as since, next_at as until
    from levels where probes > 0
  )`;
}
