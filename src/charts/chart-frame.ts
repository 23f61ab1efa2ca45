import type { Chart as ChartJs, Plugin } from "chart.js";
import type { SKRSContext2D } from "@napi-rs/canvas";
import { formatValue } from "../metrics/format.ts";
import { barRows, type RowChart } from "./bar-rows.ts";
import { MARGIN, type Look } from "./chart-js-config.ts";
import { TEXT_PIXELS } from "./chart-js-axes.ts";
import { NO_DATA_YET, isEmpty, lastKnownIndex, type Chart, type Headline, type SeriesChart } from "./chart.ts";
import { dayRange, shortDay } from "./day-labels.ts";
import { shortened, spread } from "./line-names.ts";
import { fontOf } from "./measure-text.ts";
import { seriesColour, type Palette } from "./palette.ts";
import { isBroken } from "./value-scale.ts";

const NAME_GAP = 12;
const NAME_LINE = 18;
const LONGEST_NAME = 18;

/** What is kept free on the picture for what this file writes. */
export function roomFor(chart: Chart, measure: Look["measure"]): NonNullable<Look["room"]> {
  const newest = headlineOf(chart);
  const names = endNames(chart).map(({ name }) => measure(name, 600, TEXT_PIXELS.small));
  return {
    headline: newest === null ? 0 : measure(newest.text, 600, TEXT_PIXELS.title) + MARGIN,
    names: names.length === 0 ? 0 : Math.ceil(Math.max(...names)) + NAME_GAP,
  };
}

/** Draws what Chart.js cannot: the ground, the newest number, names where lines end, what joins the bars of a waterfall. */
export function chartFrame(chart: Chart, palette: Palette): Plugin {
  return {
    id: "frame",
    beforeDraw(chartJs) {
      const context: SKRSContext2D = chartJs.ctx;
      context.save();
      context.fillStyle = palette.background;
      context.fillRect(0, 0, chartJs.width, chartJs.height);
      drawHeadline(context, chart, palette, chartJs.width);
      context.restore();
    },
    beforeDatasetsDraw(chartJs) {
      if (chart.kind === "waterfall") drawJoints(chartJs, chart, palette);
    },
    afterDraw(chartJs) {
      const context: SKRSContext2D = chartJs.ctx;
      context.save();
      if (isEmpty(chart)) drawNoData(context, palette, chartJs);
      else drawNames(context, chart, palette, chartJs);
      if (chart.kind === "line" && isBroken(chart)) drawBreak(context, palette, chartJs);
      context.restore();
    },
  };
}

/** What the chart is given as its number, or the newest complete one of a single series over days. */
function headlineOf(chart: Chart): Headline | null {
  switch (chart.kind) {
    case "waterfall":
    case "funnel":
      return null;
    case "line":
    case "bar":
    case "stacked-bar": {
      if (chart.headline !== "newest") return chart.headline ?? null;
      const [only, second] = chart.series;
      if (only === undefined || second !== undefined || dayRange(chart.labels) === null) return null;
      const at = lastKnownIndex(chart, only.values);
      const value = only.values[at] ?? null;
      if (value === null) return null;
      const text = formatValue(chart.unit, value, { currency: chart.currency ?? "USD" });
      return { text, days: shortDay(chart.labels[at] ?? "") };
    }
  }
}

function drawHeadline(context: SKRSContext2D, chart: Chart, palette: Palette, width: number): void {
  const newest = headlineOf(chart);
  if (newest === null) return;
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.fillStyle = palette.ink;
  context.font = fontOf(600, TEXT_PIXELS.title);
  context.fillText(newest.text, width - MARGIN, 36);
  context.fillStyle = palette.muted;
  context.font = fontOf(400, TEXT_PIXELS.small);
  context.fillText(newest.days, width - MARGIN, 58);
}

interface EndName {
  readonly name: string;
  /** Which of the chart's series. */
  readonly index: number;
}

function endNames(chart: Chart): EndName[] {
  if (chart.kind !== "line" || chart.series.length < 2) return [];
  return chart.series.map(({ label }, index) => ({ name: shortened(label, LONGEST_NAME), index }));
}

function drawNames(context: SKRSContext2D, chart: Chart, palette: Palette, chartJs: ChartJs): void {
  const ends = endNames(chart).flatMap(({ name, index }) => {
    const y = endOf(chart, index, chartJs);
    return y === null ? [] : [{ name, colour: seriesColour(palette, index), y }];
  });
  context.font = fontOf(600, TEXT_PIXELS.small);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { name, colour, y } of spread(ends, NAME_LINE, chartJs.chartArea.bottom)) {
    context.fillStyle = colour;
    context.fillText(name, chartJs.chartArea.right + NAME_GAP, y);
  }
}

/** How far down a line ends. */
function endOf(chart: Chart, index: number, chartJs: ChartJs): number | null {
  const values = (chart as SeriesChart).series[index]?.values ?? [];
  const last = values.findLast((value) => value !== null);
  return last === undefined || last === null ? null : (chartJs.scales["y"]?.getPixelForValue(last) ?? null);
}

/** A thin line from the end of each bar of a waterfall to the beginning of the next. */
function drawJoints(chartJs: ChartJs, chart: RowChart, palette: Palette): void {
  const { x, y } = chartJs.scales;
  if (x === undefined || y === undefined) return;
  const context: SKRSContext2D = chartJs.ctx;
  context.save();
  context.strokeStyle = palette.baseline;
  context.lineWidth = 1;
  const rows = barRows(chart);
  let reached: number | null = null;
  rows.forEach(({ span }, index) => {
    if (reached !== null && span !== null) {
      context.beginPath();
      context.moveTo(x.getPixelForValue(reached), y.getPixelForValue(index - 1));
      context.lineTo(x.getPixelForValue(reached), y.getPixelForValue(index));
      context.stroke();
    }
    if (span !== null) reached = span.to;
  });
  context.restore();
}

/** The axis does not begin at zero: two short strokes across its lower end. */
function drawBreak(context: SKRSContext2D, palette: Palette, chartJs: ChartJs): void {
  const { left, bottom } = chartJs.chartArea;
  context.strokeStyle = palette.muted;
  context.lineWidth = 1.5;
  for (const up of [5, 10]) {
    context.beginPath();
    context.moveTo(left - 9, bottom - up);
    context.lineTo(left + 1, bottom - up - 5);
    context.stroke();
  }
}

function drawNoData(context: SKRSContext2D, palette: Palette, chartJs: ChartJs): void {
  const { left, right, top, bottom } = chartJs.chartArea;
  context.fillStyle = palette.muted;
  context.font = fontOf(400, 16);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(NO_DATA_YET, (left + right) / 2, (top + bottom) / 2);
}
