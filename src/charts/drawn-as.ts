import { metricOf, type MetricName } from "../metrics/catalogue.ts";
import type { SeriesChart } from "./chart.ts";

/**
 * Counts are bars from zero, levels are steps, and everything else is straight lines. The newest number of a level or of distinct
 * people is what the picture comes to; a count or a rate comes to something over its days, which the caller knows.
 */
export function drawnAs(metric: MetricName): Pick<SeriesChart, "kind" | "isLevel" | "unit" | "headline"> {
  const { kind, unit } = metricOf(metric);
  switch (kind) {
    case "count":
      return { kind: "bar", unit };
    case "level":
      return { kind: "line", unit, isLevel: true, headline: "newest" };
    case "distinct":
      return { kind: "line", unit, headline: "newest" };
    case "ratio":
    case "cohort":
    case "quantile":
    case "hours":
      return { kind: "line", unit };
  }
}
