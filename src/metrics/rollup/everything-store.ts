import type { Sql } from "../../db/client.ts";
import { DAY_KINDS } from "./queue-store.ts";

/** Every table of events: whatever its type, an event names on its day the team of a person. */
const TABLES = [
  "usage_logs",
  "error_logs",
  "health_checks",
  "nps_surveys",
  "signups",
  "user_activations",
  "revenue_events",
  "agent_session_events",
  "ticket_events",
  "track_events",
] as const;

/** Queues every subject that has events or was folded, and every day that has events or stored numbers. */
export async function queueEverything(
  sql: Sql,
  { timeZone, cause }: { readonly timeZone: string; readonly cause: string },
): Promise<void> {
  await sql`
    insert into dirty (kind, subject, cause)
    select kind, subject, ${cause} from (
      select 'session', session_id from agent_session_events union select 'session', session_id from agent_sessions
      union select 'person', user_no::text from users union select 'member', user_no::text from users
      union select 'account', account from revenue_events union select 'account', account from account_spans
      union select 'ticket', ticket_id from ticket_events union select 'ticket', ticket_id from support_tickets
    ) as known (kind, subject)`;
  const folded = sql`
    select (at at time zone ${timeZone})::date as day from (
      select started_at as at from agent_sessions union all select signed_up_at from users
      union all select activated_at from users
    ) as moments where at is not null`;
  const happened = TABLES.flatMap((table) => [sql`union`, daysOf(sql, table)]);
  await sql`
    with days as (
      ${folded} ${happened}
      union select day from fx_rates union select day from day_revisions union select day from metric_values union select day from active_bits
    )
    insert into dirty (kind, day, cause)
    select kind, day, ${cause} from days, json_array_elements_text(${JSON.stringify(DAY_KINDS)}::text::json) as kind`;
}

/** Days with rows in any time zone, found by index: to look at each row of a large table would take too long. */
function daysOf(sql: Sql, table: (typeof TABLES)[number]) {
  const rows = sql(table);
  return sql`
    select day::date from (select min(occurred_at) as first, max(occurred_at) as last from ${rows}) as ends,
      generate_series(date_trunc('day', first, 'UTC') - interval '1 day', last + interval '1 day', interval '1 day') as day
    where exists (
      select from ${rows} where occurred_at >= day - interval '1 day' and occurred_at < day + interval '2 days')`;
}
