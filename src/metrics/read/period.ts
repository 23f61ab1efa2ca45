import type { Sql } from "../../db/client.ts";
import { daysOf, type Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { DateRange, Day, PreviousRange } from "../answers.ts";
import { metricOf, type MetricName } from "../catalogue.ts";
import type { ClearChange } from "../clear-change.ts";
import { dateRange, dayWindow, previousRange } from "./asked.ts";
import { changeBetween, historyFor } from "./change.ts";
import { dayNumbers, DAY_METRICS } from "./day.ts";
import { load } from "./load.ts";
import { numbersOf, type Numbers } from "./numbers.ts";
import { readingFor } from "./reading.ts";
import { valueOver } from "./value.ts";
import { intervalOf } from "./window.ts";

/** What is told of a whole week or month. */
export const PERIOD_METRICS = [
  "mrr",
  "churn_rate",
  "dau",
  "wau",
  "mau",
  "signups",
  "activation_rate",
  "api_calls",
  "agent_sessions",
  "error_rate",
  "latency_p95",
  "uptime",
  "uptime_observed",
  "tickets_opened",
  "tickets_resolved",
  "open_tickets",
  "nps",
  "nps_responses",
] as const satisfies readonly MetricName[];

export type PeriodMetric = (typeof PERIOD_METRICS)[number];

export interface PeriodNumbers {
  /** Each over the whole period, in the metric's own unit; null is no data. */
  readonly values: Readonly<Record<PeriodMetric, number | null>>;
  readonly nps_interval: { readonly center: number; readonly margin: number } | null;
}

/** Some days beside those right before them, which may be more or fewer. */
export interface Period extends PeriodNumbers {
  readonly date_range: DateRange;
  readonly previous: PeriodNumbers & { readonly date_range: PreviousRange };
  /** Of each value; null without data, and while not all days before are known. */
  readonly change: Readonly<Record<PeriodMetric, ClearChange | null>>;
  /** The last of the days that were asked for, oldest first; they reach back before the period. */
  readonly days: readonly Day[];
  readonly currency: string;
  readonly computed_at: string | null;
}

export interface PeriodAsked {
  readonly window: Window;
  /** Ends where `window` begins. */
  readonly before: Window;
  /** How many days before `window` the single days reach back; at least those of `before`. */
  readonly daysBefore: number;
}

/** The same numbers as the summary of the same days, whichever days they are. */
export async function loadPeriod(sql: Sql, workspace: Workspace, asked: PeriodAsked): Promise<Period> {
  const { window, before, daysBefore } = asked;
  const start = window.start.subtract({ days: daysBefore });
  const days = daysOf({ start, end: window.end, days: daysBefore + window.days }).map(dayWindow);
  const compared = { window, previous: before };
  const [loaded, history] = await Promise.all([
    load(sql, workspace, {
      reading: readingFor([...PERIOD_METRICS, ...DAY_METRICS]),
      segments: days,
      cohortWindows: [before, window],
    }),
    historyFor(sql, PERIOD_METRICS, compared),
  ]);
  const numbers = numbersOf(loaded);
  const { currency } = workspace;
  const { firstDay, firstDays } = loaded;
  const known = { over: numbers, firstDay, firstDays, history, currency };
  return {
    ...periodNumbers(numbers(window), currency),
    date_range: dateRange(window, workspace),
    previous: { ...periodNumbers(numbers(before), currency), date_range: previousRange(before, workspace, firstDay) },
    change: Object.fromEntries(
      PERIOD_METRICS.map((name) => [name, changeBetween(name, compared, known)]),
    ) as Period["change"],
    days: days.map((day) => dayNumbers(day.start, numbers(day), currency)),
    currency,
    computed_at: loaded.computedAt,
  };
}

function periodNumbers(numbers: Numbers, currency: string): PeriodNumbers {
  const values = Object.fromEntries(
    PERIOD_METRICS.map((name) => [name, valueOver(metricOf(name), numbers, currency)]),
  ) as Record<PeriodMetric, number | null>;
  return { values, nps_interval: intervalOf(numbers) };
}
