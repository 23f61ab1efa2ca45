import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../../core/problem.ts";
import type { DeskAction } from "../../tickets/desk-action.ts";
import { CATEGORIES, PRIORITIES, type Category, type Priority } from "../../tickets/ticket-log.ts";
import type { TicketView } from "../../tickets/ticket-view.ts";
import { defineCommand, type Answer, type Command, type Invocation } from "../command.ts";
import type { Button } from "../message.ts";
import { FREE_ACT } from "../permission/need.ts";
import type { Ticketing } from "./ticketing.ts";
import { actorIn, refuseStrangers, ticketMeant, ticketOption } from "./which-ticket.ts";
import { actorName } from "./words.ts";

const LONGEST_NOTE = 3_000;
const CHOOSE = "choose";
const LONGEST_WAIT_MS = 2_000;

/** What the team does with a ticket. Who is of the team is asked in each. */
export function createActCommands(ticketing: Ticketing): Command[] {
  return [
    simple(ticketing, "claim", "take a ticket upon yourself", (invocation) => ({
      action: { kind: "assign", assignee: actorIn(invocation) },
      done: "is yours",
      already: "is yours already",
    })),
    createAssign(ticketing),
    createPriority(ticketing),
    createCategory(ticketing),
    simple(ticketing, "resolve", "the problem is solved", () => ({
      action: { kind: "resolve" },
      done: "is resolved",
      already: "was resolved before",
    })),
    simple(ticketing, "reopen", "the problem is there again", () => ({
      action: { kind: "reopen" },
      done: "is open again",
      already: "is open",
    })),
    simple(ticketing, "close", "nothing more will be done", () => ({
      action: { kind: "close" },
      done: "is closed",
      already: "was closed before",
    })),
    createNote(ticketing),
  ];
}

interface Act {
  readonly action: DeskAction;
  /** What stands after the ticket's id in the answer. */
  readonly done: string;
  readonly already: string;
}

function simple(ticketing: Ticketing, name: string, description: string, actOf: (by: Invocation) => Act): Command {
  return defineCommand({
    path: ["ticket", name],
    description,
    options: { ticket: ticketOption },
    access: () => FREE_ACT,
    async run({ ticket }, invocation) {
      refuseStrangers(invocation, ticketing);
      return perform(await ticketMeant(ticket, invocation, ticketing), actOf(invocation), invocation, ticketing);
    },
  });
}

async function perform(
  { ticketId }: TicketView,
  { action, done, already }: Act,
  invocation: Invocation,
  { desk, cards }: Ticketing,
): Promise<Answer> {
  const { hasChanged } = await desk.act(ticketId, action, { actor: actorIn(invocation), key: randomUUID() });
  // The answer does not wait long for the card; the minute tick sees to one that could not be shown.
  const complaint = await Promise.race([cards.refresh(ticketId), sleep(LONGEST_WAIT_MS, null, { ref: false })]);
  const text = `${ticketId} ${hasChanged ? done : already}.`;
  const warning = complaint === null ? "" : ` Its thread does not show it: ${complaint}`;
  return said(`${text}${warning}`, { ticket_id: ticketId, has_changed: hasChanged });
}

function said(text: string, data: unknown, buttons: readonly Button[] = []): Answer {
  const choices = buttons.length === 0 ? [] : [{ kind: "buttons", buttons } as const];
  return { message: { tone: "neutral", blocks: [{ kind: "text", text }, ...choices] }, data };
}

function createAssign(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "assign"],
    description: "give a ticket to somebody",
    options: { who: { kind: "reference", description: "a person" }, ticket: ticketOption },
    access: () => FREE_ACT,
    async run({ who, ticket }, invocation) {
      refuseStrangers(invocation, ticketing);
      if (who.kind !== "person")
        throw new Problem("not_a_person", 400, "A ticket is given to one person.", {
          next: "Mention somebody, like `@kim`.",
        });
      const assignee = `${who.platform}:${who.id}`;
      const name = await actorName(assignee, invocation.nameOf);
      const act: Act = { action: { kind: "assign", assignee }, done: `is ${name}'s`, already: `is ${name}'s already` };
      return perform(await ticketMeant(ticket, invocation, ticketing), act, invocation, ticketing);
    },
  });
}

