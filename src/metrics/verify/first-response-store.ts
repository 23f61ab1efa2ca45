import { inOrder, spanRows, type Placed, type Recount } from "./span.ts";

export interface FirstResponseNumbers {
  readonly first_response_hours: number | null;
  readonly first_response_hours_p90: number | null;
}

/** The first reply by the team to each ticket, by somebody else than who opened it and not before it was opened. */
export function timeFirstResponses(recount: Recount): Promise<Placed<FirstResponseNumbers>[]> {
  const { sql, workspace } = recount;
  return sql<Placed<FirstResponseNumbers>[]>`
    with spans as ${spanRows(recount)}, openings as (
      select distinct on (ticket_id) ticket_id, user_no as requester, occurred_at as opened_at from ticket_events
      where voided_at is null and action = 'opened' order by ticket_id, ${inOrder(recount)}
    ), responses as (
      select ticket_id, opened_at, greatest(min(occurred_at), opened_at) as responded_at
      from ticket_events join openings using (ticket_id)
      where voided_at is null and action = 'replied' and by = 'agent' and not coalesce(user_no = requester, false)
      group by ticket_id, opened_at
    ), hours as (
      select place, extract(epoch from responded_at - opened_at) / 3600 as hours
      from spans join responses on (opened_at at time zone ${workspace.timeZone})::date between first and last
        and (responded_at at time zone ${workspace.timeZone})::date <= last
    )
    select place, percentile_cont(0.5) within group (order by hours) as first_response_hours,
      ((array_agg(hours order by hours))[ceil(0.9 * count(hours))::int])::float8 as first_response_hours_p90
    from spans left join hours using (place) group by place`;
}
