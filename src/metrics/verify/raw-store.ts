import type { Sql } from "../../db/client.ts";

/** Where the raw rows begin. */
export interface RawRows {
  /** ISO instant before which the partitions of requests are gone; null when there are none at all. */
  readonly keptSince: string | null;
  /** Local day of the earliest event of any type, as an ISO date; null before it. */
  readonly firstDay: string | null;
}

export async function findRawRows(sql: Sql, timeZone: string): Promise<RawRows> {
  const [row] = await sql<{ kept_since: string | null; first_day: string | null }[]>`
    with earliest as (
      select min(occurred_at) as at from usage_logs where not voided
      union all select min(occurred_at) from error_logs where voided_at is null
      union all select min(occurred_at) from signups where voided_at is null
      union all select min(occurred_at) from user_activations where voided_at is null
      union all select min(occurred_at) from revenue_events where voided_at is null
      union all select min(occurred_at) from agent_session_events where voided_at is null
      union all select min(occurred_at) from health_checks where voided_at is null
      union all select min(occurred_at) from nps_surveys where voided_at is null
      union all select min(occurred_at) from ticket_events where voided_at is null
      union all select min(occurred_at) from track_events where voided_at is null
    )
    select (min(at) at time zone ${timeZone})::date::text as first_day, (
        select replace(substring(min(relname::text) from '\\d{4}_\\d{2}$'), '_', '-') || '-01T00:00:00Z'
        from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'usage_logs'::regclass
      ) as kept_since
    from earliest`;
  return { keptSince: row?.kept_since ?? null, firstDay: row?.first_day ?? null };
}

/** The latest local day of which requests were counted whose rows may be gone, as an ISO date; null without one. */
export async function lastSealedDay(sql: Sql, keptSince: string | null): Promise<string | null> {
  const [row] = await sql<{ day: string | null }[]>`
    with edge as (select (${keptSince}::text::timestamptz at time zone 'UTC')::date as day)
    select case when min(metric_values.day) < min(edge.day) then max(metric_values.day) end::text as day
    from edge, metric_values where metric = 'api_calls' and by = '' and metric_values.day <= edge.day`;
  return row?.day ?? null;
}

/** How many changes that are not worked out yet may touch the days from `first` to `last`. */
export async function countUnsettled(
  sql: Sql,
  days: { readonly first: string; readonly last: string; readonly now: string },
): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select count(*)::int as rows from dirty
    where (day is null or day between ${days.first}::text::date - 30 and ${days.last}::text::date)
      and (due_at is null or due_at <= ${days.now}::text::timestamptz)`;
  return row?.rows ?? 0;
}
