import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/** Stable labels of where events come from (`api`, `stripe`, …). */
export const sources = pgTable("sources", {
  sourceNo: smallint("source_no").primaryKey().generatedAlwaysAsIdentity(),
  source: text("source").notNull().unique(),
});

/**
 * Every event id that was accepted. `key` is the first 16 bytes of sha256(event id), held as a uuid
 * for its fixed width; `payload` the first 8 bytes of the sha256 of what was sent.
 */
export const ingestKeys = pgTable(
  "ingest_keys",
  {
    occurredAt: instant("occurred_at").notNull(),
    payload: bigint("payload", { mode: "bigint" }).notNull(),
    key: uuid("key").notNull(),
    sourceNo: smallint("source_no").notNull(),
    typeNo: smallint("type_no").notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.sourceNo] })],
);

/** Refused events, at most 8 KB each, seen by admins only. */
export const deadLetters = pgTable(
  "dead_letters",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant("at").notNull().defaultNow(),
    source: text("source").notNull(),
    code: text("code").notNull(),
    reason: text("reason").notNull(),
    body: text("body").notNull(),
    replayedAt: instant("replayed_at"),
  },
  (table) => [index("dead_letters_at").on(table.at)],
);

/**
 * What was accepted and yet looks wrong, found by looking at what is stored: each look replaces what it found before. `subject` is
 * an account (`t` or `u` and its number), or names what else it is about. At most 200 rows a code.
 */
export const findings = pgTable(
  "findings",
  {
    code: text("code").notNull(),
    subject: text("subject").notNull(),
    count: integer("count").notNull(),
    detail: text("detail"),
    firstEvent: text("first_event"),
    firstAt: instant("first_at"),
    lastEvent: text("last_event"),
    lastAt: instant("last_at"),
    notedAt: instant("noted_at").notNull().defaultNow(),
    lookedAt: instant("looked_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.code, table.subject] })],
);

/** `bw_<key_id>_<secret>_<checksum>`; only the SHA-256 of the whole is kept. */
export const apiKeys = pgTable("api_keys", {
  keyId: text("key_id").primaryKey(),
  hash: bytea("hash").notNull(),
  scope: text("scope").notNull(),
  source: text("source").notNull(),
  requestsPerSecond: integer("requests_per_second").notNull().default(200),
  createdAt: instant("created_at").notNull().defaultNow(),
  expiresAt: instant("expires_at"),
  revokedAt: instant("revoked_at"),
});

/** Who is signed in on the page. `key_proof` is the HMAC of the key's hash under the token, which only the browser has. */
export const webSessions = pgTable(
  "web_sessions",
  {
    tokenHash: bytea("token_hash").primaryKey(),
    keyId: text("key_id").notNull(),
    keyProof: bytea("key_proof").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    index("web_sessions_key").on(table.keyId, table.createdAt),
    index("web_sessions_expires_at").on(table.expiresAt),
    check("web_sessions_14_days", sql`${table.expiresAt} <= ${table.createdAt} + interval '336 hours'`),
  ],
);

/** What was decided at first start and must not change by accident, and small facts the program keeps. */
export const settings = pgTable("settings", {
  name: text("name").primaryKey(),
  value: jsonb("value").notNull(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});

export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant("at").notNull().defaultNow(),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    subject: text("subject"),
    detail: jsonb("detail"),
  },
  (table) => [index("audit_log_at").on(table.at)],
);
