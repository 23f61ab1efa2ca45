import { describeError, type Log } from "../../core/log.ts";
import type { Clock } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import { answersOf } from "../../surveys/answer-store.ts";
import { HIGHEST_LOW, peopleToFollowUp } from "../../surveys/follow-up.ts";
import {
  addFollowUps,
  followUpsOf,
  followUpsToAskAgain,
  holdFollowUps,
  newFollowUps,
  noteAskedAgain,
  noteTicket,
  surveysWithLowAnswers,
  unopenedFollowUps,
  type FollowUp,
} from "../../surveys/follow-up-store.ts";
import type { Surveys } from "../../surveys/surveys.ts";
import type { Desk } from "../../tickets/desk.ts";
import { isOpen } from "../../tickets/ticket-view.ts";
import { readTickets } from "../../tickets/view-store.ts";
import type { ChatPlatform } from "../platform.ts";
import { ticketsWithout } from "../tickets/post-store.ts";
import { postOnce } from "../tickets/posting-once.ts";
import type { Opener } from "../tickets/opener.ts";
import { ownerMessage } from "./question.ts";

/** Who follows up low answers, and how soon. */
export interface FollowUpSettings {
  /** `slack:U123` */
  readonly owner: string;
  readonly dueDays: number;
}

/** Makes a ticket of each low answer, and asks once more when it is done. */
export interface FollowingUp {
  /** Once a minute, on any number of instances. Never rejects. */
  look(): Promise<void>;
}

interface FollowingUpParts {
  readonly pool: Pool;
  readonly surveys: Pick<Surveys, "openIf" | "result">;
  readonly desk: Pick<Desk, "act">;
  readonly opener: Pick<Opener, "alone">;
  readonly platforms: readonly ChatPlatform[];
  readonly settings: FollowUpSettings;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}

const ACTOR = "bellwether";
/** Answers change until the last reading at the end, which may be late. */
const AFTER_CLOSE_HOURS = 24;
const AGAIN_DAYS = 7;

export function createFollowingUp(parts: FollowingUpParts): FollowingUp {
  const step = async (sentence: string, work: (parts: FollowingUpParts) => Promise<void>) => {
    try {
      await work(parts);
    } catch (thrown) {
      parts.log.warn({ error: describeError(thrown) }, sentence);
    }
  };
  return {
    async look() {
      await step("Low answers could not be looked for; the next minute tries again.", findLow);
      await step("A follow-up could not be opened; the next minute tries again.", openTickets);
      await step("The owner of a follow-up could not be told; the next minute tries again.", tellOwners);
      await step("Nobody could be asked again; the next minute tries again.", askAgain);
    },
  };
}

async function findLow({ pool, clock }: FollowingUpParts): Promise<void> {
  const since = clock.now().subtract({ hours: AFTER_CLOSE_HOURS }).toString();
  for (const surveyId of await pool.run((sql) => surveysWithLowAnswers(sql, HIGHEST_LOW, since)))
    await pool.transaction(async (sql) => {
      await holdFollowUps(sql, surveyId);
      const people = peopleToFollowUp(await answersOf(sql, surveyId), await followUpsOf(sql, surveyId));
      await addFollowUps(sql, surveyId, people);
    });
}

async function openTickets(parts: FollowingUpParts): Promise<void> {
  const failures: unknown[] = [];
  for (const followUp of await parts.pool.run(unopenedFollowUps))
    await openTicket(followUp, parts).catch((thrown: unknown) => failures.push(thrown));
  if (failures.length > 0) throw failures[0];
}

