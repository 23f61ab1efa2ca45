import type { Temporal } from "../../core/time.ts";
import { nextDeadline, type Deadline, type Promises } from "../../tickets/targets.ts";
import { isOpen, type TicketView } from "../../tickets/ticket-view.ts";
import type { Block, Button, Message, Tone } from "../message.ts";
import { momentText, spanText, STATUS_WORDS } from "./words.ts";

export interface CardFacts {
  readonly ticket: TicketView;
  /** "@dana"; null when nobody opened it in chat. */
  readonly openedBy: string | null;
  /** "@kim"; null while it is nobody's. */
  readonly assignee: string | null;
  /** Who waits, as far as the reader may know it: "Umbrella · Workflow $299/mo"; null: nothing to say. */
  readonly context: string | null;
  /** What the reader should know of how it came to be; null: nothing. */
  readonly remark: string | null;
}

export interface CardStyle {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly promises: Promises;
}

/** A ticket as everyone in its thread sees it. It says when, not how long ago: nobody redraws it every minute. */
export function cardMessage(facts: CardFacts, style: CardStyle): Message {
  const { ticket: view, openedBy, assignee, context, remark } = facts;
  const { ticket, ticketId } = view;
  const blocks: Block[] = [
    { kind: "text", text: waitingLine(view, style) },
    { kind: "text", text: ticket.subject ?? "Without a subject" },
    { kind: "text", text: `${origin(view, openedBy)} · ${assignee ?? "nobody yet"}` },
    ...(context === null ? [] : [{ kind: "text", text: context } as const]),
    { kind: "buttons", buttons: buttonsOf(view) },
    ...(remark === null ? [] : [{ kind: "note", text: remark } as const]),
  ];
  return { title: headline(ticketId, view), tone: toneOf(view, style), blocks };
}

function headline(ticketId: string, { ticket }: TicketView): string {
  return [ticketId, STATUS_WORDS[ticket.status], ticket.priority, ticket.category.replaceAll("_", " ")].join(" · ");
}

function toneOf(view: TicketView, { now, promises }: CardStyle): Tone {
  if (!isOpen(view)) return "good";
  const deadline = nextDeadline(view.ticket, view.openedAt, now, promises);
  return deadline !== null && deadline.leftMs < 0 ? "bad" : deadline?.isNear === true ? "warning" : "neutral";
}

/** Since when somebody waits for the team, and what is promised next. */
export function waitingLine(view: TicketView, style: CardStyle): string {
  const when = (at: Temporal.Instant) => momentText(at, style.now, style.timeZone);
  const { ticket, openedAt, lastMessage, dueAt } = view;
  if (!isOpen(view)) {
    const ended = ticket.lastResolvedAt === null ? null : view.changedAt;
    return ended === null ? "done" : `done since ${when(ended)}`;
  }
  const isAnswered = lastMessage?.by === "agent" && ticket.firstResponseAt !== null;
  const deadline = nextDeadline(ticket, openedAt, style.now, style.promises);
  return [
    isAnswered ? `answered ${when(lastMessage.at)}` : `waits since ${when(openedAt)}`,
    ...(deadline === null ? [] : [dueText(deadline, when(deadline.dueAt))]),
    ...(dueAt === null ? [] : [`promised for ${when(dueAt)}`]),
  ].join(" · ");
}

function dueText({ kind, leftMs }: Deadline, when: string): string {
  return leftMs < 0 ? `${kind} was due ${when}: overdue by ${spanText(-leftMs)}` : `${kind} due ${when}`;
}

function origin({ thread, messages }: TicketView, openedBy: string | null): string {
  const who = openedBy === null ? "Opened" : `Opened by ${openedBy}`;
  if (thread === null) return `${who} without a thread`;
  return `${who} from this thread (${messages === 1 ? "1 message" : `${messages} messages`})`;
}

function buttonsOf(view: TicketView): Button[] {
  const { ticketId, assignee } = view;
  if (!isOpen(view)) return [{ label: "Reopen", command: `ticket reopen ${ticketId}` }];
  return [
    ...(assignee === null ? [{ label: "Claim", command: `ticket claim ${ticketId}` }] : []),
    { label: "Priority", command: `ticket priority --ticket ${ticketId}` },
    { label: "Category", command: `ticket category --ticket ${ticketId}` },
    { label: "Resolve", command: `ticket resolve ${ticketId}` },
  ];
}
