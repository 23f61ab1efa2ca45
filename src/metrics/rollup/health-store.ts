import { Temporal } from "../../core/time.ts";
import type { DayUnit } from "./day-unit.ts";
import { CUT_SHORT, queueFollowing } from "./queue-store.ts";
import { storeValues, type StoredValue } from "./values-store.ts";

/** Node's and PostgreSQL's zone data may disagree on when a day starts. */
const ZONE_DATA_SLACK = { hours: 3 } as const;

const METRICS = ["up_seconds", "degraded_seconds", "observed_seconds"] as const;

interface ServiceTime {
  /** '' for all services together. */
  readonly service: string;
  readonly up: string;
  readonly degraded: string;
  readonly observed: string;
  /** Until when the last checks count if none follows; null when the present cuts none of them short. */
  readonly open_until: string | null;
}

/**
 * Recomputes how long each service was observed, up and degraded on the day. A check's state lasts until the service's
 * next check, at most `gapSeconds`; it runs on over midnight and never past now. What the present cut short is queued
 * again for when it is over.
 */
export async function recomputeHealth(unit: DayUnit, gapSeconds: number): Promise<void> {
  const times = await observedTimes(unit, gapSeconds);
  await storeValues(unit, "health", { metrics: METRICS, values: times.flatMap(valuesOf) });
  await queueWhatWasCut(unit, times.find((time) => time.open_until !== null)?.open_until ?? null);
  if (unit.news) {
    await queueFollowing(unit.sql, { ...unit, kind: "health", from: 1, to: daysReached(unit, gapSeconds) });
  }
}

/** How many days on a check of the day can still speak: further where the calendar skips a day, as Samoa's did in 2011. */
function daysReached({ day, timeZone }: DayUnit, gapSeconds: number): number {
  const date = Temporal.PlainDate.from(day);
  const last = date.add({ days: 1 }).toZonedDateTime(timeZone).add({ seconds: gapSeconds }).add(ZONE_DATA_SLACK);
  return date.until(last.toPlainDate()).days;
}

/** The first instant of the day that is `later` days on: where midnight comes twice, PostgreSQL would take the second. */
function startOfLocalDay({ sql, day, timeZone }: DayUnit, later: 0 | 1) {
  const midnight = sql`(${day}::text::date + ${later}::int)::timestamp at time zone ${timeZone}`;
  return sql`(
    select min(instant)
    from generate_series(${midnight} - interval '3 hours', ${midnight}, interval '15 minutes') as instant
    where (instant at time zone ${timeZone})::date >= ${day}::text::date + ${later}::int)`;
}

async function observedTimes(unit: DayUnit, gapSeconds: number): Promise<ServiceTime[]> {
  const { sql } = unit;
  const gap = sql`make_interval(secs => ${gapSeconds}::float8)`;
  return sql<ServiceTime[]>`
    with bounds as (
      select ${startOfLocalDay(unit, 0)} as start, ${startOfLocalDay(unit, 1)} as "end",
        ${unit.now}::text::timestamptz as now
    ), checks as (
      select service, status, occurred_at as since, "end", now, start,
        least("end", occurred_at + ${gap}, lead(occurred_at) over (
          partition by service order by occurred_at, event_id collate "C" nulls first, row_no)) as until
      from health_checks, bounds
      where occurred_at >= start - ${gap} and occurred_at < "end" and voided_at is null
    ), spans as (
      select service, status, case when until > now then until end as open_until,
        greatest(extract(epoch from least(until, now) - greatest(since, start)), 0) as seconds
      from checks where until > start
    )
    select coalesce(service, '') as service, sum(seconds)::text as observed,
      coalesce(sum(seconds) filter (where status in ('healthy', 'degraded')), 0)::text as up,
      coalesce(sum(seconds) filter (where status = 'degraded'), 0)::text as degraded,
      max(open_until)::text as open_until
    from spans group by grouping sets ((), (service)) having count(*) > 0`;
}

function valuesOf(time: ServiceTime): StoredValue[] {
  return [
    { metric: "up_seconds", by: time.service, value: time.up },
    { metric: "degraded_seconds", by: time.service, value: time.degraded },
    { metric: "observed_seconds", by: time.service, value: time.observed },
  ];
}

async function queueWhatWasCut(unit: DayUnit, openUntil: string | null): Promise<void> {
  const { sql, day } = unit;
  await sql`delete from dirty where kind = 'health' and day = ${day}::text::date and subject = ${CUT_SHORT}`;
  if (openUntil === null) return;
  await sql`
    insert into dirty (kind, day, subject, due_at)
    values ('health', ${day}::text::date, ${CUT_SHORT}, ${openUntil}::text::timestamptz)`;
}
