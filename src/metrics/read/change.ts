import type { Sql } from "../../db/client.ts";
import type { Temporal, Window } from "../../core/time.ts";
import { metricOf, type MetricName } from "../catalogue.ts";
import { changeOf, type ClearChange } from "../clear-change.ts";
import { loadDailyHistory } from "./daily-history.ts";
import type { FirstDays } from "./first-days.ts";
import { measured, VOLUMES, type DailyHistory } from "./evidence.ts";
import { daysSince, type NumbersOver } from "./numbers.ts";

export type HistoryOf = (firstDays: FirstDays) => DailyHistory;

interface Compared {
  readonly window: Window;
  readonly previous: Window | null;
}

/** The days by which the volumes among `names` are judged; nothing is read when nothing is compared. */
export async function historyFor(
  sql: Sql,
  names: readonly MetricName[],
  { window, previous }: Compared,
): Promise<HistoryOf> {
  const volumes = previous === null ? [] : VOLUMES.filter((name) => names.includes(name));
  return loadDailyHistory(sql, volumes, window.end);
}

interface Known {
  readonly over: NumbersOver;
  readonly firstDay: Temporal.PlainDate | null;
  readonly firstDays: FirstDays;
  readonly history: HistoryOf;
  readonly currency: string;
}

/** Null without a window to set it beside, and while not all days of that one are known. */
export function changeBetween(
  name: MetricName,
  { window, previous }: Compared,
  { over, firstDay, firstDays, history, currency }: Known,
): ClearChange | null {
  if (previous === null || daysSince(firstDay, previous) !== previous.days) return null;
  const known = history(firstDays);
  const daysBack = previous.end.until(window.end, { largestUnit: "days" }).days;
  const now = measured(name, { numbers: over(window), days: window.days, daysBack: 0, history: known }, currency);
  const before = measured(name, { numbers: over(previous), days: previous.days, daysBack, history: known }, currency);
  return changeOf(metricOf(name).unit, now, before);
}
