import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { ActivationRow } from "./numbers.ts";
import { arrayText, spanOf } from "./segments.ts";

/** With more segments than this, most days are near an edge. */
const FEW_SEGMENTS = 8;

/**
 * Sign-ups of some consecutive segments, by local day and by the day on which their time to activate was over: the local
 * day of the last instant within it, so that the same clock decides on days here and in the rollup. Finding a local day
 * is most of the work; away from the edges of segments a day that is at most two off falls on the same side of them all
 * and is answered instead. Days around the segments are answered too.
 * `activated_at` is only set for who was in time. Who became activated at the very end of that time may have done so with
 * the first instant of the next day: when a window ends with `matured`, this has not happened yet.
 */
export async function loadActivation(
  sql: Sql,
  workspace: Workspace,
  segments: readonly Window[],
): Promise<ActivationRow[]> {
  const { timeZone, activationDays } = workspace;
  const { start, end } = spanOf(segments);
  const hours = 24 * activationDays;
  const nearEdges = segments.length > FEW_SEGMENTS ? null : arrayText(daysNearEdges(segments));
  return await sql<ActivationRow[]>`
    with asked as materialized (
      select ${nearEdges}::date[] as near, (${start}::text::date - 1)::timestamp at time zone 'UTC' as since,
             (${end}::text::date + 2)::timestamp at time zone 'UTC' as until
    ), people as (
      select case when utc.day = any((select near from asked)::date[]) or (select near from asked) is null
                  then (signed_up_at at time zone ${timeZone})::date else utc.day end as signed_up,
             case when utc.day + ${activationDays}::int = any((select near from asked)::date[]) or (select near from asked) is null
                  then ((signed_up_at + ${hours}::int * interval '1 hour' - interval '1 microsecond') at time zone ${timeZone})::date
                  else utc.day + ${activationDays}::int end as matured,
             activated_at,
             activated_at = signed_up_at + ${hours}::int * interval '1 hour' and (activated_at at time zone ${timeZone})::date
               > ((activated_at - interval '1 microsecond') at time zone ${timeZone})::date as is_on_next_day
      from users, lateral (select (signed_up_at at time zone interval '0')::date as day) as utc
      where signed_up_at >= (select since from asked) and signed_up_at < (select until from asked)
    )
    select people.signed_up::text as "signedUp", people.matured::text as matured, count(*)::int as people,
           count(activated_at)::int as activated,
           count(*) filter (where is_on_next_day)::int as "activatedOnNextDay"
    from people
    group by people.signed_up, people.matured`;
}

function daysNearEdges(segments: readonly Window[]): string[] {
  const edges = segments.flatMap(({ start, end }) => [start, end.add({ days: 1 })]);
  const near = edges.flatMap((edge) => [edge.subtract({ days: 1 }), edge, edge.add({ days: 1 })]);
  return [...new Set(near.map(String))];
}
