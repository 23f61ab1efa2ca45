import { Temporal } from "../../core/time.ts";
import type { Destination } from "../platform.ts";
import type { Watch } from "./condition.ts";
import type { Reading } from "./judging.ts";

/** Wall-clock times in the workspace's zone, "22:00"; from may be later than to. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** From when an alert fires until it is back to normal. */
export interface Episode {
  readonly episode: number;
  readonly openedAt: Temporal.Instant;
  /** ISO dates: the day it began with, and the one that was judged last. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly value: number | null;
  readonly compared: number | null;
  /** When value and day were written. */
  readonly updatedAt: Temporal.Instant;
}

export interface Alert extends Watch {
  readonly alertNo: number;
  readonly destination: Destination;
  readonly quiet: QuietHours | null;
  /** "slack:U123" */
  readonly madeBy: string;
  /** False: there was nothing to judge by at the last look; null: nobody has looked yet. */
  readonly hasData: boolean | null;
  /** What is going on; null: all is well. */
  readonly open: Episode | null;
  readonly lastFiredAt: Temporal.Instant | null;
  readonly lastEndedAt: Temporal.Instant | null;
  readonly snoozedUntil: Temporal.Instant | null;
  /** Why nothing is posted at present: the platform or the policy refuses us there. */
  readonly pausedFor: string | null;
  /** Grows with each change of its state: whoever read an older one changes nothing. */
  readonly revision: number;
}

/** "A-12" */
export function alertName(alertNo: number): string {
  return `A-${alertNo}`;
}

/** "A-12.3" on a button, so that an old one cannot act on what came later; "A-12" as people write it. */
export function episodeName(alertNo: number, episode: number): string {
  return `${alertName(alertNo)}.${episode}`;
}

/** Null when it names no alert. What follows the name, as in a completed word, counts for nothing. */
export function readAlertName(text: string): { readonly alertNo: number; readonly episode: number | null } | null {
  const [, alertNo, episode] = /^a?-?(\d{1,9})(?:\.(\d{1,9}))?(?:\s.*)?$/iu.exec(text.trim()) ?? [];
  if (alertNo === undefined) return null;
  return { alertNo: Number(alertNo), episode: episode === undefined ? null : Number(episode) };
}

/** `corrected`: the day itself was worked out anew. `day over`: today is another day now. */
export type EndCause = "normal" | "corrected" | "day over" | "removed";

export type Step =
  | { readonly step: "open" | "update" }
  | { readonly step: "end"; readonly cause: EndCause }
  | { readonly step: "note" };

/** Between the end of one episode and the beginning of the next, so that going to and fro does not flood. */
const REST_MINUTES = 60;
/** A card is not redrawn for every minute's number. */
const UPDATE_MINUTES = 10;

/** What follows from what was read; null: nothing. */
export function stepFor(alert: Alert, reading: Reading, now: Temporal.Instant): Step | null {
  const { open, span, hasData } = alert;
  const isKnown = reading.verdict !== "unknown";
  const note: Step | null = hasData === isKnown ? null : { step: "note" };
  if (open === null) return reading.verdict === "fires" && hasRested(alert, now) ? { step: "open" } : note;
  if (span === "today" && reading.day !== open.lastDay) return { step: "end", cause: "day over" };
  switch (reading.verdict) {
    case "unknown":
      return note;
    case "calm":
      return { step: "end", cause: reading.day === open.lastDay && span === "day" ? "corrected" : "normal" };
    case "fires":
    case "hovers":
      return isNews(open, reading, now) ? { step: "update" } : note;
  }
}

function hasRested({ lastEndedAt }: Alert, now: Temporal.Instant): boolean {
  return lastEndedAt === null || lastEndedAt.until(now).total("minutes") >= REST_MINUTES;
}

function isNews(open: Episode, { day, value, compared }: Reading, now: Temporal.Instant): boolean {
  if (day !== open.lastDay) return true;
  if (value === open.value && compared === open.compared) return false;
  return open.updatedAt.until(now).total("minutes") >= UPDATE_MINUTES;
}

/** Whether nothing is said at that instant. */
export function isQuiet(quiet: QuietHours | null, now: Temporal.Instant, timeZone: string): boolean {
  if (quiet === null) return false;
  const time = now.toZonedDateTimeISO(timeZone).toPlainTime();
  const after = (other: string) => Temporal.PlainTime.compare(time, Temporal.PlainTime.from(other)) >= 0;
  const [isAfterFrom, isAfterTo] = [after(quiet.from), after(quiet.to)];
  const isOverMidnight = quiet.from > quiet.to;
  return isOverMidnight ? isAfterFrom || !isAfterTo : isAfterFrom && !isAfterTo;
}
