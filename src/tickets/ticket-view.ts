import { Temporal } from "../core/time.ts";
import type { Ticket } from "./ticket-log.ts";

/** A thread by the platform's own ids. */
export interface ThreadRef {
  readonly platform: string;
  readonly channel: string;
  readonly thread: string;
}

/** A ticket as it is now: its log replayed, and what the team does with it in chat. */
export interface TicketView {
  /** `TCK-118`, or the id that its sender gave. */
  readonly ticketId: string;
  readonly ticket: Ticket;
  readonly openedAt: Temporal.Instant;
  /** Of the newest entry of its log. */
  readonly changedAt: Temporal.Instant;
  /** Who waits, by the id in the team's own product; null when nobody was named. */
  readonly userId: string | null;
  readonly teamId: string | null;
  /** Null for a ticket that did not come from a thread. */
  readonly thread: ThreadRef | null;
  /** `slack:U123`, who opened it in chat. */
  readonly openedBy: string | null;
  /** `slack:U123`; null while it is nobody's. */
  readonly assignee: string | null;
  /** When somebody promised to be done; null without a promise. */
  readonly dueAt: Temporal.Instant | null;
  /** Our message that shows it in the thread; null before it was posted. */
  readonly card: string | null;
  /** Grows with every change; `shown` is the one that the card shows. */
  readonly revision: number;
  readonly shown: number;
  /** Messages of the conversation, ours left out. */
  readonly messages: number;
  /** The newest of them. */
  readonly lastMessage: { readonly at: Temporal.Instant; readonly by: "customer" | "agent" } | null;
}

export function isOpen({ ticket }: Pick<TicketView, "ticket">): boolean {
  return ticket.status === "open" || ticket.status === "in_progress";
}

/** Microseconds since 1970, as the log counts, to an instant. */
export function instantOf(microseconds: bigint): Temporal.Instant {
  return new Temporal.Instant(microseconds * 1_000n);
}
