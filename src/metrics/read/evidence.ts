import { dailySpreadOf, countObservation, type DailySpread } from "../anomaly.ts";
import {
  catalogue,
  metricOf,
  type CohortMetric,
  type Metric,
  type MetricName,
  type RatioMetric,
  type StoredName,
} from "../catalogue.ts";
import { Z, type Evidence, type Measured } from "../clear-change.ts";
import { toNumber } from "./exact.ts";
import { durationAt, requestsIn } from "./histogram.ts";
import type { Numbers, Share } from "./numbers.ts";
import { intervalOf } from "./window.ts";
import { combine, partOver, valueOver } from "./value.ts";

/** What is counted in a single day, and differs between days by more than chance. */
export const VOLUMES = ["dau", "api_calls", "agent_sessions"] as const satisfies readonly MetricName[];
export type VolumeName = (typeof VOLUMES)[number];

/** The 56 days before the last one of a window, by metric; null is no data. */
export type DailyHistory = ReadonlyMap<MetricName, readonly (number | null)[]>;

/** The window whose number it is. */
interface Of {
  readonly numbers: Numbers;
  /** Days of the window. */
  readonly days: number;
  /** How many days its last day lies before the one that `history` leads to. */
  readonly daysBack: number;
  readonly history: DailyHistory;
}

const FEWEST_ANSWERS = 10;
const EXACT: Evidence = { kind: "exact" };
const COUNT: Evidence = { kind: "count" };

/** The number of a window with what it rests on. */
export function measured(name: MetricName, of: Of, currency: string): Measured {
  const metric = metricOf(name);
  const value = valueOver(metric, of.numbers, currency);
  return { value, evidence: value === null ? { kind: "too little" } : evidenceOf(name, metric, of) };
}

function evidenceOf(name: MetricName, metric: Metric, of: Of): Evidence {
  if (metric.unit === "money") return EXACT;
  if (isVolume(name) && (metric.kind === "distinct" || of.days === 1)) return volumeOf(name, of);
  switch (metric.kind) {
    case "count":
    case "distinct":
      return COUNT;
    case "level":
      return EXACT;
    case "ratio":
      return ratioEvidence(metric, of);
    case "cohort":
      return cohortEvidence(metric, of.numbers);
    case "quantile":
      return quantileEvidence(metric.q, of.numbers);
    case "hours": {
      const { tickets, variance } = of.numbers.ticketHours().took[metric.of];
      return metric.take === "mean" && variance !== null
        ? { kind: "mean", variance, of: tickets }
        : { kind: "too little" };
    }
  }
}

function isVolume(name: MetricName): name is VolumeName {
  return (VOLUMES as readonly MetricName[]).includes(name);
}

function volumeOf(name: VolumeName, { history, daysBack }: Of): Evidence {
  const spread = spreadIn(history, name);
  return { kind: "volume", usual: spread?.usual(daysBack) ?? 0, deviation: spread?.deviation ?? null };
}

function spreadIn(history: DailyHistory, name: MetricName): DailySpread | null {
  return dailySpreadOf((history.get(name) ?? []).map(countObservation));
}

/** Of things that were counted; seconds and money are no samples. */
function ratioEvidence({ unit, numerator, denominator }: RatioMetric, { numbers, days }: Of): Evidence {
  if (unit === "score") return scoreEvidence(numbers);
  const below = Object.keys(denominator.terms) as StoredName[];
  if (below.some((term) => term.startsWith("mrr_") || term.endsWith("_seconds"))) return EXACT;
  if (denominator.over === "lasting") return EXACT;
  const part = toNumber(partOver(numerator, numbers));
  const whole = toNumber(partOver(denominator, numbers));
  // The same people come on many days: those of a day are a sample, those of all its days are not.
  const times = below.includes("mau") ? days : 1;
  return { kind: "share", part: part / times, whole: whole / times };
}

function scoreEvidence(numbers: Numbers): Evidence {
  const answers = toNumber(combine(catalogue.nps_responses.terms, numbers.last));
  const interval = intervalOf(numbers);
  if (interval === null || answers < FEWEST_ANSWERS) return { kind: "too little" };
  return { kind: "interval", low: interval.center - interval.margin, high: interval.center + interval.margin };
}

function cohortEvidence({ cohort }: CohortMetric, numbers: Numbers): Evidence {
  switch (cohort) {
    case "activation":
      return shareOf(numbers.activation());
    case "churn":
      return shareOf(numbers.churn());
    case "trials":
      return shareOf(numbers.trials());
    case "grr":
    case "nrr":
    case "gross_churn":
    case "net_churn":
    case "lifetime":
      return EXACT;
  }
}

function shareOf({ part, whole }: Share): Evidence {
  return { kind: "share", part, whole };
}

/** The durations whose ranks bound the rank of the quantile in 95 of 100 samples of as many requests. */
function quantileEvidence(q: number, numbers: Numbers): Evidence {
  const histogram = numbers.histogram();
  const requests = requestsIn(histogram);
  const width = Z * Math.sqrt(requests * q * (1 - q));
  const low = durationAt(histogram, Math.max(Math.floor(requests * q - width), 1));
  const high = durationAt(histogram, Math.min(Math.ceil(requests * q + width), requests));
  return low === null || high === null ? { kind: "too little" } : { kind: "interval", low, high };
}
