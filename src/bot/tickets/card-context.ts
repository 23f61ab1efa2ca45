import type { TicketView } from "../../tickets/ticket-view.ts";
import { readReference } from "../permission/reference.ts";
import type { ChatPlatform } from "../platform.ts";
import { readContext } from "./context-store.ts";
import { contextLine } from "./context-words.ts";
import type { TicketingParts } from "./ticketing-parts.ts";

interface CardContextParts extends TicketingParts {
  readonly platform: ChatPlatform;
}

/**
 * What everyone in the thread may see of who waits: what may be shown in its channel, and nothing once somebody has written
 * there who may ask for no numbers. Null: nothing.
 */
export async function contextForAll(ticket: TicketView, parts: CardContextParts): Promise<string | null> {
  const { db, gate, platform, clock, timeZone, currency } = parts;
  if (ticket.thread === null) return null;
  const place = await platform.placeOf(ticket.thread.channel);
  const where = { place, prefix: platform.prefix, nameOf: platform.nameOf };
  const view = await gate.viewOf(`card of ${ticket.ticketId}`, [], where);
  if (view.names.size === 0 || !(await isAmongOurselves(ticket, parts))) return null;
  const now = clock.now();
  const context = await db.read.run((sql) => readContext(sql, ticket, { now, timeZone, currency }));
  return context === null ? null : contextLine(context, view, { now, timeZone, currency });
}

/** Whether all who have written there are of the workspace or server, and no guests. */
async function isAmongOurselves(
  { ticketId, openedBy }: TicketView,
  { desk, platform }: CardContextParts,
): Promise<boolean> {
  const { messages } = await desk.conversation(ticketId);
  const wrote = messages.filter(({ by }) => by !== "bot").map(({ author }) => author);
  const people = [...new Set(openedBy === null ? wrote : [...wrote, openedBy])];
  for (const person of people) if (!(await isOneOfUs(person, platform))) return false;
  return true;
}

/** Who cannot be asked about is a stranger. */
async function isOneOfUs(author: string, platform: ChatPlatform): Promise<boolean> {
  const subject = readReference(author);
  if (subject?.kind !== "person") return false;
  const standing = await platform.standingOf(subject.id).catch(() => "unknown");
  return standing === "admin" || standing === "member";
}
