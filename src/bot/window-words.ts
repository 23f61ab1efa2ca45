import { longDay, shortDay } from "../charts/day-labels.ts";
import { Temporal } from "../core/time.ts";
import type { SettledWish } from "../core/window-wish.ts";
import type { DateRange } from "../metrics/answers.ts";

/** What comes before it: "the 30 before", "the day before", "the month before". */
export function windowBeforeName(wish: SettledWish): string {
  switch (wish.kind) {
    case "days":
      return wish.days === 1 ? "the day before" : `the ${wish.days} before`;
    case "dates":
      return "the days before";
    case "week":
    case "month":
    case "quarter":
    case "year":
      return `the ${wish.kind} before`;
  }
}

/** "23 Oct - 21 Nov"; with the year where it is not that of `today`. */
export function rangeText(range: Pick<DateRange, "start" | "end">, today: Temporal.PlainDate): string {
  const start = dayText(range.start, today);
  return range.start === range.end ? start : `${start} - ${dayText(range.end, today)}`;
}

/** "21 Nov", "21 Nov 2025": the year where it is not that of `today`. */
export function dayText(date: string, today: Temporal.PlainDate): string {
  return Temporal.PlainDate.from(date).year === today.year ? shortDay(date) : longDay(date);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "as of 2 min ago"; `computedAt` is null before the first rollup. */
export function freshness(computedAt: string | null, now: Temporal.Instant): string {
  if (computedAt === null) return "not worked out yet";
  const seconds = Temporal.Instant.from(computedAt).until(now).total("seconds");
  return seconds < MINUTE ? "as of just now" : `as of ${ageText(computedAt, now)} ago`;
}

/** "2 min", "15 h", "3 days"; under a minute, or in the future, "0 min". */
export function ageText(instant: string, now: Temporal.Instant): string {
  const seconds = Math.max(Temporal.Instant.from(instant).until(now).total("seconds"), 0);
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} days`;
}

/** "10:12" in that zone. */
export function timeText(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: "minute" });
}
