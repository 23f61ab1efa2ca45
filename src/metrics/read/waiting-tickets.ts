import type { Sql } from "../../db/client.ts";

/** Tickets that nobody has resolved or closed, as they are now. */
export interface WaitingTickets {
  /** The one that was opened first; null when none is open. */
  readonly oldest: { readonly ticket_id: string; /** ISO instant. */ readonly opened_at: string } | null;
  /** Urgent ones that nobody of the team has answered. */
  readonly urgent_unanswered: number;
}

export async function loadWaitingTickets(sql: Sql): Promise<WaitingTickets> {
  const [row] = await sql<{ ticketId: string | null; openedAt: string | null; urgent: number }[]>`
    select oldest.ticket_id as "ticketId", to_json(oldest.opened_at) #>> '{}' as "openedAt", urgent.count as urgent
    from (
      select count(*)::int as count from support_tickets
      where status in ('open', 'in_progress') and priority = 'urgent' and first_response_at is null
    ) as urgent
    left join lateral (
      select ticket_id, opened_at from support_tickets where status in ('open', 'in_progress')
      order by opened_at, ticket_id collate "C" limit 1
    ) as oldest on true`;
  const { ticketId = null, openedAt = null, urgent = 0 } = row ?? {};
  return {
    oldest: ticketId === null || openedAt === null ? null : { ticket_id: ticketId, opened_at: openedAt },
    urgent_unanswered: urgent,
  };
}
