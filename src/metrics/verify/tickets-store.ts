import { inOrder, spanRows, type Placed, type Recount } from "./span.ts";

export interface TicketNumbers {
  readonly tickets_opened: number;
  readonly tickets_resolved: number;
  readonly open_tickets: number;
  readonly resolution_hours: number | null;
  readonly resolution_hours_median: number | null;
  readonly resolution_hours_p90: number | null;
}

/**
 * Tickets from their logs: what was logged before the opening takes effect at it, and only a change between open and not
 * open is a move.
 */
export function countTickets(recount: Recount): Promise<Placed<TicketNumbers>[]> {
  const { sql, workspace } = recount;
  const isFirstResolution = sql`day >= first and not is_open and nth = 1`;
  return sql<Placed<TicketNumbers>[]>`
    with recursive spans as ${spanRows(recount)}, ${ticketStates(recount)}, changes as (
      select ticket_id, at, (at at time zone ${workspace.timeZone})::date as day, opened_at, step = 1 as is_opening, is_open,
        row_number() over (partition by ticket_id, is_open order by step) as nth,
        lead((at at time zone ${workspace.timeZone})::date) over (partition by ticket_id order by step) as until
      from states where has_moved
    )
    select place, count(*) filter (where day >= first and is_opening)::float8 as tickets_opened,
      count(*) filter (where day >= first and not is_open)::float8 as tickets_resolved,
      count(*) filter (where is_open and (until is null or until > last))::float8 as open_tickets,
      (avg(hours) filter (where ${isFirstResolution}))::float8 as resolution_hours,
      percentile_cont(0.5) within group (order by hours) filter (where ${isFirstResolution}) as resolution_hours_median,
      ((array_agg(hours order by hours) filter (where ${isFirstResolution}))[
        ceil(0.9 * count(*) filter (where ${isFirstResolution}))::int])::float8 as resolution_hours_p90
    from spans left join changes on day <= last
      left join lateral (select extract(epoch from at - opened_at) / 3600 as hours) as took on true
    group by place, first, last`;
}

/**
 * Each ticket after each event that can change whether it is open. A customer's reply reopens what was resolved, not closed,
 * within the days of the policy, counted from the move that resolved it.
 */
function ticketStates(recount: Recount) {
  const { sql, workspace } = recount;
  return sql`log as (
      select ticket_id, action, by, user_no, occurred_at as at,
        row_number() over (partition by ticket_id order by ${inOrder(recount)}) as turn
      from ticket_events where voided_at is null
    ), openings as (
      select distinct on (ticket_id) ticket_id, at as opened_at, turn as opening, user_no as requester from log
      where action = 'opened' order by ticket_id, turn
    ), told as materialized (
      select ticket_id, action, greatest(at, opened_at) as at, opened_at,
        row_number() over (partition by ticket_id order by turn <> opening, turn) as step
      from log join openings using (ticket_id)
      where turn = opening or action in ('resolved', 'closed', 'reopened')
        or (action = 'replied' and coalesce(by = 'customer', user_no = requester, false))
    ), states as (
      select ticket_id, step, at, opened_at, 'open' as status, null::timestamptz as resolved_at, true as is_open, true as has_moved
      from told where step = 1
      union all
      select ticket_id, told.step, told.at, states.opened_at, now_at.status,
        case when now_at.status = 'open' then null when is_open then told.at else resolved_at end,
        now_at.status = 'open', is_open <> (now_at.status = 'open')
      from states join told using (ticket_id), lateral (
        select case
          when action in ('resolved', 'closed') then action
          when action = 'reopened' then 'open'
          when states.status = 'resolved' and told.at <= resolved_at + make_interval(hours => 24 * ${workspace.policies.reopenDays}::int)
            then 'open'
          else states.status
        end as status
      ) as now_at
      where told.step = states.step + 1
    )`;
}