/** All of it may be done again: each step has no further effect. The ticket says neither whose answer it is nor in which survey. */
async function openTicket({ followUpNo }: FollowUp, parts: FollowingUpParts): Promise<void> {
  const { pool, desk, opener, settings, clock } = parts;
  const { ticket } = await opener.alone({
    openedBy: ACTOR,
    subject: `Somebody gave ${HIGHEST_LOW} or less in a survey: find out why`,
    priority: "medium",
    category: "general",
    key: `nps follow-up ${followUpNo}`,
  });
  const { ticketId } = ticket;
  const by = { actor: ACTOR, key: "follow-up" };
  const dueAt = ticket.dueAt ?? clock.now().add({ hours: 24 * settings.dueDays });
  if (ticket.assignee === null) await desk.act(ticketId, { kind: "assign", assignee: settings.owner }, by);
  await desk.act(ticketId, { kind: "promise", dueAt }, by);
  await pool.run((sql) => noteTicket(sql, followUpNo, ticketId));
}

const OWNER_POST = "follow-up";
/** Before any attempt: `newFollowUps` goes back two days. */
const LOOK_BACK_HOURS = 72;

/** Afterwards, so that the owner can ask at once whose it is; again when the program was killed in between. */
async function tellOwners(parts: FollowingUpParts): Promise<void> {
  const { pool } = parts;
  const fresh = await pool.run(newFollowUps);
  const ids = fresh.map(({ ticketId }) => ticketId);
  const untold = new Set(await pool.run((sql) => ticketsWithout(sql, OWNER_POST, ids)));
  const tickets = await pool.run((sql) => readTickets(sql, [...untold]));
  for (const { ticketId, dueAt } of tickets) {
    const surveyId = fresh.find((one) => one.ticketId === ticketId)?.surveyId ?? "";
    if (dueAt !== null) await tellOwner({ ticketId, surveyId, dueAt }, parts);
  }
}

interface Told {
  readonly ticketId: string;
  readonly surveyId: string;
  readonly dueAt: ReturnType<Clock["now"]>;
}

/** Directly. What cannot be posted is logged: the ticket is in the owner's list all the same. */
async function tellOwner(told: Told, { pool, platforms, settings, timeZone, clock, log }: FollowingUpParts) {
  const [name, person = ""] = settings.owner.split(":");
  const platform = platforms.find((one) => one.name === name);
  if (platform === undefined) return;
  const { ticketId } = told;
  const place = await platform.directTo(person);
  if (!place.ok) return log.warn({ ticketId, reason: place.reason }, "The owner of a follow-up was not told.");
  const since = clock.now().subtract({ hours: LOOK_BACK_HOURS });
  const message = ownerMessage(told, { timeZone, prefix: platform.prefix });
  const once = { ticketId, kind: OWNER_POST, platform, destination: place.value, since, message };
  const posted = await postOnce(pool, once);
  if (posted?.ok === false) log.warn({ ticketId, reason: posted.reason }, "The owner of a follow-up was not told.");
}

/** The rule: a person is asked once more when their follow-up is done, whether or not they are within the cool-down. */
async function askAgain({ pool, surveys }: FollowingUpParts): Promise<void> {
  const waiting = await pool.run(followUpsToAskAgain);
  if (waiting.length === 0) return;
  const tickets = await pool.run((sql) =>
    readTickets(
      sql,
      waiting.map(({ ticketId }) => ticketId),
    ),
  );
  const done = new Set(tickets.filter((ticket) => !isOpen(ticket)).map(({ ticketId }) => ticketId));
  for (const { followUpNo, surveyId, person, ticketId } of waiting.filter((one) => done.has(one.ticketId))) {
    const { round } = await surveys.result(surveyId);
    const [platform = "", id = ""] = person.split(":");
    const asking = {
      question: round.question,
      openedBy: ACTOR,
      days: AGAIN_DAYS,
      places: [{ platform: platform === "discord" ? "discord" : "slack", channel: null, person: id }],
      kind: "again",
      reminds: false,
      name: `again ${followUpNo} ${surveyId} ${ticketId}`,
    } as const;
    await surveys.openIf(asking, (sql, again) => noteAskedAgain(sql, followUpNo, again));
  }
}
