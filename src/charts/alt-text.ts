import { formatValue } from "../metrics/format.ts";
import { NO_DATA_YET, isEmpty, partialIndex, type Chart, type ChartSeries } from "./chart.ts";
import { dayRange, shortDay } from "./day-labels.ts";

/** The chart in words, for people who do not see it: "MRR, from $14,900 on 22 Oct to $16,412 on 20 Nov, which is the highest." */
export function altText(chart: Chart): string {
  const title = chart.title.trim();
  if (isEmpty(chart)) return `${title}: ${NO_DATA_YET}.`;
  const sentences = chart.series.length === 1 ? describeOne(chart, title) : describeMany(chart, title);
  return sentences.join(" ");
}

function describeOne(chart: Chart, title: string): string[] {
  const [series] = chart.series;
  if (series === undefined) return [];
  return [`${title}, ${course(chart, series)}.`, ...gaps(chart, series, ""), ...soFar(chart, series, "")];
}

function describeMany(chart: Chart, title: string): string[] {
  const range = dayRange(chart.labels);
  const lead = range === null ? `${title}.` : `${title}, ${range}.`;
  return [
    lead,
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
function course(chart: Chart, series: ChartSeries): string {
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

function completePoints(chart: Chart, series: ChartSeries): Point[] {
  const partial = partialIndex(chart);
  return series.values.flatMap((value, index) =>
    value === null || index === partial ? [] : [{ value, day: shortDay(chart.labels[index] ?? "") }],
  );
}

function gaps(chart: Chart, series: ChartSeries, lead: string): string[] {
  const partial = partialIndex(chart);
  const missing = chart.labels.filter((_, index) => index !== partial && (series.values[index] ?? null) === null);
  if (missing.length === 0) return [];
  const what =
    dayRange(chart.labels) === null ? missing.join(", ") : `${missing.length} ${missing.length === 1 ? "day" : "days"}`;
  return [`${lead}${lead === "" ? "No" : "no"} data for ${what}.`];
}

function soFar(chart: Chart, series: ChartSeries, lead: string): string[] {
  const partial = partialIndex(chart);
  const value = series.values[partial] ?? null;
  if (partial === -1) return [];
  const day = shortDay(chart.labels[partial] ?? "");
  const figure = value === null ? "no data so far" : `${valueText(chart, value)} so far`;
  return [`${lead}${day} is not over: ${figure}.`];
}

function valueText(chart: Chart, value: number): string {
  return formatValue(chart.unit, value, { currency: chart.currency ?? "USD" });
}
