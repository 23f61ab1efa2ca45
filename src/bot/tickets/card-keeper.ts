import { describeError } from "../../core/log.ts";
import { keepCard, noteShown, staleCards } from "../../tickets/desk-store.ts";
import type { TicketView } from "../../tickets/ticket-view.ts";
import type { ThreadRef, Why } from "../conversation.ts";
import type { Message } from "../message.ts";
import type { ChatPlatform } from "../platform.ts";
import { cardMessage } from "./card.ts";
import { contextForAll } from "./card-context.ts";
import { keyOf, postOnce, withReference } from "./posting-once.ts";
import { placeOfThread, platformOf, type TicketingParts } from "./ticketing-parts.ts";
import { actorName, STATUS_WORDS } from "./words.ts";

export interface CardKeeper {
  /**
   * Posts the card or brings it up to date. `remark` is shown until the next change. Answers in a sentence why that could
   * not be done; null: it is done, or being done elsewhere. Never rejects.
   */
  refresh(ticketId: string, remark?: string): Promise<string | null>;
  /** All that are missing or show too little, also after a crash. */
  refreshStale(): Promise<void>;
  /** What was begun has ended. */
  idle(): Promise<void>;
}

const CARD = "card";
const SINCE_HOURS = 24;
const MOST_ROUNDS = 5;
const LASTING: ReadonlySet<Why> = new Set(["gone", "forbidden", "archived", "locked", "closed"]);

export function createCardKeeper(parts: TicketingParts): CardKeeper {
  const { db, log } = parts;
  const queues = new Map<string, Promise<string | null>>();

  async function attempt(ticketId: string, remark?: string): Promise<string | null> {
    try {
      return await bringUpToDate(ticketId, parts, remark ?? null);
    } catch (thrown) {
      log.warn({ ticketId, error: describeError(thrown) }, "A ticket's card could not be shown.");
      return "The card could not be shown; it is tried again within a minute.";
    }
  }

  /** Edits of one message must follow each other. */
  function refresh(ticketId: string, remark?: string): Promise<string | null> {
    const before = queues.get(ticketId) ?? Promise.resolve(null);
    const next = before.then(() => attempt(ticketId, remark));
    queues.set(ticketId, next);
    return next.finally(() => {
      if (queues.get(ticketId) === next) queues.delete(ticketId);
    });
  }

  return {
    refresh,
    async refreshStale() {
      for (const ticketId of await db.read.run(staleCards)) await refresh(ticketId);
    },
    async idle() {
      while (queues.size > 0) await Promise.all(queues.values());
    },
  };
}

/** Another instance may have shown something older after us: look again until what is shown is what is. */
async function bringUpToDate(ticketId: string, parts: TicketingParts, remark: string | null): Promise<string | null> {
  for (let round = 0, shown = 0; round < MOST_ROUNDS; round += 1) {
    const ticket = await parts.desk.find(ticketId);
    if (ticket.thread === null || ticket.revision === shown) return null;
    const platform = platformOf(parts.platforms, ticket.thread.platform);
    if (platform === null) return null;
    const complaint = await show(ticket, { ...parts, platform, remark });
    if (complaint !== null) return complaint;
    shown = ticket.revision;
  }
  return null;
}

interface ShowParts extends TicketingParts {
  readonly platform: ChatPlatform;
  readonly remark: string | null;
}

async function show(ticket: TicketView, parts: ShowParts): Promise<string | null> {
  if (ticket.thread === null) return null;
  const { db, platform } = parts;
  const thread = placeOfThread(platform, ticket.thread);
  const name = { ticketId: ticket.ticketId, kind: CARD };
  const message = await messageFor(ticket, parts);
  if (ticket.card === null) {
    const since = ticket.openedAt.subtract({ hours: SINCE_HOURS });
    const posted = await postOnce(db.work, { ...name, platform, destination: thread, since, message });
    if (posted === null) return null;
    if (!posted.ok) return giveUp(ticket, posted, parts);
    await db.work.run((sql) => keepCard(sql, ticket.ticketId, posted.externalId));
  } else {
    const shown = withReference(message, keyOf(name));
    const edited = await platform.edit({ ...thread, id: ticket.card }, shown);
    if (!edited.ok) return giveUp(ticket, { reason: edited.reason, lasting: LASTING.has(edited.why) }, parts);
  }
  await db.work.run((sql) => noteShown(sql, ticket.ticketId, ticket.revision));
  await tag(ticket, thread, parts);
  return null;
}

/** What only a person can mend waits for the next change of the ticket. */
async function giveUp(
  { ticketId, revision }: TicketView,
  { reason, lasting }: { readonly reason: string; readonly lasting: boolean },
  { db, log }: ShowParts,
): Promise<string> {
  if (lasting) {
    await db.work.run((sql) => noteShown(sql, ticketId, revision));
    log.warn({ ticketId, reason }, "A ticket's card cannot be shown in its thread.");
  }
  return reason;
}

/** In a forum the post's tags follow the status; a thread that takes none does no harm. */
async function tag({ ticket, ticketId }: TicketView, thread: ThreadRef, { platform, log }: ShowParts): Promise<void> {
  const tagged = await platform.tagThread(thread, [STATUS_WORDS[ticket.status]], Object.values(STATUS_WORDS));
  if (!tagged.ok) log.info({ ticketId, reason: tagged.reason }, "A ticket's thread was not tagged.");
}

async function messageFor(ticket: TicketView, parts: ShowParts): Promise<Message> {
  const { remark, clock, timeZone, settings, platform } = parts;
  const nameOf = async (actor: string | null) => (actor === null ? null : actorName(actor, platform.nameOf));
  const [openedBy, assignee, context] = await Promise.all([
    nameOf(ticket.openedBy),
    nameOf(ticket.assignee),
    contextForAll(ticket, parts),
  ]);
  return cardMessage(
    { ticket, openedBy, assignee, context, remark },
    { now: clock.now(), timeZone, promises: settings.promises },
  );
}
