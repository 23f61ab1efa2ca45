import { sessionStarts } from "./activity-store.ts";
import { spanRows, type Placed, type Recount } from "./span.ts";

export interface PeopleNumbers {
  readonly signups: number;
  readonly total_users: number;
  readonly activations: number;
  readonly activation_rate: number | null;
}

/**
 * Signups and activations from everything that people ever did. Where raw requests are gone, the first successful one that
 * was known before stands for them.
 */
export function countPeople(recount: Recount): Promise<Placed<PeopleNumbers>[]> {
  const { sql, workspace, keptSince } = recount;
  const { timeZone, activationDays, policies } = workspace;
  return sql<Placed<PeopleNumbers>[]>`
    with spans as ${spanRows(recount)}, joined as (
      select user_no, min(occurred_at) as at from signups where voided_at is null and user_no is not null group by user_no
    ), sessions as ${sessionStarts(recount)}, done as (
      select user_no, milestone, occurred_at as at from user_activations where voided_at is null
      union all
      select user_no, 'first_api_call', min(occurred_at) from usage_logs
      where not voided and user_no is not null and status < 400 and not failed group by user_no
      union all
      select user_no, 'first_api_call', first_request_at from users where first_request_at < ${keptSince}::text::timestamptz
      union all
      select user_no, 'first_agent_session', at from sessions
    ), firsts as (
      select user_no, milestone, min(at) as at from done group by user_no, milestone
    ), required as (
      select milestone from json_array_elements_text(${JSON.stringify(policies.activationMilestones)}::text::json) as milestone
    ), people as (
      select user_no, joined.at as joined_at, joined.at + make_interval(hours => 24 * ${activationDays}::int) as deadline,
        greatest(joined.at, max(firsts.at)) as reached_at,
        count(firsts.at) filter (where firsts.at <= joined.at + make_interval(hours => 24 * ${activationDays}::int)) as reached
      from joined left join required on true left join firsts using (user_no, milestone) group by user_no, joined.at
    ), dated as (
      select (joined_at at time zone ${timeZone})::date as joined_on,
        ((deadline - interval '1 microsecond') at time zone ${timeZone})::date as mature_on,
        case when reached = (select count(*) from required) then (reached_at at time zone ${timeZone})::date end as activated_on
      from people
    )
    select place, count(*) filter (where joined_on >= first)::float8 as signups, count(joined_on)::float8 as total_users,
      (select count(*) from dated where activated_on between first and last)::float8 as activations,
      (100.0 * count(*) filter (where joined_on >= first and mature_on <= mature_by and activated_on <= mature_by)
        / nullif(count(*) filter (where joined_on >= first and mature_on <= mature_by), 0))::float8 as activation_rate
    from spans left join dated on joined_on <= last group by place, first, last, mature_by`;
}
