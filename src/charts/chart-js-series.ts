import type { ChartDataset } from "chart.js";
import { partialIndex, lastKnownIndex, standsAlone, type ChartSeries, type SeriesChart } from "./chart.ts";
import type { Config, Data, Look } from "./chart-js-config.ts";
import { TEXT_PIXELS, wordAxis } from "./chart-js-axes.ts";
import { labelTicks } from "./day-labels.ts";
import { shortened } from "./line-names.ts";
import { seriesColour } from "./palette.ts";
import { hasArea, valueScale } from "./value-scale.ts";

type Datasets = Config["data"]["datasets"];
type Scales = NonNullable<NonNullable<Config["options"]>["scales"]>;

const DASHES = [4, 4];
const PIXELS_PER_LABEL = 84;
/** With more bars than this there is no room for gaps between them. */
const MOST_SEPARATE_BARS = 62;
const LONGEST_NAME = 24;

export function seriesDatasets(chart: SeriesChart, look: Look): Datasets {
  switch (chart.kind) {
    case "line":
      return [
        ...chart.series.flatMap((series, index) => lineOf(chart, series, seriesColour(look.palette, index), look)),
        ...partialBand(chart, look),
      ];
    case "bar":
    case "stacked-bar":
      return chart.series.map((series, index) => barOf(chart, series, seriesColour(look.palette, index), look));
  }
}

export function seriesAxes(chart: SeriesChart, look: Look): Scales {
  const scale = valueScale(chart);
  const stacked = chart.kind === "stacked-bar";
  const texts = scale.ticks.map(({ text }) => text).toReversed();
  const lines = scale.ticks.map(({ value }) =>
    value === 0 && scale.min < 0 ? look.palette.baseline : look.palette.grid,
  );
  return {
    x: {
      ...wordAxis("x", dayWords(chart, look), look),
      stacked,
      offset: chart.kind !== "line" || chart.labels.length === 1 || partialIndex(chart) !== -1,
      border: { display: chart.kind === "line" || scale.min === 0, color: look.palette.baseline },
    },
    y: { type: "linear", stacked, min: scale.min, max: scale.max, display: false },
    yWords: { ...wordAxis("y", texts, look), grid: { drawTicks: false, color: lines.toReversed() } },
  };
}

/** The few labels that fit, at their places; the others say nothing. */
function dayWords({ labels }: SeriesChart, { width }: Look): string[] {
  const ticks = labelTicks(labels, Math.max(2, Math.floor(width / PIXELS_PER_LABEL)));
  const letters = Math.max(4, Math.floor((width - 90) / ticks.length / (TEXT_PIXELS.small * 0.6)));
  const texts = new Map(ticks.map(({ index, text }) => [index, shortened(text, letters)]));
  return labels.map((_, index) => texts.get(index) ?? "");
}

function lineOf(chart: SeriesChart, series: ChartSeries, colour: string, look: Look): Datasets {
  const { palette, room } = look;
  const partial = partialIndex(chart);
  const complete = series.values.map((value, index) => (index === partial ? null : value));
  const marked = lastKnownIndex(chart, series.values);
  const isDot = (at: number) => at === marked || standsAlone(complete, at);
  const line: ChartDataset<"line", Data> = {
    type: "line",
    label: shortened(series.label, LONGEST_NAME),
    data: complete,
    spanGaps: false,
    clip: false,
    borderColor: colour,
    borderWidth: 2.5,
    borderJoinStyle: "round",
    borderCapStyle: "round",
    stepped: chart.isLevel === true ? "before" : false,
    fill: hasArea(chart) ? "start" : false,
    backgroundColor: `${colour}1f`,
    pointRadius: complete.map((_, at) => (isDot(at) ? 4 : 0)),
    pointBackgroundColor: colour,
    pointBorderColor: palette.background,
    pointBorderWidth: 2,
  };
  const last = series.values[partial] ?? null;
  if (last === null) return [line];
  // With a legend, a line for each dashed end would double it: there the end is a dot alone.
  const joined = chart.series.length === 1 || room !== null;
  const before = joined ? (series.values[partial - 1] ?? null) : null;
  const ending: ChartDataset<"line", Data> = {
    ...line,
    label: "partial",
    data: series.values.map((_, at) => (at === partial ? last : at === partial - 1 ? before : null)),
    borderDash: DASHES,
    fill: false,
    pointRadius: series.values.map((_, at) => (at === partial ? 4 : 0)),
    pointBackgroundColor: palette.background,
    pointBorderColor: colour,
  };
  return [line, ending];
}

/** Hatches the place of the day that is not over, behind the lines. */
function partialBand(chart: SeriesChart, { hatch, palette }: Look): Datasets {
  const partial = partialIndex(chart);
  if (partial === -1) return [];
  const { min, max } = valueScale(chart);
  const band: ChartDataset<"bar", Data> = {
    type: "bar",
    label: "partial",
    data: chart.labels.map((_, at) => (at === partial ? [min, max] : null)),
    backgroundColor: hatch(palette.grid),
    borderWidth: 0,
    categoryPercentage: 1,
    barPercentage: 1,
    order: 1,
  };
  return [band];
}

function barOf(chart: SeriesChart, series: ChartSeries, colour: string, look: Look): ChartDataset<"bar", Data> {
  const partial = partialIndex(chart);
  const stacked = chart.kind === "stacked-bar";
  const isTight = chart.labels.length > MOST_SEPARATE_BARS;
  return {
    type: "bar",
    label: shortened(series.label, LONGEST_NAME),
    data: [...series.values],
    backgroundColor:
      partial === -1 ? colour : chart.labels.map((_, at) => (at === partial ? look.hatch(colour) : colour)),
    borderColor: stacked ? look.palette.background : colour,
    borderWidth: stacked ? { top: 1 } : 0,
    borderRadius: stacked || isTight ? 0 : 3,
    maxBarThickness: 64,
    categoryPercentage: isTight ? 1 : 0.8,
    barPercentage: isTight ? 1 : 0.95,
  };
}
