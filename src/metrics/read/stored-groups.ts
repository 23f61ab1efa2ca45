import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { StoredName } from "../catalogue.ts";
import type { StoredRow } from "./numbers.ts";
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

/** Stored numbers of every group, or of `only` some, over consecutive segments; `levels` with what lies before the first. */
export async function loadStoredGroups(
  sql: Sql,
  reading: { readonly levels: readonly StoredName[]; readonly days: readonly StoredName[] },
  segments: readonly Window[],
  only: readonly string[] | null,
): Promise<Map<string, ReadonlyMap<string, StoredRow>>> {
  const isWanted =
    only === null
      ? sql`"by" <> ''`
      : sql`"by" in (select json_array_elements_text(${JSON.stringify(only)}::text::json))`;
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
  return new Map([...byGroup].map(([group, own]) => [group, foldStored(own, segments.length)]));
}
