import { inOrder, nearSpans, spanRows, type Placed, type Recount } from "./span.ts";

export interface ActivityNumbers {
  readonly agent_sessions: number;
  readonly dau: number;
  readonly wau: number;
  readonly mau: number;
  readonly stickiness: number | null;
}

/** Each session of a person once, at its earliest start. */
export function sessionStarts(recount: Recount) {
  const { sql, workspace } = recount;
  return sql`(
    select distinct on (user_no, session_id) session_id, user_no, occurred_at as at,
      (occurred_at at time zone ${workspace.timeZone})::date as day
    from agent_session_events where action = 'started' and voided_at is null
    order by user_no, session_id, ${inOrder(recount)}
  )`;
}

/**
 * Sessions and distinct people. Who is active on a day counts for the 7 days that begin with it and for those of a month, or
 * until the next day of activity, so that nobody counts twice.
 */
export function countActivity(recount: Recount): Promise<Placed<ActivityNumbers>[]> {
  const { sql, workspace } = recount;
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
      union all select day::date, 0, 0, 0
      from generate_series((select min(first) from spans)::timestamp, (select max(last) from spans), interval '1 day') as day
    ), days as (
      select day, sum(dau) as dau, sum(sum(week)) over (order by day) as wau, sum(sum(month)) over (order by day) as mau
      from steps group by day
    ), people as (
      select place, sum(dau) filter (where day = last) as dau, sum(wau) filter (where day = last) as wau,
        sum(mau) filter (where day = last) as mau, sum(dau) as all_dau, sum(mau) as all_mau
      from spans join days on day between first and last group by place
    ), started as (
      select place, count(*) as sessions from spans join sessions on day between first and last group by place
    )
    select place, coalesce(sessions, 0)::float8 as agent_sessions, coalesce(dau, 0)::float8 as dau,
      coalesce(wau, 0)::float8 as wau, coalesce(mau, 0)::float8 as mau, (100 * all_dau / nullif(all_mau, 0))::float8 as stickiness
    from spans left join people using (place) left join started using (place)`;
}

/** The first day to whose month of activity a visit on `day` no longer belongs. */
function monthOver({ sql, workspace }: Recount) {
  const { mauWindow } = workspace.policies;
  if (mauWindow === "calendar_month") return sql`(date_trunc('month', day) + interval '1 month')::date`;
  return sql`day + ${Number(mauWindow)}::int`;
}
