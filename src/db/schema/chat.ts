import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  time,
  unique,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Chat events already acted on: the platform sends some of them more than once. Kept 7 days. */
export const inbox = pgTable(
  "inbox",
  {
    platform: text("platform").notNull(),
    eventId: text("event_id").notNull(),
    receivedAt: instant("received_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.eventId] })],
);

/** Who is owed which message when. `origin` is `environment` for those made by DIGEST_CHANNELS, else `chat`. */
export const schedules = pgTable(
  "schedules",
  {
    scheduleNo: integer("schedule_no").primaryKey().generatedAlwaysAsIdentity(),
    kind: text("kind").notNull(),
    platform: text("platform").notNull(),
    channel: text("channel").notNull(),
    at: time("at").notNull(),
    timeZone: text("time_zone").notNull(),
    origin: text("origin").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    pausedAt: instant("paused_at"),
    /** The person who paused it; null when the platform refused us there. */
    pausedBy: text("paused_by"),
    /** Of a weekly digest: 1 is Monday, 7 is Sunday. */
    weekday: smallint("weekday"),
    /** Of a digest: the names of the sections that it has, by comma; null is all. */
    sections: text("sections"),
    /** A digest that is posted only when something is notable. */
    notableOnly: boolean("notable_only").notNull().default(false),
    removedAt: instant("removed_at"),
  },
  (table) => [unique("schedules_destination").on(table.kind, table.platform, table.channel)],
);

/** The ledger: one row for each message owed; see `guarantees` in docs/architecture.md. */
export const deliveries = pgTable(
  "deliveries",
  {
    deliveryNo: bigint("delivery_no", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    scheduleNo: integer("schedule_no").notNull(),
    destination: text("destination").notNull(),
    localDate: date("local_date", { mode: "string" }).notNull(),
    kind: text("kind").notNull(),
    state: text("state").notNull().default("pending"),
    dueAt: instant("due_at").notNull(),
    nextAt: instant("next_at").notNull(),
    claimedBy: text("claimed_by"),
    claimedUntil: instant("claimed_until"),
    attempts: integer("attempts").notNull().default(0),
    payload: jsonb("payload"),
    externalId: text("external_id"),
    settledAt: instant("settled_at"),
    reason: text("reason"),
    /** When to look once more for a second message; set as soon as it was uncertain whether one was posted. */
    recheckAt: instant("recheck_at"),
  },
  (table) => [
    unique("deliveries_identity").on(table.scheduleNo, table.destination, table.localDate, table.kind),
    index("deliveries_open")
      .on(table.nextAt)
      .where(sql`state in ('pending', 'sending', 'uncertain')`),
    index("deliveries_recheck")
      .on(table.recheckAt)
      .where(sql`recheck_at is not null`),
  ],
);

/** What an admin is told once: a channel that refuses us (`slack:C1`) or a whole platform that does (`discord`), until it takes something again. */
export const warnings = pgTable(
  "warnings",
  {
    subject: text("subject").primaryKey(),
    reason: text("reason").notNull(),
    /** A command that tries again once it is mended; null when only a new start does. */
    retry: text("retry"),
    raisedAt: instant("raised_at").notNull().defaultNow(),
    nextAt: instant("next_at").notNull().defaultNow(),
    attempts: integer("attempts").notNull().default(0),
    /** Those that are told in one message have the same. */
    batch: text("batch"),
    toldAt: instant("told_at"),
  },
  (table) => [
    index("warnings_open")
      .on(table.nextAt)
      .where(sql`told_at is null`),
  ],
);

/**
 * The numbers that a daily digest has shown, so that one that is restated can be corrected in its message. `key` is that of
 * the message. `numbers` are as posted and `shown` as corrected, by metric; `corrections` are those that the message tells,
 * for its readers and those of the next digest.
 */
export const postedNumbers = pgTable("posted_numbers", {
  key: text("key").primaryKey(),
  destination: text("destination").notNull(),
  kind: text("kind").notNull(),
  localDate: date("local_date", { mode: "string" }).notNull(),
  day: date("day", { mode: "string" }).notNull(),
  numbers: jsonb("numbers").notNull(),
  shown: jsonb("shown").notNull(),
  /** The groups of metrics that it might tell, and those in which it might name accounts. */
  seen: jsonb("seen").notNull(),
  corrections: jsonb("corrections").notNull().default([]),
  correctedAt: instant("corrected_at"),
  /** When the message is to be edited, and tried again; null: it says what it should, or is gone. */
  editAt: instant("edit_at"),
  /** Key of the digest that names the corrections. */
  namedIn: text("named_in"),
});

/**
 * Who may see what in chat, as admins set it there; see docs/access.md. About everyone, `platform` and `subject_id` are
 * empty. `metric_group` is `*` for all.
 */
export const accessRules = pgTable(
  "access_rules",
  {
    platform: text("platform").notNull(),
    subjectKind: text("subject_kind").notNull(),
    subjectId: text("subject_id").notNull(),
    metricGroup: text("metric_group").notNull(),
    action: text("action").notNull(),
    allowed: boolean("allowed").notNull(),
    setBy: text("set_by").notNull(),
    setAt: instant("set_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({
      columns: [table.platform, table.subjectKind, table.subjectId, table.metricGroup, table.action],
    }),
  ],
);
