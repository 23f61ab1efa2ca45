import { Temporal, type Window } from "./time.ts";
import { wishName } from "./window-name.ts";

/** A window of calendar days, as it was asked for: what it comes to depends on the day on which it is asked. */
export type WindowWish =
  | SettledWish
  /** The week, month, quarter or year that is running, or the one so many before it. */
  | { readonly kind: "running"; readonly unit: CalendarUnit; readonly ago: number }
  /** The latest of that name that has begun. */
  | { readonly kind: "latest"; readonly unit: "month" | "quarter"; readonly number: number };

/** A wish that means the same days on any day, but for `days`. */
export type SettledWish =
  /** The complete days that end yesterday. */
  | { readonly kind: "days"; readonly days: number }
  /** Both included. */
  | { readonly kind: "dates"; readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate }
  | { readonly kind: "week"; readonly monday: Temporal.PlainDate }
  | { readonly kind: "month"; readonly year: number; readonly month: number }
  | { readonly kind: "quarter"; readonly year: number; readonly quarter: number }
  | { readonly kind: "year"; readonly year: number };

export type CalendarUnit = "week" | "month" | "quarter" | "year";

/** What a window is set beside: the days before it, the same a year earlier, or nothing. */
export const COMPARISONS = ["previous", "year", "none"] as const;
export type Compare = (typeof COMPARISONS)[number];

/** A number stands for as many complete days that end yesterday. */
export type WindowAsked = number | WindowWish;

export const LONGEST_WINDOW = 366;
export const EARLIEST_DAY = Temporal.PlainDate.from("2000-01-01");

export interface CalendarWindow extends Window {
  readonly wish: SettledWish;
  /** False when the window is not over: it is cut at yesterday. */
  readonly complete: boolean;
}

export type WindowFound =
  | { readonly ok: true; readonly window: CalendarWindow }
  | { readonly ok: false; readonly complaint: string };

export function wishOf(asked: WindowAsked): WindowWish {
  return typeof asked === "number" ? { kind: "days", days: asked } : asked;
}

/** The complete days that are meant on `today`; a complaint when there is none, or there are too many. */
export function windowOn(today: Temporal.PlainDate, asked: WindowAsked): WindowFound {
  const wish = settledOn(today, wishOf(asked));
  const { start, end } = stretchOf(wish, today);
  const yesterday = today.subtract({ days: 1 });
  const complaint = whyNot({ start, end }, yesterday, wishName(wish, today));
  if (complaint !== null) return { ok: false, complaint };
  const complete = Temporal.PlainDate.compare(end, yesterday) <= 0;
  return { ok: true, window: { ...between(start, complete ? end : yesterday), wish, complete } };
}

function whyNot({ start, end }: Stretch, yesterday: Temporal.PlainDate, name: string): string | null {
  if (Temporal.PlainDate.compare(start, end) > 0) return "`from` must not be after `to`.";
  if (Temporal.PlainDate.compare(start, EARLIEST_DAY) < 0)
    return `Nothing before ${EARLIEST_DAY.toString()} is on record; the window begins on ${start.toString()}.`;
  const { days } = between(start, end);
  if (days > LONGEST_WINDOW) return `A window has ${LONGEST_WINDOW} days at most; this one has ${days}.`;
  if (Temporal.PlainDate.compare(start, yesterday) <= 0) return null;
  return `${name} has no complete day yet: the last complete day is ${yesterday.toString()}.`;
}

/** The window to set it beside; null when nothing is. */
export function comparedWith(window: CalendarWindow, compare: Compare): Window | null {
  switch (compare) {
    case "none":
      return null;
    case "previous":
      return windowBefore(window);
    case "year":
      return yearBefore(window);
  }
}

/** The calendar unit before it, of which as many days as there are; else as many days before. */
function windowBefore({ wish, start, days, complete }: CalendarWindow): Window {
  const unit = unitOf(wish);
  if (unit === null) return between(start.subtract({ days }), start.subtract({ days: 1 }));
  return partOf(unitAt(unit, start.subtract(LENGTHS[unit])), complete ? null : days);
}

