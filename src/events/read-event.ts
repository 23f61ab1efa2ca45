import { randomUUID } from "node:crypto";
import { keptEventId, readIds, withKeptIds, type Keep } from "./event-ids.ts";
import { canonicalFields, eventKey, payloadHash } from "./event-key.ts";
import type { EventRow } from "./event-row.ts";
import { isEventType, type EventType } from "./event-type.ts";
import { sizeComplaint } from "./event-size.ts";
import { DEEPEST, isStorableText, jsonFault } from "./json-fault.ts";
import { FIRST_MOMENT, MICROS_PER_DAY, MICROS_PER_SECOND, momentText, readMoment } from "./moment.ts";
import { ownColumns } from "./own-columns.ts";
import { isRejection, rejected, rejectionOf, type Rejection } from "./rejection.ts";
import { withTidyNames } from "./event-names.ts";
import { eventSchemas, FIELD_ORDERS, type AnyEvent } from "./schema/events.ts";
import type { z } from "zod";

/** Days back to which events are accepted. */
export interface AgeLimits {
  readonly requestAndErrorDays: number;
  readonly otherDays: number;
}

export interface Reading {
  readonly source: string;
  readonly importing: boolean;
  readonly cause: string | null;
  /** Microseconds since 1970. */
  readonly now: number;
  readonly ageLimits: AgeLimits;
  readonly routeOf: (path: string) => string;
  readonly keep: Keep;
}

const FUTURE_ALLOWED = 5 * 60 * MICROS_PER_SECOND;
const METADATA_BYTES = 4 * 1024;
const PROPERTIES_BYTES = 16 * 1024;

/** Judges one event without asking the database. */
export function readEvent(sent: unknown, reading: Reading): EventRow | Rejection {
  if (typeof sent !== "object" || sent === null || Array.isArray(sent)) {
    return rejected("invalid_event", "An event must be an object.");
  }
  const fields = sent as Readonly<Record<string, unknown>>;
  const type = fields["type"];
  if (type === undefined || type === null) return rejected("missing_field", "`type` is required.");
  if (typeof type !== "string" || !isEventType(type)) {
    return rejected("unknown_type", `\`type\` must be one of ${Object.keys(eventSchemas).join(", ")}.`);
  }
  const tooLarge = sizeComplaint(fields);
  if (tooLarge !== null) return rejected("too_large", tooLarge);
  const schema: z.ZodType<AnyEvent> = eventSchemas[type];
  const parsed = schema.safeParse(sent);
  if (!parsed.success) return rejectionOf(parsed.error.issues, type, fields);
  return readKnown(parsed.data, fields, reading);
}

function readKnown(given: AnyEvent, sent: Readonly<Record<string, unknown>>, reading: Reading): EventRow | Rejection {
  const badText = textRejection(given);
  if (badText !== null) return badText;
  const ids = readIds(given, reading.keep);
  if (isRejection(ids)) return ids;
  const named = withTidyNames(given);
  if (isRejection(named)) return named;
  const kept = withKeptIds(named, reading.keep);
  if (isRejection(kept)) return kept;
  const { event, renamed } = kept;
  const metadata = readJson("metadata", event.metadata, METADATA_BYTES);
  if (isJsonRejection(metadata)) return metadata;
  const properties = event.type === "track" ? readJson("properties", event.properties, PROPERTIES_BYTES) : null;
  if (isJsonRejection(properties)) return properties;
  const occurred = readOccurredAt(event, reading);
  if (typeof occurred !== "number") return occurred;
  const moment = momentOfEffect(event, occurred);
  const tooOld = ageRejection(event.type, moment, moment < occurred ? "effective_at" : "occurred_at", reading);
  if (tooOld !== null) return tooOld;

  const eventId = event.id ?? null;
  const key = eventId === null ? null : eventKey(eventId);
  const ticketId =
    event.type === "ticket" ? (event.ticket_id ?? madeTicketId(event.action, reading.source, eventId)) : null;
  const own = ownColumns(event, { key, routeOf: reading.routeOf, properties, ticketId });
  if (isRejection(own)) return own;
  return {
    type: event.type,
    eventId: keptEventId(eventId, reading.keep),
    key,
    payload: key === null ? null : payloadHash(canonicalFields(sent, FIELD_ORDERS[event.type])),
    occurredAt: momentText(moment),
    ...ids,
    renamed,
    feature: own.feature,
    metadata,
    own: own.cells,
    cause: reading.cause,
    openedTicketId: event.type === "ticket" && event.action === "opened" ? ticketId : null,
  };
}

