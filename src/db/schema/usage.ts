import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { date } from "drizzle-orm/pg-core";
import { bits, eventColumns, instant } from "./columns.ts";

/**
 * One row a tracked request, partitioned by month of `occurred_at` in UTC.
 * `event_hash` is the first 8 bytes of the event key (null without an event id); `latency_bucket` is
 * the index of `duration_ms` in the log-scaled histogram of `metrics/histogram.ts`.
 */
export const usageLogs = pgTable(
  "usage_logs",
  {
    occurredAt: instant("occurred_at").notNull(),
    receivedAt: instant("received_at").notNull().defaultNow(),
    eventHash: bigint("event_hash", { mode: "bigint" }),
    userNo: integer("user_no"),
    teamNo: integer("team_no"),
    featureNo: integer("feature_no").notNull(),
    durationMs: real("duration_ms").notNull(),
    latencyBucket: smallint("latency_bucket").notNull(),
    status: smallint("status").notNull(),
    sourceNo: smallint("source_no").notNull(),
    failed: boolean("failed").notNull().default(false),
    voided: boolean("voided").notNull().default(false),
    metadata: jsonb("metadata"),
  },
  (table) => [index("usage_logs_occurred_at").on(table.occurredAt)],
);

/** Method and route pattern behind `feature_no`. 0 stands for all requests, 1 for those beyond a day's 1,000 patterns. */
export const features = pgTable(
  "features",
  {
    featureNo: integer("feature_no").primaryKey().generatedAlwaysAsIdentity({ startWith: 2 }),
    method: text("method").notNull(),
    route: text("route").notNull(),
  },
  (table) => [unique("features_method_route").on(table.method, table.route)],
);

/** Rollup of one day's requests by feature, with its mergeable latency histogram as two parallel arrays. */
export const latencyHistograms = pgTable(
  "latency_histograms",
  {
    day: date("day", { mode: "string" }).notNull(),
    featureNo: integer("feature_no").notNull(),
    calls: bigint("calls", { mode: "number" }).notNull(),
    failed: bigint("failed", { mode: "number" }).notNull(),
    durationMsSum: doublePrecision("duration_ms_sum").notNull(),
    buckets: smallint("buckets").array().notNull(),
    counts: bigint("counts", { mode: "number" }).array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.featureNo, table.day] }), index("latency_histograms_day").on(table.day)],
);

/** Who was active on a day: bit n of block b stands for user_no = b × 8192 + n. */
export const activeBits = pgTable(
  "active_bits",
  {
    day: date("day", { mode: "string" }).notNull(),
    block: integer("block").notNull(),
    bits: bits("bits", { length: 8192 }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.block] })],
);

export const agentSessionEvents = pgTable(
  "agent_session_events",
  {
    ...eventColumns(),
    sessionId: text("session_id").notNull(),
    action: text("action").notNull(),
    agentId: text("agent_id"),
    status: text("status"),
    messages: bigint("messages", { mode: "number" }),
    tokens: bigint("tokens", { mode: "number" }),
  },
  (table) => [
    index("agent_session_events_session_id").on(table.sessionId),
    index("agent_session_events_occurred_at").on(table.occurredAt),
  ],
);

/** Folded from `agent_session_events`: a session is one of a person, and only those with a `started` event have a row. */
export const agentSessions = pgTable(
  "agent_sessions",
  {
    sessionId: text("session_id").notNull(),
    userNo: integer("user_no").notNull(),
    teamNo: integer("team_no"),
    agentId: text("agent_id"),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    status: text("status"),
    messages: bigint("messages", { mode: "number" }),
    tokens: bigint("tokens", { mode: "number" }),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.userNo] }),
    index("agent_sessions_started_at").on(table.startedAt),
    index("agent_sessions_user_no").on(table.userNo),
  ],
);

export const errorLogs = pgTable(
  "error_logs",
  {
    ...eventColumns(),
    errorType: text("error_type").notNull(),
    message: text("message").notNull(),
    severity: text("severity").notNull(),
    endpoint: text("endpoint"),
    method: text("method"),
  },
  (table) => [index("error_logs_occurred_at").on(table.occurredAt)],
);

export const healthChecks = pgTable(
  "health_checks",
  {
    ...eventColumns(),
    service: text("service").notNull(),
    status: text("status").notNull(),
    responseTimeMs: doublePrecision("response_time_ms"),
    /** Where the check was made from; null when that was not said. */
    probe: text("probe"),
  },
  (table) => [
    index("health_checks_occurred_at").on(table.occurredAt),
    index("health_checks_service").on(table.service, sql`${table.occurredAt} desc`),
  ],
);

export const trackEvents = pgTable(
  "track_events",
  { ...eventColumns(), name: text("name").notNull(), properties: jsonb("properties") },
  (table) => [index("track_events_occurred_at").on(table.occurredAt), index("track_events_name").on(table.name)],
);