function createPriority(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "priority"],
    description: "how urgent a ticket is",
    options: {
      priority: { kind: "choice", description: "how urgent", choices: [CHOOSE, ...PRIORITIES], fallback: CHOOSE },
      ticket: ticketOption,
    },
    access: () => FREE_ACT,
    async run({ priority, ticket }, invocation) {
      refuseStrangers(invocation, ticketing);
      const meant = await ticketMeant(ticket, invocation, ticketing);
      if (priority === CHOOSE) return choice("priority", PRIORITIES, meant);
      return perform(meant, rankAct({ priority }, priority), invocation, ticketing);
    },
  });
}

function createCategory(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "category"],
    description: "what kind of problem a ticket is",
    options: {
      category: { kind: "choice", description: "what kind", choices: [CHOOSE, ...CATEGORIES], fallback: CHOOSE },
      ticket: ticketOption,
    },
    access: () => FREE_ACT,
    async run({ category, ticket }, invocation) {
      refuseStrangers(invocation, ticketing);
      const meant = await ticketMeant(ticket, invocation, ticketing);
      if (category === CHOOSE) return choice("category", CATEGORIES, meant);
      return perform(meant, rankAct({ category }, category.replaceAll("_", " ")), invocation, ticketing);
    },
  });
}

function rankAct(rank: { readonly priority?: Priority; readonly category?: Category }, word: string): Act {
  return { action: { kind: "prioritize", ...rank }, done: `is ${word} now`, already: `is ${word} already` };
}

function choice(name: "priority" | "category", words: readonly string[], { ticketId, ticket }: TicketView): Answer {
  const buttons = words
    .filter((word) => word !== ticket[name])
    .map((word) => ({ label: word.replaceAll("_", " "), command: `ticket ${name} ${word} ${ticketId}` }));
  const text = `${ticketId} is ${ticket[name].replaceAll("_", " ")}. What is it?`;
  return said(text, { ticket_id: ticketId, [name]: ticket[name] }, buttons);
}

/** The ticket at the beginning of a note; at its end too, where no thread says which is meant. */
function ticketWithin(text: string, { place, target }: Invocation): { readonly named: string; readonly rest: string } {
  const first = /^(?<named>TCK-\d+)\s+(?<rest>.+)$/isu.exec(text);
  const isAlone = place.thread === null && target === undefined;
  const last = isAlone ? /^(?<rest>.+)\s(?<named>TCK-\d+)$/isu.exec(text) : null;
  const { named = "", rest = text } = (first ?? last)?.groups ?? {};
  return { named, rest };
}

function createNote(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "note"],
    description: "write down what the team alone shall read",
    options: {
      text: { kind: "text", description: "the note; may begin with the ticket", longest: LONGEST_NOTE, fallback: "" },
      ticket: ticketOption,
    },
    access: () => FREE_ACT,
    async run({ text, ticket }, invocation) {
      refuseStrangers(invocation, ticketing);
      const { named, rest } = ticket === "" ? ticketWithin(text, invocation) : { named: ticket, rest: text };
      const { ticketId } = await ticketMeant(named, invocation, ticketing);
      if (rest.trim() === "")
        throw new Problem("empty_note", 400, "The note says nothing.", {
          next: `Write \`${invocation.prefix}ticket note ${ticketId} what you want to keep\`.`,
        });
      await ticketing.desk.note(ticketId, { author: actorIn(invocation), key: randomUUID(), text: rest });
      return said(`Noted at ${ticketId}. The team alone reads it.`, { ticket_id: ticketId });
    },
  });
}
