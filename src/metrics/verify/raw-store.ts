import type { Sql } from "../../db/client.ts";

/** Local day of the first event of each type, as an ISO date; null while there is none. */
export type FirstDays = Readonly<Record<(typeof TYPES)[number], string | null>>;

const TYPES = [
  "request",
  "error",
  "signup",
  "activation",
  "revenue",
  "agent_session",
  "health_check",
  "nps",
  "ticket",
  "track",
] as const;

export const NO_EVENTS = Object.fromEntries(TYPES.map((type) => [type, null])) as Record<(typeof TYPES)[number], null>;

/** Where the raw rows begin. */
export interface RawRows {
  /** ISO instant before which the partitions of requests are gone; null when there are none at all. */
  readonly keptSince: string | null;
  readonly firstDays: FirstDays;
}

export async function findRawRows(sql: Sql, timeZone: string): Promise<RawRows> {
  const [row] = await sql<{ kept_since: string | null; first_days: FirstDays }[]>`
    with earliest (type, at) as (
      select 'request', min(occurred_at) from usage_logs where not voided
      union all select 'error', min(occurred_at) from error_logs where voided_at is null
      union all select 'signup', min(occurred_at) from signups where voided_at is null
      union all select 'activation', min(occurred_at) from user_activations where voided_at is null
      union all select 'revenue', min(least(occurred_at, effective_at)) from revenue_events where voided_at is null
      union all select 'agent_session', min(occurred_at) from agent_session_events where voided_at is null
      union all select 'health_check', min(occurred_at) from health_checks where voided_at is null
      union all select 'nps', min(occurred_at) from nps_surveys where voided_at is null
      union all select 'ticket', min(occurred_at) from ticket_events where voided_at is null
      union all select 'track', min(occurred_at) from track_events where voided_at is null
    )
    select json_object_agg(type, (at at time zone ${timeZone})::date::text) as first_days, (
        select replace(substring(min(relname::text) from '\\d{4}_\\d{2}$'), '_', '-') || '-01T00:00:00Z'
        from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'usage_logs'::regclass
      ) as kept_since
    from earliest`;
  return { keptSince: row?.kept_since ?? null, firstDays: row?.first_days ?? NO_EVENTS };
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
