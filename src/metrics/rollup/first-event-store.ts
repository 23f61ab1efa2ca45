import type { Sql } from "../../db/client.ts";

/** Name of the setting that holds the instant of the earliest event of any type, as ISO text. Absent before it. */
export const FIRST_EVENT_AT = "first_event_at";

/** Brings the setting up to date: every table is asked by its index. */
export async function keepFirstEvent(sql: Sql): Promise<void> {
  await sql`
    with first as (
      select to_char(least(
        (select min(occurred_at) from usage_logs where not voided),
        (select min(occurred_at) from error_logs where voided_at is null),
        (select min(occurred_at) from signups where voided_at is null),
        (select min(occurred_at) from user_activations where voided_at is null),
        (select min(occurred_at) from revenue_events where voided_at is null),
        (select min(occurred_at) from agent_session_events where voided_at is null),
        (select min(occurred_at) from health_checks where voided_at is null),
        (select min(occurred_at) from nps_surveys where voided_at is null),
        (select min(occurred_at) from ticket_events where voided_at is null),
        (select min(occurred_at) from track_events where voided_at is null)
      ) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    ), gone as (
      delete from settings using first where name = ${FIRST_EVENT_AT} and first.at is null
    )
    insert into settings (name, value) select ${FIRST_EVENT_AT}, to_jsonb(at) from first where at is not null
    on conflict (name) do update set value = excluded.value, updated_at = now()
      where settings.value <> excluded.value`;
}
