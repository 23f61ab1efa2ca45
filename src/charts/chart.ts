import type { Unit } from "../metrics/catalogue.ts";

export interface ChartSeries {
  readonly label: string;
  /** One value a label of the chart; null is a gap. */
  readonly values: readonly (number | null)[];
  /** Its own days, one a value, where it is of another time than the axis says. */
  readonly days?: readonly string[];
}

/** What its numbers are counted in. */
export interface Measure {
  readonly unit: Unit;
  /** ISO 4217; only with unit `money`. */
  readonly currency?: string;
}

/** First and last day, ISO dates. */
export interface DaysShown {
  readonly start: string;
  readonly end: string;
}

/** The one number of a picture, ready to read, and the days that it is of: "2.1%", "22 Oct - 20 Nov". */
export interface Headline {
  readonly text: string;
  readonly days: string;
}

/** One or several numbers over days, or over other things that stand beside each other. */
export interface SeriesChart extends Measure {
  readonly kind: "line" | "bar" | "stacked-bar";
  readonly title: string;
  /** What the horizontal axis says, usually ISO dates. */
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  /** Heights that hold until they change, as MRR: drawn in steps, because a slope would say that they changed in between. */
  readonly isLevel?: true;
  /** What the picture comes to, written large: its newest complete number, or that of the whole window. Absent: nothing is written. */
  readonly headline?: Headline | "newest";
  /** The last label is a day that is not over; drawn apart and said in the alt text. */
  readonly lastIsPartial?: boolean;
}

/** How a level came about: MRR at the start, what came and went, MRR at the end. Read from top to bottom. */
export interface WaterfallChart extends Measure {
  readonly kind: "waterfall";
  readonly title: string;
  readonly days?: DaysShown;
  readonly steps: readonly WaterfallStep[];
}

export interface WaterfallStep {
  readonly label: string;
  /** A `level` is told as it is; a `change` begins where what stands above it ended. */
  readonly role: "level" | "change";
  /** Of a change with its sign; null is not known. */
  readonly value: number | null;
}

/** How many of those who took the first step took the others. */
export interface FunnelChart {
  readonly kind: "funnel";
  readonly title: string;
  readonly days?: DaysShown;
  readonly steps: readonly FunnelStep[];
}

export interface FunnelStep {
  readonly label: string;
  /** People or accounts; null is not known. */
  readonly count: number | null;
}

/** What a chart says, without how it looks. Every renderer (PNG, SVG, alt text, table, terminal) starts here. */
export type Chart = SeriesChart | WaterfallChart | FunnelChart;

export type Theme = "light" | "dark";

/** What stands in place of a picture of nothing. */
export const NO_DATA_YET = "no data yet";

/** True when there is not one number to draw. */
export function isEmpty(chart: Chart): boolean {
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return chart.series.every((series) => series.values.every((value) => value === null));
    case "waterfall":
      return chart.steps.every(({ value }) => value === null);
    case "funnel":
      return chart.steps.every(({ count }) => count === null);
  }
}

/** Index of the label that is not over; -1 when all are complete. */
export function partialIndex(chart: SeriesChart): number {
  return chart.lastIsPartial === true ? chart.labels.length - 1 : -1;
}

/** A number with nothing beside it, which a line cannot show. */
export function standsAlone(values: readonly (number | null)[], index: number): boolean {
  return (
    (values[index] ?? null) !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
  );
}

/** Index of the newest number, a complete one if there is any; -1 without numbers. */
export function lastKnownIndex(chart: SeriesChart, values: readonly (number | null)[]): number {
  const partial = partialIndex(chart);
  const complete = values.findLastIndex((value, index) => value !== null && index !== partial);
  return complete === -1 ? values.findLastIndex((value) => value !== null) : complete;
}
