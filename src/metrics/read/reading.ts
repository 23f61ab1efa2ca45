import {
  catalogue,
  metricOf,
  type Metric,
  type MetricName,
  type Over,
  type StoredName,
  type Terms,
} from "../catalogue.ts";

/** What must be read from the database to work out some metrics. */
export interface Reading {
  /** Stored numbers of which the days in question are enough. */
  readonly days: readonly StoredName[];
  /** Stored numbers of which every earlier day is needed too. */
  readonly levels: readonly StoredName[];
  readonly histograms: boolean;
  readonly activation: boolean;
  readonly churn: boolean;
}

/** `levels` names stored numbers to be read as levels although no metric asks for it. */
export function readingFor(names: readonly MetricName[], alsoLevels: readonly StoredName[] = []): Reading {
  const metrics = names.map(metricOf);
  const levels = new Set([...alsoLevels, ...metrics.flatMap((metric) => storedNames(metric, isLevel))]);
  const days = new Set(metrics.flatMap((metric) => storedNames(metric, (over) => !isLevel(over))));
  return {
    levels: [...levels],
    days: [...days].filter((name) => !levels.has(name)),
    histograms: metrics.some((metric) => metric.kind === "quantile"),
    activation: metrics.some((metric) => metric.kind === "cohort" && metric.cohort === "activation"),
    churn: metrics.some((metric) => metric.kind === "cohort" && metric.cohort === "churn"),
  };
}

function isLevel(over: Over): boolean {
  return over === "closing" || over === "opening";
}

function storedNames(metric: Metric, wanted: (over: Over) => boolean): StoredName[] {
  const parts = partsOf(metric).filter((part) => wanted(part.over));
  return parts.flatMap((part) => Object.keys(part.terms) as StoredName[]);
}

/** The stored numbers that the metric is made of, each with how it is taken over a window. */
export function partsOf(metric: Metric): { over: Over; terms: Terms }[] {
  switch (metric.kind) {
    case "count":
      return [{ over: "sum", terms: metric.terms }];
    case "distinct":
      return [{ over: "last", terms: metric.terms }];
    case "level":
      return [{ over: "closing", terms: metric.terms }];
    case "ratio":
      return [metric.numerator, metric.denominator];
    case "cohort":
      return metric.cohort === "churn" ? [{ over: "opening", terms: catalogue.customers.terms }] : [];
    case "quantile":
      return [];
  }
}
