import { localDay, Temporal } from "./time.ts";

/** On which local days something is due. */
export type Recurrence =
  | { readonly every: "day" }
  /** `weekday`: 1 is Monday, 7 is Sunday. */
  | { readonly every: "week"; readonly weekday: number }
  /** On the first day of each month. */
  | { readonly every: "month" };

export interface Schedule {
  readonly scheduleNo: number;
  /** Wall-clock time, "09:00". */
  readonly at: string;
  readonly timeZone: string;
  /** Absent: every day. */
  readonly recurrence?: Recurrence;
  readonly createdAt: Temporal.Instant;
  /** The latest local day that the ledger holds for it; null before the first. */
  readonly lastDay: Temporal.PlainDate | null;
}

export interface Due<S extends Schedule = Schedule> {
  readonly schedule: S;
  readonly day: Temporal.PlainDate;
  readonly dueAt: Temporal.Instant;
  /**
   * `late`: whether it was sent already is not certain, because the ledger may have been restored from a backup. So is
   * what was due before this program looked for the first time.
   * `missed`: too old to be worth sending.
   */
  readonly standing: "on time" | "late" | "missed";
}

const LATE_AFTER_MINUTES = 2;
export const CATCH_UP_HOURS = 6;
const LOOK_BACK_DAYS = 60;

/**
 * What is owed at `now` and not in the ledger yet, the oldest first for each schedule. A schedule first fires at its
 * first due time after it was created. Calling it once a minute or once a day makes no difference to the days it names.
 */
export function dueDeliveries<S extends Schedule>(
  schedules: readonly S[],
  now: Temporal.Instant,
  isFirstLook = false,
): Due<S>[] {
  return schedules.flatMap((schedule) => {
    const due: Due<S>[] = [];
    for (const day of openDays(schedule, now)) {
      const dueAt = firingOf(day, schedule.at, schedule.timeZone);
      if (dueAt === null || Temporal.Instant.compare(dueAt, schedule.createdAt) <= 0) continue;
      if (Temporal.Instant.compare(dueAt, now) > 0) break;
      due.push({ schedule, day, dueAt, standing: standingOf(dueAt, now, isFirstLook) });
    }
    return due;
  });
}

/** Tomorrow is among them: where clocks go back over midnight, a day begins before the one before has ended. */
function openDays(
  { createdAt, lastDay, timeZone, recurrence = { every: "day" } }: Schedule,
  now: Temporal.Instant,
): Temporal.PlainDate[] {
  const last = localDay(now, timeZone).add({ days: 1 });
  const first = [
    last.subtract({ days: LOOK_BACK_DAYS }),
    localDay(createdAt, timeZone),
    ...(lastDay === null ? [] : [lastDay.add({ days: 1 })]),
  ].reduce((one, other) => (Temporal.PlainDate.compare(one, other) > 0 ? one : other));
  const count = first.until(last).days + 1;
  const days = Array.from({ length: Math.max(count, 0) }, (_, index) => first.add({ days: index }));
  return days.filter((day) => recursOn(day, recurrence));
}

function recursOn(day: Temporal.PlainDate, recurrence: Recurrence): boolean {
  switch (recurrence.every) {
    case "day":
      return true;
    case "week":
      return day.dayOfWeek === recurrence.weekday;
    case "month":
      return day.day === 1;
  }
}

function standingOf(dueAt: Temporal.Instant, now: Temporal.Instant, isFirstLook: boolean): Due["standing"] {
  const minutes = dueAt.until(now).total("minutes");
  if (minutes > CATCH_UP_HOURS * 60) return "missed";
  return isFirstLook || minutes > LATE_AFTER_MINUTES ? "late" : "on time";
}

/**
 * The first instant of that day at which the clock on the wall shows `at` or later: a time that clocks jump over fires
 * when they have jumped, one that comes twice fires the first time. Null for a day that its zone left out.
 */
export function firingOf(day: Temporal.PlainDate, at: string, timeZone: string): Temporal.Instant | null {
  const wanted = day.toPlainDateTime(Temporal.PlainTime.from(at));
  const found = wanted.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (found.toPlainDateTime().equals(wanted)) return found.toInstant();
  const jump = found.getTimeZoneTransition("next");
  const begins = day.toZonedDateTime(timeZone).toPlainDate();
  return jump === null || !begins.equals(day) ? null : jump.toInstant();
}
