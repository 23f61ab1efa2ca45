import { CALLED } from "../../core/called.ts";
import { localDay, Temporal } from "../../core/time.ts";
import type { SupportOverview } from "../../metrics/answers.ts";
import type { Note, StoredMessage } from "../../tickets/desk-store.ts";
import { workingMs, type BusinessHours } from "../../tickets/business-hours.ts";
import { spreadOf, timesOf, type Spread, type TicketTimes } from "../../tickets/ticket-times.ts";
import { readMoments } from "../../tickets/view-store.ts";
import type { TicketView } from "../../tickets/ticket-view.ts";
import { windowMeant, windowOption, type WindowMeant } from "../commands/window-options.ts";
import { defineCommand, type Command, type Invocation } from "../command.ts";
import type { Block, Fact, Message } from "../message.ts";
import { asks } from "../permission/need.ts";
import { cardMessage } from "./card.ts";
import { readContext } from "./context-store.ts";
import { contextLine } from "./context-words.ts";
import { READS_TICKETS, READS_WITH_MONEY, summaryOf } from "./queue-commands.ts";
import type { Ticketing } from "./ticketing.ts";
import { refuseStrangers, ticketMeant, ticketOption } from "./which-ticket.ts";
import { actorName, momentText, spanText } from "./words.ts";

/** In chat; the terminal shows all. */
const MOST_LINES = 30;
const HOUR_MS = 3_600_000;

export function createReadingCommands(ticketing: Ticketing): Command[] {
  return [createShow(ticketing), createTranscript(ticketing), createStats(ticketing)];
}

function createShow(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "show"],
    description: "one ticket with the team's notes",
    options: { ticket: ticketOption },
    access: () => READS_WITH_MONEY,
    async run({ ticket }, invocation) {
      refuseStrangers(invocation, ticketing);
      const view = await ticketMeant(ticket, invocation, ticketing);
      const { notes } = await ticketing.desk.conversation(view.ticketId);
      const { clock, timeZone, settings } = ticketing;
      const name = async (actor: string | null) => (actor === null ? null : actorName(actor, invocation.nameOf));
      const [openedBy, assignee] = await Promise.all([name(view.openedBy), name(view.assignee)]);
      const style = { now: clock.now(), timeZone, promises: settings.promises };
      const context = await contextFor(view, invocation, ticketing);
      const card = cardMessage({ ticket: view, openedBy, assignee, context, remark: null }, style);
      const took = timesText(view, settings.promises.hours);
      const noted = await Promise.all(notes.map((note) => noteLine(note, invocation, ticketing)));
      return {
        message: { ...card, blocks: [...card.blocks, ...took, ...noted] },
        data: { ...summaryOf(view), context, took_ms: tookOf(view, settings.promises.hours), notes },
      };
    },
  });
}

/** By the calendar, and in the team's time where it has hours. */
function tookOf({ ticket }: TicketView, hours: BusinessHours | null) {
  return { calendar: timesOf(ticket, null), working: hours === null ? null : timesOf(ticket, hours) };
}

function timesText(view: TicketView, hours: BusinessHours | null): Block[] {
  const { calendar, working } = tookOf(view, hours);
  const words = (name: keyof TicketTimes, label: string) => {
    const [whole, own] = [calendar[name], working?.[name] ?? null];
    if (whole === null) return [];
    return [`${label} after ${spanText(whole)}${own === null ? "" : ` (${spanText(own)} of working time)`}`];
  };
  const said = [...words("firstResponse", "Answered"), ...words("resolution", "resolved")].join(", ");
  return said === "" ? [] : [{ kind: "note", text: `${said.charAt(0).toUpperCase()}${said.slice(1)}.` }];
}

/** Of who waits, what the one who asks may see. */
async function contextFor(
  ticket: TicketView,
  { view }: Invocation,
  { db, clock, timeZone, currency }: Ticketing,
): Promise<string | null> {
  const now = clock.now();
  const context = await db.read.run((sql) => readContext(sql, ticket, { now, timeZone, currency }));
  return context === null ? null : contextLine(context, view, { now, timeZone, currency });
}

async function noteLine({ author, text, at }: Note, invocation: Invocation, ticketing: Ticketing): Promise<Block> {
  return { kind: "text", text: `Note, ${await stamp(author, at, invocation, ticketing)}: ${text}` };
}

async function stamp(
  author: string,
  at: string,
  { nameOf }: Invocation,
  { clock, timeZone }: Ticketing,
): Promise<string> {
  return `${await actorName(author, nameOf)} ${momentText(Temporal.Instant.from(at), clock.now(), timeZone)}`;
}

