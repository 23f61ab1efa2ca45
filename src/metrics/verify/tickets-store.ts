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
    with spans as ${spanRows(recount)}, log as (
      select ticket_id, action, occurred_at as at, row_number() over (partition by ticket_id order by ${inOrder(recount)}) as turn
      from ticket_events where voided_at is null
    ), openings as (
      select distinct on (ticket_id) ticket_id, at as opened_at, turn as opening from log
      where action = 'opened' order by ticket_id, turn
    ), states as (
      select ticket_id, greatest(at, opened_at) as at, turn <> opening as is_later, turn,
        action in ('opened', 'reopened') as is_open, opened_at
      from log join openings using (ticket_id)
      where turn = opening or action in ('resolved', 'closed', 'reopened')
    ), moves as (
      select *, lag(is_open) over (partition by ticket_id order by is_later, turn) as was_open from states
    ), changes as (
      select ticket_id, at, (at at time zone ${workspace.timeZone})::date as day, opened_at, was_open, is_open,
        row_number() over (partition by ticket_id, is_open order by is_later, turn) as nth,
        lead((at at time zone ${workspace.timeZone})::date) over (partition by ticket_id order by is_later, turn) as until
      from moves where was_open is distinct from is_open
    )
    select place, count(*) filter (where day >= first and was_open is null)::float8 as tickets_opened,
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
