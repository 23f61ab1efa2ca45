import { nearSpans, spanRows, type Placed, type Recount } from "./span.ts";

export interface RequestNumbers {
  readonly api_calls: number;
  readonly failed_requests: number;
  readonly client_errors: number;
  readonly error_rate: number | null;
  readonly client_error_rate: number | null;
  readonly apdex: number | null;
  readonly errors: number;
}

/** Requests and the error log, counted row by row. */
export function countRequests(recount: Recount): Promise<Placed<RequestNumbers>[]> {
  const { sql, workspace } = recount;
  return sql<Placed<RequestNumbers>[]>`
    with spans as ${spanRows(recount)}, judged as (
      select (occurred_at at time zone ${workspace.timeZone})::date as day, duration_ms,
        failed or status >= 500 as has_failed, status between 400 and 499 and not failed as is_client_error
      from usage_logs where not voided and ${nearSpans(recount)}
    ), daily as (
      select day, count(*) as requests, count(*) filter (where has_failed) as failures,
        count(*) filter (where is_client_error) as client_errors,
        count(*) filter (where not has_failed and duration_ms <= 500) as satisfied,
        count(*) filter (where not has_failed and duration_ms > 500 and duration_ms <= 2000) as tolerating
      from judged group by day
    ), logged as (
      select (occurred_at at time zone ${workspace.timeZone})::date as day, count(*) as errors
      from error_logs where voided_at is null and ${nearSpans(recount)} group by 1
    ), requested as (
      select place, sum(requests) as requests, sum(failures) as failures, sum(client_errors) as client_errors,
        sum(satisfied) + sum(tolerating) / 2 as points
      from spans join daily on day between first and last group by place
    ), erred as (
      select place, sum(errors) as errors from spans join logged on day between first and last group by place
    )
    select place, coalesce(requests, 0)::float8 as api_calls, coalesce(failures, 0)::float8 as failed_requests,
      coalesce(client_errors, 0)::float8 as client_errors,
      (100 * failures / requests)::float8 as error_rate, (100 * client_errors / requests)::float8 as client_error_rate,
      (points / requests)::float8 as apdex, coalesce(errors, 0)::float8 as errors
    from spans left join requested using (place) left join erred using (place)`;
}
