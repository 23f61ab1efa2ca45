import type { Sql } from "../../db/client.ts";
import type { Temporal, Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { metricOf, type MetricName, type StoredName } from "../catalogue.ts";
import type { FirstDays } from "./first-days.ts";
import { load, type Freshness, type Question } from "./load.ts";
import { numbersOf, type Numbers, type NumbersOver } from "./numbers.ts";
import { readingFor } from "./reading.ts";
import { piecesOf } from "./segments.ts";

interface Wanted {
  readonly metrics: readonly MetricName[];
  /** Windows that will be asked for, whether they overlap or leave gaps. */
  readonly windows: readonly Window[];
  /** Ends today; usually the day alone. */
  readonly today: Window;
  /** When it was asked: what is not over is observed until then. */
  readonly now: Temporal.Instant;
  readonly todayMetrics: readonly MetricName[];
  /** Stored numbers that are read as levels for the windows and for today. */
  readonly levels?: readonly StoredName[];
}

export interface WithToday {
  readonly over: NumbersOver;
  readonly today: Numbers;
  readonly firstDay: Temporal.PlainDate | null;
  readonly firstDays: FirstDays;
  readonly computedAt: string | null;
}

/** The numbers of some windows and of today, which may lie long after them: the days between are not read then. */
export async function loadWithToday(sql: Sql, workspace: Workspace, wanted: Wanted): Promise<WithToday> {
  const { windows, today } = wanted;
  const isNext = windows.some(({ end }) => end.add({ days: 1 }).equals(today.end));
  if (!isNext) return loadApart(sql, workspace, wanted);
  const { metrics, todayMetrics, levels = [] } = wanted;
  const loaded = await load(sql, workspace, {
    reading: readingFor([...metrics, ...todayMetrics], levels),
    segments: piecesOf([...windows, today]),
    now: wanted.now,
    cohortWindows: [...(ofCohorts(metrics) ? windows : []), ...(ofCohorts(todayMetrics) ? [today] : [])],
    ...(metrics.some(isQuantile) ? {} : { histogramsFrom: today.start }),
  });
  const over = numbersOf(loaded);
  return { over, today: over(today), ...datesOf(loaded) };
}

async function loadApart(sql: Sql, workspace: Workspace, wanted: Wanted): Promise<WithToday> {
  const { metrics, todayMetrics, windows, today, levels = [] } = wanted;
  const question = (names: readonly MetricName[], asked: readonly Window[]): Question => ({
    reading: readingFor(names, levels),
    segments: piecesOf(asked),
    now: wanted.now,
    cohortWindows: ofCohorts(names) ? asked : [],
  });
  const [loaded, now] = await Promise.all([
    load(sql, workspace, question(metrics, windows)),
    load(sql, workspace, question(todayMetrics, [today])),
  ]);
  return { over: numbersOf(loaded), today: numbersOf(now)(today), ...datesOf(loaded) };
}

function datesOf({ firstDay, firstDays, computedAt }: Freshness): Freshness {
  return { firstDay, firstDays, computedAt };
}

function isQuantile(name: MetricName): boolean {
  return metricOf(name).kind === "quantile";
}

function ofCohorts(names: readonly MetricName[]): boolean {
  return names.some((name) => ["cohort", "hours"].includes(metricOf(name).kind));
}
