import { nearSpans, spanRows, type Placed, type Recount } from "./span.ts";

/** Milliseconds; null without requests. */
export interface LatencyNumbers {
  readonly latency_p50: number | null;
  readonly latency_p95: number | null;
  readonly latency_p99: number | null;
}

/** The durations of rank ⌈q·n⌉ among all of them, without histograms. */
export function rankLatencies(recount: Recount): Promise<Placed<LatencyNumbers>[]> {
  const { sql, workspace } = recount;
  return sql<Placed<LatencyNumbers>[]>`
    with spans as ${spanRows(recount)}, daily as (
      select (occurred_at at time zone ${workspace.timeZone})::date as day, duration_ms, count(*) as requests
      from usage_logs where not voided and ${nearSpans(recount)} group by 1, 2
    ), together as (
      select place, duration_ms, sum(requests) as requests
      from spans join daily on day between first and last group by place, duration_ms
    ), ranked as (
      select place, duration_ms, 100 * sum(requests) over (partition by place order by duration_ms) as hundredfold_rank,
        sum(requests) over (partition by place) as requests
      from together
    )
    select place, min(duration_ms) filter (where hundredfold_rank >= 50 * requests)::float8 as latency_p50,
      min(duration_ms) filter (where hundredfold_rank >= 95 * requests)::float8 as latency_p95,
      min(duration_ms) filter (where hundredfold_rank >= 99 * requests)::float8 as latency_p99
    from spans left join ranked using (place) group by place`;
}
