import { cardMessage as alertCard } from "../../src/bot/alerts/card.ts";
import { firstDaySentences, noEventsMessage } from "../../src/bot/first-day.ts";
import type { Message } from "../../src/bot/message.ts";
import { ALL_GROUPS } from "../../src/bot/permission/need.ts";
import { refusalSentence } from "../../src/bot/permission/refusal-words.ts";
import { questionMessage, USUAL_QUESTION } from "../../src/bot/surveys/question.ts";
import { cardMessage as ticketCard } from "../../src/bot/tickets/card.ts";
import type { Temporal } from "../../src/core/time.ts";
import type { Today } from "../../src/metrics/answers.ts";
import type { Answer } from "../../src/surveys/answer.ts";
import type { RoundResult } from "../../src/surveys/surveys.ts";
import { DEFAULT_TARGETS } from "../../src/tickets/targets.ts";

/** Messages of which the demo has no occasion. */

const TIME_ZONE = "UTC";

export function alertPicture(now: Temporal.Instant): Message {
  const today = now.toZonedDateTimeISO(TIME_ZONE).toPlainDate();
  const days = Array.from({ length: 28 }, (_, index) => ({
    date: today.subtract({ days: 28 - index }).toString(),
    value: 0.4 + ((index * 7) % 5) * 0.06,
    base: 40_000,
  }));
  const date = today.toString();
  const nobody = { acknowledgedBy: null, snoozedBy: null, assignee: null, removedBy: null };
  const matter = {
    metric: "error_rate",
    condition: { kind: "above", bound: 1 },
    span: "today",
    part: null,
    alertNo: 3,
    episode: 1,
    destination: { platform: "slack", channel: "C0123456789" },
    quiet: null,
    madeBy: "slack:U1",
    openedAt: now.subtract({ minutes: 12 }),
    openedOn: date,
    firstDay: date,
    lastDay: date,
    value: 2.35,
    compared: null,
    endedAt: null,
    endedBy: null,
    endedDay: null,
    endedValue: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    pausedFor: null,
    thread: null,
    revision: 1,
    shown: 0,
    card: null,
    over: null,
    again: null,
    ...nobody,
  } as const;
  const numbers = { days, today: { date, value: 2.35, base: 9_000 } };
  return alertCard(matter, numbers, { madeBy: "@kim", ...nobody }, { now, timeZone: TIME_ZONE, currency: "USD" });
}

export function questionPicture(now: Temporal.Instant): Message {
  const closesAt = now.add({ hours: 120 });
  const question = USUAL_QUESTION;
  return questionMessage({ key: "n-7f3a000000", surveyId: "S-12", question, closesAt, kind: "asked" }, TIME_ZONE);
}

const REASONS: Readonly<Record<number, string>> = {
  10: "Finally one number that everybody believes",
  8: "Good, but the import took a day",
  4: "Too slow on our largest workspace",
};

/** 22 promoters, 13 passives, 6 detractors. */
export function resultPicture(now: Temporal.Instant): RoundResult {
  const scores = [...Array<number>(22).fill(10), ...Array<number>(13).fill(8), ...Array<number>(6).fill(4)];
  const answers = scores.map((score, index): Answer => {
    const isFirst = scores.indexOf(score) === index;
    const reason = isFirst ? (REASONS[score] ?? null) : null;
    const who = { person: `slack:U${index}`, userId: `u${index}` };
    return { ...who, publicScore: score, privateScore: null, reason, changedAt: now.toString() };
  });
  const round = {
    surveyId: "S-12",
    question: USUAL_QUESTION,
    openedBy: "slack:U1",
    openedAt: now.subtract({ hours: 72 }).toString(),
    closesAt: now.add({ hours: 48 }).toString(),
    closedAt: now.toString(),
    kind: "asked",
    remindsAt: null,
  } as const;
  return { round, messages: [], answers, all: answers };
}

export function ticketPicture(now: Temporal.Instant): Message {
  const openedAt = now.subtract({ hours: 20 });
  const ticket = {
    userNo: null,
    teamNo: null,
    subject: "Export fails with 500 for large teams",
    status: "open",
    priority: "high",
    category: "bug",
    openedAt: BigInt(openedAt.epochMilliseconds) * 1_000n,
    firstResponseAt: null,
    firstResolvedAt: null,
    lastResolvedAt: null,
  } as const;
  const view = {
    ticketId: "TCK-118",
    ticket,
    openedAt,
    changedAt: openedAt,
    userId: "user_42",
    teamId: "umbrella",
    thread: { platform: "slack", channel: "C1", thread: "1.1" },
    openedBy: "slack:U1",
    assignee: null,
    dueAt: null,
    card: null,
    revision: 1,
    shown: 0,
    messages: 23,
    lastMessage: { at: openedAt, by: "customer" },
  } as const;
  const context = "umbrella · Workflow $299/mo · NPS 4 (12 Nov) · 17 errors today on POST /exports";
  const facts = { ticket: view, openedBy: "@dana", assignee: null, context, remark: null };
  return ticketCard(facts, { now, timeZone: TIME_ZONE, promises: { targets: DEFAULT_TARGETS, hours: null } });
}

export async function refusalPicture(): Promise<Message> {
  const text = await refusalSentence({
    policy: { admins: [{ kind: "person", platform: "slack", id: "U1" }], rules: [] },
    place: { platform: "slack", channel: "C1", name: "general", kind: "public", thread: null },
    action: "show",
    groups: ["revenue"],
    why: "everyone can read it",
    prefix: "/",
    nameOf: async () => "@kim",
  });
  return { tone: "warning", blocks: [{ kind: "text", text }] };
}

export function emptyPicture(): Message {
  return noEventsMessage(
    `curl http://localhost:3000/api/events -H "Authorization: Bearer $BELLWETHER_KEY" -d '{"events":[{"type":"signup","user_id":"user_1"}]}'`,
  );
}

export function firstDayPicture(today: Today): Message {
  const text = firstDaySentences({ ...today, signups: 3, dau: 41, api_calls: 1_204 }, TIME_ZONE, new Set(ALL_GROUPS));
  return { tone: "neutral", blocks: [{ kind: "text", text }] };
}
