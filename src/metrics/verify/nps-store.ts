import { inOrder, spanRows, type Placed, type Recount } from "./span.ts";

export interface NpsNumbers {
  readonly nps: number | null;
  readonly nps_responses: number;
  readonly nps_promoters: number;
  readonly nps_passives: number;
  readonly nps_detractors: number;
  readonly nps_center: number | null;
  readonly nps_margin: number | null;
}

/** Each person's latest answer of the days that end with the span, and the adjusted Wald interval of 95 %. */
export function countNps(recount: Recount): Promise<Placed<NpsNumbers>[]> {
  const { sql, workspace } = recount;
  return sql<Placed<NpsNumbers>[]>`
    with spans as ${spanRows(recount)}, answers as (
      select user_no, score, (occurred_at at time zone ${workspace.timeZone})::date as day,
        row_number() over (order by ${inOrder(recount)}) as turn
      from nps_surveys where voided_at is null and user_no is not null
    ), latest as (
      select distinct on (place, user_no) place, score
      from spans join answers on day between last - ${workspace.policies.npsDays}::int + 1 and last order by place, user_no, turn desc
    ), counted as (
      select place, count(*)::float8 as n, count(*) filter (where score in (9, 10))::float8 as promoters,
        count(*) filter (where score not in (7, 8, 9, 10))::float8 as detractors
      from latest group by place
    ), adjusted as (
      select *, (promoters + 0.75) / (n + 3) as p, (detractors + 0.75) / (n + 3) as d from counted
    )
    select place, 100 * (promoters - detractors) / n as nps, coalesce(n, 0) as nps_responses,
      coalesce(promoters, 0) as nps_promoters, coalesce(detractors, 0) as nps_detractors,
      coalesce(n - promoters - detractors, 0) as nps_passives, 100 * (p - d) as nps_center,
      196 * sqrt((p + d - power(p - d, 2)) / (n + 3)) as nps_margin
    from spans left join adjusted using (place)`;
}
