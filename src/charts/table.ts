import { formatValue } from "../metrics/format.ts";
import { partialIndex, type Chart } from "./chart.ts";
import { dayRange, longDay } from "./day-labels.ts";

export interface ChartTable {
  readonly columns: readonly { readonly label: string; readonly align: "left" | "right" }[];
  /** Ready to read, one row a label: "20 Nov 2026", "$16,412", "no data". */
  readonly rows: readonly (readonly string[])[];
}

/** The chart's numbers for those who want to read them. */
export function chartTable(chart: Chart): ChartTable {
  const partial = partialIndex(chart);
  const options = { currency: chart.currency ?? "USD" };
  return {
    columns: [
      { label: dayRange(chart.labels) === null ? "" : "Day", align: "left" },
      ...chart.series.map(({ label }) => ({ label, align: "right" as const })),
    ],
    rows: chart.labels.map((label, index) => [
      index === partial ? `${longDay(label)}, so far` : longDay(label),
      ...chart.series.map(({ values }) => formatValue(chart.unit, values[index] ?? null, options)),
    ]),
  };
}
