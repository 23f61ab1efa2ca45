import { formatValue } from "../metrics/format.ts";
import { barRows, formatCount, shareOfFirst } from "./bar-rows.ts";
import { NO_DATA_YET, isEmpty, partialIndex } from "./chart.ts";
import type { Chart, ChartSeries, DaysShown, FunnelChart, SeriesChart, WaterfallChart } from "./chart.ts";
import { dayNaming, dayRange, daysText } from "./day-labels.ts";

/** The chart in words, for people who do not see it: "MRR, from $14,900 on 22 Oct to $16,412 on 20 Nov, which is the highest." */
export function altText(chart: Chart): string {
  const title = chart.title.trim();
  if (isEmpty(chart)) return `${title}: ${NO_DATA_YET}.`;
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return (chart.series.length === 1 ? describeOne(chart, title) : describeMany(chart, title)).join(" ");
    case "waterfall":
      return `${lead(title, chart.days)}: ${describeSteps(chart)}.`;
    case "funnel":
      return `${lead(title, chart.days)}: ${describeFunnel(chart)}.`;
  }
}

function lead(title: string, days: DaysShown | undefined): string {
  return days === undefined ? title : `${title}, ${daysText(days)}`;
}

function describeSteps(chart: WaterfallChart): string {
  return barRows(chart)
    .map(({ name, text }) => `${name} ${text}`)
    .join(", ");
}

function describeFunnel(chart: FunnelChart): string {
  return chart.steps
    .map((step) => {
      const share = shareOfFirst(chart, step);
      const told = share === null || share.startsWith("of ") ? share : `${share} of the first`;
      return `${step.label} ${formatCount(step.count)}${told === null ? "" : ` (${told})`}`;
    })
    .join(", ");
}

function describeOne(chart: SeriesChart, title: string): string[] {
  const [series] = chart.series;
  if (series === undefined) return [];
  const { headline } = chart;
  const start =
    headline === undefined || headline === "newest"
      ? title
      : `${title}: ${headline.text} (${headline.days}). Over time`;
  return [`${start}, ${course(chart, series)}.`, ...gaps(chart, series, ""), ...soFar(chart, series, "")];
}

function describeMany(chart: SeriesChart, title: string): string[] {
  const range = dayRange(chart.labels);
  return [
    range === null ? `${title}.` : `${title}, ${range}.`,
    ...chart.series.flatMap((series) => {
      const known = series.values.some((value) => value !== null);
      if (!known) return [`${series.label}: no data.`];
      return [
        `${series.label}: ${course(chart, series)}.`,
        ...gaps(chart, series, `${series.label}: `),
        ...soFar(chart, series, `${series.label}: `),
      ];
    }),
  ];
}

interface Point {
  readonly value: number;
  readonly day: string;
}

/** Where a series begins and ends, its highest and its lowest; the day that is not over is left out. */
function course(chart: SeriesChart, series: ChartSeries): string {
  const points = completePoints(chart, series);
  const [first, last] = [points[0], points.at(-1)];
  const text = (value: number) => valueText(chart, value);
  if (first === undefined || last === undefined) return "no complete day yet";
  if (dayRange(chart.labels) === null) return points.map(({ value, day }) => `${day} ${text(value)}`).join(", ");
  if (points.length === 1) return `${text(first.value)} on ${first.day}`;
  const highest = points.reduce((best, point) => (point.value >= best.value ? point : best));
  const lowest = points.reduce((best, point) => (point.value < best.value ? point : best));
  if (highest.value === lowest.value) return `${text(first.value)} on every day with data, ${first.day} to ${last.day}`;
  const ends = `from ${text(first.value)} on ${first.day} to ${text(last.value)} on ${last.day}`;
  const high = highest === last ? "highest at the end" : extreme("highest", highest, first, text);
  const low = lowest === last ? "lowest at the end" : extreme("lowest", lowest, first, text);
  return `${ends}, ${high}, ${low}`;
}

function extreme(word: string, point: Point, first: Point, text: (value: number) => string): string {
  return point === first ? `${word} at the start` : `${word} ${text(point.value)} on ${point.day}`;
}

function completePoints(chart: SeriesChart, series: ChartSeries): Point[] {
  const partial = partialIndex(chart);
  const nameDay = namingOf(chart, series);
  return series.values.flatMap((value, index) =>
    value === null || index === partial ? [] : [{ value, day: nameDay((series.days ?? chart.labels)[index] ?? "") }],
  );
}

/** With the year where the days of the axis and of the series are of more than one. */
function namingOf(chart: SeriesChart, { days = [] }: ChartSeries): (label: string) => string {
  return dayNaming([chart.labels[0], chart.labels.at(-1), days[0], days.at(-1)].map((label) => label ?? ""));
}

function gaps(chart: SeriesChart, series: ChartSeries, prefix: string): string[] {
  const partial = partialIndex(chart);
  const missing = chart.labels.filter((_, index) => index !== partial && (series.values[index] ?? null) === null);
  if (missing.length === 0) return [];
  const what =
    dayRange(chart.labels) === null ? missing.join(", ") : `${missing.length} ${missing.length === 1 ? "day" : "days"}`;
  return [`${prefix}${prefix === "" ? "No" : "no"} data for ${what}.`];
}

function soFar(chart: SeriesChart, series: ChartSeries, prefix: string): string[] {
  const partial = partialIndex(chart);
  const value = series.values[partial] ?? null;
  if (partial === -1) return [];
  const day = namingOf(chart, series)(chart.labels[partial] ?? "");
  const figure = value === null ? "no data so far" : `${valueText(chart, value)} so far`;
  return [`${prefix}${day} is partial: ${figure}.`];
}

function valueText(chart: SeriesChart, value: number): string {
  return formatValue(chart.unit, value, { currency: chart.currency ?? "USD" });
}
