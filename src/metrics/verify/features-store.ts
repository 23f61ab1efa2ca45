import { nearSpans, spanRows, type Recount } from "./span.ts";

/** One of the ten most used features of a span. */
export interface RankedFeature {
  readonly place: number;
  /** 1 for the one with the most calls. */
  readonly rank: number;
  readonly feature: string;
  readonly calls: number;
  readonly mean_ms: number;
  readonly p95_ms: number;
}

/** Patterns a day keeps apart. */
const PATTERNS_A_DAY = 1_000;

/** By method and route pattern; what a day has beyond its 1,000 most used patterns is `other`. */
export function rankFeatures(recount: Recount): Promise<RankedFeature[]> {
  const { sql, workspace } = recount;
  return sql<RankedFeature[]>`
    with spans as ${spanRows(recount)}, daily as (
      select (occurred_at at time zone ${workspace.timeZone})::date as day, feature_no, duration_ms, count(*) as calls
      from usage_logs where not voided and ${nearSpans(recount)} group by 1, 2, 3
    ), kept as (
      select day, feature_no, feature_no <> 1 and row_number() over (partition by day order by feature_no = 1,
        sum(calls) desc, route collate "C", method collate "C", feature_no) <= ${PATTERNS_A_DAY} as is_kept,
        ltrim(method || ' ' || route) as feature
      from daily join features using (feature_no) group by day, feature_no, method, route
    ), named as (
      select day, case when is_kept then feature else 'other' end as feature, duration_ms, calls
      from daily join kept using (day, feature_no)
    ), together as (
      select place, feature, duration_ms, sum(calls) as calls
      from spans join named on day between first and last group by place, feature, duration_ms
    ), counted as (
      select *, 100 * sum(calls) over (partition by place, feature order by duration_ms) as hundredfold_rank,
        sum(calls) over (partition by place, feature) as all_calls
      from together
    ), summed as (
      select place, feature, max(all_calls) as calls, sum(duration_ms::float8 * calls::float8) / sum(calls)::float8 as mean_ms,
        min(duration_ms) filter (where hundredfold_rank >= 95 * all_calls) as p95_ms
      from counted group by place, feature
    ), ranked as (
      select *, row_number() over (partition by place order by calls desc, feature collate "C") as rank from summed
    )
    select place, rank::int as rank, feature, calls::float8 as calls, mean_ms::float8 as mean_ms, p95_ms::float8 as p95_ms
    from ranked where rank <= 10 order by place, rank`;
}
