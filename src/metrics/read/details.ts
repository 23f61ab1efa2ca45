import type { Clock, Temporal, Window } from "../../core/time.ts";
import type { Compare, WindowAsked } from "../../core/window-wish.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Database, Sql } from "../../db/client.ts";
import type { PreviousRange } from "../answers.ts";
import { metricOf, type MetricName } from "../catalogue.ts";
import { loadMovementPage, type MovementPage, type MovementsAsked } from "./movement-page.ts";
import { askedAt, previousRange } from "./asked.ts";
import { load } from "./load.ts";
import { numbersOf } from "./numbers.ts";
import { readingFor } from "./reading.ts";
import { piecesOf } from "./segments.ts";
import { stepWindows, usualStep } from "./step.ts";
import { loadRoutePage, type RoutePage, type RouteUses } from "./route-page.ts";
import { valueOver } from "./value.ts";

/** A metric over days that ended some time ago. */
export interface EarlierSeries {
  readonly values: readonly (number | null)[];
  readonly window: { readonly value: number | null };
  /** ISO dates, one a value. */
  readonly dates: readonly string[];
  readonly date_range: PreviousRange;
}

/** Which days a number is set beside. */
export type Earlier = Exclude<Compare, "none">;

/**
 * What a long list holds, page by page, and what was before. As the reader: nothing is changed. Throws `Problem`
 * `invalid_window` (400) and `database_unavailable` (503).
 */
export interface Details {
  accountMovements(window: WindowAsked, asked: MovementsAsked): Promise<MovementPage>;
  routes(window: WindowAsked, page: RoutePage): Promise<RouteUses>;
  /** The metric over the days before the window, or over the same window a year earlier. */
  seriesBefore(metric: MetricName, window: WindowAsked, earlier: Earlier): Promise<EarlierSeries>;
}

interface DetailsParts {
  readonly db: Pick<Database, "read">;
  readonly clock: Clock;
  readonly workspace: Workspace;
}

export function createDetails({ db, clock, workspace }: DetailsParts): Details {
  const ask = (asked: WindowAsked, compare: Compare = "none") => askedAt(clock.now(), workspace, asked, compare);
  return {
    async accountMovements(asked, page) {
      const { window } = ask(asked);
      return db.read.run((sql) => loadMovementPage(sql, window, workspace.currency, page));
    },
    async routes(asked, page) {
      const { window } = ask(asked);
      return db.read.run((sql) => loadRoutePage(sql, window, page));
    },
    async seriesBefore(metric, asked, earlier) {
      const { window, previous, today } = ask(asked, earlier);
      const before = previous ?? window;
      return db.read.run((sql) => seriesOver(sql, workspace, metric, { window: before, today: today.start }));
    },
  };
}

async function seriesOver(
  sql: Sql,
  workspace: Workspace,
  name: MetricName,
  { window, today }: { readonly window: Window; readonly today: Temporal.PlainDate },
): Promise<EarlierSeries> {
  const metric = metricOf(name);
  const step = usualStep(name);
  const steps = stepWindows(step, window, today);
  const windows = [window, ...steps.map((one) => one.window)];
  const loaded = await load(sql, workspace, {
    reading: readingFor([name]),
    segments: piecesOf(windows),
    cohortWindows: windows,
  });
  const numbers = numbersOf(loaded);
  const value = (of: Window, matureBy = of.end) => valueOver(metric, numbers(of, matureBy), workspace.currency);
  return {
    values: steps.map((one) => value(one.window, step === "day" ? window.end : one.window.end)),
    dates: steps.map(({ date }) => date),
    window: { value: value(window) },
    date_range: previousRange(window, workspace, loaded.firstDay),
  };
}