function yearBefore({ wish, start, end, days, complete }: CalendarWindow): Window {
  const unit = unitOf(wish);
  switch (unit) {
    case null: {
      // 29 February has 28 February a year before it.
      const last = end.subtract({ years: 1 });
      return wish.kind === "dates"
        ? between(start.subtract({ years: 1 }), last)
        : between(last.subtract({ days: days - 1 }), last);
    }
    case "week":
      return between(start.subtract({ weeks: 52 }), end.subtract({ weeks: 52 }));
    case "month":
    case "quarter":
    case "year":
      return partOf(unitAt(unit, start.subtract({ years: 1 })), complete ? null : days);
  }
}

interface Stretch {
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
}

/** All of it, or as many days from its start as it has. */
function partOf({ start, end }: Stretch, days: number | null): Window {
  const whole = between(start, end);
  return days === null || days >= whole.days ? whole : between(start, start.add({ days: days - 1 }));
}

const LENGTHS = {
  week: { weeks: 1 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { years: 1 },
} as const satisfies Record<CalendarUnit, object>;

function unitOf({ kind }: SettledWish): CalendarUnit | null {
  return kind === "days" || kind === "dates" ? null : kind;
}

function unitAt(unit: CalendarUnit, start: Temporal.PlainDate): Stretch {
  return { start, end: start.add(LENGTHS[unit]).subtract({ days: 1 }) };
}

function stretchOf(wish: SettledWish, today: Temporal.PlainDate): Stretch {
  switch (wish.kind) {
    case "days":
      return { start: today.subtract({ days: wish.days }), end: today.subtract({ days: 1 }) };
    case "dates":
      return { start: wish.from, end: wish.to };
    case "week":
      return unitAt("week", wish.monday);
    case "month":
      return unitAt("month", firstOf(wish.year, wish.month));
    case "quarter":
      return unitAt("quarter", firstOf(wish.year, 3 * wish.quarter - 2));
    case "year":
      return unitAt("year", firstOf(wish.year, 1));
  }
}

function firstOf(year: number, month: number): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year, month, day: 1 });
}

/** What is meant when it is said on `today`. */
export function settledOn(today: Temporal.PlainDate, wish: WindowWish): SettledWish {
  switch (wish.kind) {
    case "running":
      return unitAround(wish.unit, today.subtract(multiple(LENGTHS[wish.unit], wish.ago)));
    case "latest": {
      const year = today.year - (firstOf(today.year, firstMonth(wish)).since(today).sign > 0 ? 1 : 0);
      return wish.unit === "month"
        ? { kind: "month", year, month: wish.number }
        : { kind: "quarter", year, quarter: wish.number };
    }
    default:
      return wish;
  }
}

function firstMonth({ unit, number }: Extract<WindowWish, { kind: "latest" }>): number {
  return unit === "month" ? number : 3 * number - 2;
}

function multiple(length: (typeof LENGTHS)[CalendarUnit], times: number): Temporal.Duration {
  const { weeks, months, years } = Temporal.Duration.from(length);
  return Temporal.Duration.from({ weeks: weeks * times, months: months * times, years: years * times });
}

function unitAround(unit: CalendarUnit, day: Temporal.PlainDate): SettledWish {
  const { year, month } = day;
  switch (unit) {
    case "week":
      return { kind: "week", monday: day.subtract({ days: day.dayOfWeek - 1 }) };
    case "month":
      return { kind: "month", year, month };
    case "quarter":
      return { kind: "quarter", year, quarter: Math.ceil(month / 3) };
    case "year":
      return { kind: "year", year };
  }
}

/** From one day to another, both included. */
export function between(start: Temporal.PlainDate, end: Temporal.PlainDate): Window {
  return { start, end, days: start.until(end, { largestUnit: "days" }).days + 1 };
}
