import { Temporal } from "../../core/time.ts";
import { describeError } from "../../core/log.ts";
import { nextDeadline } from "../../tickets/targets.ts";
import { allOf } from "../../tickets/every-ticket.ts";
import { MOST_ATTEMPTS } from "../../tickets/webhook-message.ts";
import { givenUpLately } from "../../tickets/webhook-store.ts";
import type { TicketStatus } from "../../tickets/ticket-log.ts";
import { instantOf, type TicketView } from "../../tickets/ticket-view.ts";
import type { Message } from "../message.ts";
import type { ChatName } from "../platform.ts";
import { notePassedOver } from "./post-store.ts";
import { postOnce } from "./posting-once.ts";
import { placeOfThread, platformOf } from "./ticketing-parts.ts";
import type { Ticketing } from "./ticketing.ts";
import { momentText, spanText } from "./words.ts";

const FOLLOWED: readonly TicketStatus[] = ["open", "in_progress", "resolved"];

/** All tickets that somebody may still write about. */
const followed = ({ desk }: Pick<Ticketing, "desk">) => allOf(FOLLOWED, desk);

/** After time away, whatever happened meanwhile was missed: every thread is read again. */
export async function catchUpAll(ticketing: Ticketing, platform: ChatName): Promise<void> {
  for (const ticket of await followed(ticketing))
    if (ticket.thread?.platform === platform) await ticketing.follower.catchUp(ticket);
}

/**
 * What is to be done every minute, on any number of instances: openings and cards that were left unfinished, warnings,
 * and resolved tickets after silence. Never rejects.
 */
export async function roundOfTickets(ticketing: Ticketing): Promise<void> {
  const { desk, cards, log } = ticketing;
  const step = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      log.warn({ error: describeError(thrown) }, `Of the tickets, ${what} could not be dealt with.`);
    }
  };
  await step("unfinished openings", () => desk.finishOpenings());
  await step("deadlines", async () => {
    for (const ticket of await followed(ticketing)) {
      await warn(ticket, ticketing);
      await closeAfterSilence(ticket, ticketing);
    }
  });
  await step("webhooks", () => tellOfWebhooks(ticketing));
  await step("threads", () => ticketing.follower.retry());
  await step("cards", () => cards.refreshStale());
}

/** Once for each deadline, before it is broken. */
async function warn(ticket: TicketView, ticketing: Ticketing): Promise<void> {
  const { db, platforms, clock, settings, timeZone, log } = ticketing;
  const { thread, ticketId, openedAt } = ticket;
  const now = clock.now();
  const deadline = nextDeadline(ticket.ticket, openedAt, now, settings.promises);
  const platform = thread === null ? null : platformOf(platforms, thread.platform);
  if (deadline === null || !deadline.isNear || deadline.leftMs <= 0 || thread === null || platform === null) return;
  const owner = ticket.assignee === null ? " It is nobody's yet." : "";
  const left = `in ${spanText(deadline.leftMs)}${settings.promises.hours === null ? "" : " of working time"}`;
  const text = `${ticketId}: ${deadline.kind} is due ${momentText(deadline.dueAt, now, timeZone)}, ${left}.${owner}`;
  const message: Message = { tone: "warning", blocks: [{ kind: "text", text }] };
  const kind = `warning ${deadline.kind} ${deadline.dueAt.toString()}`;
  const destination = placeOfThread(platform, thread);
  const once = { ticketId, kind, since: openedAt, message };
  const posted = await postOnce(db.work, { ...once, platform, destination });
  if (posted?.ok !== false) return;
  log.warn({ ticketId, reason: posted.reason }, "A thread was not warned of a deadline.");
  if (!posted.lasting) return;
  // In this order: who is killed in between says it elsewhere once all the same.
  if (await warnElsewhere({ ...once, reason: posted.reason }, ticketing))
    await db.work.run((sql) => notePassedOver(sql, once));
}

interface Unsaid {
  readonly ticketId: string;
  readonly kind: string;
  readonly since: Temporal.Instant;
  readonly message: Message;
  readonly reason: string;
}

/** A thread that takes no warning is no reason to break a promise: the team's channel is told. False: not yet. */
async function warnElsewhere({ reason, message, kind, ...once }: Unsaid, ticketing: Ticketing): Promise<boolean> {
  const note = { kind: "note", text: `The thread cannot be told. ${reason}` } as const;
  const whole = { ...message, blocks: [...message.blocks, note] };
  return tellTeam({ ...once, kind: `${kind} elsewhere`, message: whole }, ticketing);
}

/** Once, in the team's channel. False: it could not be said yet. */
async function tellTeam(once: Omit<Unsaid, "reason">, { db, platforms, settings }: Ticketing): Promise<boolean> {
  const destination = settings.announceIn;
  const platform = destination === null ? null : platformOf(platforms, destination.platform);
  if (destination === null || platform === null) return true;
  const posted = await postOnce(db.work, { ...once, platform, destination });
  return posted?.ok === true || posted?.lasting === true;
}

/** Once a local day, while changes of tickets are given up: whoever reads the team's channel can mend it. */
async function tellOfWebhooks(ticketing: Ticketing): Promise<void> {
  const { db, clock, timeZone } = ticketing;
  const changes = await db.read.run(givenUpLately);
  if (changes === 0) return;
  const now = clock.now();
  const day = now.toZonedDateTimeISO(timeZone).toPlainDate().toString();
  const what = changes === 1 ? "1 change of a ticket" : `${changes} changes of tickets`;
  const text = `${what} could not be sent to a webhook: ${MOST_ATTEMPTS} attempts failed. The log says which address and why.`;
  const message: Message = { tone: "warning", blocks: [{ kind: "text", text }] };
  await tellTeam(
    { ticketId: "webhooks", kind: `given up ${day}`, since: now.subtract({ hours: 24 }), message },
    ticketing,
  );
}

async function closeAfterSilence(ticket: TicketView, { desk, clock, settings }: Ticketing): Promise<void> {
  const { lastResolvedAt, status } = ticket.ticket;
  if (status !== "resolved" || lastResolvedAt === null) return;
  const resolvedAt = instantOf(lastResolvedAt);
  const spokenAt = ticket.lastMessage?.at ?? resolvedAt;
  const since = Temporal.Instant.compare(spokenAt, resolvedAt) > 0 ? spokenAt : resolvedAt;
  if (Temporal.Instant.compare(clock.now(), since.add({ hours: settings.closeAfterDays * 24 })) < 0) return;
  const key = `silence-${since.epochMilliseconds}`;
  await desk.act(ticket.ticketId, { kind: "close" }, { actor: "bellwether", key });
}
