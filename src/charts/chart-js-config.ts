import type { ChartConfiguration, ChartDataset, Scale } from "chart.js";
import type { CanvasGradient, CanvasPattern, SKRSContext2D } from "@napi-rs/canvas";
import { isEmpty, lastKnownIndex, partialIndex, standsAlone, type Chart, type ChartSeries } from "./chart.ts";
import { labelTicks } from "./day-labels.ts";
import { FONT_FAMILY } from "./fonts.ts";
import { shortened } from "./line-names.ts";
import { seriesColour, type Palette } from "./palette.ts";
import { hasArea, valueScale } from "./value-scale.ts";

export interface Look {
  readonly palette: Palette;
  readonly width: number;
  /** Room above the plot for title and legend, in CSS pixels. */
  readonly top: number;
  /** Room right of the plot for the names of the lines, in CSS pixels. */
  readonly right: number;
  /** Fill of a bar that is not over. */
  hatch(colour: string): CanvasPattern | null;
  /** Fill under a line, fading towards the bottom: an axis need not start at zero. */
  fade(context: SKRSContext2D, colour: string, area: Area | undefined): CanvasGradient | string;
}

/** What Chart.js hands to an option that differs from point to point. */
interface Point {
  readonly dataIndex: number;
}

interface Filled {
  readonly chart: { readonly ctx: SKRSContext2D; readonly chartArea?: Area };
}

interface Area {
  readonly top: number;
  readonly bottom: number;
}

const DASHES = [4, 4] as const;
const PIXELS_PER_LABEL = 92;
const PIXELS_PER_LETTER = 8;
/** With more bars than this there is no room for gaps between them. */
const MOST_SEPARATE_BARS = 62;

/** What Chart.js draws: plot and axes. Title, legend and names of lines are drawn by `chart-frame.ts`. */
export function chartJsConfig(chart: Chart, look: Look): ChartConfiguration<"line" | "bar", (number | null)[], string> {
  const stacked = chart.kind === "stacked-bar";
  return {
    type: chart.kind === "line" ? "line" : "bar",
    data: {
      labels: [...chart.labels],
      datasets: chart.series.map((series, index) =>
        chart.kind === "line" ? lineOf(chart, series, index, look) : barOf(chart, series, index, look),
      ),
    },
    options: {
      responsive: false,
      animation: false,
      events: [],
      devicePixelRatio: 2,
      font: { family: FONT_FAMILY, size: 13 },
      color: look.palette.muted,
      layout: { padding: { top: look.top, right: look.right, bottom: 14, left: 22 } },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: { x: labelAxis(chart, look, stacked), y: valueAxis(chart, look, stacked) },
    },
  };
}

function labelAxis(chart: Chart, look: Look, stacked: boolean) {
  const ticks = labelTicks(chart.labels, Math.max(2, Math.floor(look.width / PIXELS_PER_LABEL)));
  const letters = Math.max(4, Math.floor((look.width - look.right - 60) / ticks.length / PIXELS_PER_LETTER));
  const texts = new Map(ticks.map((tick) => [tick.index, shortened(tick.text, letters)]));
  return {
    stacked,
    display: !isEmpty(chart),
    offset: chart.kind !== "line" || chart.labels.length === 1,
    grid: { display: false },
    border: { display: chart.kind === "line" || valueScale(chart).min === 0, color: look.palette.baseline },
    afterBuildTicks: (axis: Scale) => void (axis.ticks = ticks.map(({ index }) => ({ value: index }))),
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      padding: 6,
      color: look.palette.muted,
      font: { family: FONT_FAMILY, size: 13 },
      callback: (value: string | number) => texts.get(Number(value)) ?? "",
    },
  };
}

function valueAxis(chart: Chart, look: Look, stacked: boolean) {
  const scale = valueScale(chart);
  const texts = new Map(scale.ticks.map((tick) => [tick.value, tick.text]));
  return {
    stacked,
    min: scale.min,
    max: scale.max,
    display: !isEmpty(chart),
    border: { display: false },
    grid: {
      drawTicks: false,
      color: ({ tick }: { tick?: { value: number } }) =>
        tick?.value === 0 && scale.min < 0 ? look.palette.baseline : look.palette.grid,
    },
    afterBuildTicks: (axis: Scale) => void (axis.ticks = scale.ticks.map(({ value }) => ({ value }))),
    ticks: {
      padding: 12,
      color: look.palette.muted,
      font: { family: FONT_FAMILY, size: 13 },
      callback: (value: string | number) => texts.get(Number(value)) ?? "",
    },
  };
}

function lineOf(chart: Chart, series: ChartSeries, index: number, look: Look): ChartDataset<"line", (number | null)[]> {
  const { palette } = look;
  const colour = seriesColour(palette, index);
  const partial = partialIndex(chart);
  const marked = lastKnownIndex(chart, series.values);
  const isMarked = (at: number) => at === marked || at === partial || standsAlone(series.values, at);
  return {
    type: "line",
    label: series.label,
    data: [...series.values],
    spanGaps: false,
    clip: false,
    borderColor: colour,
    borderWidth: 2.5,
    borderJoinStyle: "round",
    borderCapStyle: "round",
    cubicInterpolationMode: "monotone",
    segment: { borderDash: (segment) => (segment.p1DataIndex === partial ? [...DASHES] : undefined) },
    fill: hasArea(chart) ? "start" : false,
    backgroundColor: ({ chart: { ctx, chartArea } }: Filled) => look.fade(ctx, colour, chartArea) as string,
    pointRadius: ({ dataIndex }: Point) => (isMarked(dataIndex) ? 4 : 0),
    pointBackgroundColor: ({ dataIndex }: Point) => (dataIndex === partial ? palette.background : colour),
    pointBorderColor: ({ dataIndex }: Point) => (dataIndex === partial ? colour : palette.background),
    pointBorderWidth: 2,
  };
}

function barOf(chart: Chart, series: ChartSeries, index: number, look: Look): ChartDataset<"bar", (number | null)[]> {
  const colour = seriesColour(look.palette, index);
  const partial = partialIndex(chart);
  const hatch = partial === -1 ? colour : ((look.hatch(colour) ?? colour) as unknown as string);
  return {
    type: "bar",
    label: series.label,
    data: [...series.values],
    backgroundColor: ({ dataIndex }: Point) => (dataIndex === partial ? hatch : colour),
    borderColor: chart.kind === "stacked-bar" ? look.palette.background : colour,
    borderWidth: chart.kind === "stacked-bar" ? { top: 1 } : 0,
    borderRadius: chart.kind === "bar" && chart.labels.length <= MOST_SEPARATE_BARS ? 3 : 0,
    maxBarThickness: 64,
    categoryPercentage: chart.labels.length > MOST_SEPARATE_BARS ? 1 : 0.8,
    barPercentage: chart.labels.length > MOST_SEPARATE_BARS ? 1 : 0.95,
  };
}
