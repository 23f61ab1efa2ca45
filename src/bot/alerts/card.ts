import { Temporal } from "../../core/time.ts";
import type { SeriesChart } from "../../charts/chart.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import type { Block, Message } from "../message.ts";
import { momentText } from "../tickets/words.ts";
import { alertName, episodeName } from "./alert.ts";
import { standingText, subjectOf, watchText } from "./alert-words.ts";
import type { Numbers } from "./judging.ts";
import type { Matter } from "./matter.ts";
import { drawnAs } from "../../charts/drawn-as.ts";

export interface CardStyle {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly currency: string;
}

/** Who did what, as people know them: "@kim". */
export interface Names {
  readonly madeBy: string;
  readonly acknowledgedBy: string | null;
  readonly snoozedBy: string | null;
  readonly assignee: string | null;
  readonly removedBy: string | null;
}

const CHART_DAYS = 28;

/** An alert that fires, or fired, as everyone in its channel sees it. */
export function cardMessage(matter: Matter, numbers: Numbers, names: Names, style: CardStyle): Message {
  const { alertNo, endedAt, acknowledgedAt } = matter;
  const isOver = endedAt !== null;
  const { lastDay: day, value, compared } = matter;
  const blocks: Block[] = [
    { kind: "text", text: standingText(matter, { day, value, compared }, style) },
    { kind: "text", text: isOver ? overText(matter, names, style) : sinceText(matter, style) },
    ...doneBy(matter, names, style).map((text): Block => ({ kind: "text", text })),
    { kind: "chart", chart: chartOf(matter, numbers, style) },
    ...(isOver ? [] : controlsOf(matter)),
    { kind: "note", text: `${alertName(alertNo)} · made by ${names.madeBy}` },
  ];
  const title = watchText(matter, style);
  const tone = isOver ? "good" : acknowledgedAt === null ? "bad" : "warning";
  return { title: isOver ? `Over: ${title}` : title, tone, blocks };
}

/** The same for a channel that may not be told the numbers any more. */
export function withheldMessage({ alertNo }: Pick<Matter, "alertNo">): Message {
  const text = `The numbers of ${alertName(alertNo)} are not shown here any more.`;
  return { tone: "neutral", blocks: [{ kind: "text", text }] };
}

function sinceText({ span, openedAt, firstDay, lastDay }: Matter, { now, timeZone }: CardStyle): string {
  if (span === "today") return `Since ${momentText(openedAt, now, timeZone)}.`;
  const days = Temporal.PlainDate.from(firstDay).until(lastDay).days + 1;
  return days === 1 ? "The first such day." : `The ${ordinal(days)} day in a row.`;
}

function ordinal(number: number): string {
  const tens = number % 100;
  const ending = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

function overText(matter: Matter, { removedBy }: Names, { now, timeZone }: CardStyle): string {
  const when = matter.endedAt === null ? "" : ` ${momentText(matter.endedAt, now, timeZone)}`;
  switch (matter.endedBy) {
    case "removed":
      return `Removed by ${removedBy ?? "somebody"}${when}.`;
    case "day over":
      return "That day is over.";
    case "corrected":
      return `Corrected${when}: it is no longer so.`;
    case "normal":
    case null:
      return `Back to normal${when}.`;
  }
}

function doneBy(matter: Matter, names: Names, { now, timeZone }: CardStyle): string[] {
  const { acknowledgedAt, snoozedUntil, endedAt } = matter;
  const when = (at: Temporal.Instant) => momentText(at, now, timeZone);
  const isSnoozed = snoozedUntil !== null && now.until(snoozedUntil).sign > 0 && endedAt === null;
  return [
    ...(acknowledgedAt !== null
      ? [`Acknowledged by ${names.acknowledgedBy ?? "somebody"}, ${when(acknowledgedAt)}.`]
      : []),
    ...(isSnoozed ? [`Snoozed until ${when(snoozedUntil)} by ${names.snoozedBy ?? "somebody"}.`] : []),
    ...(names.assignee !== null ? [`Assigned to ${names.assignee}.`] : []),
  ];
}

/** What the menu offers, and how it is typed. */
export const SNOOZES = [
  { label: "1 hour", span: "1h" },
  { label: "4 hours", span: "4h" },
  { label: "Till tomorrow, 09:00", span: "tomorrow" },
  { label: "1 week", span: "7d" },
] as const;

function controlsOf({ alertNo, episode, metric, lastDay, acknowledgedAt }: Matter): Block[] {
  const name = episodeName(alertNo, episode);
  return [
    {
      kind: "buttons",
      buttons: [
        ...(acknowledgedAt === null ? [{ label: "Acknowledge", command: `alert acknowledge ${name}` }] : []),
        { label: "Assign to me", command: `alert assign ${name}` },
        { label: "Explain", command: `metrics explain ${metric} --days 1 --date ${lastDay}` },
      ],
    },
    {
      kind: "menu",
      label: "Snooze",
      options: SNOOZES.map(({ label, span }) => ({ label, command: `alert snooze ${name} ${span}` })),
    },
  ];
}

function chartOf(matter: Matter, { days, today }: Numbers, { currency }: CardStyle): SeriesChart {
  const { metric, condition, span } = matter;
  const { unit } = metricOf(metric);
  const shown = [...days.slice(-CHART_DAYS), ...(span === "today" ? [today] : [])];
  const subject = subjectOf(matter);
  const bound = condition.kind === "above" || condition.kind === "below" ? condition.bound : null;
  return {
    ...drawnAs(metric),
    kind: "line",
    title: `${subject}, ${shown.length} days`,
    ...(unit === "money" ? { currency } : {}),
    labels: shown.map(({ date }) => date),
    series: [
      { label: subject, values: shown.map(({ value }) => value) },
      ...(bound === null ? [] : [{ label: "limit", values: shown.map(() => bound) }]),
    ],
    ...(span === "today" ? { lastIsPartial: true } : {}),
  };
}

/** What is said in the card's thread when a snooze is over, or all is well again. */
export function followUp(kind: "again" | "over", matter: Matter, style: CardStyle): Message {
  const { lastDay, endedDay, endedValue, value, compared } = matter;
  if (kind === "again") {
    const standing = standingText(matter, { day: lastDay, value, compared }, style);
    return { tone: "warning", blocks: [{ kind: "text", text: `Still so after the snooze: ${standing}` }] };
  }
  const last = { day: endedDay ?? lastDay, value: endedValue, compared: null };
  const now = endedValue === null ? "" : ` ${subjectOf(matter)}: ${plainStanding(matter, last, style)}`;
  return { tone: "good", blocks: [{ kind: "text", text: `${overWord(matter)}${now}` }] };
}

function overWord({ endedBy, lastDay }: Matter): string {
  switch (endedBy) {
    case "day over":
      return "The day is over, and today counts anew.";
    case "corrected":
      return `Back to normal: ${lastDay} was corrected.`;
    case "normal":
    case "removed":
    case null:
      return "Back to normal.";
  }
}

/** Without what it was compared with, which is not kept of the end. */
function plainStanding(matter: Matter, last: Parameters<typeof standingText>[1], style: CardStyle): string {
  const text = standingText({ ...matter, condition: { kind: "above", bound: 0 } }, last, style);
  return `${text.slice(0, text.indexOf(";"))}.`;
}
