import type { Temporal } from "../../core/time.ts";
import type { TicketStatus } from "../../tickets/ticket-log.ts";
import type { NameOf } from "../permission/refusal-words.ts";
import { readReference } from "../permission/reference.ts";
import { dayText } from "../window-words.ts";

/** "20 Nov 13:12" */
export function momentText(at: Temporal.Instant, now: Temporal.Instant, timeZone: string): string {
  const local = at.toZonedDateTimeISO(timeZone);
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  return `${dayText(local.toPlainDate().toString(), today)} ${local.toPlainTime().toString({ smallestUnit: "minute" })}`;
}

/** "2 d 3 h", "40 min": whole minutes, the two largest units. */
export function spanText(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const [days, hours, left] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60), minutes % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return left > 0 ? `${hours} h ${left} min` : `${hours} h`;
  return `${left} min`;
}

export const STATUS_WORDS: Readonly<Record<TicketStatus, string>> = {
  open: "open",
  in_progress: "in progress",
  resolved: "resolved",
  closed: "closed",
};

/** "@kim" for `slack:U123`; the text itself where it names nobody of a platform. */
export async function actorName(actor: string, nameOf: NameOf): Promise<string> {
  const subject = readReference(actor);
  return subject === null ? actor : nameOf(subject);
}

const LONGEST_LINE = 120;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The first line in which something is said, at most 120 characters. Null when nothing is said. */
export function firstLine(text: string): string | null {
  const line = text
    .slice(0, 4_000)
    .split("\n")
    .map((one) => one.replaceAll(/\s+/gu, " ").trim())
    .find((one) => one !== "");
  if (line === undefined) return null;
  const characters = Array.from(graphemes.segment(line), ({ segment }) => segment);
  const cut = characters.slice(0, LONGEST_LINE - 1).join("");
  return characters.length > LONGEST_LINE || line.length > 480 ? `${cut.slice(0, 480)}…` : line;
}
