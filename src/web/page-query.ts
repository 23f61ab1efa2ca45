import { parametersOf, WINDOW_QUERY } from "../core/query-parameters.ts";
import { Problem } from "../core/problem.ts";
import { readCompare, readWindow, type Reading } from "../core/window-reading.ts";
import type { Compare, WindowWish } from "../core/window-wish.ts";

const DAYS_BY_DEFAULT = 30;

/** What the address of the dashboard asks for. */
export interface PageAsked {
  readonly window: WindowWish;
  readonly compare: Compare;
}

/** Throws `Problem` `unknown_parameter`, `invalid_days` or `invalid_window`. */
export function pageAsked(url: string): PageAsked {
  const given = Object.fromEntries(parametersOf(url, WINDOW_QUERY));
  return {
    window: valueOf(readWindow(given, { absent: DAYS_BY_DEFAULT })),
    compare: valueOf(readCompare(given["compare"], "previous")),
  };
}

function valueOf<T>(reading: Reading<T>): T {
  if (reading.ok) return reading.value;
  throw new Problem(reading.code, 400, reading.complaint);
}
