import type { EventType } from "./event-type.ts";

export type ColumnType =
  | "text"
  | "jsonb"
  | "integer"
  | "smallint"
  | "bigint"
  | "numeric"
  | "real"
  | "double precision"
  | "boolean"
  | "timestamptz";

/** What must be recomputed when a row arrives: the local day it happened on, or a subject's history. */
export type Dirt =
  | { readonly kind: string; readonly of: "day" }
  | { readonly kind: string; readonly of: "subject"; readonly subject: string };

export interface EventTable {
  readonly table: string;
  /** Columns that only this table has, in the order of the cells of `ownColumns`. */
  readonly own: readonly (readonly [name: string, type: ColumnType])[];
  readonly dirt: Dirt | null;
}

/** What must be recomputed for the day of an event that names both a person and a team, whatever its type. */
export const TEAMS = "teams";

const day = (kind: string): Dirt => ({ kind, of: "day" });
const subject = (kind: string, column: string): Dirt => ({ kind, of: "subject", subject: column });

export const EVENT_TABLES: Readonly<Record<EventType, EventTable>> = {
  request: {
    table: "usage_logs",
    own: [
      ["event_hash", "bigint"],
      ["duration_ms", "real"],
      ["latency_bucket", "smallint"],
      ["status", "smallint"],
      ["failed", "boolean"],
    ],
    dirt: day("usage"),
  },
  error: {
    table: "error_logs",
    own: [
      ["error_type", "text"],
      ["message", "text"],
      ["severity", "text"],
      ["endpoint", "text"],
      ["method", "text"],
    ],
    dirt: day("errors"),
  },
  signup: { table: "signups", own: [["plan", "text"]], dirt: subject("person", "user_no::text") },
  activation: { table: "user_activations", own: [["milestone", "text"]], dirt: subject("person", "user_no::text") },
  revenue: {
    table: "revenue_events",
    own: [
      ["event", "text"],
      ["subscription_id", "text"],
      ["plan", "text"],
      ["amount", "numeric"],
      ["currency", "text"],
      ["billing_period", "text"],
      ["quantity", "numeric"],
      ["effective_at", "timestamptz"],
      ["stripe_event_id", "text"],
      ["discount_percent", "numeric"],
      ["discount_amount", "numeric"],
      ["discount_until", "timestamptz"],
      ["discount_removed", "boolean"],
      ["trial_ends_at", "timestamptz"],
      ["sequence", "bigint"],
    ],
    dirt: subject("account", "account"),
  },
  agent_session: {
    table: "agent_session_events",
    own: [
      ["session_id", "text"],
      ["action", "text"],
      ["agent_id", "text"],
      ["status", "text"],
      ["messages", "bigint"],
      ["tokens", "bigint"],
    ],
    dirt: subject("session", "session_id"),
  },
  health_check: {
    table: "health_checks",
    own: [
      ["service", "text"],
      ["status", "text"],
      ["response_time_ms", "double precision"],
      ["probe", "text"],
    ],
    dirt: day("health"),
  },
  nps: {
    table: "nps_surveys",
    own: [
      ["score", "integer"],
      ["feedback", "text"],
      ["trigger", "text"],
    ],
    dirt: day("nps"),
  },
  ticket: {
    table: "ticket_events",
    own: [
      ["ticket_id", "text"],
      ["action", "text"],
      ["by", "text"],
      ["subject", "text"],
      ["description", "text"],
      ["priority", "text"],
      ["category", "text"],
    ],
    dirt: subject("ticket", "ticket_id"),
  },
  track: {
    table: "track_events",
    own: [
      ["name", "text"],
      ["properties", "jsonb"],
    ],
    dirt: null,
  },
};
