import { metricOf, type MetricName } from "../../src/metrics/catalogue.ts";

export interface Restated {
  readonly metric: string;
  /** ISO date. */
  readonly day: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly cause?: string;
}

/**
 * By how much the metric's value of the day has moved, as its restatements say. Of a level they hold the change of their
 * day, so those up to a day add up.
 */
export function explainedBy(metric: MetricName, day: string, rows: readonly Restated[]): number {
  const isLevel = metricOf(metric).kind === "level";
  return rows
    .filter((row) => row.metric === metric && (isLevel ? row.day <= day : row.day === day))
    .reduce((sum, { before, after }) => sum + (after ?? 0) - (before ?? 0), 0);
}
