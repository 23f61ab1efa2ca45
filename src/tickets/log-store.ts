import type { Sql } from "../db/client.ts";
import { DEFAULT_POLICIES } from "../core/workspace.ts";
import type { Category, Priority, ReopeningRule, TicketAction, TicketEvent } from "./ticket-log.ts";

interface TicketRow {
  readonly ticket_id: string;
  readonly at: string;
  readonly day: string;
  readonly action: TicketAction;
  readonly by: "customer" | "agent" | null;
  readonly user_no: number | null;
  readonly team_no: number | null;
  readonly subject: string | null;
  readonly priority: Priority | null;
  readonly category: Category | null;
}

/** How long a customer's reply reopens a ticket, as the workspace has decided it. */
export async function readReopeningRule(sql: Sql): Promise<ReopeningRule> {
  const [row] = await sql<{ days: number | null }[]>`
    select (value #>> '{policies,reopenDays}')::int as days from settings where name = 'workspace'`;
  return { reopenDays: row?.days ?? DEFAULT_POLICIES.reopenDays };
}

/** The logs of these tickets, each in the order in which it applies; tickets without a log are left out. */
export async function readTicketLogs(
  sql: Sql,
  ticketIds: readonly string[],
  timeZone: string,
): Promise<Map<string, TicketEvent[]>> {
  const rows = await sql<TicketRow[]>`
    select ticket_id, ((extract(epoch from occurred_at) * 1000000)::bigint)::text as at,
      ((occurred_at at time zone ${timeZone})::date)::text as day, action, by, user_no, team_no, subject, priority, category
    from ticket_events
    where ticket_id in (select json_array_elements_text(${JSON.stringify(ticketIds)}::text::json))
      and voided_at is null
    order by ticket_id, occurred_at, event_id collate "C" nulls first, row_no`;
  const logs = new Map<string, TicketEvent[]>();
  for (const { ticket_id, at, user_no, team_no, ...event } of rows) {
    const log = logs.get(ticket_id) ?? [];
    log.push({ ...event, at: BigInt(at), userNo: user_no, teamNo: team_no });
    logs.set(ticket_id, log);
  }
  return logs;
}
