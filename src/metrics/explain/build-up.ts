import { minorDigits } from "../../core/money.ts";
import type { Built } from "../answers.ts";
import {
  metricOf,
  type CohortMetric,
  type Metric,
  type Over,
  type QuantileMetric,
  type RatioPart,
  type StoredName,
  type Terms,
} from "../catalogue.ts";
import { MILLION, toNumber, type Exact } from "../read/exact.ts";
import { rankOf } from "../read/histogram.ts";
import type { Numbers } from "../read/numbers.ts";
import { cohortShare } from "../read/value.ts";
import { metricMadeOf } from "./reach-of-inputs.ts";
import { STORED_LABELS, unitOfStored } from "./stored-labels.ts";

type Term = Extract<Built, { rule: "sum" }>["terms"][number];
type Side = Extract<Built, { rule: "ratio" }>["numerator"];

/** How the metric's value over a window comes about; null before the first event. Money is not rounded. */
export function buildUp(metric: Metric, numbers: Numbers, currency: string): Built | null {
  if (numbers.daysWithData === 0) return null;
  const scaling = { currency, perYear: metric.perYear === true };
  switch (metric.kind) {
    case "count":
      return { rule: "sum", taken: "sum", terms: termsOver("sum", metric.terms, numbers, scaling) };
    case "distinct":
      return { rule: "sum", taken: "last", terms: termsOver("last", metric.terms, numbers, scaling) };
    case "level": {
      const start = add(termsOver("opening", metric.terms, numbers, scaling));
      return { rule: "level", start, terms: termsOver("sum", metric.terms, numbers, scaling) };
    }
    case "ratio": {
      const side = (part: RatioPart) => sideOver(part, numbers, scaling);
      const [numerator, denominator] = [side(metric.numerator), side(metric.denominator)];
      return { rule: "ratio", scale: metric.scale, numerator, denominator };
    }
    case "cohort":
      return shareOf(metric, numbers);
    case "quantile":
      return rankIn(metric, numbers);
  }
}

interface Scaling {
  readonly currency: string;
  readonly perYear: boolean;
}

function termsOver(over: Over, terms: Terms, numbers: Numbers, scaling: Scaling): Term[] {
  return (Object.entries(terms) as [StoredName, 1 | -1][]).map(([name, sign]) => ({
    name,
    label: STORED_LABELS[name],
    sign,
    value: valueOf(name, over, numbers, scaling),
  }));
}

function valueOf(name: StoredName, over: Over, numbers: Numbers, { currency, perYear }: Scaling): number {
  const value = toNumber(taken(name, over, numbers)) / (over === "mean" ? numbers.daysWithData : 1);
  if (unitOfStored(name) !== "money") return value;
  return value / Number(MILLION) / (perYear ? 1 : 12) / 10 ** minorDigits(currency);
}

function taken(name: StoredName, over: Over, numbers: Numbers): Exact {
  switch (over) {
    case "sum":
    case "mean":
      return numbers.sum(name);
    case "last":
      return numbers.last(name);
    case "closing":
      return numbers.closing(name);
    case "opening":
      return numbers.opening(name);
  }
}

function sideOver({ over, terms }: RatioPart, numbers: Numbers, scaling: Scaling): Side {
  const parts = termsOver(over, terms, numbers, scaling);
  const [only, more] = parts;
  const whole = metricMadeOf(terms);
  const label = more === undefined ? (only?.label ?? null) : whole === undefined ? null : metricOf(whole).label;
  return { taken: over, label, value: add(parts), terms: parts };
}

function add(terms: readonly Term[]): number {
  return terms.reduce((sum, { sign, value }) => sum + sign * value, 0);
}

function shareOf(metric: CohortMetric, numbers: Numbers): Built {
  const { part, whole } = cohortShare(metric, numbers);
  const labels = COHORT_LABELS[metric.cohort];
  return {
    rule: "share",
    scale: 100,
    part: { label: labels.part, value: part },
    whole: { label: labels.whole, value: whole },
  };
}

const COHORT_LABELS: Readonly<Record<CohortMetric["cohort"], { readonly part: string; readonly whole: string }>> = {
  activation: {
    part: "were fully activated in time",
    whole: "people who signed up in the window and whose time to activate is over",
  },
  churn: {
    part: "cancelled",
    whole: "accounts that paid when the window began",
  },
};

function rankIn({ q }: QuantileMetric, numbers: Numbers): Built {
  const requests = numbers.histogram().counts.reduce((sum, count) => sum + count, 0);
  return { rule: "rank", q, requests, rank: requests === 0 ? 0 : rankOf(q, requests) };
}
