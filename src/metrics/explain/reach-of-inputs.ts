import { Temporal, type Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import {
  metricOf,
  metricNames,
  type CohortMetric,
  type Metric,
  type MetricName,
  type StoredName,
  type Terms,
} from "../catalogue.ts";
import { partsOf } from "../read/reading.ts";
import type { MovementKind } from "../rollup/movement.ts";

/** Local days whose rows a value rests on; all up to the end when `start` is null. */
export interface InputRange {
  readonly start: Temporal.PlainDate | null;
  readonly end: Temporal.PlainDate;
}

export function inputRange(metric: Metric, window: Window, workspace: Workspace): InputRange {
  const parts = partsOf(metric);
  if (parts.some(({ over }) => over === "closing" || over === "lasting")) return { start: null, end: window.end };
  const trailing = parts.flatMap(({ over, terms }) => {
    const day = over === "last" ? window.end : window.start;
    return namesOf(terms).map((name) => trailingStart(name, day, workspace));
  });
  const starts =
    parts.every(({ over }) => over === "last") && trailing.length > 0 ? trailing : [window.start, ...trailing];
  return {
    start: starts.toSorted((one, other) => Temporal.PlainDate.compare(one, other))[0] ?? window.start,
    end: window.end,
  };
}

/** The first day of those that a number stored for `end` looks back on; most look at their day only. */
function trailingStart(name: StoredName, end: Temporal.PlainDate, { policies }: Workspace): Temporal.PlainDate {
  if (name === "mau" && policies.mauWindow === "calendar_month") return end.with({ day: 1 });
  const days: Partial<Record<StoredName, number>> = {
    wau: 7,
    mau: Number(policies.mauWindow),
    nps_promoters: policies.npsDays,
    nps_passives: policies.npsDays,
    nps_detractors: policies.npsDays,
  };
  return end.subtract({ days: (days[name] ?? 1) - 1 });
}

function namesOf(terms: Terms): StoredName[] {
  return Object.keys(terms) as StoredName[];
}

/** The metrics under which a change of this one's value is written down. */
export function restatedThrough(name: MetricName): MetricName[] {
  const metric = metricOf(name);
  switch (metric.kind) {
    case "count":
    case "level":
    case "distinct":
    case "quantile":
      return [name];
    case "ratio": {
      const parts = [metric.numerator, metric.denominator];
      if (parts.every(({ over }) => over === "sum" || over === "last")) return [name];
      return [...new Set(parts.flatMap(({ terms }) => metricsOf(terms)))];
    }
    case "cohort":
      return COHORTS_RESTATED_THROUGH[metric.cohort];
    case "hours":
      return metric.of === "resolution" ? ["tickets_resolved"] : ["tickets_opened"];
  }
}

const COHORTS_RESTATED_THROUGH: Readonly<Record<CohortMetric["cohort"], MetricName[]>> = {
  activation: ["signups", "activations"],
  churn: ["customers"],
  grr: ["mrr"],
  nrr: ["mrr"],
  gross_churn: ["mrr"],
  net_churn: ["mrr"],
  trials: ["trials_started"],
  lifetime: ["mrr", "customers"],
};

/** The metric that is made of exactly these terms, else those that are each made of one. */
function metricsOf(terms: Terms): MetricName[] {
  const whole = metricMadeOf(terms);
  if (whole !== undefined) return [whole];
  return namesOf(terms).flatMap((name) => metricMadeOf({ [name]: 1 }) ?? []);
}

/** The count, level or distinct number that is exactly this sum. */
export function metricMadeOf(terms: Terms): MetricName | undefined {
  return metricNames.find((name) => areSame(sumOf(metricOf(name)), terms));
}

/** What the metric is a mere sum of; nothing for what is worked out otherwise. */
function sumOf(metric: Metric): Terms {
  switch (metric.kind) {
    case "count":
    case "level":
    case "distinct":
      return metric.terms;
    case "ratio":
    case "cohort":
    case "quantile":
    case "hours":
      return {};
  }
}

function areSame(one: Terms, other: Terms): boolean {
  const names = namesOf(one);
  return names.length === namesOf(other).length && names.every((name) => one[name] === other[name]);
}

const MOVEMENTS: Readonly<Partial<Record<StoredName, readonly MovementKind[]>>> = {
  mrr_new: ["new"],
  mrr_expansion: ["expansion"],
  mrr_contraction: ["contraction"],
  mrr_churn: ["churn"],
  mrr_reactivation: ["reactivation"],
  mrr_paused: ["paused"],
  mrr_resumed: ["resumed"],
  customers_gained: ["new", "reactivation", "resumed"],
  customers_lost: ["churn", "paused"],
};

/** Movements of accounts that make up the metric; none for what is not about money. */
export function movementsBehind(metric: Metric): MovementKind[] {
  if (metric.kind === "cohort" && (metric.cohort === "grr" || metric.cohort === "gross_churn"))
    return ["contraction", "churn"];
  if (metric.kind === "cohort" && (metric.cohort === "nrr" || metric.cohort === "net_churn"))
    return ["expansion", "contraction", "churn", "reactivation"];
  const names = partsOf(metric)
    .filter(({ over }) => over !== "opening")
    .flatMap(({ terms }) => namesOf(terms));
  return [...new Set(names.flatMap((name) => MOVEMENTS[name] ?? []))];
}
