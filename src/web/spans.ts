import type { DateRange } from "../metrics/answers.ts";
import { dayRange } from "../charts/day-labels.ts";
import { Temporal } from "../core/time.ts";

/** "2 min ago", "3 h ago", "5 days ago"; what lies ahead by a skewed clock is "just now". */
export function agoText(then: string, now: Temporal.Instant): string {
  const seconds = (now.epochMilliseconds - Temporal.Instant.from(then).epochMilliseconds) / 1000;
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

/** "22 Oct - 20 Nov 2026" */
export function rangeText({ start, end }: Pick<DateRange, "start" | "end">): string {
  return dayRange(start === end ? [start] : [start, end]) ?? `${start} - ${end}`;
}

/** The window before, as a comparison names it: "the day before", "the 30 days before". */
export function beforeText(days: number): string {
  return days === 1 ? "the day before" : `the ${days} days before`;
}

/** When a level is compared with: "a day earlier", "30 days earlier". */
export function earlierText(days: number): string {
  return days === 1 ? "a day earlier" : `${days} days earlier`;
}

/** "21:40", the local time of day. */
export function timeOfDay(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: "minute" });
}
