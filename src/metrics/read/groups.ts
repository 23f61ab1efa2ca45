import type { Sql } from "../../db/client.ts";
import { daysOf } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { SeriesGroup } from "../answers.ts";
import { metricOf, type GroupName, type Metric, type MetricName } from "../catalogue.ts";
import { dayWindow, type Asked } from "./asked.ts";
import { groupMetric } from "./grouping.ts";
import { loadFreshness, type Freshness } from "./load.ts";
import { numbersOf, type Loaded, type NumbersOver } from "./numbers.ts";
import { readingOf } from "./reading.ts";
import { loadRoutes } from "./route-groups.ts";
import { loadLargest, loadStoredGroups } from "./stored-groups.ts";
import { loadOpened } from "./support.ts";
import { valueOver } from "./value.ts";

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
      return storedGroups(sql, workspace, asked, groupMetric(metric, by) ?? metric);
    case "routes":
      return routeGroups(sql, workspace, asked, metric);
    case "tickets":
      return ticketGroups(sql, workspace, asked, by === "priority" ? "priority" : "category");
  }
}

const NOTHING_LOADED: Omit<Loaded, "segments" | "firstDay"> = {
  stored: new Map(),
  histograms: [],
  activation: [],
  churned: new Map(),
  retention: new Map(),
  lifetime: new Map(),
  grossMargin: 100,
  ticketHours: new Map(),
};

async function storedGroups(sql: Sql, workspace: Workspace, asked: Asked, metric: Metric): Promise<Groups> {
  const segments = daysOf(asked.window).map(dayWindow);
  const reading = readingOf([metric]);
  // There may be a thousand kinds of errors a day: what is not among the largest is not even read.
  const [only, ...others] = metric.kind === "count" ? reading.days : [];
  const counted = only === undefined || others.length > 0 ? null : await loadLargest(sql, only, asked.window, AT_MOST);
  const [{ firstDay }, stored] = await Promise.all([
    loadFreshness(sql, workspace),
    loadStoredGroups(sql, reading, segments, counted?.map(({ group }) => group) ?? null),
  ]);
  const groups = [...stored].map(([group, rows]) => ({
    group,
    over: numbersOf({ ...NOTHING_LOADED, segments, firstDay, stored: rows }),
  }));
  const { largest, leftOut } = largestOf(groups, metric, asked, workspace.currency);
  return { largest, leftOut: counted === null ? leftOut : Math.max((counted[0]?.groups ?? 0) - AT_MOST, 0) };
}

async function routeGroups(sql: Sql, workspace: Workspace, asked: Asked, metric: Metric): Promise<Groups> {
  const segments = daysOf(asked.window).map(dayWindow);
  const [{ firstDay }, routes] = await Promise.all([
    loadFreshness(sql, workspace),
    loadRoutes(sql, segments, { histograms: metric.kind === "quantile", limit: AT_MOST }),
  ]);
  const largest = routes.largest.map(({ feature, stored, histograms }) =>
    seriesOf(
      feature,
      numbersOf({ ...NOTHING_LOADED, segments, firstDay, stored, histograms }),
      metric,
      asked,
      workspace.currency,
    ),
  );
  return { largest, leftOut: routes.leftOut };
}

interface Candidate {
  readonly group: string;
  readonly over: NumbersOver;
}

/**
 * Groups without anything on any day of the window are none of it. One that ended within it has nothing at its end and is
 * there all the same, or the groups of the days before would not add up.
 */
function largestOf(candidates: readonly Candidate[], metric: Metric, asked: Asked, currency: string): Groups {
  const sorted = candidates
    .map(({ group, over }) => seriesOf(group, over, metric, asked, currency))
    .filter(({ points }) => points.some(({ value }) => value !== null && (value !== 0 || metric.kind === "ratio")))
    .sort((a, b) => sizeOf(b) - sizeOf(a) || (a.group < b.group ? -1 : 1));
  return { largest: sorted.slice(0, AT_MOST), leftOut: Math.max(sorted.length - AT_MOST, 0) };
}

/** No data comes after everything else. */
function sizeOf({ window }: SeriesGroup): number {
  return window.value ?? -Number.MAX_VALUE;
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
  const [freshness, rows] = await Promise.all([loadFreshness(sql, workspace), loadOpened(sql, workspace, window)]);
  const names = [...new Set(rows.map((row) => row[by]))].sort();
  const groups = names.map((group): SeriesGroup => {
    const own = rows.filter((row) => row[by] === group);
    const sumOf = (picked: typeof rows) => picked.reduce((sum, { tickets }) => sum + tickets, 0);
    return {
      group,
      points: daysOf(window).map((day) => ({
        date: day.toString(),
        value: isKnown(freshness, day.toString()) ? sumOf(own.filter((row) => row.day === day.toString())) : null,
      })),
      window: { value: sumOf(own) },
    };
  });
  return { largest: groups.sort((a, b) => (b.window.value ?? 0) - (a.window.value ?? 0)), leftOut: 0 };
}

function isKnown({ firstDay }: Freshness, day: string): boolean {
  return firstDay !== null && firstDay.toString() <= day;
}
