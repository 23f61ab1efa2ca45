import {
  catalogue,
  metricOf,
  type CohortMetric,
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
  readonly retention: boolean;
  readonly lifetime: boolean;
  readonly trials: boolean;
  readonly ticketHours: boolean;
}

/** `levels` names stored numbers to be read as levels although no metric asks for it. */
export function readingFor(names: readonly MetricName[], alsoLevels: readonly StoredName[] = []): Reading {
  return readingOf(names.map(metricOf), alsoLevels);
}

/** As `readingFor`, also for metrics that the catalogue does not have as they are. */
export function readingOf(metrics: readonly Metric[], alsoLevels: readonly StoredName[] = []): Reading {
  const levels = new Set([...alsoLevels, ...metrics.flatMap((metric) => storedNames(metric, isLevel))]);
  const days = new Set(metrics.flatMap((metric) => storedNames(metric, (over) => !isLevel(over))));
  return {
    levels: [...levels],
    days: [...days].filter((name) => !levels.has(name)),
    histograms: metrics.some((metric) => metric.kind === "quantile"),
    activation: metrics.some((metric) => isOfCohort(metric, "activation")),
    churn: metrics.some((metric) => isOfCohort(metric, "churn")),
    retention: RETENTION.some((cohort) => metrics.some((metric) => isOfCohort(metric, cohort))),
    lifetime: metrics.some((metric) => isOfCohort(metric, "lifetime")),
    trials: metrics.some((metric) => isOfCohort(metric, "trials")),
    ticketHours: metrics.some((metric) => metric.kind === "hours"),
  };
}

const RETENTION = ["grr", "nrr", "gross_churn", "net_churn"] as const;

function isOfCohort(metric: Metric, cohort: CohortMetric["cohort"]): boolean {
  return metric.kind === "cohort" && metric.cohort === cohort;
}

function isLevel(over: Over): boolean {
  return over === "closing" || over === "opening" || over === "lasting";
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
      return cohortParts(metric.cohort);
    case "quantile":
    case "hours":
      return [];
  }
}

function cohortParts(cohort: CohortMetric["cohort"]): { over: Over; terms: Terms }[] {
  switch (cohort) {
    case "activation":
    case "trials":
      return [];
    case "churn":
      return [{ over: "opening", terms: catalogue.customers.terms }];
    case "grr":
    case "nrr":
    case "gross_churn":
    case "net_churn":
      return [{ over: "opening", terms: catalogue.mrr.terms }];
    case "lifetime":
      return [
        { over: "closing", terms: catalogue.mrr.terms },
        { over: "closing", terms: catalogue.customers.terms },
      ];
  }
}
