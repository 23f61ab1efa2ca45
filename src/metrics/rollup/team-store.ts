import type { DayUnit } from "./day-unit.ts";
import { onLocalDay } from "./day-unit.ts";
import { storeValues } from "./values-store.ts";

/** Event tables besides that of requests, which has neither ids nor a time of being taken back. */
const TABLES = [
  "error_logs",
  "signups",
  "user_activations",
  "revenue_events",
  "agent_session_events",
  "health_checks",
  "nps_surveys",
  "ticket_events",
  "track_events",
] as const;

/**
 * Recomputes which team each person's latest event of the day names, of those that name one, and queues the people
 * whose team of that day on is another than before. At the same instant the larger event id is the later one; requests
 * have no ids in their table, so they count as earlier than events that have, and among themselves by the team's id.
 */
export async function recomputeTeams(unit: DayUnit): Promise<void> {
  const { sql, day, cause } = unit;
  const named = sql`${onLocalDay(sql, "occurred_at", unit)} and user_no is not null and team_no is not null`;
  const others = TABLES.flatMap((table) => [
    sql`union all select user_no, team_no, occurred_at, event_id, row_no from ${sql(table)} where ${named} and voided_at is null`,
  ]);
  await sql`
    with seen as (
      select user_no, team_no, max(occurred_at) as occurred_at, null::text as event_id, 0::bigint as row_no
      from usage_logs where ${named} and not voided group by user_no, team_no
      ${others}
    ), latest as (
      select distinct on (user_no) user_no, team_no from seen join teams using (team_no)
      order by user_no, occurred_at desc, event_id collate "C" desc nulls last, row_no desc, team_id collate "C" desc
    ), old as (
      select user_no, team_no from user_teams where day = ${day}::text::date
    ), changed as (
      select user_no, old.team_no as before, latest.team_no as after
      from old full join latest using (user_no) where old.team_no is distinct from latest.team_no
    ), gone as (
      delete from user_teams using changed
      where user_teams.user_no = changed.user_no and day = ${day}::text::date and changed.after is null
    ), put as (
      insert into user_teams (user_no, day, team_no)
      select user_no, ${day}::text::date, after from changed where after is not null
      on conflict (user_no, day) do update set team_no = excluded.team_no
    )
    insert into dirty (kind, subject, cause)
    select 'member', changed.user_no::text, ${cause}::text
    from changed left join lateral (
      select team_no from user_teams as earlier
      where earlier.user_no = changed.user_no and earlier.day < ${day}::text::date order by earlier.day desc limit 1
    ) as known on true
    where coalesce(before, known.team_no) is distinct from coalesce(after, known.team_no)`;
  await storeValues(unit, "teams", { metrics: [], values: [] });
}
