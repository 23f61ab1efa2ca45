import type { Database, Sql } from "../../db/client.ts";
import { daysOf, type Clock, type Temporal, type Window } from "../../core/time.ts";
import type { Compare, WindowAsked } from "../../core/window-wish.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { MetricName } from "../catalogue.ts";
import { createExplainer, type Explainer } from "../explain/explainer.ts";
import type { Daily, Series, Summary, Today } from "../answers.ts";
import { loadAccountMovements, type AccountMovements } from "./account-movements.ts";
import { askedAt, dateRange, dayWindow, previousRange, type Asked } from "./asked.ts";
import { dayNumbers, DAY_METRICS } from "./day.ts";
import { historyFor } from "./change.ts";
import { createTopFeatures, type TopFeatures } from "./features.ts";
import { loadFreshness } from "./load.ts";
import { loadWithToday } from "./load-with-today.ts";
import type { Numbers } from "./numbers.ts";
import { loadPeriod, type Period, type PeriodAsked } from "./period.ts";
import { loadSeries, type SeriesOptions } from "./series.ts";
import { loadWaitingTickets, type WaitingTickets } from "./waiting-tickets.ts";
import { SUMMARY_LEVELS, SUMMARY_METRICS, unconvertedAt, windowNumbers } from "./window.ts";
import { windowChanges } from "./window-changes.ts";

/**
 * The numbers, for whoever asks: HTTP, chat, the page, the terminal. Answers come from rollups only and change nothing.
 * Each is set beside the window before it unless said otherwise. Throws `Problem` `invalid_window` (400) for a window without
 * a complete day or of more than 366, and `database_unavailable` (503).
 */
export interface Reader extends Explainer {
  summary(asked: WindowAsked, compare?: Compare): Promise<Summary>;
  daily(asked: WindowAsked): Promise<Daily>;
  series(metric: MetricName, asked: WindowAsked, options?: SeriesOptions): Promise<Series>;
  /** Of any days that are over, beside those before them. */
  period(asked: PeriodAsked): Promise<Period>;
  /** Who moved MRR in the window, at most `most` of them by name. */
  movements(window: Window, most: number): Promise<AccountMovements>;
  /** Not of a window, but as they are now. */
  waitingTickets(): Promise<WaitingTickets>;
  /** The local day of the first event of any type; null before it. */
  firstDay(): Promise<Temporal.PlainDate | null>;
}

interface ReaderParts {
  readonly db: Pick<Database, "read">;
  readonly clock: Clock;
  readonly workspace: Workspace;
}

export function createReader({ db, clock, workspace }: ReaderParts): Reader {
  const ask = (asked: WindowAsked, compare: Compare = "previous"): Asked =>
    askedAt(clock.now(), workspace, asked, compare);
  const topFeatures = createTopFeatures();
  return {
    async summary(window, compare) {
      const asked = ask(window, compare);
      return db.read.run((sql) => summary(sql, workspace, asked, topFeatures));
    },
    async daily(window) {
      const asked = ask(window);
      return db.read.run((sql) => daily(sql, workspace, asked));
    },
    async series(name, window, { compare, step } = {}) {
      const asked = ask(window, compare);
      return db.read.run((sql) => loadSeries(sql, workspace, asked, { name, step }));
    },
    period: (asked) => db.read.run((sql) => loadPeriod(sql, workspace, asked)),
    movements: (window, most) =>
      db.read.run((sql) => loadAccountMovements(sql, window, { most, currency: workspace.currency })),
    waitingTickets: () => db.read.run(loadWaitingTickets),
    explain: createExplainer({ db, clock, workspace }).explain,
    firstDay: () => db.read.run(async (sql) => (await loadFreshness(sql, workspace)).firstDay),
  };
}

async function summary(sql: Sql, workspace: Workspace, asked: Asked, topFeatures: TopFeatures): Promise<Summary> {
  const { window, previous, today } = asked;
  const windows = previous === null ? [window] : [previous, window];
  const [numbers, features, history] = await Promise.all([
    loadWithToday(sql, workspace, {
      metrics: SUMMARY_METRICS,
      todayMetrics: DAY_METRICS,
      levels: SUMMARY_LEVELS,
      windows,
      today,
      now: asked.now,
    }),
    Promise.all(windows.map(async (one) => (await topFeatures.load(sql, [one]))[0] ?? [])),
    historyFor(sql, SUMMARY_METRICS, asked),
  ]);
  const { currency } = workspace;
  const { over, firstDay, firstDays, computedAt } = numbers;
  const answer = (of: Window) => ({
    ...windowNumbers(over(of), currency),
    top_features: features[windows.indexOf(of)] ?? [],
    currency,
  });
  return {
    ...answer(window),
    date_range: dateRange(window, workspace),
    previous:
      previous === null ? null : { ...answer(previous), date_range: previousRange(previous, workspace, firstDay) },
    change: windowChanges(asked, { over, firstDay, firstDays, history, currency }),
    today: todayNumbers(numbers.today, asked, currency),
    computed_at: computedAt,
  };
}

async function daily(sql: Sql, workspace: Workspace, asked: Asked): Promise<Daily> {
  const days = daysOf(asked.window).map(dayWindow);
  const { over, today, computedAt } = await loadWithToday(sql, workspace, {
    metrics: DAY_METRICS,
    todayMetrics: DAY_METRICS,
    levels: SUMMARY_LEVELS,
    windows: days,
    today: asked.today,
    now: asked.now,
  });
  const { currency } = workspace;
  return {
    days: days.map((day) => dayNumbers(day.start, over(day), currency)),
    today: todayNumbers(today, asked, currency),
    unconverted: unconvertedAt(over(asked.window)),
    currency,
    date_range: dateRange(asked.window, workspace),
    computed_at: computedAt,
  };
}

function todayNumbers(numbers: Numbers, { now, today }: Asked, currency: string): Today {
  return { ...dayNumbers(today.start, numbers, currency), as_of: now.toString({ smallestUnit: "millisecond" }) };
}
