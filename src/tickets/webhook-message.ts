import { Webhook } from "standardwebhooks";
import { Temporal } from "../core/time.ts";
import type { Category, Priority, TicketAction } from "./ticket-log.ts";

/** One entry of a ticket's log, as others are told of it. What was said is not in it. */
export interface TicketChange {
  readonly ticketId: string;
  readonly action: TicketAction;
  /** ISO instant. */
  readonly occurredAt: string;
  readonly by: "customer" | "agent" | null;
  readonly subject: string | null;
  readonly priority: Priority | null;
  readonly category: Category | null;
  readonly userId: string | null;
  readonly teamId: string | null;
}

/** The same change gives the same text at every attempt. The shape is that of Standard Webhooks 1.0. */
export function webhookBody(change: TicketChange): string {
  const { ticketId, action, occurredAt, by, subject, priority, category, userId, teamId } = change;
  const data = { ticket_id: ticketId, action, by, subject, priority, category, user_id: userId, team_id: teamId };
  return JSON.stringify({ type: `ticket.${action}`, timestamp: Temporal.Instant.from(occurredAt).toString(), data });
}

interface Signing {
  readonly messageId: string;
  readonly at: Temporal.Instant;
  /** Several while one is being replaced: the receiver needs one of them. */
  readonly secrets: readonly string[];
}

export function signedHeaders(body: string, { messageId, at, secrets }: Signing): Record<string, string> {
  // oxlint-disable-next-line no-restricted-globals -- The library takes nothing else.
  const date = new Date(at.epochMilliseconds);
  return {
    "webhook-id": messageId,
    "webhook-timestamp": String(Math.floor(at.epochMilliseconds / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(messageId, date, body)).join(" "),
  };
}

const FEWEST_BYTES = 24;
const MOST_BYTES = 64;

/** "whsec_" and 24 to 64 bytes in base64. */
export function isWebhookSecret(text: string): boolean {
  const [, encoded = ""] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  return bytes.toString("base64") === encoded && bytes.length >= FEWEST_BYTES && bytes.length <= MOST_BYTES;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Sixteen hours in all: somebody who sleeps can mend it in the morning. */
const WAITS = [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR];

export const MOST_ATTEMPTS = WAITS.length + 1;

/** Seconds until the next attempt after so many have failed; null: it is given up. */
export function waitAfter(attempts: number): number | null {
  return WAITS[attempts - 1] ?? null;
}
