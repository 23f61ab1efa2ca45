import type { Sql } from "../../db/client.ts";
import type { Temporal, Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { ActivationRow } from "./numbers.ts";
import { arrayText, spanOf } from "./segments.ts";

/** With more segments than this, most days are near an edge. */
const FEW_SEGMENTS = 8;

/**
 * Sign-ups of some consecutive segments, by local day and by the day on which their time to activate was over: the local
 * day of the last instant within it, so that the same clock decides on days here and in the rollup. Finding a local day
 * is most of the work; away from the edges of segments the UTC day, at most one off, falls on the same side of them all
 * and is answered instead.
 */
export async function loadActivation(
  sql: Sql,
  workspace: Workspace,
  segments: readonly Window[],
): Promise<ActivationRow[]> {
  const { timeZone, activationDays } = workspace;
  const { start, end } = spanOf(segments);
  const nearEdges = segments.length > FEW_SEGMENTS ? null : arrayText(daysNearEdges(segments));
  return await sql<ActivationRow[]>`
    with edges as materialized (select ${nearEdges}::date[] as near),
    people as materialized (
      select case when utc.signed_up = any(near) or near is null then (signed_up_at at time zone ${timeZone})::date
                  else utc.signed_up end as signed_up,
             case when utc.matured = any(near) or near is null then (last_instant at time zone ${timeZone})::date
                  else utc.matured end as matured,
             coalesce(activated_at <= deadline, false) as activated
      from users, edges,
        lateral (select signed_up_at + ${24 * activationDays}::int * interval '1 hour' as deadline) as time_limit,
        lateral (select deadline - interval '1 microsecond' as last_instant) as time_limit_inside,
        lateral (select (signed_up_at at time zone interval '0')::date as signed_up,
                        (last_instant at time zone interval '0')::date as matured) as utc
      where signed_up_at >= (${start}::text::date - 1)::timestamp at time zone 'UTC'
        and signed_up_at < (${end}::text::date + 2)::timestamp at time zone 'UTC'
    )
    select people.signed_up::text as "signedUp", people.matured::text as matured, count(*)::int as people,
           (count(*) filter (where activated))::int as activated
    from people
    where people.signed_up between ${start}::text::date and ${end}::text::date
    group by people.signed_up, people.matured`;
}

function daysNearEdges(segments: readonly Window[]): Temporal.PlainDate[] {
  const edges = segments.flatMap(({ start, end }) => [start, end.add({ days: 1 })]);
  return edges.flatMap((edge) => [edge.subtract({ days: 1 }), edge]);
}
