import { divideRounded, toMajorUnits } from "../../core/money.ts";
import {
  beginningOf,
  catalogue,
  type CohortMetric,
  type CountMetric,
  type Metric,
  type RatioMetric,
  type RatioPart,
  type StoredName,
  type Terms,
} from "../catalogue.ts";
import { ONE, toNumber, type Exact } from "./exact.ts";
import { quantileMs } from "./histogram.ts";
import type { Numbers, Share } from "./numbers.ts";

/** Parts of a minor unit that stored money counts. */
export const MICROS = 1_000_000n;

/** The metric's value over a window, in the unit that the catalogue says; null is no data. */
export function valueOver(metric: Metric, numbers: Numbers, currency: string): number | null {
  if (!numbers.isKnown(beginningOf(metric))) return null;
  switch (metric.kind) {
    case "count":
      return inUnit(metric, sumOverDays(metric, numbers), currency);
    case "level":
      return inUnit(metric, combine(metric.terms, numbers.closing), currency);
    case "distinct":
      return inUnit(metric, combine(metric.terms, numbers.last), currency);
    case "ratio":
      return ratioOver(metric, numbers, currency);
    case "cohort":
      return cohortOver(metric, numbers, currency);
    case "quantile":
      return quantileMs(numbers.histogram(), metric.q);
    case "hours":
      return numbers.ticketHours()[metric.of][metric.take];
  }
}

/** Only counts add up over days: for distinct people, levels and ratios this does not compile. */
export function sumOverDays(metric: CountMetric, numbers: Pick<Numbers, "sum">): Exact {
  return combine(metric.terms, numbers.sum);
}

/** The stored numbers added up, as `read` takes them. */
export function combine(terms: Terms, read: (name: StoredName) => Exact): Exact {
  const entries = Object.entries(terms) as [StoredName, 1 | -1][];
  return entries.reduce((sum, [name, sign]) => sum + BigInt(sign) * read(name), 0n);
}

function inUnit(metric: Metric, exact: Exact, currency: string): number {
  return metric.unit === "money" ? toMoney(metric, exact, 1n, currency) : toNumber(exact);
}

/** Stored money is in millionths of the minor unit, that of subscriptions of a year; it is rounded here, once. */
function toMoney(metric: Metric, exact: Exact, divisor: bigint, currency: string): number {
  const perPeriod = metric.perYear === true || metric.once === true ? 1n : 12n;
  return toMajorUnits(divideRounded(exact, MICROS * ONE * perPeriod * divisor), currency);
}

function ratioOver(metric: RatioMetric, numbers: Numbers, currency: string): number | null {
  const above = partOver(metric.numerator, numbers);
  const below = partOver(metric.denominator, numbers);
  if (below <= 0n) return null;
  if (metric.unit === "money") return toMoney(metric, above * ONE, below, currency);
  return (metric.scale * toNumber(above)) / toNumber(below);
}

/** The numerator or denominator over the window. */
export function partOver({ over, terms }: RatioPart, numbers: Numbers): Exact {
  switch (over) {
    case "sum":
      return combine(terms, numbers.sum);
    case "last":
      return combine(terms, numbers.last);
    case "closing":
      return combine(terms, numbers.closing);
    case "opening":
      return combine(terms, numbers.opening);
    case "lasting":
      return combine(terms, numbers.closing) * numbers.seconds();
  }
}

function cohortOver(metric: CohortMetric, numbers: Numbers, currency: string): number | null {
  const { whole, kept, ending } = retained(numbers);
  switch (metric.cohort) {
    case "activation":
      return percentOf(numbers.activation());
    case "churn":
      return percentOf(numbers.churn());
    case "trials":
      return percentOf(numbers.trials());
    case "grr":
      return percentOfMoney(kept, whole);
    case "nrr":
      return percentOfMoney(ending, whole);
    case "gross_churn":
      return percentOfMoney(whole - kept, whole);
    case "net_churn":
      return percentOfMoney(whole - ending, whole);
    case "lifetime":
      return lifetimeValue(metric, numbers, currency);
  }
}

/** What the accounts that paid as the window began brought then, and what of it they bring at its end. */
export function retained(numbers: Numbers): { readonly whole: Exact; readonly kept: Exact; readonly ending: Exact } {
  const { openingOfTouched, opening, kept, ending } = numbers.retention();
  const unchanged = combine(catalogue.mrr.terms, numbers.opening) - openingOfTouched;
  return { whole: unchanged + opening, kept: unchanged + kept, ending: unchanged + ending };
}

/** ARPU × gross margin ÷ churn, as one division; null when nobody pays or nobody left. */
function lifetimeValue(metric: CohortMetric, numbers: Numbers, currency: string): number | null {
  const { part: lost, whole: opening } = numbers.lifetime();
  const customers = combine(catalogue.customers.terms, numbers.closing);
  if (customers <= 0n || lost === 0 || opening <= 0) return null;
  const margin = BigInt(Math.round(numbers.grossMargin * 100));
  const mrr = combine(catalogue.mrr.terms, numbers.closing);
  return toMoney(metric, mrr * margin * BigInt(opening) * ONE, customers * BigInt(lost) * 10_000n, currency);
}

const DECIMALS_OF_PERCENT = 12;

function percentOfMoney(part: Exact, whole: Exact): number | null {
  if (whole <= 0n) return null;
  return Number(divideRounded(100n * part * 10n ** BigInt(DECIMALS_OF_PERCENT), whole)) / 10 ** DECIMALS_OF_PERCENT;
}

function percentOf({ part, whole }: Share): number | null {
  return whole <= 0 ? null : (100 * part) / whole;
}
