import type { Database, Sql } from "../../db/client.ts";
import { daysOf, type Clock, type Temporal, type Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { metricOf, type MetricName } from "../catalogue.ts";
import { createExplainer, type Explainer } from "../explain/explainer.ts";
import type { Daily, Series, Summary, Today } from "../answers.ts";
import { loadAccountMovements, type AccountMovements } from "./account-movements.ts";
import { askedAt, dateRange, dayWindow, type Asked } from "./asked.ts";
import { dayNumbers, DAY_METRICS } from "./day.ts";
import { createTopFeatures, type TopFeatures } from "./features.ts";
import { load, loadFreshness, type Question } from "./load.ts";
import { numbersOf, type NumbersOver } from "./numbers.ts";
import { loadPeriod, type Period, type PeriodAsked } from "./period.ts";
import { readingFor } from "./reading.ts";
import { valueOver } from "./value.ts";
import { loadWaitingTickets, type WaitingTickets } from "./waiting-tickets.ts";
import {
  intervalOf,
  SUMMARY_LEVELS,
  SUMMARY_METRICS,
  tellsUnconverted,
  unconvertedAt,
  windowNumbers,
} from "./window.ts";

/**
 * The numbers, for whoever asks: HTTP, chat, the page, the terminal. Answers come from rollups only and change nothing.
 * `days` is 1 to 366 (already checked). Throws `Problem` `database_unavailable` (503).
 */
export interface Reader extends Explainer {
  summary(days: number): Promise<Summary>;
  daily(days: number): Promise<Daily>;
  series(metric: MetricName, days: number): Promise<Series>;
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
  const ask = (days: number): Asked => askedAt(clock.now(), workspace, days);
  const topFeatures = createTopFeatures();
  return {
    summary: (days) => db.read.run((sql) => summary(sql, workspace, ask(days), topFeatures)),
    daily: (days) => db.read.run((sql) => daily(sql, workspace, ask(days))),
    series: (metric, days) => db.read.run((sql) => series(sql, workspace, ask(days), metric)),
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
  const question: Question = {
    reading: readingFor([...SUMMARY_METRICS, ...DAY_METRICS], SUMMARY_LEVELS),
    segments: [previous, window, today],
    cohortWindows: [previous, window],
    now: asked.now,
    histogramsFrom: today.start,
  };
  const [loaded, features] = await Promise.all([
    load(sql, workspace, question),
    topFeatures.load(sql, [previous, window]),
  ]);
  const numbers = numbersOf(loaded);
  const currency = workspace.currency;
  const answer = (of: Window, place: 0 | 1) => ({
    ...windowNumbers(numbers(of), currency),
    top_features: features[place] ?? [],
    currency,
    date_range: dateRange(of, workspace),
  });
  return {
    ...answer(window, 1),
    previous: answer(previous, 0),
    today: todayNumbers(numbers, asked, currency),
    computed_at: loaded.computedAt,
  };
}

async function daily(sql: Sql, workspace: Workspace, asked: Asked): Promise<Daily> {
  const days = daysOf(asked.window).map(dayWindow);
  const reading = readingFor(DAY_METRICS, SUMMARY_LEVELS);
  const loaded = await load(sql, workspace, { reading, segments: [...days, asked.today], now: asked.now });
  const numbers = numbersOf(loaded);
  const currency = workspace.currency;
  return {
    days: days.map((day) => dayNumbers(day.start, numbers(day), currency)),
    today: todayNumbers(numbers, asked, currency),
    unconverted: unconvertedAt(numbers(asked.window)),
    currency,
    date_range: dateRange(asked.window, workspace),
    computed_at: loaded.computedAt,
  };
}

async function series(sql: Sql, workspace: Workspace, asked: Asked, name: MetricName): Promise<Series> {
  const { window, previous, today } = asked;
  const metric = metricOf(name);
  const days = daysOf(window).map(dayWindow);
  const isMoney = tellsUnconverted(metric);
  const loaded = await load(sql, workspace, {
    reading: readingFor([name], isMoney ? SUMMARY_LEVELS : []),
    segments: [previous, ...days, today],
    cohortWindows: [previous, window, ...days, today],
    now: asked.now,
  });
  const numbers = numbersOf(loaded);
  const value = (of: Window, matureBy?: Temporal.PlainDate) =>
    valueOver(metric, numbers(of, matureBy), workspace.currency);
  const responses = (of: Window) =>
    name === "nps" ? { nps_responses: valueOver(metricOf("nps_responses"), numbers(of), workspace.currency) } : {};
  const answered = (of: Window) => (name === "nps" ? { ...responses(of), nps_interval: intervalOf(numbers(of)) } : {});
  return {
    metric: name,
    label: metric.label,
    unit: metric.unit,
    ...(metric.unit === "money" ? { currency: workspace.currency } : {}),
    ...(isMoney ? { unconverted: unconvertedAt(numbers(window)) } : {}),
    points: days.map((day) => ({ date: day.start.toString(), value: value(day, window.end), ...responses(day) })),
    window: { value: value(window), ...answered(window) },
    previous: { value: value(previous), ...answered(previous) },
    today: { date: today.start.toString(), value: value(today), ...answered(today) },
    date_range: dateRange(window, workspace),
    computed_at: loaded.computedAt,
  };
}

function todayNumbers(numbers: NumbersOver, { now, today }: Asked, currency: string): Today {
  return { ...dayNumbers(today.start, numbers(today), currency), as_of: now.toString({ smallestUnit: "millisecond" }) };
}
