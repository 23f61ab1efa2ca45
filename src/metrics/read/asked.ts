import { Problem } from "../../core/problem.ts";
import { localDay, type Temporal, type Window } from "../../core/time.ts";
import { comparedWith, windowOn, type CalendarWindow, type Compare, type WindowAsked } from "../../core/window-wish.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { DateRange, PreviousRange } from "../answers.ts";
import { daysSince } from "./numbers.ts";

/** The days that a question is about, at the instant it was asked. */
export interface Asked {
  readonly now: Temporal.Instant;
  readonly window: CalendarWindow;
  /** What the window is set beside; null when nothing is. */
  readonly previous: Window | null;
  readonly today: Window;
}

/** Throws `Problem` `invalid_window` when no complete day is meant, too many are, or one before 2000. */
export function askedAt(
  now: Temporal.Instant,
  { timeZone }: Pick<Workspace, "timeZone">,
  asked: WindowAsked,
  compare: Compare = "previous",
): Asked {
  const date = localDay(now, timeZone);
  const found = windowOn(date, asked);
  if (!found.ok) throw new Problem("invalid_window", 400, found.complaint);
  const { window } = found;
  return { now, window, previous: comparedWith(window, compare), today: dayWindow(date) };
}

export function dayWindow(date: Temporal.PlainDate): Window {
  return { start: date, end: date, days: 1 };
}

export function dateRange(
  window: Window & { readonly complete?: boolean },
  { timeZone }: Pick<Workspace, "timeZone">,
): DateRange {
  return {
    start: window.start.toString(),
    end: window.end.toString(),
    days: window.days,
    complete: window.complete ?? true,
    timezone: timeZone,
  };
}

/** `firstDay` is that of the first event of all, null before it. */
export function previousRange(
  window: Window,
  { timeZone }: Pick<Workspace, "timeZone">,
  firstDay: Temporal.PlainDate | null,
): PreviousRange {
  return {
    start: window.start.toString(),
    end: window.end.toString(),
    days: window.days,
    days_known: daysSince(firstDay, window),
    timezone: timeZone,
  };
}
