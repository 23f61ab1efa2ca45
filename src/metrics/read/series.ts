import type { Sql } from "../../db/client.ts";
import type { Temporal, Window } from "../../core/time.ts";
import type { Compare } from "../../core/window-wish.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Series } from "../answers.ts";
import { metricOf, type MetricName } from "../catalogue.ts";
import { dateRange, previousRange, type Asked } from "./asked.ts";
import { changeBetween, historyFor } from "./change.ts";
import { loadWithToday } from "./load-with-today.ts";
import type { Numbers } from "./numbers.ts";
import { stepWindows, usualStep, windowUntilToday, type Step } from "./step.ts";
import { valueOver } from "./value.ts";
import { intervalOf, SUMMARY_LEVELS, tellsUnconverted, unconvertedAt } from "./window.ts";

export interface SeriesOptions {
  /** `previous` unless said. */
  readonly compare?: Compare;
  /** A month for the rates of accounts, else a day. */
  readonly step?: Step;
}

/** One metric point by point, over the window, and over what that is set beside. */
export async function loadSeries(
  sql: Sql,
  workspace: Workspace,
  asked: Asked,
  { name, step = usualStep(name) }: { readonly name: MetricName; readonly step?: Step | undefined },
): Promise<Series> {
  const { window, previous, today } = asked;
  const metric = metricOf(name);
  const isMoney = tellsUnconverted(metric);
  const steps = stepWindows(step, window, today.start);
  const [numbers, history] = await Promise.all([
    loadWithToday(sql, workspace, {
      metrics: besides(name),
      todayMetrics: besides(name),
      levels: isMoney ? SUMMARY_LEVELS : [],
      windows: [...(previous === null ? [] : [previous]), window, ...steps.map((one) => one.window)],
      today: windowUntilToday(step, today.start),
      now: asked.now,
    }),
    historyFor(sql, [name], asked),
  ]);
  const value = (of: Numbers) => valueOver(metric, of, workspace.currency);
  const over = (of: Window, matureBy?: Temporal.PlainDate) => numbers.over(of, matureBy);
  const told = (of: Numbers) => ({ value: value(of), ...answersOf(name, of) });
  return {
    metric: name,
    label: metric.label,
    unit: metric.unit,
    ...(metric.unit === "money" ? { currency: workspace.currency } : {}),
    ...(isMoney ? { unconverted: unconvertedAt(over(window)) } : {}),
    step,
    points: steps.map(({ date, window: own, complete }) => ({
      date,
      value: value(over(own, step === "day" ? window.end : own.end)),
      ...besidesOf(name, over(own)),
      ...(complete === undefined ? {} : { complete }),
    })),
    window: told(over(window)),
    previous:
      previous === null
        ? null
        : { ...told(over(previous)), date_range: previousRange(previous, workspace, numbers.firstDay) },
    change: changeBetween(name, asked, { ...numbers, history, currency: workspace.currency }),
    today: { date: today.start.toString(), ...told(numbers.today) },
    date_range: dateRange(window, workspace),
    computed_at: numbers.computedAt,
  };
}

/** The metric, and what it is never told without. */
function besides(name: MetricName): MetricName[] {
  return isOfUptime(name) ? [name, "uptime_observed"] : [name];
}

/** A share of the time that was observed, which is never told without how much that was. */
export function isOfUptime(name: MetricName): boolean {
  return name === "uptime" || name === "degraded";
}

function besidesOf(name: MetricName, numbers: Numbers) {
  if (isOfUptime(name)) return { uptime_observed: valueOver(metricOf("uptime_observed"), numbers, "") };
  return name === "nps" ? { nps_responses: valueOver(metricOf("nps_responses"), numbers, "") } : {};
}

/** What an NPS is always told with, and a share of the time that was observed. */
function answersOf(name: MetricName, numbers: Numbers) {
  return { ...besidesOf(name, numbers), ...(name === "nps" ? { nps_interval: intervalOf(numbers) } : {}) };
}
