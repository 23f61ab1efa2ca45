import { describeError } from "../../core/log.ts";
import { Problem } from "../../core/problem.ts";
import type { Conversation } from "../../tickets/conversation.ts";
import type { Opened } from "../../tickets/desk.ts";
import type { Category, Priority } from "../../tickets/ticket-log.ts";
import type { TicketView } from "../../tickets/ticket-view.ts";
import type { Attempt, MessageRef, Missing, ThreadReading, ThreadRef } from "../conversation.ts";
import type { Message } from "../message.ts";
import type { ChatPlatform } from "../platform.ts";
import { requesterOf, spokenBy } from "./authors.ts";
import type { CardKeeper } from "./card-keeper.ts";
import { linkedUser } from "./context-store.ts";
import { postOnce } from "./posting-once.ts";
import type { Team } from "./team.ts";
import { placeOfThread, platformOf, type TicketingParts } from "./ticketing-parts.ts";
import { actorName, firstLine } from "./words.ts";

export interface Wish {
  /** `slack:U123` */
  readonly openedBy: string;
  /** Null: the first line of what was said. */
  readonly subject: string | null;
  /** Null: the first thing that was said. */
  readonly details?: string | null;
  readonly priority: Priority;
  readonly category: Category;
  /** See `Opening.key`. */
  readonly key?: string;
}

export interface OpenedInChat extends Opened {
  /** What people should know: words that are withheld, a card that could not be posted. */
  readonly remarks: readonly string[];
}

/** Opens tickets, one a thread, and takes along what was said. All reject with `Problem`. */
export interface Opener {
  /** In the thread of that message, which is begun where there is none. `words` are the message's, when they are known. */
  onMessage(message: MessageRef, wish: Wish, words?: string): Promise<OpenedInChat>;
  inThread(thread: ThreadRef, wish: Wish, words?: string): Promise<OpenedInChat>;
  /** What needs no thread has no conversation and no card. */
  alone(wish: Wish): Promise<OpenedInChat>;
}

interface OpenerParts extends TicketingParts {
  readonly team: Team;
  readonly cards: CardKeeper;
}

const WITHOUT_WORDS = "Without words";

export function createOpener(parts: OpenerParts): Opener {
  const { desk, cards } = parts;

  async function inThread(thread: ThreadRef, wish: Wish, words = ""): Promise<OpenedInChat> {
    const platform = needed(parts, thread.platform);
    const reading = valueOf(await platform.readThread(thread));
    const messages = await spokenBy(reading.messages, platform, { ...parts, openedBy: wish.openedBy });
    const said = problemOf(reading) || words;
    const opened = await desk.open({
      thread,
      openedBy: wish.openedBy,
      userId: await parts.db.read.run((sql) => linkedUser(sql, requesterOf(messages) ?? wish.openedBy)),
      subject: wish.subject ?? firstLine(said) ?? WITHOUT_WORDS,
      description: wish.details ?? said,
      priority: wish.priority,
      category: wish.category,
      messages: withWords(messages, thread, words),
    });
    const remark = reading.missing === null ? null : remarkOn(reading.missing);
    const complaint = await cards.refresh(opened.ticket.ticketId, remark ?? undefined);
    if (opened.isNew) await announce(opened.ticket, parts);
    const state = reading.isLocked ? "The thread is locked: nobody can write there until it is opened again." : null;
    return { ...opened, remarks: [remark, state, complaint].filter((one) => one !== null) };
  }

  return {
    inThread,
    async onMessage(message, wish, words = "") {
      const platform = needed(parts, message.platform);
      const name = wish.subject ?? firstLine(words) ?? "Support";
      return inThread(valueOf(await platform.startThread(message, name)), wish, words);
    },
    async alone(wish) {
      const { openedBy, priority, category, key } = wish;
      const subject = wish.subject ?? firstLine(wish.details ?? "") ?? WITHOUT_WORDS;
      const description = wish.details ?? subject;
      const opened = await desk.open({
        thread: null,
        key,
        openedBy,
        userId: null,
        subject,
        description,
        priority,
        category,
      });
      await announce(opened.ticket, parts);
      return { ...opened, remarks: [] };
    },
  };
}

function needed({ platforms }: TicketingParts, name: string): ChatPlatform {
  const platform = platformOf(platforms, name);
  if (platform === null)
    throw new Problem("no_such_platform", 400, `${name} is off, so that its threads cannot be read.`);
  return platform;
}

function valueOf<T>(attempt: Attempt<T>): T {
  if (attempt.ok) return attempt.value;
  throw new Problem("no_ticket_there", 400, `No ticket can be opened there. ${attempt.reason}`);
}

/** The first thing that a person said. */
function problemOf({ messages }: ThreadReading): string {
  return messages.find(({ author, text }) => author?.isBot !== true && text.trim() !== "")?.text ?? "";
}

function remarkOn({ reason }: Missing): string {
  return `Not all of the thread could be taken along. ${reason}`;
}

/** The words of the message that somebody chose come with the choice, also when the thread's are withheld. */
function withWords(messages: readonly Conversation[], { thread }: ThreadRef, words: string): Conversation[] {
  return messages.map((one) =>
    one.messageId === thread && one.text === "" && !one.isDeleted ? { ...one, text: words } : one,
  );
}

/** Tells the team's channel. What cannot be posted is logged; the ticket stands. */
async function announce(ticket: TicketView, parts: OpenerParts): Promise<void> {
  const { settings, db, platforms, log } = parts;
  const destination = settings.announceIn;
  const platform = destination === null ? null : platformOf(platforms, destination.platform);
  if (destination === null || platform === null) return;
  try {
    const message = await announcement(ticket, platform, parts);
    const once = { ticketId: ticket.ticketId, kind: "announcement", platform, destination, message };
    const posted = await postOnce(db.work, { ...once, since: ticket.openedAt.subtract({ hours: 1 }) });
    if (posted?.ok === false)
      log.warn({ ticketId: ticket.ticketId, reason: posted.reason }, "A new ticket was not announced.");
  } catch (thrown) {
    log.warn({ ticketId: ticket.ticketId, error: describeError(thrown) }, "A new ticket was not announced.");
  }
}

async function announcement(ticket: TicketView, platform: ChatPlatform, parts: OpenerParts): Promise<Message> {
  const { ticketId, thread, openedBy } = ticket;
  const home = thread === null ? null : platformOf(parts.platforms, thread.platform);
  const link =
    thread === null || home === null
      ? null
      : await home.linkTo({ ...placeOfThread(home, thread), id: ticket.card ?? thread.thread });
  const who = openedBy === null ? "somebody" : await actorName(openedBy, (home ?? platform).nameOf);
  const { priority, category, subject } = ticket.ticket;
  return {
    title: `${ticketId} · ${priority} · ${category.replaceAll("_", " ")}`,
    tone: "neutral",
    blocks: [
      { kind: "text", text: subject ?? WITHOUT_WORDS },
      { kind: "text", text: `Opened by ${who}${link?.ok === true ? `: ${link.value}` : "."}` },
      {
        kind: "buttons",
        buttons: [
          { label: "Claim", command: `ticket claim ${ticketId}` },
          { label: "Show", command: `ticket show ${ticketId}` },
        ],
      },
    ],
  };
}
