import type { Sql } from "../../db/client.ts";
import { daysOf } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { SeriesGroup } from "../answers.ts";
import { metricOf, type GroupName, type Metric, type MetricName } from "../catalogue.ts";
import { dayWindow, type Asked } from "./asked.ts";
import { hasBegun } from "./first-days.ts";
import { groupMetric } from "./grouping.ts";
import { loadFreshness } from "./load.ts";
import { numbersOf, type Loaded, type NumbersOver } from "./numbers.ts";
import { readingOf } from "./reading.ts";
import { loadRoutes } from "./route-groups.ts";
import { loadStoredGroups, rankGroups } from "./stored-groups.ts";
import { loadOpened } from "./support.ts";
import { isOfUptime } from "./series.ts";
import { MICROS, valueOver } from "./value.ts";

export interface Groups {
  readonly largest: SeriesGroup[];
  readonly leftOut: number;
}

/** As many lines as a chart or a table can bear. */
const AT_MOST = 20;

/** The metric by day and over the window for each of its largest groups, the largest first, ties bytewise. */
export async function loadGroups(
  sql: Sql,
  workspace: Workspace,
  asked: Asked,
  name: MetricName,
  by: GroupName,
): Promise<Groups> {
  const metric = metricOf(name);
  const grouping = metric.groups?.[by];
  if (grouping === undefined) throw new RangeError(`${name} has no groups by ${by}`);
  switch (grouping.from) {
    case "stored":
      return storedGroups(sql, workspace, asked, groupMetric(metric, by) ?? metric, isOfUptime(name));
    case "routes":
      return routeGroups(sql, workspace, asked, metric);
    case "tickets":
      return ticketGroups(sql, workspace, asked, by === "priority" ? "priority" : "category");
  }
}

const NOTHING_LOADED: Omit<Loaded, "segments" | "firstDays" | "timeZone"> = {
  now: null,
  stored: new Map(),
  histograms: [],
  activation: [],
  churn: new Map(),
  retention: new Map(),
  lifetime: new Map(),
  trials: new Map(),
  grossMargin: 100,
  ticketHours: new Map(),
};

async function storedGroups(
  sql: Sql,
  workspace: Workspace,
  asked: Asked,
  metric: Metric,
  withObserved: boolean,
): Promise<Groups> {
  const segments = daysOf(asked.window).map(dayWindow);
  const observed = metricOf("uptime_observed");
  const reading = readingOf(withObserved ? [metric, observed] : [metric]);
  const { groups, present } = await rankGroups(sql, metric, asked.window, { limit: AT_MOST, least: leastOf(metric) });
  const [{ firstDays }, stored] = await Promise.all([
    loadFreshness(sql, workspace),
    loadStoredGroups(sql, reading, segments, groups),
  ]);
  const largest = [...stored].map(([group, rows]) => {
    const over = numbersOf({ ...NOTHING_LOADED, segments, firstDays, timeZone: workspace.timeZone, stored: rows });
    const told = seriesOf(group, over, metric, asked, workspace.currency);
    if (!withObserved) return told;
    return { ...told, window: { ...told.window, uptime_observed: valueOver(observed, over(asked.window), "") } };
  });
  return { largest, leftOut: present - groups.length };
}

/** A remainder under one minor unit of money is no group. Money is stored annual, in millionths; a ratio has a group where it has a denominator. */
function leastOf(metric: Metric): string {
  if (metric.unit !== "money" || metric.kind === "ratio") return "0.000001";
  return (metric.perYear === true ? MICROS : 12n * MICROS).toString();
}

async function routeGroups(sql: Sql, workspace: Workspace, asked: Asked, metric: Metric): Promise<Groups> {
  const segments = daysOf(asked.window).map(dayWindow);
  const [{ firstDays }, routes] = await Promise.all([
    loadFreshness(sql, workspace),
    loadRoutes(sql, segments, { histograms: metric.kind === "quantile", limit: AT_MOST }),
  ]);
  const largest = routes.largest.map(({ feature, stored, histograms }) =>
    seriesOf(
      feature,
      numbersOf({ ...NOTHING_LOADED, segments, firstDays, timeZone: workspace.timeZone, stored, histograms }),
      metric,
      asked,
      workspace.currency,
    ),
  );
  return { largest, leftOut: routes.leftOut };
}

function seriesOf(group: string, over: NumbersOver, metric: Metric, { window }: Asked, currency: string): SeriesGroup {
  return {
    group,
    points: daysOf(window).map((day) => ({
      date: day.toString(),
      value: valueOver(metric, over(dayWindow(day)), currency),
    })),
    window: { value: valueOver(metric, over(window), currency) },
  };
}

/** By what the tickets opened in the window are at its end; every day of the window counts by that. */
async function ticketGroups(
  sql: Sql,
  workspace: Workspace,
  { window }: Asked,
  by: "priority" | "category",
): Promise<Groups> {
  const [{ firstDays }, rows] = await Promise.all([loadFreshness(sql, workspace), loadOpened(sql, workspace, window)]);
  const names = [...new Set(rows.map((row) => row[by]))].sort();
  const groups = names.map((group): SeriesGroup => {
    const own = rows.filter((row) => row[by] === group);
    const sumOf = (picked: typeof rows) => picked.reduce((sum, { tickets }) => sum + tickets, 0);
    return {
      group,
      points: daysOf(window).map((day) => ({
        date: day.toString(),
        value: hasBegun(firstDays, ["ticket"], day) ? sumOf(own.filter((row) => row.day === day.toString())) : null,
      })),
      window: { value: sumOf(own) },
    };
  });
  return { largest: groups.sort((a, b) => (b.window.value ?? 0) - (a.window.value ?? 0)), leftOut: 0 };
}
