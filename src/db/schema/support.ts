import { sql } from "drizzle-orm";
import { bigint, date, index, integer, jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
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
    index("ticket_events_received_at").on(table.receivedAt),
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

/**
 * What a team does with a ticket in chat, beside its log. `ticket_no` is the number of `TCK-118`, null for tickets that came
 * with an id of their own. `opening_key` names what was opened to whoever opens it twice. `opening` is what the intake has not been told yet. `card` is our message in the thread;
 * `shown` is the `revision` that it shows.
 */
export const deskTickets = pgTable(
  "desk_tickets",
  {
    ticketId: text("ticket_id").primaryKey(),
    ticketNo: integer("ticket_no").unique(),
    platform: text("platform"),
    channel: text("channel"),
    thread: text("thread"),
    openedBy: text("opened_by"),
    opening: jsonb("opening"),
    openingKey: text("opening_key").unique(),
    assignee: text("assignee"),
    dueAt: instant("due_at"),
    card: text("card"),
    revision: integer("revision").notNull().default(1),
    shown: integer("shown").notNull().default(0),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [
    unique("desk_tickets_thread").on(table.platform, table.channel, table.thread),
    index("desk_tickets_unsent")
      .on(table.createdAt)
      .where(sql`opening is not null`),
    index("desk_tickets_stale")
      .on(table.ticketId)
      .where(sql`shown < revision`),
  ],
);

/**
 * Messages about a ticket that are posted once: its card, its announcement, a warning. `message` is null until the platform
 * has it; `tried_at` is when somebody last tried.
 */
export const ticketPosts = pgTable(
  "ticket_posts",
  {
    ticketId: text("ticket_id").notNull(),
    kind: text("kind").notNull(),
    message: text("message"),
    triedAt: instant("tried_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.ticketId, table.kind] })],
);

/** The conversation of a ticket as it was in its thread; authors are opaque ids. A deleted message keeps its row without its text. */
export const ticketMessages = pgTable(
  "ticket_messages",
  {
    ticketId: text("ticket_id").notNull(),
    messageId: text("message_id").notNull(),
    author: text("author").notNull(),
    by: text("by").notNull(),
    at: instant("at").notNull(),
    text: text("text").notNull(),
    attachments: jsonb("attachments").notNull(),
    editedAt: instant("edited_at"),
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    primaryKey({ columns: [table.ticketId, table.messageId] }),
    index("ticket_messages_at").on(table.ticketId, table.at),
  ],
);

/** What the team writes for itself; never shown in the thread. */
export const ticketNotes = pgTable(
  "ticket_notes",
  {
    noteNo: bigint("note_no", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    ticketId: text("ticket_id").notNull(),
    /** Names the note to whoever sends it twice. */
    key: text("key").notNull().unique(),
    author: text("author").notNull(),
    at: instant("at").notNull(),
    text: text("text").notNull(),
  },
  (table) => [index("ticket_notes_ticket_id").on(table.ticketId, table.at)],
);

/**
 * Where changes of tickets are sent; `endpoint` is a hash of the address, which stands in the configuration alone. Changes
 * from `since` on are sent; those that were received until `read_to` have a delivery.
 */
export const webhookEndpoints = pgTable("webhook_endpoints", {
  endpoint: text("endpoint").primaryKey(),
  since: instant("since").notNull().defaultNow(),
  readTo: instant("read_to").notNull().defaultNow(),
});

/**
 * One row for each change of a ticket (`row_no` of its log) and endpoint. `message_id` is the same for every attempt, and
 * made of what the change is. `next_at`: not tried before then; while somebody tries, nobody else does. `outcome` is
 * `delivered` or `given up`, null until then.
 */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    endpoint: text("endpoint").notNull(),
    rowNo: bigint("row_no", { mode: "bigint" }).notNull(),
    ticketId: text("ticket_id").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    messageId: text("message_id").notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAt: instant("next_at").notNull().defaultNow(),
    outcome: text("outcome"),
    endedAt: instant("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.endpoint, table.rowNo] }),
    index("webhook_deliveries_open")
      .on(table.endpoint, table.ticketId, table.occurredAt, table.rowNo)
      .where(sql`outcome is null`),
    index("webhook_deliveries_due")
      .on(table.nextAt)
      .where(sql`outcome is null`),
    index("webhook_deliveries_ended_at").on(table.endedAt),
  ],
);
