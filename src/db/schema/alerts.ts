import { sql } from "drizzle-orm";
import { boolean, date, doublePrecision, index, integer, pgTable, primaryKey, text, time } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * What is watched for whom, and how it stands. `bound` is in the metric's unit, of `change` a percentage, null for `unusual`.
 * `episode` is the number of the latest one; it is open where `state` is `firing`. `has_data` is null before the first look.
 */
export const alerts = pgTable("alerts", {
  alertNo: integer("alert_no").primaryKey().generatedAlwaysAsIdentity(),
  metric: text("metric").notNull(),
  condition: text("condition").notNull(),
  bound: doublePrecision("bound"),
  span: text("span").notNull(),
  partBy: text("part_by"),
  partGroup: text("part_group"),
  platform: text("platform").notNull(),
  channel: text("channel").notNull(),
  quietFrom: time("quiet_from"),
  quietTo: time("quiet_to"),
  madeBy: text("made_by").notNull(),
  madeAt: instant("made_at").notNull().defaultNow(),
  removedAt: instant("removed_at"),
  removedBy: text("removed_by"),
  state: text("state").notNull().default("ok"),
  hasData: boolean("has_data"),
  episode: integer("episode").notNull().default(0),
  snoozedUntil: instant("snoozed_until"),
  snoozedBy: text("snoozed_by"),
  /** Why nothing is posted; null: it is. */
  pausedFor: text("paused_for"),
  revision: integer("revision").notNull().default(0),
});

/**
 * From when an alert fires until it is back to normal: one card. `opened_on` is the local day of `opened_at`, which names its
 * messages in `deliveries`. `thread` is where its follow-ups go. `shown` is the `revision` that the card shows. Closed when nothing is left to be said.
 */
export const alertEpisodes = pgTable(
  "alert_episodes",
  {
    alertNo: integer("alert_no").notNull(),
    episode: integer("episode").notNull(),
    openedAt: instant("opened_at").notNull(),
    openedOn: date("opened_on", { mode: "string" }).notNull(),
    firstDay: date("first_day", { mode: "string" }).notNull(),
    lastDay: date("last_day", { mode: "string" }).notNull(),
    value: doublePrecision("value"),
    compared: doublePrecision("compared"),
    updatedAt: instant("updated_at").notNull(),
    endedAt: instant("ended_at"),
    endedBy: text("ended_by"),
    endedDay: date("ended_day", { mode: "string" }),
    endedValue: doublePrecision("ended_value"),
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: instant("acknowledged_at"),
    assignee: text("assignee"),
    thread: text("thread"),
    revision: integer("revision").notNull().default(1),
    shown: integer("shown").notNull().default(0),
    closedAt: instant("closed_at"),
  },
  (table) => [
    primaryKey({ columns: [table.alertNo, table.episode] }),
    index("alert_episodes_not_closed")
      .on(table.alertNo)
      .where(sql`closed_at is null`),
  ],
);
