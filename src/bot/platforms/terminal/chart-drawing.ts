import { altText } from "../../../charts/alt-text.ts";
import { isEmpty, partialIndex, type Chart, type ChartSeries, type SeriesChart } from "../../../charts/chart.ts";
import { labelTicks } from "../../../charts/day-labels.ts";
import { shareOfScale, valueScale, type ValueScale } from "../../../charts/value-scale.ts";
import { rowLines } from "./chart-rows.ts";
import { barRows, lineRows, slotsOf, type Slots } from "./chart-plot.ts";
import { displayWidth, padStart, wrap } from "./display-width.ts";
import { plainText } from "./plain-text.ts";
import type { Style } from "./style.ts";

const TALL = 8;
const LOW = 4;
const COLUMNS_A_DATE = 12;

/**
 * The chart as lines of at most `columns`: axis, units, dates, and in words what it shows. Several series stand one above
 * the other, on one scale.
 */
export function drawChart(chart: Chart, columns: number, style: Style): string[] {
  const caption = wrap(plainText(altText(chart)), columns).map((line) => style("faint", line));
  return isEmpty(chart) ? caption : [...plotLines(chart, columns, style), ...caption];
}

function plotLines(chart: Chart, columns: number, style: Style): string[] {
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return drawSeriesChart(chart, columns, style);
    case "waterfall":
    case "funnel":
      return rowLines(chart, columns, style);
  }
}

function drawSeriesChart(chart: SeriesChart, columns: number, style: Style): string[] {
  const several = chart.series.length > 1;
  const height = several ? LOW : TALL;
  const scale = valueScale(unstacked(chart), several ? 2 : 4);
  const margin = Math.max(...scale.ticks.map((tick) => displayWidth(tick.text)));
  const slots = slotsOf(chart, columns - margin - 2);
  const plots = chart.series.flatMap((series) => {
    const heading = several ? wrap(plainText(series.label), columns) : [];
    return [...heading, ...drawSeries(chart, series, { scale, slots, height, margin }, style)];
  });
  const dates = dateLine(chart.labels.map(plainText), slots).map((line) =>
    style("faint", " ".repeat(margin + 2) + line),
  );
  return [...plots, ...dates];
}

/** Beside each other the series of a stack need room for the largest of them, not for their sum. */
function unstacked(chart: SeriesChart): SeriesChart {
  return chart.kind === "stacked-bar" ? { ...chart, kind: "bar" } : chart;
}

interface Frame {
  readonly scale: ValueScale;
  readonly slots: Slots;
  readonly height: number;
  /** Width of the labels on the left. */
  readonly margin: number;
}

function drawSeries(chart: SeriesChart, series: ChartSeries, frame: Frame, style: Style): string[] {
  const { scale, slots, height, margin } = frame;
  const shares = chart.labels.map((_, index) => {
    const value = series.values[index] ?? null;
    return value === null ? null : shareOfScale(scale, value);
  });
  const rows =
    slots.drawing === "bars" ? barRows(shares, slots, height, partialIndex(chart)) : lineRows(shares, slots, height);
  const labels = new Map(scale.ticks.map((tick) => [rowOf(shareOfScale(scale, tick.value), height), tick.text]));
  const plot = rows.map((row, index) => {
    const label = labels.get(index);
    const axis = `${padStart(label ?? "", margin)} ${label === undefined ? "│" : "┤"}`;
    return `${style("faint", axis)}${style("plot", row)}`.trimEnd();
  });
  const corner = padStart(labels.get(height) ?? "", margin);
  return [...plot, style("faint", `${corner} ${corner.trim() === "" ? "└" : "┴"}${baseline(shares, slots)}`)];
}

/** The row whose upper edge is nearest; `height` is the line under the plot. */
function rowOf(share: number, height: number): number {
  return Math.min(height, Math.max(0, Math.round((1 - share) * height)));
}

/** Broken under the days without data. */
function baseline(shares: readonly (number | null)[], slots: Slots): string {
  const cells = Array.from({ length: slots.width }, () => "─");
  shares.forEach((share, index) => {
    if (share === null) cells[slots.centre(index)] = " ";
  });
  return cells.join("");
}

function dateLine(labels: readonly string[], slots: Slots): string[] {
  const ticks = labelTicks(labels, Math.max(2, Math.floor(slots.width / COLUMNS_A_DATE)));
  let line = "";
  for (const { index, text } of ticks) {
    const width = displayWidth(text);
    const start = Math.max(0, Math.min(slots.centre(index) - Math.floor(width / 2), slots.width - width));
    const free = line === "" ? 0 : displayWidth(line) + 1;
    if (start < free || start + width > slots.width) continue;
    line += " ".repeat(start - displayWidth(line)) + text;
  }
  return line === "" ? [] : [line];
}
