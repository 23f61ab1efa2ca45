export type ChartUnit = "count" | "percent" | "money" | "milliseconds" | "score" | "hours" | "ratio";

export interface ChartSeries {
  readonly label: string;
  /** One value a label of the chart; null is a gap. */
  readonly values: readonly (number | null)[];
}

/** What a chart says, without how it looks. Every renderer (PNG, SVG, alt text, table, terminal) starts here. */
export interface Chart {
  readonly kind: "line" | "bar" | "stacked-bar";
  readonly title: string;
  readonly unit: ChartUnit;
  /** ISO 4217; only with unit `money`. */
  readonly currency?: string;
  /** What the horizontal axis says, usually ISO dates. */
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  /** The last label is a day that is not over; drawn apart and said in the alt text. */
  readonly lastIsPartial?: boolean;
}
