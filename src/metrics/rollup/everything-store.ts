import type { Sql } from "../../db/client.ts";
import { DAY_KINDS } from "./queue-store.ts";

/** Queues every subject that has events or was folded, and every day that has events or stored numbers. */
export async function queueEverything(sql: Sql, timeZone: string): Promise<void> {
  await sql`
    insert into dirty (kind, subject)
    select 'session', session_id from agent_session_events union select 'session', session_id from agent_sessions
    union select 'person', user_no::text from users
    union select 'account', account from revenue_events union select 'account', account from movements
    union select 'ticket', ticket_id from ticket_events union select 'ticket', ticket_id from support_tickets`;
  await sql`
    with days as (
      select distinct (occurred_at at time zone ${timeZone})::date as day from (
        select occurred_at from usage_logs union all select occurred_at from error_logs
        union all select occurred_at from health_checks union all select occurred_at from nps_surveys
        union all select started_at from agent_sessions
      ) as events
      union select day from day_revisions union select day from metric_values union select day from active_bits
    )
    insert into dirty (kind, day)
    select kind, day from days, json_array_elements_text(${JSON.stringify(DAY_KINDS)}::text::json) as kind`;
}
