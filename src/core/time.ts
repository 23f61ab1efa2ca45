import { Temporal } from "temporal-polyfill";

export { Temporal };

/** The only way to learn what time it is; passed in, so that tests can hold it still. */
export interface Clock {
  now(): Temporal.Instant;
}

export const systemClock: Clock = createSystemClock();

/** An instant is made at most once a millisecond, which is as fine as the time is told: making one costs a microsecond. */
function createSystemClock(): Clock {
  let instant = Temporal.Now.instant();
  let madeAtMs = performance.now();
  return {
    now() {
      const nowMs = performance.now();
      if (nowMs - madeAtMs < 1) return instant;
      madeAtMs = nowMs;
      instant = Temporal.Now.instant();
      return instant;
    },
  };
}

/** The calendar day on which `instant` falls in `timeZone`. */
export function localDay(instant: Temporal.Instant, timeZone: string): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate();
}

/** A day written as "2026-11-20"; null for anything else, also for a day that the calendar does not have. */
export function readDay(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch {
    return null;
  }
}

/** N complete days that end yesterday, and the N days before them. Both ends are included. */
export interface Window {
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
  readonly days: number;
}

export function windowEndingYesterday(today: Temporal.PlainDate, days: number): Window {
  return { start: today.subtract({ days }), end: today.subtract({ days: 1 }), days };
}

export function windowBefore(window: Window): Window {
  return {
    start: window.start.subtract({ days: window.days }),
    end: window.start.subtract({ days: 1 }),
    days: window.days,
  };
}

export function daysOf(window: Window): Temporal.PlainDate[] {
  return Array.from({ length: window.days }, (_, index) => window.start.add({ days: index }));
}

/** `UTC`, or `Area/City` as Intl knows it. Fixed offsets and abbreviations are refused: they have no clock changes. */
export function isTimeZone(name: string): boolean {
  if (name === "UTC") return true;
  if (!/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z0-9_+-]*)+$/.test(name) || name.startsWith("Etc/")) return false;
  try {
    Temporal.Now.instant().toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
