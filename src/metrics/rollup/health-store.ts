import { Temporal } from "../../core/time.ts";
import { onLocalDay, type DayUnit } from "./day-unit.ts";
import { CUT_SHORT, NO_NEWS, queueFollowing } from "./queue-store.ts";
import { storeValues, type StoredValue } from "./values-store.ts";

/** Node's and PostgreSQL's zone data may disagree on when a day starts. */
const ZONE_DATA_SLACK = { hours: 3 } as const;

const METRICS = ["up_seconds", "degraded_seconds", "observed_seconds", "services_checked"] as const;

/** Services a day keeps apart, those that were observed longest first; the whole has them all. */
const SERVICES_A_DAY = 1_000;

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
 * Recomputes how long each service was observed, up and degraded on the day. A check's state lasts until the next check
 * of its service by the same probe, at most `gapSeconds`; it runs on over midnight and never past now. Of several at one
 * instant the worst counts. A service is down while at least half of the probes that observe it say so. What the present
 * cut short is queued again for when it is over.
 */
export async function recomputeHealth(unit: DayUnit, gapSeconds: number): Promise<void> {
  const { sql } = unit;
  await sql`select set_config('jit', 'off', true)`;
  const times = await observedTimes(unit, gapSeconds);
  const [whole, apart] = [times.filter(({ service }) => service === ""), times.filter(({ service }) => service !== "")];
  const kept = [...whole, ...apart.slice(0, SERVICES_A_DAY)];
  const services = await firstChecks(unit);
  await storeValues(unit, "health", { metrics: METRICS, values: [...kept.flatMap(valuesOf), ...services.values] });
  await queueWhatWasCut(unit, whole[0]?.open_until ?? null);
  if (services.moved.length > 0) await queueFirstChecks(unit, services.moved);
  if (unit.news) await queueFollowing(sql, { ...unit, kind: "health", from: 1, to: daysReached(unit, gapSeconds) });
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

/**
 * Each probe's checks become spells, none over another; where a spell begins or ends, the number of probes changes that
 * observe the service, that find it down, and that find it degraded or worse. Between two such instants it is one state.
 */
async function observedTimes(unit: DayUnit, gapSeconds: number): Promise<ServiceTime[]> {
  const { sql } = unit;
  const gap = sql`make_interval(secs => ${gapSeconds}::float8)`;
  return sql<ServiceTime[]>`
    with bounds as (
      select ${startOfLocalDay(unit, 0)} as start, ${startOfLocalDay(unit, 1)} as "end",
        ${unit.now}::text::timestamptz as now
    ), checks as (
      select service, coalesce(probe, '') as probe, occurred_at as since,
        bool_or(status = 'down') as is_down, bool_or(status <> 'healthy') as is_bad
      from health_checks, bounds
      where occurred_at >= start - ${gap} and occurred_at < "end" and voided_at is null
      group by service, coalesce(probe, ''), occurred_at
    ), spells as (
      select service, is_down, is_bad, greatest(since, start) as since, now,
        least("end", since + ${gap}, lead(since) over (partition by service, probe order by since)) as until
      from checks, bounds
    ), open as (
      select service, max(until) as until from spells where until > now group by service
    ), edges as (
      select service, at, sum(probes) as probes, sum(probes * is_down::int) as down, sum(probes * is_bad::int) as bad
      from spells, lateral (values (since, 1), (least(until, now), -1)) as edge (at, probes)
      where since < least(until, now) group by service, at
    ), states as (
      select service, lead(at) over (partition by service order by at) - at as lasted,
        sum(probes) over before as probes, sum(down) over before as down, sum(bad) over before as bad
      from edges window before as (partition by service order by at)
    ), seconds as (
      select service, extract(epoch from lasted) as seconds, 2 * down < probes as is_up, 2 * bad >= probes as is_bad
      from states where probes > 0
    )
    select coalesce(service, '') as service, coalesce(sum(seconds), 0)::text as observed,
      coalesce(sum(seconds) filter (where is_up), 0)::text as up,
      coalesce(sum(seconds) filter (where is_up and is_bad), 0)::text as degraded,
      (select max(until)::text from open where open.service = coalesce(seconds.service, open.service)) as open_until
    from seconds group by grouping sets ((), (service))
    order by sum(seconds) desc nulls last, service collate "C"`;
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

interface FirstChecks {
  /** How many services were checked for the first time on the day, and which. */
  readonly values: StoredValue[];
  /** Services that were not known to be first checked on it, or were and are no more. */
  readonly moved: readonly string[];
}

async function firstChecks(unit: DayUnit): Promise<FirstChecks> {
  const { sql, day } = unit;
  const rows = await sql<{ service: string; is_first: boolean; was_first: boolean }[]>`
    with fresh as (
      select service from (
        select distinct service from health_checks
        where ${onLocalDay(sql, "occurred_at", unit)} and voided_at is null
      ) as checked
      where not exists (
        select from health_checks as earlier
        where earlier.service = checked.service and earlier.voided_at is null
          and earlier.occurred_at < ${startOfLocalDay(unit, 0)})
    ), old as (
      select "by" as service from metric_values
      where metric = 'services_checked' and "by" <> '' and day = ${day}::text::date
    )
    select service, fresh.service is not null as is_first, old.service is not null as was_first
    from fresh full join old using (service)`;
  const first = rows.filter((row) => row.is_first);
  const counted = { metric: "services_checked", by: "", value: String(first.length) };
  return {
    values: [counted, ...first.map(({ service }) => ({ metric: "services_checked", by: service, value: "1" }))],
    moved: rows.filter((row) => row.is_first !== row.was_first).map(({ service }) => service),
  };
}

/** Queues the later days that were, or have become, those of a service's first check. */
async function queueFirstChecks(unit: DayUnit, services: readonly string[]): Promise<void> {
  const { sql, day, timeZone, cause } = unit;
  await sql`
    with moved as (select json_array_elements_text(${JSON.stringify(services)}::text::json) as service)
    insert into dirty (kind, day, subject, cause)
    select 'health', later.day, ${NO_NEWS}, ${cause}::text from (
      select stored.day from moved join metric_values as stored
        on stored.metric = 'services_checked' and stored."by" = service and stored.day > ${day}::text::date
      union
      select (next.at at time zone ${timeZone})::date from moved cross join lateral (
        select min(occurred_at) as at from health_checks
        where health_checks.service = moved.service and voided_at is null
          and occurred_at >= ${startOfLocalDay(unit, 1)}
      ) as next
      where next.at is not null and not exists (
        select from metric_values as stored
        where stored.metric = 'services_checked' and stored."by" = moved.service)
    ) as later`;
}
