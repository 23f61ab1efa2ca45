import type { Unit } from "../metrics/catalogue.ts";

export interface ChartSeries {
  readonly label: string;
  /** One value a label of the chart; null is a gap. */
  readonly values: readonly (number | null)[];
}

/** What a chart says, without how it looks. Every renderer (PNG, SVG, alt text, table, terminal) starts here. */
export interface Chart {
  readonly kind: "line" | "bar" | "stacked-bar";
  readonly title: string;
  readonly unit: Unit;
  /** ISO 4217; only with unit `money`. */
  readonly currency?: string;
  /** What the horizontal axis says, usually ISO dates. */
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  /** The last label is a day that is not over; drawn apart and said in the alt text. */
  readonly lastIsPartial?: boolean;
}

export type Theme = "light" | "dark";

/** What stands in place of a picture of nothing. */
export const NO_DATA_YET = "no data yet";

/** True when there is not one number to draw. */
export function isEmpty(chart: Chart): boolean {
  return chart.series.every((series) => series.values.every((value) => value === null));
}

/** Index of the label that is not over; -1 when all are complete. */
export function partialIndex(chart: Chart): number {
  return chart.lastIsPartial === true ? chart.labels.length - 1 : -1;
}

/** A number with nothing beside it, which a line cannot show. */
export function standsAlone(values: readonly (number | null)[], index: number): boolean {
  return (
    (values[index] ?? null) !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
  );
}

/** Index of the newest number, a complete one if there is any; -1 without numbers. */
export function lastKnownIndex(chart: Chart, values: readonly (number | null)[]): number {
  const partial = partialIndex(chart);
  const complete = values.findLastIndex((value, index) => value !== null && index !== partial);
  return complete === -1 ? values.findLastIndex((value) => value !== null) : complete;
}
