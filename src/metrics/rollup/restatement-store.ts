import type { Sql } from "../../db/client.ts";
import { CAUSE } from "../../events/cause.ts";
import type { DayUnit } from "./day-unit.ts";
import type { Beginning } from "./beginning.ts";
import type { Present } from "./present.ts";
import type { Restatement } from "./restatement.ts";

/** Name of the setting that holds which days people could see when the last local day ended: `from` and `to`, ISO dates. */
export const PUBLISHED_DAYS = "published_days";

/** Events that were under way at midnight are no late ones. */
const GRACE = "10 minutes";

/** How long a changed number stays written down. */
const KEPT = "400 days";

/**
 * Whether people could have seen the kind's numbers of the day as those of a whole day: they were worked out after its
 * end, or the day was known when a later local day began, without anything of the kind. A condition in SQL, which sees
 * the day as it was before its statement.
 */
export function isPublished({ sql, day, today, timeZone }: DayUnit, kind: string) {
  const date = sql`${day}::text::date`;
  return sql`(${date} < ${today}::text::date and (
    exists (select from day_revisions
      where day = ${date} and kind = ${kind}
        and ((computed_at - ${GRACE}::text::interval) at time zone ${timeZone})::date > ${date})
    or exists (select from settings where name = ${PUBLISHED_DAYS}
      and ${date} between (value ->> 'from')::date and (value ->> 'to')::date)))`;
}

/**
 * Notes, when the first pass that began in a local day is through, that all days before it are as people will see them. At
 * the very first there are none: history that still comes in on that day is worked out for the first time.
 */
export async function publishDays(
  sql: Sql,
  { now, timeZone }: { readonly now: string; readonly timeZone: string },
): Promise<void> {
  await sql`
    with pass as (
      select ((${now}::text::timestamptz - ${GRACE}::text::interval) at time zone ${timeZone})::date as day
    )
    insert into settings (name, value)
    select ${PUBLISHED_DAYS}, jsonb_build_object('from', day::text, 'to', (day - 1)::text) from pass
    on conflict (name) do update
      set value = excluded.value || jsonb_build_object('from', coalesce((
        select ((value #>> '{}')::timestamptz at time zone ${timeZone})::date::text
        from settings where name = 'first_event_at'), excluded.value ->> 'from')), updated_at = now()
      where settings.value -> 'to' <> excluded.value -> 'to'`;
}

/** Notes that people have seen all days that are over, as they were computed: whoever changes them says so. */
export async function publishKnownDays(
  sql: Sql,
  { now, timeZone }: { readonly now: string; readonly timeZone: string },
): Promise<void> {
  await sql`
    insert into settings (name, value)
    select ${PUBLISHED_DAYS}, jsonb_build_object(
      'from', ((value #>> '{}')::timestamptz at time zone ${timeZone})::date::text,
      'to', ((${now}::text::timestamptz at time zone ${timeZone})::date - 1)::text)
    from settings where name = 'first_event_at'
    on conflict (name) do update set value = excluded.value, updated_at = now()`;
}

/**
 * Writes down that published numbers of the day changed, and why. What changes again on the same local day for the same
 * cause extends the newest row, so that a trickle of late events leaves one; a change that is undone leaves none. The
 * caller holds the day's lock.
 */
export async function keepRestatements(unit: DayUnit, restated: readonly Restatement[]): Promise<void> {
  if (restated.length === 0) return;
  const { sql } = unit;
  const day = sql`${unit.day}::text::date`;
  await sql`
    with fresh as (
      select * from json_to_recordset(${JSON.stringify(restated)}::text::json)
        as f(metric text, "by" text, before numeric, after numeric)
    ), newest as (
      select fresh.metric, fresh."by", fresh.after, row.id, row.before
      from fresh cross join lateral (
        select id, before, cause, restated_on from restatements
        where metric = fresh.metric and day = ${day} and "by" = fresh."by" order by id desc limit 1
      ) as row
      where row.cause = ${unit.cause ?? CAUSE.late} and row.restated_on = ${unit.today}::text::date
    ), undone as (
      delete from restatements using newest
      where restatements.id = newest.id and newest.before is not distinct from newest.after
    ), extended as (
      update restatements set after = newest.after, at = ${unit.now}::text::timestamptz, changes = changes + 1
      from newest where restatements.id = newest.id and newest.before is distinct from newest.after
    )
    insert into restatements (day, metric, "by", before, after, cause, at, restated_on)
    select ${day}, metric, "by", before, after, ${unit.cause ?? CAUSE.late}, ${unit.now}::text::timestamptz,
      ${unit.today}::text::date
    from fresh where (metric, "by") not in (select metric, "by" from newest)
    order by metric, "by"`;
}

/**
 * Writes down which published days without anything to count have data now and had none, or the other way round: 0 in
 * place of no data. A day on which something was counted has a row of its own for that; what changed on the same local
 * day already is extended.
 */
export async function restateBeginnings(
  sql: Sql,
  { now, today, cause }: Present & { readonly cause: string },
  begun: readonly Beginning[],
): Promise<void> {
  if (begun.length === 0) return;
  await sql`
    with days as (
      select date::date as day, metric, "isFirst" as is_first, case when "hasData" then null else 0 end as before,
        case when "hasData" then 0 end as after
      from json_to_recordset(${JSON.stringify(begun)}::text::json)
          as begun(metric text, stored json, "from" date, "to" date, "hasData" boolean, "isFirst" boolean)
        cross join (
          select (value ->> 'from')::date as first, (value ->> 'to')::date as last from settings where name = ${PUBLISHED_DAYS}
        ) as published
        cross join generate_series(
          greatest("from", first)::timestamp, least("to", last)::timestamp, interval '1 day') as date
      where not exists (
        select from metric_values as counted where counted.day = date::date and counted."by" = ''
          and counted.metric in (select json_array_elements_text(begun.stored)))
    ), newest as (
      select days.day, days.metric, days.after, row.id, row.before
      from days cross join lateral (
        select id, before, after, restated_on from restatements
        where metric = days.metric and day = days.day and "by" = '' order by id desc limit 1
      ) as row
      where row.restated_on = ${today}::text::date and row.after is not distinct from days.before
    ), undone as (
      delete from restatements using newest
      where restatements.id = newest.id and newest.before is not distinct from newest.after
    ), extended as (
      update restatements set after = newest.after, at = ${now}::text::timestamptz, changes = changes + 1
      from newest where restatements.id = newest.id and newest.before is distinct from newest.after
    )
    insert into restatements (day, metric, "by", before, after, cause, at, restated_on)
    select day, metric, '', before, after, ${cause}, ${now}::text::timestamptz, ${today}::text::date
    from days where not is_first and (day, metric) not in (select day, metric from newest)
    order by metric, day`;
}

export async function clearRestatements(sql: Sql): Promise<void> {
  await sql`delete from restatements where at < now() - ${KEPT}::text::interval`;
}
