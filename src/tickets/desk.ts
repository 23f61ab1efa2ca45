import { Problem } from "../core/problem.ts";
import { storable } from "../core/storable-text.ts";
import { Temporal, type Clock } from "../core/time.ts";
import type { Database, Sql } from "../db/client.ts";
import { isStorableText } from "../events/json-fault.ts";
import type { Intake } from "../events/verdict.ts";
import { LONGEST_TEXT, type Conversation } from "./conversation.ts";
import {
  addNote,
  noteOpeningSent,
  readMessages,
  readNotes,
  reserveTicket,
  storeMessages,
  touchTicket,
  unsentOpenings,
  type Note,
  type Reserved,
  type StoredMessage,
} from "./desk-store.ts";
import { deskEvent, eventFor, type DeskAction } from "./desk-action.ts";
import type { Category, Priority } from "./ticket-log.ts";
import { isOpen, type ThreadRef, type TicketView } from "./ticket-view.ts";
import { listTickets, readTickets, type TicketPage } from "./view-store.ts";

export interface Opening {
  /** Null: opened without a thread. */
  readonly thread: ThreadRef | null;
  /** Names what is opened without a thread to whoever opens it twice. */
  readonly key?: string | undefined;
  /** `slack:U123`, who opens it. */
  readonly openedBy: string;
  /** Who waits, by the id under which the product or chat knows them; null when nobody is named. */
  readonly userId: string | null;
  readonly teamId?: string | null;
  readonly subject: string;
  readonly description?: string;
  readonly priority: Priority;
  readonly category: Category;
  /** What was said in the thread before. */
  readonly messages?: readonly Conversation[];
}

export interface Opened {
  readonly ticket: TicketView;
  /** False when the thread or key had its ticket already; nothing was changed then. */
  readonly isNew: boolean;
}

export interface Acted {
  readonly ticket: TicketView;
  /** False when the ticket was in that state already. */
  readonly hasChanged: boolean;
}

/**
 * Where a team works on tickets. Everything that counts goes into the tickets' log through the intake, so that numbers and
 * desk cannot disagree. All of it may be called again with the same thread or `key`: it then has no further effect.
 * Throws `Problem`: `unknown_ticket` 404, and what the intake and the database throw (503).
 */
export interface Desk {
  open(opening: Opening): Promise<Opened>;
  /** `key` names what the person did: the platform's id of the click, command or reaction. */
  act(ticketId: string, action: DeskAction, by: { readonly actor: string; readonly key: string }): Promise<Acted>;
  /** A message of the conversation, or what it is after an edit or a deletion. */
  hear(ticketId: string, message: Conversation): Promise<TicketView>;
  /** For the team alone. */
  note(ticketId: string, note: { readonly author: string; readonly key: string; readonly text: string }): Promise<void>;
  find(ticketId: string): Promise<TicketView>;
  /** The newest opening first. */
  list(page: TicketPage): Promise<TicketView[]>;
  /** What was said in the thread and what the team noted, the oldest first. */
  conversation(ticketId: string): Promise<{ readonly messages: StoredMessage[]; readonly notes: Note[] }>;
  /** Tells the intake of tickets whose opening it did not get, because the program was killed in between. */
  finishOpenings(): Promise<void>;
}

interface DeskParts {
  readonly db: Pick<Database, "read" | "intake">;
  readonly intake: Pick<Intake, "accept">;
  readonly clock: Clock;
}

const SOURCE = "chat";
const LONGEST_SUBJECT = 500;
const UNFINISHED_SECONDS = 10;
const CLOCKS_DIFFER = { seconds: 2 };

