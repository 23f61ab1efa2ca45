import { date, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { eventColumns, instant } from "./columns.ts";

/** The tickets' own event log: what is replayed to learn a ticket's state at any time. */
export const ticketEvents = pgTable(
  "ticket_events",
  {
    ...eventColumns(),
    ticketId: text("ticket_id").notNull(),
    action: text("action").notNull(),
    by: text("by"),
    subject: text("subject"),
    description: text("description"),
    priority: text("priority"),
    category: text("category"),
  },
  (table) => [
    index("ticket_events_ticket_id").on(table.ticketId),
    index("ticket_events_occurred_at").on(table.occurredAt),
  ],
);

/** Folded: the present state of each ticket that has been opened. */
export const supportTickets = pgTable(
  "support_tickets",
  {
    ticketId: text("ticket_id").primaryKey(),
    userNo: integer("user_no"),
    teamNo: integer("team_no"),
    subject: text("subject"),
    status: text("status").notNull(),
    priority: text("priority").notNull(),
    category: text("category").notNull(),
    openedAt: instant("opened_at").notNull(),
    firstResponseAt: instant("first_response_at"),
    firstResolvedAt: instant("first_resolved_at"),
    lastResolvedAt: instant("last_resolved_at"),
  },
  (table) => [
    index("support_tickets_opened_at").on(table.openedAt),
    index("support_tickets_first_resolved_at").on(table.firstResolvedAt),
  ],
);

/**
 * Folded: one row for each local day on which a ticket changed: how often it was opened, resolved and
 * reopened, and what it is at the day's end. `resolved_at` is the last resolution so far.
 */
export const ticketDays = pgTable(
  "ticket_days",
  {
    ticketId: text("ticket_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    opened: integer("opened").notNull(),
    resolved: integer("resolved").notNull(),
    reopened: integer("reopened").notNull(),
    status: text("status").notNull(),
    priority: text("priority").notNull(),
    category: text("category").notNull(),
    resolvedAt: instant("resolved_at"),
  },
  (table) => [primaryKey({ columns: [table.ticketId, table.day] }), index("ticket_days_day").on(table.day)],
);