function createTranscript(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "transcript"],
    description: "what was said in a ticket's thread",
    options: { ticket: ticketOption },
    access: () => READS_TICKETS,
    async run({ ticket }, invocation) {
      refuseStrangers(invocation, ticketing);
      const { ticketId } = await ticketMeant(ticket, invocation, ticketing);
      const { messages } = await ticketing.desk.conversation(ticketId);
      const shown = invocation.place.kind === "terminal" ? messages : messages.slice(-MOST_LINES);
      const lines = await Promise.all(shown.map((message) => lineOf(message, invocation, ticketing)));
      const message: Message = {
        title: `${ticketId}: what was said`,
        tone: "neutral",
        blocks: [...earlier(ticketId, messages.length - shown.length), ...lines],
      };
      return { message: lines.length === 0 ? nothingSaid(ticketId) : message, data: messages };
    },
  });
}

function earlier(ticketId: string, missing: number): Block[] {
  if (missing === 0) return [];
  const text = `${missing} earlier ${missing === 1 ? "message" : "messages"}: \`${CALLED.cli}ticket transcript ${ticketId}\` shows all.`;
  return [{ kind: "note", text }];
}

function nothingSaid(ticketId: string): Message {
  return { tone: "neutral", blocks: [{ kind: "text", text: `Nothing was said at ${ticketId} yet.` }] };
}

async function lineOf(message: StoredMessage, invocation: Invocation, ticketing: Ticketing): Promise<Block> {
  const files = message.attachments.map(({ name, url }) => `${name} (${url})`).join(", ");
  const words = message.isDeleted ? "deleted" : [message.text, files].filter((one) => one !== "").join(" ");
  const edited = message.editedAt === null || message.isDeleted ? "" : " (edited)";
  const text = `${await stamp(message.author, message.at, invocation, ticketing)}: ${words === "" ? "words that were withheld" : words}${edited}`;
  return { kind: "text", text };
}

function createStats(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "stats"],
    description: "how many tickets, and how soon they are answered and resolved",
    options: { window: windowOption },
    access: () => asks("support"),
    async run({ window: typed }) {
      const window = windowMeant(typed, localDay(ticketing.clock.now(), ticketing.timeZone));
      const overview = await ticketing.overviews.supportOverview(window.wish);
      const working = await workingHours(overview, ticketing);
      const data = working === null ? overview : { ...overview, working_hours: working };
      return { message: statsMessage(overview, working, window), data };
    },
  });
}

/** The same times in the team's hours; null where it has none. */
interface WorkingHours {
  readonly first_response: Spread;
  readonly resolution: Spread;
}

async function workingHours({ date_range }: SupportOverview, parts: Ticketing): Promise<WorkingHours | null> {
  const { db, timeZone, settings } = parts;
  const { hours } = settings.promises;
  if (hours === null) return null;
  const days = { first: date_range.start, last: date_range.end, timeZone };
  const moments = await db.read.run((sql) => readMoments(sql, days));
  const spread = (wanted: string) =>
    spreadOf(
      moments
        .filter(({ what }) => what === wanted)
        .map(({ from, to }) => workingMs(Temporal.Instant.from(from), Temporal.Instant.from(to), hours) / HOUR_MS),
    );
  return { first_response: spread("first response"), resolution: spread("resolution") };
}

function statsMessage(overview: SupportOverview, working: WorkingHours | null, window: WindowMeant): Message {
  const { opened, status, first_response_hours, resolution_hours } = overview;
  const now = `${status.open} open, ${status.in_progress} in progress, ${status.resolved} resolved, ${status.closed} closed`;
  const facts: Fact[] = [
    { label: "Opened", value: opened === null ? "no data" : String(opened) },
    { label: "Of those", value: now },
    { label: "First response", ...spreadWords(first_response_hours) },
    ...ofWork("First response", working?.first_response),
    { label: "Resolution", ...spreadWords(resolution_hours) },
    ...ofWork("Resolution", working?.resolution),
  ];
  return { title: `Support, ${window.name}`, tone: "neutral", blocks: [{ kind: "facts", facts }] };
}

function ofWork(label: string, spread: Spread | undefined): Fact[] {
  return spread === undefined ? [] : [{ label: `${label}, working time`, ...spreadWords(spread) }];
}

function spreadWords({ median, mean, p90 }: Spread): Pick<Fact, "value" | "detail"> {
  if (median === null) return { value: "no data" };
  const words = (hours: number | null) => (hours === null ? "no data" : spanText(Math.round(hours * HOUR_MS)));
  return { value: words(median), detail: `median; mean ${words(mean)}, nine in ten within ${words(p90)}` };
}
