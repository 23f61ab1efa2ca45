import type { ChartSeries, SeriesChart } from "../../charts/chart.ts";
import { minorDigits } from "../../core/money.ts";
import { uptimeText } from "../../metrics/uptime-words.ts";
import type { Series, SeriesGroup } from "../../metrics/answers.ts";
import { groupsOf, metricOf, type Kind, type MetricName } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import type { Block, Menu } from "../message.ts";
import { shareText, shortName } from "./number-words.ts";
import type { WindowMeant } from "./window-options.ts";

/** Beside them there is a colour for all others. */
const GROUPS_DRAWN = 4;

/** What the groups of a metric make together is the metric, so that they can be stacked and what is left can be told. */
function addsUp(kind: Kind): boolean {
  switch (kind) {
    case "count":
    case "level":
      return true;
    case "distinct":
    case "ratio":
    case "cohort":
    case "quantile":
    case "hours":
      return false;
  }
}

/** The picture and the table of the largest groups. */
export function splitBlocks(metric: MetricName, series: Series, window: Pick<WindowMeant, "name">): Block[] {
  const { groups = [] } = series;
  if (groups.length === 0) return [{ kind: "text", text: `Nothing of it is known by ${series.by ?? "group"}.` }];
  return [{ kind: "chart", chart: splitChart(metric, series, window) }, splitTable(metric, series)];
}

/** A stack where groups add up, with what does not fit as "other"; lines of the largest otherwise. */
export function splitChart(metric: MetricName, series: Series, window: Pick<WindowMeant, "name">): SeriesChart {
  const { label, unit, kind } = metricOf(metric);
  const { groups = [], points, currency, by = "group" } = series;
  const isStack = addsUp(kind);
  const drawn = groups.slice(0, GROUPS_DRAWN);
  const own = drawn.map((one) => ({ label: shortName(one.group), values: one.points.map(({ value }) => value) }));
  return {
    kind: isStack ? "stacked-bar" : "line",
    title: `${label} by ${by}, ${window.name}`,
    unit,
    ...(currency === undefined ? {} : { currency }),
    labels: points.map(({ date }) => date),
    series: [...own, ...(isStack ? otherSeries(series, drawn) : [])],
  };
}

/** What the drawn groups leave of the whole; nothing where they are all of it. */
function otherSeries({ points, currency }: Series, drawn: readonly SeriesGroup[]): ChartSeries[] {
  const values = points.map(({ value }, index) =>
    rest(
      value,
      drawn.map((one) => one.points[index]?.value ?? 0),
      currency,
    ),
  );
  return values.every((value) => value === null || value === 0) ? [] : [{ label: "other", values }];
}

/**
 * The whole less its parts. Each amount of money was rounded by half a minor unit at most: what these halves can add up to is no
 * group.
 */
function rest(whole: number | null, parts: readonly number[], currency: string | undefined): number | null {
  if (whole === null) return null;
  const scale = currency === undefined ? 1 : 10 ** minorDigits(currency);
  const left = Math.round((whole - parts.reduce((sum, part) => sum + part, 0)) * scale);
  const dust = currency === undefined ? 0 : (parts.length + 1) / 2;
  return left > dust ? left / scale : 0;
}

function splitTable(metric: MetricName, series: Series): Block {
  const { unit, label, kind } = metricOf(metric);
  const { groups = [], groups_left_out: leftOut = 0, window, currency, by = "group" } = series;
  const isStack = addsUp(kind);
  const shown = (value: number | null) => formatValue(unit, value, { currency: currency ?? "" });
  const share = (value: number | null) => (isStack ? [shareOf(value, window.value, unit)] : []);
  const cell = (own: SeriesGroup["window"]) =>
    metric === "uptime" ? uptimeText(own.value, own.uptime_observed ?? null) : shown(own.value);
  const rows = groups.map(({ group, window: own }) => [shortName(group), cell(own), ...share(own.value)]);
  const left = rest(
    window.value,
    groups.map((one) => one.window.value ?? 0),
    currency,
  );
  const others = leftOut === 0 ? "other" : `other (${leftOut} more)`;
  const isWhole = !isStack || left === null || left === 0;
  return {
    kind: "table",
    columns: [
      { label: by.charAt(0).toUpperCase() + by.slice(1), align: "left" },
      { label, align: "right" },
      ...(isStack ? [{ label: "Share", align: "right" } as const] : []),
    ],
    rows: isWhole
      ? [...rows, ...(leftOut === 0 ? [] : [[`${leftOut} more`, "", ...(isStack ? [""] : [])]])]
      : [...rows, [others, shown(left), ...share(left)]],
  };
}

function shareOf(value: number | null, whole: number | null, unit: string): string {
  if (unit === "count") return shareText(value, whole);
  return formatValue("percent", value === null || whole === null || whole === 0 ? null : (100 * value) / whole, {
    currency: "",
  });
}

/** What the metric can be split by; nothing where it cannot. */
export function splitMenu(metric: MetricName, window: WindowMeant): Menu[] {
  const groups = groupsOf(metric);
  if (groups.length === 0) return [];
  return [
    {
      kind: "menu",
      label: "Split by",
      replaces: true,
      options: ["whole", ...groups].map((by) => ({
        label: by === "whole" ? "All together" : `By ${by}`,
        command: `metrics show ${metric} ${window.typed} --by ${by}`,
      })),
    },
  ];
}
