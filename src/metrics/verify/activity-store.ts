import { inOrder, nearSpans, spanRows, type Placed, type Recount } from "./span.ts";

export interface ActivityNumbers {
  readonly agent_sessions: number;
  readonly dau: number;
  readonly wau: number;
  readonly mau: number;
  readonly stickiness: number | null;
}

/** Each session once, at its earliest start and for the person named there. */
export function sessionStarts(recount: Recount) {
  const { sql, workspace } = recount;
  return sql`(
    select distinct on (session_id) session_id, user_no, occurred_at as at,
      (occurred_at at time zone ${workspace.timeZone})::date as day
    from agent_session_events where action = 'started' and voided_at is null
    order by session_id, ${inOrder(recount)}
  )`;
}

/**
 * Sessions and distinct people. Who is active on a day counts for the 7 days that begin with it and for those of a month, or
 * until the next day of activity, so that nobody counts twice.
 */
export function countActivity(recount: Recount): Promise<Placed<ActivityNumbers>[]> {
  const { sql, workspace, firstDay } = recount;
  return sql<Placed<ActivityNumbers>[]>`
    with spans as ${spanRows(recount)}, sessions as materialized ${sessionStarts(recount)}, active as (
      select user_no, (occurred_at at time zone ${workspace.timeZone})::date as day
      from usage_logs where not voided and user_no is not null and ${nearSpans(recount, 30)}
      union select user_no, day from sessions where user_no is not null
    ), visits as (
      select day, lead(day) over (partition by user_no order by day) as next_day from active
    ), steps as (
      select day, 1 as dau, 1 as week, 1 as month from visits
      union all select least(day + 7, next_day), 0, -1, 0 from visits
      union all select least(${monthOver(recount)}, next_day), 0, 0, -1 from visits
    ), daily as (
      select day, sum(dau) as dau, sum(week) as week, sum(month) as month from steps group by day
    ), people as (
      select place, sum(dau) filter (where day = last) as dau, sum(week) as wau, sum(month) as mau,
        coalesce(sum(dau) filter (where day >= first), 0) / nullif(last - greatest(first, ${firstDay}::text::date) + 1, 0) as mean_dau
      from spans join daily on day <= last group by place, first, last
    ), started as (
      select place, count(*) as sessions from spans join sessions on day between first and last group by place
    )
    select place, coalesce(sessions, 0)::float8 as agent_sessions, coalesce(dau, 0)::float8 as dau,
      coalesce(wau, 0)::float8 as wau, coalesce(mau, 0)::float8 as mau, (100 * mean_dau / nullif(mau, 0))::float8 as stickiness
    from spans left join people using (place) left join started using (place)`;
}

/** The first day to whose month of activity a visit on `day` no longer belongs. */
function monthOver({ sql, workspace }: Recount) {
  const { mauWindow } = workspace.policies;
  if (mauWindow === "calendar_month") return sql`(date_trunc('month', day) + interval '1 month')::date`;
  return sql`day + ${Number(mauWindow)}::int`;
}
