import { Temporal } from "temporal-polyfill";
import type { WindowAsked } from "../../src/core/window-wish.ts";
import { plusDays } from "../oracle/calendar.ts";

export interface Days {
  readonly first: string;
  readonly last: string;
}

export interface AskedWindow extends Days {
  readonly asked: WindowAsked;
  readonly complete: boolean;
  /** The days that it is set beside. */
  readonly before: Days;
}

function ofDays(today: string, days: number): AskedWindow {
  const first = plusDays(today, -days);
  return {
    asked: days,
    first,
    last: plusDays(today, -1),
    complete: true,
    before: { first: plusDays(first, -days), last: plusDays(first, -1) },
  };
}

/** The month that is over, beside the one before it. */
function lastMonth(today: Temporal.PlainDate): AskedWindow {
  const first = today.with({ day: 1 }).subtract({ months: 1 });
  const [last, before] = [first.add({ months: 1 }).subtract({ days: 1 }), first.subtract({ months: 1 })];
  return {
    asked: { kind: "month", year: first.year, month: first.month },
    first: first.toString(),
    last: last.toString(),
    complete: true,
    before: { first: before.toString(), last: first.subtract({ days: 1 }).toString() },
  };
}

/** The month that runs, up to yesterday, beside as many days of the one before. */
function thisMonth(today: Temporal.PlainDate): AskedWindow[] {
  if (today.day === 1) return [];
  const first = today.with({ day: 1 });
  const before = first.subtract({ months: 1 });
  const days = Math.min(today.day - 1, before.daysInMonth);
  return [
    {
      asked: { kind: "running", unit: "month", ago: 0 },
      first: first.toString(),
      last: today.subtract({ days: 1 }).toString(),
      complete: false,
      before: { first: before.toString(), last: before.add({ days: days - 1 }).toString() },
    },
  ];
}

/** From one day to another, which may be today or later: then it is cut. */
function dates(today: Temporal.PlainDate, back: number, length: number): AskedWindow {
  const from = today.subtract({ days: back });
  const days = Math.min(length, back);
  return {
    asked: { kind: "dates", from, to: from.add({ days: length - 1 }) },
    first: from.toString(),
    last: from.add({ days: days - 1 }).toString(),
    complete: length <= back,
    before: { first: from.subtract({ days }).toString(), last: from.subtract({ days: 1 }).toString() },
  };
}

/** Windows of all kinds, as they can be asked for on the day. */
export function askedWindows(today: string): AskedWindow[] {
  const day = Temporal.PlainDate.from(today);
  const calendar = [lastMonth(day), ...thisMonth(day), dates(day, 10, 4), dates(day, 5, 8)];
  return [...[1, 7, 30].map((days) => ofDays(today, days)), ...calendar];
}
