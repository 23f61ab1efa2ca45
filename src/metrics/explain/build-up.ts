import { minorDigits } from "../../core/money.ts";
import type { Built } from "../explained.ts";
import {
  beginningOf,
  catalogue,
  metricOf,
  type CohortMetric,
  type Metric,
  type Over,
  type QuantileMetric,
  type RatioPart,
  type StoredName,
  type Terms,
} from "../catalogue.ts";
import { toNumber, type Exact } from "../read/exact.ts";
import { rankOf } from "../read/histogram.ts";
import type { Numbers } from "../read/numbers.ts";
import { combine, MICROS, retained } from "../read/value.ts";
import { metricMadeOf } from "./reach-of-inputs.ts";
import { STORED_LABELS, unitOfStored } from "./stored-labels.ts";

type Term = Extract<Built, { rule: "sum" }>["terms"][number];
type Side = Extract<Built, { rule: "ratio" }>["numerator"];

/** How the metric's value over a window comes about; null before the first event. Money is not rounded. */
export function buildUp(metric: Metric, numbers: Numbers, currency: string): Built | null {
  if (!numbers.isKnown(beginningOf(metric))) return null;
  const scaling = { currency, perYear: metric.perYear === true || metric.once === true };
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
      return cohortBuildUp(metric.cohort, numbers, scaling);
    case "quantile":
      return rankIn(metric, numbers);
    case "hours": {
      const { tickets, total } = numbers.ticketHours().took[metric.of];
      return { rule: "tickets", take: metric.take, tickets, total_hours: total };
    }
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

function valueOf(name: StoredName, over: Over, numbers: Numbers, scaling: Scaling): number {
  const value = toNumber(taken(name, over, numbers)) * (over === "lasting" ? Number(numbers.seconds()) : 1);
  return unitOfStored(name) === "money" ? majorUnits(value, scaling) : value;
}

/** `annual` is in millionths of the minor unit. */
function majorUnits(annual: number, { currency, perYear }: Scaling): number {
  return annual / Number(MICROS) / (perYear ? 1 : 12) / 10 ** minorDigits(currency);
}

function taken(name: StoredName, over: Over, numbers: Numbers): Exact {
  switch (over) {
    case "sum":
      return numbers.sum(name);
    case "last":
      return numbers.last(name);
    case "closing":
    case "lasting":
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

function cohortBuildUp(cohort: CohortMetric["cohort"], numbers: Numbers, scaling: Scaling): Built {
  switch (cohort) {
    case "activation": {
      const { part, whole } = numbers.activation();
      return share("count", [part, "were fully activated in time"], [whole, SIGNED_UP]);
    }
    case "churn": {
      const { part, whole } = numbers.churn();
      return share("count", [part, "cancelled"], [whole, "accounts that paid or were paused when the window began"]);
    }
    case "trials": {
      const { part, whole } = numbers.trials();
      return share("count", [part, "paid within a day of the end"], [whole, "trials that ended in the window"]);
    }
    case "grr":
    case "nrr":
    case "gross_churn":
    case "net_churn":
      return retentionBuildUp(cohort, numbers, scaling);
    case "lifetime": {
      const { whole: opening, part: lost } = numbers.lifetime();
      const mrr = majorUnits(toNumber(combine(catalogue.mrr.terms, numbers.closing)), scaling);
      const customers = toNumber(combine(catalogue.customers.terms, numbers.closing));
      return { rule: "lifetime", mrr, customers, gross_margin: numbers.grossMargin, lost, opening };
    }
  }
}

const SIGNED_UP = "people who signed up in the window and whose time to activate is over";

function retentionBuildUp(
  cohort: "grr" | "nrr" | "gross_churn" | "net_churn",
  numbers: Numbers,
  scaling: Scaling,
): Built {
  const { whole, kept, ending } = retained(numbers);
  const parts = {
    grr: [kept, "are still paid by the same accounts, more counting as no more"],
    nrr: [ending, "have become what the same accounts pay"],
    gross_churn: [whole - kept, "are not paid any more by the same accounts"],
    net_churn: [whole - ending, "is what the same accounts pay less"],
  } as const;
  const [part, label] = parts[cohort];
  const money = (exact: Exact) => majorUnits(toNumber(exact), scaling);
  return share("money", [money(part), label], [money(whole), "MRR when the window began"]);
}

type Counted = readonly [value: number, label: string];

function share(unit: "count" | "money", [part, became]: Counted, [whole, label]: Counted): Built {
  return { rule: "share", scale: 100, unit, part: { label: became, value: part }, whole: { label, value: whole } };
}

function rankIn({ q }: QuantileMetric, numbers: Numbers): Built {
  const requests = numbers.histogram().counts.reduce((sum, count) => sum + count, 0);
  return { rule: "rank", q, requests, rank: requests === 0 ? 0 : rankOf(q, requests) };
}
