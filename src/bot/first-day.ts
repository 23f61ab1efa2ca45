import { CALLED } from "../core/called.ts";
import type { Temporal } from "../core/time.ts";
import type { Today } from "../metrics/answers.ts";
import { metricOf, type Group } from "../metrics/catalogue.ts";
import { formatValue } from "../metrics/format.ts";
import type { Message } from "./message.ts";
import { timeText } from "./window-words.ts";

/** How much there is to tell. */
export type Stage = "no events" | "first day" | "days";

/** `firstDay` is that of the first event, null before it. On the first day no day is complete. */
export function stageOf(firstDay: Temporal.PlainDate | null, today: string): Stage {
  if (firstDay === null) return "no events";
  return firstDay.toString() >= today ? "first day" : "days";
}

/**
 * "Today so far (until 14:05, partial): 3 sign-ups, 41 active users, 1,204 requests." and when there will be more.
 * `groups` are those that may be told.
 */
export function firstDaySentences(today: Today, timeZone: string, groups: ReadonlySet<Group>): string {
  const told = (metric: "signups" | "dau" | "api_calls") => (groups.has(metricOf(metric).group) ? today[metric] : null);
  const counts = [
    countOf(told("signups"), "sign-up", "sign-ups"),
    countOf(told("dau"), "active user", "active users"),
    countOf(told("api_calls"), "request", "requests"),
  ];
  const known = counts.filter((count) => count !== null).join(", ");
  const soFar = `Today so far (until ${timeText(today.as_of, timeZone)}, partial): ${known === "" ? "no data" : known}.`;
  return `${soFar} ${fullDayEnds(timeZone)}`;
}

export function fullDayEnds(timeZone: string): string {
  return `The first full day ends tonight at midnight ${timeZone}.`;
}

function countOf(count: number | null, one: string, several: string): string | null {
  if (count === null) return null;
  return `${formatValue("count", count, { currency: "" })} ${count === 1 ? one : several}`;
}

/** `firstEvent` is a command line that sends one. */
export function noEventsMessage(firstEvent: string): Message {
  // Who has no key yet would get an error for an answer.
  const key = `\`${CALLED.cli}keys create --scope ingest\` makes a key and prints the line that exports it.`;
  const first = firstEvent.includes("$BELLWETHER_KEY") ? `No events yet. ${key} Then send` : "No events yet. Send";
  return {
    tone: "neutral",
    blocks: [
      { kind: "text", text: `${first} the first:` },
      { kind: "code", text: firstEvent },
    ],
  };
}
