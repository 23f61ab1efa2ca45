import { bigint, date, index, integer, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Every stored number: one row a metric, group (`by`, '' for the whole) and local day. A missing row is zero. */
export const metricValues = pgTable(
  "metric_values",
  {
    metric: text("metric").notNull(),
    by: text("by").notNull().default(""),
    day: date("day", { mode: "string" }).notNull(),
    value: numeric("value").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.metric, table.by, table.day] }),
    index("metric_values_metric_day").on(table.metric, table.day),
  ],
);

/** How often each part of a day has been recomputed. */
export const dayRevisions = pgTable(
  "day_revisions",
  {
    day: date("day", { mode: "string" }).notNull(),
    kind: text("kind").notNull(),
    revision: integer("revision").notNull(),
    computedAt: instant("computed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.kind] })],
);

/** Append-only queue of what must be recomputed: a day (`day`) or a subject (`subject`) of a kind. */
export const dirty = pgTable(
  "dirty",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text("kind").notNull(),
    day: date("day", { mode: "string" }),
    subject: text("subject"),
    dueAt: instant("due_at"),
    cause: text("cause"),
  },
  (table) => [index("dirty_kind").on(table.kind, table.day, table.subject)],
);

/**
 * A metric of a day that had been published and was changed afterwards, in the metric's unit, with the reason. Of a level
 * the day's change: every later day moved by `after - before`. `changes` counts what one row stands for.
 */
export const restatements = pgTable(
  "restatements",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant("at").notNull(),
    /** The local day of `at`. */
    restatedOn: date("restated_on", { mode: "string" }).notNull(),
    day: date("day", { mode: "string" }).notNull(),
    metric: text("metric").notNull(),
    by: text("by").notNull().default(""),
    before: numeric("before"),
    after: numeric("after"),
    cause: text("cause").notNull(),
    changes: integer("changes").notNull().default(1),
  },
  (table) => [index("restatements_metric_day").on(table.metric, table.day), index("restatements_at").on(table.at)],
);
