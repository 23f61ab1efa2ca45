import { Temporal } from "../../core/time.ts";
import { describeError } from "../../core/log.ts";
import { storable } from "../../core/storable-text.ts";
import { LONGEST_TEXT, type Conversation } from "../../tickets/conversation.ts";
import type { StoredMessage } from "../../tickets/desk-store.ts";
import { isOpen, instantOf, type TicketView } from "../../tickets/ticket-view.ts";
import { readReopeningRule } from "../../tickets/log-store.ts";
import { ticketOfThread } from "../../tickets/view-store.ts";
import type { ThreadReading, ThreadRef } from "../conversation.ts";
import { requesterOf, spokenBy } from "./authors.ts";
import type { CardKeeper } from "./card-keeper.ts";
import type { Team } from "./team.ts";
import { placeOfThread, platformOf, type TicketingParts } from "./ticketing-parts.ts";

/** Keeps a ticket's conversation what its thread is, however late or often that is told. */
export interface ThreadFollower {
  /** Something may have happened there. A thread without a ticket is left alone. */
  follow(thread: ThreadRef): Promise<void>;
  /** The same for a ticket whose thread is known. Never rejects. */
  catchUp(ticket: Pick<TicketView, "ticketId">): Promise<void>;
  /** Those that could not be read the last time. Never rejects. */
  retry(): Promise<void>;
}

interface FollowerParts extends TicketingParts {
  readonly team: Team;
  readonly cards: CardKeeper;
}

const CLOCKS_DIFFER = { seconds: 2 };

export function createThreadFollower(parts: FollowerParts): ThreadFollower {
  const { db, desk, log } = parts;
  /** One at a time for each ticket: somebody who writes ten lines is read once or twice, not ten times. */
  const reading = new Map<string, { again: boolean; done: Promise<void> }>();

  const failed = new Set<string>();

  async function catchUpById(ticketId: string): Promise<void> {
    const running = reading.get(ticketId);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    const entry = { again: true, done: Promise.resolve() };
    reading.set(ticketId, entry);
    entry.done = (async () => {
      try {
        while (entry.again) {
          entry.again = false;
          await readOnce(await desk.find(ticketId), parts);
        }
        failed.delete(ticketId);
      } catch (thrown) {
        failed.add(ticketId);
        throw thrown;
      } finally {
        reading.delete(ticketId);
      }
    })();
    return entry.done;
  }

  async function catchUp({ ticketId }: Pick<TicketView, "ticketId">): Promise<void> {
    await catchUpById(ticketId).catch((thrown: unknown) =>
      log.warn({ ticketId, error: describeError(thrown) }, "A ticket's thread could not be read."),
    );
  }

  return {
    catchUp,
    async retry() {
      for (const ticketId of failed) await catchUp({ ticketId });
    },
    async follow(thread) {
      const ticketId = await db.read.run((sql) => ticketOfThread(sql, thread));
      if (ticketId !== null) await catchUpById(ticketId);
    },
  };
}

async function readOnce(ticket: TicketView, parts: FollowerParts): Promise<void> {
  const { desk, platforms, cards, log } = parts;
  const { thread, ticketId, openedBy } = ticket;
  const platform = thread === null ? null : platformOf(platforms, thread.platform);
  if (thread === null || platform === null) return;
  // Read before the thread is: what another instance stores meanwhile must not look as if it had been deleted.
  const { messages: stored } = await desk.conversation(ticketId);
  const read = await platform.readThread(placeOfThread(platform, thread));
  if (!read.ok) {
    log.info({ ticketId, reason: read.reason }, "A ticket's thread cannot be read.");
    return;
  }
  const requester = requesterOf(stored);
  const present = await spokenBy(read.value.messages, platform, { ...parts, openedBy, requester });
  const news = newsIn(stored, present, read.value, parts.clock.now());
  for (const message of news) await desk.hear(ticketId, message);
  const changed = await reopenIfAsked(ticket, present, news, parts);
  if (news.length > 0 || changed) void cards.refresh(ticketId);
}

/** What is not as it is kept: new, edited and deleted messages, in the order in which they were written. */
function newsIn(
  stored: readonly StoredMessage[],
  present: readonly Conversation[],
  { missing }: ThreadReading,
  now: Temporal.Instant,
): Conversation[] {
  const kept = new Map(stored.map((message) => [message.messageId, message]));
  const changed = present.flatMap((message): Conversation[] => {
    const known = kept.get(message.messageId);
    if (known === undefined) return [message];
    if (known.isDeleted || (storable(message.text, LONGEST_TEXT) === known.text && !message.isDeleted)) return [];
    if (message.isDeleted) return [message];
    return message.editedAt === null || message.text === "" ? [] : [message];
  });
  const isWhole = missing === null || missing.why === "unreadable";
  const ids = new Set(present.map(({ messageId }) => messageId));
  const gone = isWhole ? stored.filter(({ messageId, isDeleted }) => !isDeleted && !ids.has(messageId)) : [];
  return [...changed, ...gone.map((message) => deleted(message, now))];
}

function deleted({ messageId, author, by, at, editedAt }: StoredMessage, now: Temporal.Instant): Conversation {
  const edited = editedAt === null ? null : now;
  return {
    messageId,
    author,
    by,
    at: Temporal.Instant.from(at),
    text: "",
    attachments: [],
    editedAt: edited,
    isDeleted: true,
  };
}

/** Soon after the resolution the customer's word opens it again, also when the platform's clock is behind ours. */
async function reopenIfAsked(
  before: TicketView,
  present: readonly Conversation[],
  news: readonly Conversation[],
  { desk, db }: FollowerParts,
): Promise<boolean> {
  const newest = present.findLast(({ by, isDeleted }) => by !== "bot" && !isDeleted);
  const ticket = await desk.find(before.ticketId);
  const { lastResolvedAt } = ticket.ticket;
  if (ticket.ticket.status !== "resolved" || newest?.by !== "customer" || lastResolvedAt === null) return false;
  const { reopenDays } = await db.read.run(readReopeningRule);
  const resolvedAt = instantOf(lastResolvedAt);
  // What is news after the resolution was said after it, also when the platform's clock is behind ours.
  const saidAt = !isOpen(before) && news.includes(newest) ? newest.at.add(CLOCKS_DIFFER) : newest.at;
  const isAfter = Temporal.Instant.compare(saidAt, resolvedAt) > 0;
  const isInTime = Temporal.Instant.compare(newest.at, resolvedAt.add({ hours: reopenDays * 24 })) <= 0;
  if (!isAfter || !isInTime) return false;
  const by = { actor: newest.author, key: `said-${newest.messageId}` };
  return (await desk.act(ticket.ticketId, { kind: "reopen" }, by)).hasChanged;
}
