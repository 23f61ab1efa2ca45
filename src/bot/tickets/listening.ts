import { ticketOfThread } from "../../tickets/view-store.ts";
import type { Attempt, ChatEvents, MessageRef, Reaction } from "../conversation.ts";
import { DONE, SEEN, TICKET } from "../emoji.ts";
import type { ChatPlatform } from "../platform.ts";
import { catchUpAll } from "./rounds.ts";
import { platformOf } from "./ticketing-parts.ts";
import type { Ticketing } from "./ticketing.ts";

/**
 * What happens in chat by itself: 🎫 opens a ticket, ✅ resolves and 👀 claims it, and what is written is its conversation.
 * Messages whose reactions mean something else (`isAnothers`) are not read: hundreds of votes would be as many readings.
 */
export function ticketEvents(
  ticketing: Ticketing,
  isAnothers: (message: MessageRef) => Promise<boolean> = async () => false,
): ChatEvents {
  return {
    ready: (platform) => catchUpAll(ticketing, platform),
    threadChanged: ({ thread }) => ticketing.follower.follow(thread),
    async reactionsChanged(message) {
      const platform = platformOf(ticketing.platforms, message.platform);
      if (platform === null || (await isAnothers(message))) return;
      const reactions = givenOf(await platform.reactionsOf(message));
      const opener = reactions.find(({ emoji }) => emoji === TICKET);
      if (opener !== undefined) await openBy(opener, message, platform, ticketing);
      if (reactions.some(({ emoji }) => emoji === DONE || emoji === SEEN))
        await actBy(reactions, message, platform, ticketing);
    },
  };
}

function givenOf(reactions: Attempt<readonly Reaction[]>): readonly Reaction[] {
  return reactions.ok ? reactions.value.filter(({ person }) => !person.isBot) : [];
}

/** Any change of the message's reactions leads here again; a thread that has its ticket is left alone. */
async function openBy(
  { person }: Reaction,
  message: MessageRef,
  platform: ChatPlatform,
  { db, opener }: Ticketing,
): Promise<void> {
  const thread = await platform.threadOf(message);
  const found = thread.ok ? thread.value : null;
  if (found !== null && (await db.read.run((sql) => ticketOfThread(sql, found))) !== null) return;
  const openedBy = `${message.platform}:${person.id}`;
  await opener.onMessage(message, { openedBy, subject: null, priority: "medium", category: "general" });
}

/** A reaction stays where it is, so that it acts once: 👀 claims what is nobody's, and ✅ has its key in the log. */
async function actBy(
  reactions: readonly Reaction[],
  message: MessageRef,
  platform: ChatPlatform,
  { db, desk, team, cards }: Ticketing,
): Promise<void> {
  const thread = await platform.threadOf(message);
  const found = thread.ok ? thread.value : null;
  const ticketId = found === null ? null : await db.read.run((sql) => ticketOfThread(sql, found));
  if (ticketId === null) return;
  let hasChanged = false;
  for (const { emoji, person } of reactions) {
    if ((emoji !== DONE && emoji !== SEEN) || !(await team.includesAuthor(person, platform))) continue;
    const actor = `${platform.name}:${person.id}`;
    const by = { actor, key: `${emoji === DONE ? "done" : "seen"}-${message.id}-${person.id}` };
    const { assignee } = await desk.find(ticketId);
    if (emoji === SEEN && assignee !== null) continue;
    const action = emoji === DONE ? ({ kind: "resolve" } as const) : ({ kind: "assign", assignee: actor } as const);
    hasChanged = (await desk.act(ticketId, action, by)).hasChanged || hasChanged;
  }
  if (hasChanged) await cards.refresh(ticketId);
}
