import { Temporal } from "../core/time.ts";

/** When a team is at work, in its own zone. Null instead of a value of this type: around the clock. */
export interface BusinessHours {
  readonly timeZone: string;
  /** Local wall-clock times; `from` is before `to`. */
  readonly from: Temporal.PlainTime;
  readonly to: Temporal.PlainTime;
  /** ISO weekdays, 1 is Monday. At least one. */
  readonly weekdays: ReadonlySet<number>;
}

/** Ten years: a target further away is a mistake of the caller. */
const LONGEST_SEARCH_DAYS = 3_660;

/** Milliseconds of working time between two instants; 0 when `to` is not after `from`. */
export function workingMs(from: Temporal.Instant, to: Temporal.Instant, hours: BusinessHours | null): number {
  const [start, end] = [from.epochMilliseconds, to.epochMilliseconds];
  if (end <= start) return 0;
  if (hours === null) return end - start;
  let sum = 0;
  for (let day = localDate(from, hours); ; day = day.add({ days: 1 })) {
    const shift = shiftOn(day, hours);
    if (shift.startMs >= end) return sum;
    sum += Math.max(0, Math.min(shift.endMs, end) - Math.max(shift.startMs, start));
  }
}

/** The instant at which `ms` of working time have passed since `from`. Throws `RangeError` beyond ten years. */
export function afterWorkingMs(from: Temporal.Instant, ms: number, hours: BusinessHours | null): Temporal.Instant {
  if (hours === null) return from.add({ milliseconds: ms });
  let left = ms;
  let day = localDate(from, hours);
  for (let searched = 0; searched < LONGEST_SEARCH_DAYS; searched += 1) {
    const { startMs, endMs } = shiftOn(day, hours);
    const begin = Math.max(startMs, from.epochMilliseconds);
    const room = Math.max(0, endMs - begin);
    if (room > 0 && left <= room) return Temporal.Instant.fromEpochMilliseconds(begin + left);
    left -= room;
    day = day.add({ days: 1 });
  }
  throw new RangeError("the target lies more than ten years ahead");
}

function localDate(instant: Temporal.Instant, { timeZone }: BusinessHours): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate();
}

/** Working time of a local day as instants; empty on a day off. A clock change inside it makes it longer or shorter. */
function shiftOn(day: Temporal.PlainDate, { timeZone, from, to, weekdays }: BusinessHours) {
  const at = (time: Temporal.PlainTime) => day.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
  const startMs = at(from);
  return { startMs, endMs: weekdays.has(day.dayOfWeek) ? Math.max(startMs, at(to)) : startMs };
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const FORM = /^(mon|tue|wed|thu|fri|sat|sun)(?:-(mon|tue|wed|thu|fri|sat|sun))? (\d\d:\d\d)-(\d\d:\d\d)$/;

/** Reads "mon-fri 09:00-17:00". Null when it is not of that form or ends before it begins. */
export function readBusinessHours(text: string, timeZone: string): BusinessHours | null {
  const match = FORM.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const [, firstDay = "", lastDay = firstDay, opens = "", closes = ""] = match;
  const first = WEEKDAYS.findIndex((day) => day === firstDay);
  const last = WEEKDAYS.findIndex((day) => day === lastDay);
  const length = ((last - first + WEEKDAYS.length) % WEEKDAYS.length) + 1;
  const weekdays = new Set(Array.from({ length }, (_, index) => ((first + index) % WEEKDAYS.length) + 1));
  const [from, to] = [readTime(opens), readTime(closes)];
  if (from === null || to === null || Temporal.PlainTime.compare(from, to) >= 0) return null;
  return { timeZone, from, to, weekdays };
}

function readTime(text: string): Temporal.PlainTime | null {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? Temporal.PlainTime.from(text) : null;
}
