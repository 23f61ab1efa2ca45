import { DEFAULT_POLICIES } from "../core/workspace.ts";

export type TicketAction = "opened" | "replied" | "assigned" | "prioritized" | "resolved" | "closed" | "reopened";
export type TicketStatus = "open" | "in_progress" | "resolved" | "closed";

/** The most urgent first. */
export const PRIORITIES = ["urgent", "high", "medium", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

export const CATEGORIES = ["bug", "feature_request", "billing", "general"] as const;
export type Category = (typeof CATEGORIES)[number];

/** One row of a ticket's log. `at` is microseconds since 1970, `day` its local day. What is null was left out. */
export interface TicketEvent {
  readonly at: bigint;
  readonly day: string;
  readonly action: TicketAction;
  readonly by: "customer" | "agent" | null;
  readonly userNo: number | null;
  readonly teamNo: number | null;
  readonly subject: string | null;
  readonly priority: Priority | null;
  readonly category: Category | null;
}

export interface Ticket {
  readonly userNo: number | null;
  readonly teamNo: number | null;
  readonly subject: string | null;
  readonly status: TicketStatus;
  readonly priority: Priority;
  readonly category: Category;
  readonly openedAt: bigint;
  readonly firstResponseAt: bigint | null;
  readonly firstResolvedAt: bigint | null;
  readonly lastResolvedAt: bigint | null;
}

/** How often the ticket was opened, resolved and reopened on a local day. */
export interface TicketMoves {
  opened: number;
  resolved: number;
  reopened: number;
}

/** What changed of the ticket on a local day, and what it is at its end. */
export interface TicketDay extends TicketMoves {
  atEnd: Pick<Ticket, "status" | "priority" | "category" | "lastResolvedAt">;
}

/** What an action makes of an open ticket, by what it was. The actions that are not here leave the status alone. */
const NEXT = {
  resolved: { open: "resolved", in_progress: "resolved", resolved: "resolved", closed: "resolved" },
  closed: { open: "closed", in_progress: "closed", resolved: "closed", closed: "closed" },
  reopened: { open: "open", in_progress: "open", resolved: "open", closed: "open" },
  assigned: { open: "in_progress", in_progress: "in_progress", resolved: "resolved", closed: "closed" },
} as const satisfies Partial<Record<TicketAction, Record<TicketStatus, TicketStatus>>>;

const IS_OPEN: Readonly<Record<TicketStatus, boolean>> = {
  open: true,
  in_progress: true,
  resolved: false,
  closed: false,
};

/** What decides when a resolved ticket opens again. */
export interface ReopeningRule {
  /** Times 24 hours after the latest resolution, the edge included. */
  readonly reopenDays: number;
}

const MICROS_A_DAY = 86_400_000_000n;

export interface FoldedTicket {
  readonly ticket: Ticket;
  readonly days: ReadonlyMap<string, TicketDay>;
}

/**
 * Replays a ticket's log, which comes in the order in which it applies. What was logged before the ticket was opened
 * takes effect at its opening. Null when it was never opened.
 */
export function foldTicket(log: readonly TicketEvent[], rule: ReopeningRule = DEFAULT_POLICIES): FoldedTicket | null {
  const opening = log.findIndex((event) => event.action === "opened");
  const opened = log[opening];
  if (opened === undefined) return null;
  const early = log.slice(0, opening).map((event) => ({ ...event, at: opened.at, day: opened.day }));
  const days = new Map<string, TicketDay>();
  let ticket = openTicket(opened);
  note(days, opened.day, ticket, ["opened"]);
  for (const event of [...early, ...log.slice(opening + 1)]) {
    const next = step(ticket, event, rule);
    if (!isSame(ticket, next)) note(days, event.day, next, movesBetween(ticket, next));
    ticket = next;
  }
  return { ticket, days };
}

function openTicket(opened: TicketEvent): Ticket {
  return {
    userNo: opened.userNo,
    teamNo: opened.teamNo,
    subject: opened.subject,
    status: "open",
    priority: opened.priority ?? "medium",
    category: opened.category ?? "general",
    openedAt: opened.at,
    firstResponseAt: null,
    firstResolvedAt: null,
    lastResolvedAt: null,
  };
}

function step(ticket: Ticket, event: TicketEvent, rule: ReopeningRule): Ticket {
  switch (event.action) {
    case "opened":
      return ticket;
    case "replied":
      if (isOfCustomer(ticket, event)) return ask(ticket, event, rule);
      return event.by === "agent" ? answer(ticket, event) : ticket;
    case "prioritized":
      return { ...ticket, priority: event.priority ?? ticket.priority, category: event.category ?? ticket.category };
    case "assigned":
    case "reopened":
      return { ...ticket, status: NEXT[event.action][ticket.status] };
    case "resolved":
    case "closed":
      return resolve({ ...ticket, status: NEXT[event.action][ticket.status] }, IS_OPEN[ticket.status], event.at);
  }
}

/** Who says nothing of themselves is a customer when they are the requester. */
function isOfCustomer(ticket: Ticket, { by, userNo }: TicketEvent): boolean {
  return by === "customer" || (by === null && userNo !== null && userNo === ticket.userNo);
}

/** Soon after the resolution a customer's word opens the ticket again; later, or when it is closed, it is only conversation. */
function ask(ticket: Ticket, { at }: TicketEvent, { reopenDays }: ReopeningRule): Ticket {
  if (ticket.status !== "resolved" || ticket.lastResolvedAt === null) return ticket;
  const isInTime = at - ticket.lastResolvedAt <= BigInt(reopenDays) * MICROS_A_DAY;
  return isInTime ? { ...ticket, status: NEXT.reopened[ticket.status] } : ticket;
}

/** The requester's own words are no response. */
function answer(ticket: Ticket, event: TicketEvent): Ticket {
  if (event.userNo !== null && event.userNo === ticket.userNo) return ticket;
  if (ticket.firstResponseAt !== null) return ticket;
  return { ...ticket, firstResponseAt: event.at, status: NEXT.assigned[ticket.status] };
}

function resolve(ticket: Ticket, wasOpen: boolean, at: bigint): Ticket {
  if (!wasOpen) return ticket;
  return { ...ticket, firstResolvedAt: ticket.firstResolvedAt ?? at, lastResolvedAt: at };
}

function isSame(one: Ticket, other: Ticket): boolean {
  return (
    one.status === other.status &&
    one.priority === other.priority &&
    one.category === other.category &&
    one.lastResolvedAt === other.lastResolvedAt
  );
}

function movesBetween(before: Ticket, after: Ticket): (keyof TicketMoves)[] {
  if (IS_OPEN[before.status] === IS_OPEN[after.status]) return [];
  return [IS_OPEN[after.status] ? "reopened" : "resolved"];
}

function note(days: Map<string, TicketDay>, day: string, atEnd: Ticket, moves: readonly (keyof TicketMoves)[]): void {
  const known = days.get(day) ?? { opened: 0, resolved: 0, reopened: 0, atEnd };
  for (const move of moves) known[move] += 1;
  days.set(day, { ...known, atEnd });
}
