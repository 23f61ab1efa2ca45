import { onLocalDay, type DayUnit } from "./day-unit.ts";
import { storeValues, type StoredValue } from "./values-store.ts";

const METRICS = ["errors", "errors_by_type", "errors_by_endpoint", "errors_by_severity"] as const;

/** Types and endpoints a day keeps apart, the most frequent first. */
const GROUPS_A_DAY = 1_000;

/** Recomputes a day's rows of the error log. Errors without an endpoint are in no endpoint's count. */
export async function recomputeErrors(unit: DayUnit): Promise<void> {
  const { sql } = unit;
  const values = await sql<StoredValue[]>`
    with counted as (
      select error_type, endpoint, severity, count(*) as errors,
        grouping(error_type) = 0 as by_type, grouping(endpoint) = 0 as by_endpoint, grouping(severity) = 0 as by_severity
      from error_logs where ${onLocalDay(sql, "occurred_at", unit)} and voided_at is null
      group by grouping sets ((), (error_type), (endpoint), (severity))
    ), named as (
      select case when by_type then 'errors_by_type' when by_endpoint then 'errors_by_endpoint'
          when by_severity then 'errors_by_severity' else 'errors' end as metric,
        coalesce(error_type, endpoint, severity, '') as "by", errors
      from counted where not (by_endpoint and endpoint is null)
    ), ranked as (
      select *, row_number() over (partition by metric order by errors desc, "by" collate "C") as rank from named
    )
    select metric, "by", errors::text as value from ranked where rank <= ${GROUPS_A_DAY}`;
  await storeValues(unit, "errors", { metrics: METRICS, values });
}
