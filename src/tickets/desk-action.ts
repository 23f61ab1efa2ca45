import type { Temporal } from "../core/time.ts";
import type { DeskChange } from "./desk-store.ts";
import type { Category, Priority } from "./ticket-log.ts";
import { isOpen, type TicketView } from "./ticket-view.ts";

/** What a person does with a ticket. */
export type DeskAction =
  /** `assignee` is `slack:U123`; null gives it back to everybody. */
  | { readonly kind: "assign"; readonly assignee: string | null }
  | { readonly kind: "prioritize"; readonly priority?: Priority; readonly category?: Category }
  | { readonly kind: "resolve" }
  | { readonly kind: "close" }
  | { readonly kind: "reopen" }
  /** `dueAt` null takes the promise back. */
  | { readonly kind: "promise"; readonly dueAt: Temporal.Instant | null };

/** What the log is told and what the desk keeps; both null when the ticket is in that state already. */
interface Effect {
  readonly event: Record<string, unknown> | null;
  readonly desk: DeskChange | null;
}

const NOTHING: Effect = { event: null, desk: null };

export function eventFor(action: DeskAction, { ticket, assignee, dueAt }: TicketView): Effect {
  switch (action.kind) {
    case "assign":
      if (assignee === action.assignee) return NOTHING;
      return {
        event: action.assignee === null ? null : { action: "assigned", by: "agent" },
        desk: { assignee: action.assignee },
      };
    case "prioritize": {
      const { priority = ticket.priority, category = ticket.category } = action;
      if (priority === ticket.priority && category === ticket.category) return NOTHING;
      return { event: { action: "prioritized", priority, category }, desk: {} };
    }
    case "resolve":
      return isOpen({ ticket }) ? { event: { action: "resolved" }, desk: {} } : NOTHING;
    case "close":
      return ticket.status === "closed" ? NOTHING : { event: { action: "closed" }, desk: {} };
    case "reopen":
      return isOpen({ ticket }) ? NOTHING : { event: { action: "reopened" }, desk: {} };
    case "promise": {
      const promised = action.dueAt?.toString() ?? null;
      return promised === (dueAt?.toString() ?? null) ? NOTHING : { event: null, desk: { dueAt: promised } };
    }
  }
}

interface Told {
  readonly ticketId: string;
  readonly id: string;
  /** `slack:U123` */
  readonly actor: string;
  readonly at: Temporal.Instant;
}

/** The event as the intake takes it. */
export function deskEvent(event: Record<string, unknown>, { ticketId, id, actor, at }: Told): Record<string, unknown> {
  return { type: "ticket", ...event, id, ticket_id: ticketId, occurred_at: at.toString(), metadata: { actor } };
}
