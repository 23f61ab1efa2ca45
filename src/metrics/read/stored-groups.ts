import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { Metric, Over, StoredName } from "../catalogue.ts";
import type { StoredRow } from "./numbers.ts";
import { partsOf } from "./reading.ts";
import { foldStored, type StoredSum } from "./stored-sums.ts";
import { arrayText, spanOf } from "./segments.ts";

/** The groups of a stored count with the largest sums of the window, ties bytewise; `groups` is how many there are. */
export async function loadLargest(
  sql: Sql,
  name: StoredName,
  { start, end }: Window,
  limit: number,
): Promise<{ group: string; count: number; groups: number }[]> {
  return await sql<{ group: string; count: number; groups: number }[]>`
    select "by" as group, sum(value)::float8 as count, (count(*) over ())::int as groups from metric_values
    where metric = ${name} and "by" <> '' and day between ${start.toString()}::text::date and ${end.toString()}::text::date
    group by "by" order by count desc, "by" collate "C" limit ${limit}`;
}

/** A stored number within a part of a metric: of which days of all time it is summed up. */
interface RankedTerm {
  readonly metric: StoredName;
  readonly sign: 1 | -1;
  readonly isBelow: boolean;
  /** Null: from the beginning of time. */
  readonly first: string | null;
  readonly last: string;
}

/**
 * The `limit` groups of a metric with the largest values over the window, the largest first, no data last, ties bytewise;
 * `present` is how many groups have anything on some day of the window. What never comes to `least` (in stored units) is no group.
 * The database chooses, so that the work here does not grow with names that outsiders invent.
 */
export async function rankGroups(
  sql: Sql,
  metric: Metric,
  { start, end }: Window,
  { limit, least }: { readonly limit: number; readonly least: string },
): Promise<{ readonly groups: readonly string[]; readonly present: number }> {
  const parts = partsOf(metric);
  const isRatio = metric.kind === "ratio";
  const window = { start: start.toString(), end: end.toString(), before: start.subtract({ days: 1 }).toString() };
  const terms = parts.flatMap(({ over, terms: own }, index) =>
    (Object.entries(own) as [StoredName, 1 | -1][]).map(([name, sign]): RankedTerm => ({
      metric: name,
      sign,
      isBelow: index > 0,
      ...daysTaken(over, window),
    })),
  );
  const rows = await sql<{ group: string; present: number }[]>`
    with terms as materialized (
      select metric, sign, "isBelow" as is_below, coalesce(first::date, '-infinity') as first, last::date as last
      from json_to_recordset(${JSON.stringify(terms)}::text::json)
        as t(metric text, sign integer, "isBelow" boolean, first text, last text)
    ), sized as (
      select "by",
        sum(sign * value) filter (where not is_below and day between first and last) as above,
        sum(sign * value) filter (where is_below and day between first and last) as below,
        bool_or(is_below = ${isRatio}::boolean and abs(value) >= ${least}::text::numeric
          and day >= ${window.start}::text::date) as has_changed,
        sum(sign * value) filter (where is_below = ${isRatio}::boolean and first = '-infinity'
          and day < ${window.start}::text::date) as opening
      from metric_values join terms using (metric)
      where "by" <> '' and day <= ${window.end}::text::date and day >= (select min(least(first, ${window.start}::text::date)) from terms)
      group by "by"
    )
    select "by" as group, (count(*) over ())::int as present
    from sized where has_changed or abs(opening) >= ${least}::text::numeric
    order by case when ${isRatio}::boolean then above / nullif(greatest(below, 0), 0) else coalesce(above, 0) end desc nulls last,
      "by" collate "C"
    limit ${limit}`;
  return { groups: rows.map(({ group }) => group), present: rows[0]?.present ?? 0 };
}

function daysTaken(
  over: Over,
  { start, end, before }: { readonly start: string; readonly end: string; readonly before: string },
): { readonly first: string | null; readonly last: string } {
  switch (over) {
    case "sum":
      return { first: start, last: end };
    case "last":
      return { first: end, last: end };
    case "closing":
    case "lasting":
      return { first: null, last: end };
    case "opening":
      return { first: null, last: before };
  }
}

/** Stored numbers of some groups over consecutive segments, in the order of `groups`; `levels` with what lies before the first. */
export async function loadStoredGroups(
  sql: Sql,
  reading: { readonly levels: readonly StoredName[]; readonly days: readonly StoredName[] },
  segments: readonly Window[],
  groups: readonly string[],
): Promise<Map<string, ReadonlyMap<string, StoredRow>>> {
  const isWanted = sql`"by" in (select json_array_elements_text(${JSON.stringify(groups)}::text::json))`;
  const { start, end } = spanOf(segments);
  const starts = arrayText(segments.map((segment) => segment.start));
  const ends = arrayText(segments.map((segment) => segment.end));
  const rows = await sql<(StoredSum & { readonly group: string })[]>`
    select "by" as group, metric, 0 as segment, sum(value)::text as sum, null as last from metric_values
    where ${isWanted} and metric = any(${arrayText(reading.levels)}::text[]) and day < (select ${start}::text::date)
    group by 1, 2
    union all
    select "by", metric, width_bucket(day, (select ${starts}::date[])), sum(value)::text,
      (sum(value) filter (where day = any((select ${ends}::date[])::date[])))::text
    from metric_values
    where ${isWanted} and metric = any(${arrayText([...reading.levels, ...reading.days])}::text[])
      and day between (select ${start}::text::date) and (select ${end}::text::date)
    group by 1, 2, 3`;
  const byGroup = new Map<string, StoredSum[]>();
  for (const row of rows) {
    const own = byGroup.get(row.group);
    if (own) own.push(row);
    else byGroup.set(row.group, [row]);
  }
  return new Map(groups.map((group) => [group, foldStored(byGroup.get(group) ?? [], segments.length)]));
}
