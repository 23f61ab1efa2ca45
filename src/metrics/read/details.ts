import { daysOf, windowBefore, type Clock, type Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Database, Sql } from "../../db/client.ts";
import type { DateRange } from "../answers.ts";
import { metricOf, type MetricName } from "../catalogue.ts";
import { loadMovementPage, type MovementPage, type MovementsAsked } from "./movement-page.ts";
import { askedAt, dateRange, dayWindow } from "./asked.ts";
import { load } from "./load.ts";
import { numbersOf } from "./numbers.ts";
import { readingFor } from "./reading.ts";
import { loadRoutePage, type RoutePage, type RouteUses } from "./route-page.ts";
import { valueOver } from "./value.ts";

/** A metric over days that ended some time ago. */
export interface EarlierSeries {
  readonly values: readonly (number | null)[];
  readonly window: { readonly value: number | null };
  readonly date_range: DateRange;
}

/** Which days a number is set beside. */
export type Earlier = "previous" | "year";

/**
 * What a long list holds, page by page, and what was before. As the reader: nothing is changed, `days` is 1 to 366. Throws
 * `Problem` `database_unavailable` (503).
 */
export interface Details {
  accountMovements(days: number, asked: MovementsAsked): Promise<MovementPage>;
  routes(days: number, page: RoutePage): Promise<RouteUses>;
  /** The metric over the days before the window, or over as many days that ended a year before it did. */
  seriesBefore(metric: MetricName, days: number, earlier: Earlier): Promise<EarlierSeries>;
}

interface DetailsParts {
  readonly db: Pick<Database, "read">;
  readonly clock: Clock;
  readonly workspace: Workspace;
}

export function createDetails({ db, clock, workspace }: DetailsParts): Details {
  const windowOf = (days: number) => askedAt(clock.now(), workspace, days).window;
  return {
    accountMovements: (days, asked) =>
      db.read.run((sql) => loadMovementPage(sql, windowOf(days), workspace.currency, asked)),
    routes: (days, page) => db.read.run((sql) => loadRoutePage(sql, windowOf(days), page)),
    seriesBefore: (metric, days, earlier) =>
      db.read.run((sql) => seriesOver(sql, workspace, metric, earlierWindow(windowOf(days), earlier))),
  };
}

/** 29 February is compared with 28 February. */
export function earlierWindow(window: Window, earlier: Earlier): Window {
  switch (earlier) {
    case "previous":
      return windowBefore(window);
    case "year": {
      const end = window.end.subtract({ years: 1 });
      return { start: end.subtract({ days: window.days - 1 }), end, days: window.days };
    }
  }
}

async function seriesOver(sql: Sql, workspace: Workspace, name: MetricName, window: Window): Promise<EarlierSeries> {
  const metric = metricOf(name);
  const days = daysOf(window).map(dayWindow);
  const loaded = await load(sql, workspace, {
    reading: readingFor([name]),
    segments: days,
    cohortWindows: [window, ...days],
  });
  const numbers = numbersOf(loaded);
  const value = (of: Window) => valueOver(metric, numbers(of, window.end), workspace.currency);
  return { values: days.map(value), window: { value: value(window) }, date_range: dateRange(window, workspace) };
}
