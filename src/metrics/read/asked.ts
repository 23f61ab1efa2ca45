import { localDay, windowBefore, windowEndingYesterday, type Temporal, type Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { DateRange } from "../answers.ts";

/** The days that a question is about, at the instant it was asked. */
export interface Asked {
  readonly now: Temporal.Instant;
  readonly window: Window;
  readonly previous: Window;
  readonly today: Window;
}

export function askedAt(now: Temporal.Instant, workspace: Workspace, days: number): Asked {
  const date = localDay(now, workspace.timeZone);
  const window = windowEndingYesterday(date, days);
  return { now, window, previous: windowBefore(window), today: dayWindow(date) };
}

export function dayWindow(date: Temporal.PlainDate): Window {
  return { start: date, end: date, days: 1 };
}

export function dateRange(window: Window, workspace: Workspace): DateRange {
  return {
    start: window.start.toString(),
    end: window.end.toString(),
    days: window.days,
    timezone: workspace.timeZone,
  };
}