/** The same for every delivery of the event; random when it has no id. `null` unless it opens a ticket. */
function madeTicketId(action: string, source: string, eventId: string | null): string | null {
  if (action !== "opened") return null;
  return `tkt_${eventKey(eventId === null ? randomUUID() : JSON.stringify(["ticket", source, eventId])).slice(0, 20)}`;
}

function textRejection(event: AnyEvent): Rejection | null {
  const fields = event as Readonly<Record<string, unknown>>;
  for (const field of Object.keys(fields)) {
    const value = fields[field];
    if (typeof value === "string" && !isStorableText(value)) {
      return rejected(
        "invalid_text",
        `\`${field}\` holds a character that cannot be stored (NUL or half a surrogate pair).`,
      );
    }
  }
  return null;
}

interface JsonRejection extends Rejection {
  readonly verdict: "rejected";
}

function isJsonRejection(read: string | null | JsonRejection): read is JsonRejection {
  return typeof read === "object" && read !== null;
}

/** JSON text, `null` when there is none. */
function readJson(field: string, value: object | null | undefined, maxBytes: number): string | null | JsonRejection {
  if (value === undefined || value === null) return null;
  const fault = jsonFault(value);
  switch (fault) {
    case "too_deep":
      return rejected("invalid_field", `\`${field}\` is nested more than ${DEEPEST} levels deep.`);
    case "invalid_text":
      return rejected(
        "invalid_text",
        `\`${field}\` holds a character that cannot be stored (NUL or half a surrogate pair).`,
      );
    case "no_json":
      return rejected(
        "invalid_field",
        `\`${field}\` holds something that JSON has no form for, such as a number too large.`,
      );
    case null: {
      const json = JSON.stringify(value);
      const fits = Buffer.byteLength(json) <= maxBytes;
      return fits ? json : rejected("too_large", `\`${field}\` must be at most ${maxBytes / 1024} KB of JSON.`);
    }
  }
}

function readOccurredAt(event: AnyEvent, reading: Reading): number | Rejection {
  if (event.occurred_at === undefined || event.occurred_at === null) return reading.now;
  const moment = readMoment(event.occurred_at);
  if (moment === null) {
    return rejected(
      "invalid_field",
      "`occurred_at` must be a time with offset, as in 2026-11-20T09:30:00Z (RFC 3339).",
    );
  }
  if (moment > reading.now + FUTURE_ALLOWED) {
    return rejected("in_the_future", "`occurred_at` is more than 5 minutes in the future.");
  }
  return moment;
}

/** What takes effect before it is recorded happened when it took effect. */
function momentOfEffect(event: AnyEvent, occurred: number): number {
  if (event.type !== "revenue" || (event.effective_at ?? null) === null) return occurred;
  const effective = readMoment(event.effective_at ?? "");
  return effective === null ? occurred : Math.min(occurred, effective);
}

function ageRejection(type: EventType, moment: number, field: string, reading: Reading): Rejection | null {
  if (moment < FIRST_MOMENT) return rejected("too_old", `\`${field}\` is before the year 2000.`);
  const days = acceptedDays(type, reading.ageLimits);
  if (reading.importing || moment >= reading.now - days * MICROS_PER_DAY) return null;
  return rejected("too_old", `\`${field}\` is more than ${days} days ago; \`${type}\` events are accepted up to then.`);
}

function acceptedDays(type: EventType, limits: AgeLimits): number {
  return type === "request" || type === "error" ? limits.requestAndErrorDays : limits.otherDays;
}
