import { formatValue } from "../metrics/format.ts";
import { barRows, formatCount, shareOfFirst } from "./bar-rows.ts";
import { partialIndex, type Chart, type FunnelChart, type SeriesChart, type WaterfallChart } from "./chart.ts";
import { dayRange, longDay } from "./day-labels.ts";

interface TableColumn {
  readonly label: string;
  readonly align: "left" | "right";
}

export interface ChartTable {
  readonly columns: readonly TableColumn[];
  /** Ready to read, one row a label: "20 Nov 2026", "$16,412", "no data". */
  readonly rows: readonly (readonly string[])[];
}

/** The chart's numbers for those who want to read them. */
export function chartTable(chart: Chart): ChartTable {
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return seriesTable(chart);
    case "waterfall":
      return waterfallTable(chart);
    case "funnel":
      return funnelTable(chart);
  }
}

function seriesTable(chart: SeriesChart): ChartTable {
  const partial = partialIndex(chart);
  const options = { currency: chart.currency ?? "USD" };
  return {
    columns: [name(dayRange(chart.labels) === null ? "" : "Day"), ...chart.series.map(({ label }) => figure(label))],
    rows: chart.labels.map((label, index) => [
      index === partial ? `${longDay(label)} (partial)` : longDay(label),
      ...chart.series.map(({ values }) => formatValue(chart.unit, values[index] ?? null, options)),
    ]),
  };
}

function waterfallTable(chart: WaterfallChart): ChartTable {
  return {
    columns: [name(""), figure(chart.title)],
    rows: barRows(chart).map((row) => [row.name, row.text]),
  };
}

function funnelTable(chart: FunnelChart): ChartTable {
  return {
    columns: [name("Step"), figure("Count"), figure("Of the first")],
    rows: chart.steps.map((step) => [step.label, formatCount(step.count), shareOfFirst(chart, step) ?? ""]),
  };
}

function name(label: string): TableColumn {
  return { label, align: "left" };
}

function figure(label: string): TableColumn {
  return { label, align: "right" };
}
