import { sql } from "drizzle-orm";
import { boolean, date, index, integer, jsonb, pgTable, primaryKey, text, time, unique } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * One asking of "how likely are you to recommend us". `opened_by` is `slack:U123`. `kind`: asked (by somebody), wave (of a
 * schedule), again (of one person whose follow-up is done).
 */
export const surveyRounds = pgTable("survey_rounds", {
  surveyId: text("survey_id").primaryKey(),
  question: text("question").notNull(),
  openedBy: text("opened_by").notNull(),
  openedAt: instant("opened_at").notNull(),
  closesAt: instant("closes_at").notNull(),
  /** Set when the last reading of all its messages is stored: nothing changes afterwards. */
  closedAt: instant("closed_at"),
  kind: text("kind").notNull().default("asked"),
  /** When those who have not answered are reminded; null: never. */
  remindsAt: instant("reminds_at"),
  /** Set in the transaction that names whom to remind. */
  remindedAt: instant("reminded_at"),
});

/**
 * Where a round is asked: in a channel, or of one `person` (the platform's id) alone, whose `channel` is known when it is
 * posted. `state`: pending, sending, uncertain, posted, gone (deleted there), failed, skipped (a
 * reminder that was no longer needed). `reading` grows with each stored
 * reading of its reactions, so that an older one never replaces a newer.
 */
export const surveyMessages = pgTable(
  "survey_messages",
  {
    /** What the platform stores with the message. */
    key: text("key").primaryKey(),
    surveyId: text("survey_id").notNull(),
    platform: text("platform").notNull(),
    channel: text("channel"),
    person: text("person"),
    messageId: text("message_id"),
    state: text("state").notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    nextAt: instant("next_at").notNull().defaultNow(),
    createdAt: instant("created_at").notNull().defaultNow(),
    hasDigits: boolean("has_digits").notNull().default(false),
    reading: integer("reading").notNull().default(0),
    readAt: instant("read_at"),
    reason: text("reason"),
    /** Of a reminder: the key of the question. */
    about: text("about"),
  },
  (table) => [
    index("survey_messages_survey").on(table.surveyId),
    index("survey_messages_message").on(table.platform, table.channel, table.messageId),
    index("survey_messages_due")
      .on(table.nextAt)
      .where(sql`state in ('pending', 'sending', 'uncertain')`),
  ],
);

/**
 * One row for each person who answered a round; `person` is `slack:U123`. A score is null where it was withdrawn or never
 * given. `user_id` is whom the answer counts for. `told_as` is the event that stands for it in the numbers, null when none
 * does, and `told_no` its number; the intake is behind while `told_revision` is.
 */
export const surveyAnswers = pgTable(
  "survey_answers",
  {
    surveyId: text("survey_id").notNull(),
    person: text("person").notNull(),
    publicScore: integer("public_score"),
    privateScore: integer("private_score"),
    reason: text("reason"),
    userId: text("user_id").notNull(),
    changedAt: instant("changed_at").notNull(),
    toldNo: integer("told_no").notNull().default(0),
    toldAs: text("told_as"),
    revision: integer("revision").notNull().default(0),
    toldRevision: integer("told_revision").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.surveyId, table.person] }),
    index("survey_answers_person").on(table.person, table.changedAt),
    index("survey_answers_untold")
      .on(table.surveyId)
      .where(sql`told_revision < revision`),
  ],
);

/** Who somebody in chat is in the product: all identities with one `user_id` are one person. */
export const personLinks = pgTable(
  "person_links",
  {
    /** `slack:U123` */
    person: text("person").primaryKey(),
    userId: text("user_id").notNull(),
    linkedBy: text("linked_by").notNull(),
    linkedAt: instant("linked_at").notNull().defaultNow(),
  },
  (table) => [index("person_links_user").on(table.userId)],
);

/**
 * Surveys that come again: every so many months or weeks after `starts_on`. `whom` is a list of references
 * (`slack:S123`). `last_wave_on` is the day of the newest wave that was asked or left out.
 */
export const surveySchedules = pgTable("survey_schedules", {
  scheduleNo: integer("schedule_no").primaryKey().generatedAlwaysAsIdentity(),
  question: text("question").notNull(),
  whom: jsonb("whom").notNull(),
  days: integer("days").notNull(),
  unit: text("unit").notNull(),
  every: integer("every").notNull(),
  startsOn: date("starts_on", { mode: "string" }).notNull(),
  at: time("at").notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: instant("created_at").notNull(),
  lastWaveOn: date("last_wave_on", { mode: "string" }),
  /** What became of it: `asked`, `nobody` (all rest), `late` (too late to be asked). */
  lastWave: text("last_wave"),
  stoppedBy: text("stopped_by"),
  stoppedAt: instant("stopped_at"),
});

/**
 * Low answers that somebody follows up, one a person and round. `ticket_id` is null until the ticket is open; `asked_again`
 * is the round that asked them once more.
 */
export const surveyFollowUps = pgTable(
  "survey_follow_ups",
  {
    followUpNo: integer("follow_up_no").primaryKey().generatedAlwaysAsIdentity(),
    surveyId: text("survey_id").notNull(),
    /** `slack:U123` */
    person: text("person").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    ticketId: text("ticket_id"),
    askedAgain: text("asked_again"),
  },
  (table) => [unique("survey_follow_ups_answer").on(table.surveyId, table.person)],
);
