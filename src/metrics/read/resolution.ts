import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { arrayText, spanOf } from "./segments.ts";

/** Mean hours from opening to first resolution of the tickets first resolved in each of some consecutive windows; null without any. */
export async function loadResolutionHours(
  sql: Sql,
  workspace: Workspace,
  windows: readonly Window[],
): Promise<(number | null)[]> {
  const { start, end } = spanOf(windows);
  const starts = arrayText(windows.map((window) => window.start));
  const rows = await sql<{ segment: number; hours: number }[]>`
    select width_bucket(resolved, (select ${starts}::date[])) as segment, (avg(seconds) / 3600)::float8 as hours
    from (
      select (first_resolved_at at time zone ${workspace.timeZone})::date as resolved,
             extract(epoch from first_resolved_at - opened_at) as seconds
      from support_tickets
      where first_resolved_at >= (select (${start}::text::date - 1)::timestamp at time zone 'UTC')
        and first_resolved_at < (select (${end}::text::date + 2)::timestamp at time zone 'UTC')
    ) as first_resolutions
    where resolved between (select ${start}::text::date) and (select ${end}::text::date)
    group by 1`;
  const hours = new Map(rows.map((row) => [row.segment, row.hours]));
  return windows.map((_, index) => hours.get(index + 1) ?? null);
}
