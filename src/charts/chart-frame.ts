import type { Chart as ChartJs, Plugin } from "chart.js";
import type { SKRSContext2D } from "@napi-rs/canvas";
import { NO_DATA_YET, isEmpty, lastKnownIndex, type Chart } from "./chart.ts";
import { dayRange, shortDay } from "./day-labels.ts";
import { formatValue } from "../metrics/format.ts";
import { FONT_FAMILY } from "./fonts.ts";
import { lettersOf, shortened, spread } from "./line-names.ts";
import { seriesColour, type Palette } from "./palette.ts";

const MARGIN = 28;
/** More than fit on any line; each is measured. */
const MOST_TITLE_LETTERS = 150;
const NAME_GAP = 12;
const NAME_LINE = 17;

/** "22 Oct - 20 Nov 2026 · dashed: last day so far" */
export function subtitle(chart: Chart): string {
  const mark = chart.kind === "line" ? "dashed" : "hatched";
  const partial = chart.lastIsPartial === true && !isEmpty(chart) ? `${mark}: last day so far` : null;
  return [dayRange(chart.labels), partial].filter((part) => part !== null).join("  ·  ");
}

export function frameTop(chart: Chart): number {
  return showsLegend(chart) ? 102 : 84;
}

export function frameRight(chart: Chart, context: SKRSContext2D): number {
  if (!namesLines(chart)) return MARGIN;
  context.font = font(600, 13);
  const widest = Math.max(...chart.series.map((series) => context.measureText(shortened(series.label, 24)).width));
  return Math.ceil(widest) + NAME_GAP + MARGIN;
}

/** Several lines are named where they end; bars need a legend. */
function namesLines(chart: Chart): boolean {
  return chart.kind === "line" && chart.series.length > 1;
}

function showsLegend(chart: Chart): boolean {
  return chart.kind !== "line" && chart.series.length > 1;
}

/** Draws background, title, legend, names of lines and "no data" around what Chart.js draws. */
export function chartFrame(chart: Chart, palette: Palette): Plugin {
  return {
    id: "frame",
    beforeDraw(chartJs) {
      const context: SKRSContext2D = chartJs.ctx;
      context.save();
      context.fillStyle = palette.background;
      context.fillRect(0, 0, chartJs.width, chartJs.height);
      drawHeader(context, chart, palette, chartJs.width);
      context.restore();
    },
    afterDraw(chartJs) {
      const context: SKRSContext2D = chartJs.ctx;
      context.save();
      if (isEmpty(chart)) drawNoData(context, palette, chartJs);
      else if (namesLines(chart)) drawNames(context, chart, palette, chartJs);
      context.restore();
    },
  };
}

function drawHeader(context: SKRSContext2D, chart: Chart, palette: Palette, width: number): void {
  context.textBaseline = "alphabetic";
  const headlineWidth = drawHeadline(context, chart, palette, width);
  context.fillStyle = palette.ink;
  context.textAlign = "left";
  context.font = font(600, 18);
  context.fillText(fitted(context, chart.title, width - 2 * MARGIN - headlineWidth), MARGIN, 36);
  context.fillStyle = palette.muted;
  context.font = font(400, 13);
  context.fillText(subtitle(chart), MARGIN, 58);
  if (showsLegend(chart)) drawLegend(context, chart, palette, width);
}

/** The newest complete number, top right, with its day. Answers the width it takes. */
function drawHeadline(context: SKRSContext2D, chart: Chart, palette: Palette, width: number): number {
  const [only, second] = chart.series;
  if (only === undefined || second !== undefined || dayRange(chart.labels) === null) return 0;
  const at = lastKnownIndex(chart, only.values);
  const value = only.values[at] ?? null;
  if (value === null) return 0;
  const text = formatValue(chart.unit, value, { currency: chart.currency ?? "USD" });
  context.textAlign = "right";
  context.fillStyle = palette.ink;
  context.font = font(600, 18);
  context.fillText(text, width - MARGIN, 36);
  const taken = context.measureText(text).width + MARGIN;
  context.fillStyle = palette.muted;
  context.font = font(400, 13);
  context.fillText(shortDay(chart.labels[at] ?? ""), width - MARGIN, 58);
  return taken;
}

function drawLegend(context: SKRSContext2D, chart: Chart, palette: Palette, width: number): void {
  let left = MARGIN;
  for (const [index, series] of chart.series.entries()) {
    const name = shortened(series.label, 24);
    const needed = 16 + context.measureText(name).width + 18;
    if (left + needed > width) return;
    context.fillStyle = seriesColour(palette, index);
    context.beginPath();
    context.roundRect(left, 72, 10, 10, 2);
    context.fill();
    context.fillStyle = palette.ink;
    context.fillText(name, left + 16, 81.5);
    left += needed;
  }
}

function drawNames(context: SKRSContext2D, chart: Chart, palette: Palette, chartJs: ChartJs): void {
  const ends = chart.series.flatMap((series, index) => {
    const at = series.values.findLastIndex((value) => value !== null);
    const point = chartJs.getDatasetMeta(index).data[at];
    return point === undefined
      ? []
      : [{ name: shortened(series.label, 24), colour: seriesColour(palette, index), y: point.y }];
  });
  context.font = font(600, 13);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { name, colour, y } of spread(ends, NAME_LINE, chartJs.chartArea.bottom)) {
    context.fillStyle = colour;
    context.fillText(name, chartJs.chartArea.right + NAME_GAP, y);
  }
}

function drawNoData(context: SKRSContext2D, palette: Palette, chartJs: ChartJs): void {
  const { left, right, top, bottom } = chartJs.chartArea;
  context.fillStyle = palette.muted;
  context.font = font(400, 16);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(NO_DATA_YET, (left + right) / 2, (top + bottom) / 2);
}

function font(weight: 400 | 600, pixels: number): string {
  return `${weight} ${pixels}px ${FONT_FAMILY}`;
}

function fitted(context: SKRSContext2D, text: string, width: number): string {
  if (text.length <= MOST_TITLE_LETTERS && context.measureText(text).width <= width) return text;
  const letters = lettersOf(shortened(text, MOST_TITLE_LETTERS));
  while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("")}…`;
}
