import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Category, Priority, TicketStatus } from "../../tickets/ticket-log.ts";
import type { SupportOverview } from "../answers.ts";
import { betweenLocalDays } from "../rollup/day-unit.ts";

/** Tickets opened on one day that are the same at the window's end. */
export interface OpenedTickets {
  readonly day: string;
  readonly status: TicketStatus;
  readonly priority: Priority;
  readonly category: Category;
  readonly tickets: number;
}

/** The tickets opened in the window, by what they are at its end. */
export async function loadOpened(sql: Sql, { timeZone }: Workspace, window: Window): Promise<OpenedTickets[]> {
  const [first, last] = [window.start.toString(), window.end.toString()];
  return await sql<OpenedTickets[]>`
    select (opened_at at time zone ${timeZone})::date::text as day, known.status, known.priority, known.category,
      count(*)::int as tickets
    from support_tickets cross join lateral (
      select status, priority, category from ticket_days
      where ticket_days.ticket_id = support_tickets.ticket_id and ticket_days.day <= ${last}::text::date
      order by ticket_days.day desc limit 1
    ) as known
    where ${betweenLocalDays(sql, "opened_at", { first, last, timeZone })}
    group by 1, 2, 3, 4`;
}

type Counts = Pick<SupportOverview, "status" | "priority" | "by_category">;

/** Every value is listed: zero included, or null before the first ticket of all. */
export function countOpened(rows: readonly OpenedTickets[], isKnown: boolean): Counts {
  if (!isKnown) return NOTHING_KNOWN;
  const status = { open: 0, in_progress: 0, resolved: 0, closed: 0 };
  const priority = { urgent: 0, high: 0, medium: 0, low: 0 };
  const category = { bug: 0, feature_request: 0, billing: 0, general: 0 };
  for (const row of rows) {
    status[row.status] += row.tickets;
    priority[row.priority] += row.tickets;
    category[row.category] += row.tickets;
  }
  return { status, priority, by_category: category };
}

const NOTHING_KNOWN: Counts = {
  status: { open: null, in_progress: null, resolved: null, closed: null },
  priority: { urgent: null, high: null, medium: null, low: null },
  by_category: { bug: null, feature_request: null, billing: null, general: null },
};