export function createDesk({ db, intake, clock }: DeskParts): Desk {
  const write = <T>(statements: (sql: Sql) => Promise<T>) => db.intake.run(statements);

  async function find(ticketId: string): Promise<TicketView> {
    const [view] = isStorableText(ticketId) ? await db.read.run((sql) => readTickets(sql, [ticketId])) : [];
    if (view === undefined) throw unknownTicket();
    return view;
  }

  const record = createRecorder(intake);
  const openings = createOpenings({ db, record });

  return {
    find,
    list: (page) => db.read.run((sql) => listTickets(sql, page)),
    conversation: (ticketId) =>
      db.read.run(async (sql) => ({
        messages: await readMessages(sql, ticketId),
        notes: await readNotes(sql, ticketId),
      })),
    async open(opening) {
      const { ticketId, isNew } = await openings.reserve(opening, openingEvent(opening, clock));
      await openings.send({ ticketId });
      if (isNew) await write((sql) => storeMessages(sql, ticketId, (opening.messages ?? []).map(storableMessage)));
      return { ticket: await find(ticketId), isNew };
    },
    async act(ticketId, action, { actor, key }) {
      const before = await find(ticketId);
      const { event, desk } = eventFor(action, before);
      if (event === null && desk === null) return { ticket: before, hasChanged: false };
      if (event !== null)
        await record(
          deskEvent(event, { ticketId, id: `${ticketId}:${action.kind}:${key}`, actor, at: afterAll(before, clock) }),
        );
      await write((sql) => touchTicket(sql, ticketId, desk ?? {}));
      return { ticket: await find(ticketId), hasChanged: true };
    },
    async hear(ticketId, message) {
      const before = await find(ticketId);
      await write((sql) => storeMessages(sql, ticketId, [storableMessage(message)]));
      if (isReply(message, before)) await record(replyEvent(before, message));
      await write((sql) => touchTicket(sql, ticketId));
      const after = await find(ticketId);
      // The reply has reopened it already; said apart, those who follow the log hear of it.
      if (!isOpen(before) && isOpen(after)) await record(replyEvent(before, message, "reopened"));
      return after;
    },
    async note(ticketId, { author, key, text }) {
      await find(ticketId);
      const at = clock.now().toString();
      await write((sql) => addNote(sql, ticketId, key, { author, at, text: storable(text, LONGEST_TEXT) }));
    },
    finishOpenings: () => openings.send({ olderThanSeconds: UNFINISHED_SECONDS }),
  };
}

type Tell = (event: Record<string, unknown>) => Promise<void>;

/** Tells the intake; a conflict is the same act told again, later. */
function createRecorder(intake: DeskParts["intake"]): Tell {
  return async (event) => {
    const [verdict] = await intake.accept([event], { source: SOURCE });
    if (verdict?.verdict === "rejected") throw new Problem(verdict.code, 400, verdict.reason);
  };
}

/** A ticket's number is reserved first and the intake told afterwards, so that a crash in between can be finished. */
function createOpenings({ db, record }: { readonly db: DeskParts["db"]; readonly record: Tell }) {
  return {
    reserve: ({ thread, key, openedBy }: Opening, opening: object): Promise<Reserved> =>
      db.intake.transaction((sql) => reserveTicket(sql, { thread, key, openedBy, opening })),
    async send(of: Parameters<typeof unsentOpenings>[1]): Promise<void> {
      const unsent = await db.intake.run((sql) => unsentOpenings(sql, of));
      const sent = await Promise.allSettled(
        unsent.map(async ({ ticketId, opening }) => {
          await record({ ...opening, id: `${ticketId}:opened`, ticket_id: ticketId });
          await db.intake.run((sql) => noteOpeningSent(sql, ticketId));
        }),
      );
      // One that is refused does not hold up the others.
      const failed = sent.find((one) => one.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    },
  };
}

function unknownTicket(): Problem {
  return new Problem("unknown_ticket", 404, "There is no such ticket.", {
    next: "`/ticket list` shows those that are open.",
  });
}

function openingEvent(opening: Opening, clock: Clock): Record<string, unknown> {
  const { userId, teamId, subject, description, priority, category, openedBy } = opening;
  return {
    type: "ticket",
    action: "opened",
    occurred_at: clock.now().toString(),
    ...(userId === null ? {} : { user_id: userId }),
    ...(teamId === null || teamId === undefined ? {} : { team_id: teamId }),
    subject: storable(subject, LONGEST_SUBJECT),
    ...(description === undefined ? {} : { description: storable(description, LONGEST_TEXT) }),
    priority,
    category,
    metadata: { actor: openedBy },
  };
}

/** Later than all that the log holds, because entries of the same instant go by their ids and not by what came first. */
function afterAll({ changedAt }: TicketView, clock: Clock): Temporal.Instant {
  const now = clock.now();
  return Temporal.Instant.compare(now, changedAt) > 0 ? now : changedAt.add({ microseconds: 1 });
}

/** What was said before the opening is why the ticket was opened, no answer to it. The platform's clock may be behind ours. */
function isReply({ by, isDeleted, at }: Conversation, { openedAt }: TicketView): boolean {
  return by !== "bot" && !isDeleted && Temporal.Instant.compare(at.add(CLOCKS_DIFFER), openedAt) >= 0;
}

/** The requester's own words are a customer's, whoever they are: the log compares people by their ids. */
function replyEvent(
  ticket: TicketView,
  { messageId, author, by, at }: Conversation,
  action: "replied" | "reopened" = "replied",
): Record<string, unknown> {
  return {
    type: "ticket",
    action,
    id: `${ticket.ticketId}:${action}:${messageId}`,
    ticket_id: ticket.ticketId,
    occurred_at: at.toString(),
    by,
    metadata: { actor: author },
  };
}

function storableMessage(message: Conversation): Conversation {
  return { ...message, text: storable(message.text, LONGEST_TEXT) };
}
