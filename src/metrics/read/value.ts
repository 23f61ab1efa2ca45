import { divideRounded, toMajorUnits } from "../../core/money.ts";
import type { CohortMetric, CountMetric, Metric, RatioMetric, RatioPart, StoredName, Terms } from "../catalogue.ts";
import { MILLION, toNumber, type Exact } from "./exact.ts";
import { quantileMs } from "./histogram.ts";
import type { Numbers, Share } from "./numbers.ts";

/** The metric's value over a window, in the unit that the catalogue says; null is no data. */
export function valueOver(metric: Metric, numbers: Numbers, currency: string): number | null {
  if (numbers.daysWithData === 0) return null;
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
      return percentOf(cohortShare(metric, numbers));
    case "quantile":
      return quantileMs(numbers.histogram(), metric.q);
  }
}

/** Only counts add up over days: for distinct people, levels and ratios this does not compile. */
export function sumOverDays(metric: CountMetric, numbers: Pick<Numbers, "sum">): Exact {
  return combine(metric.terms, numbers.sum);
}

function combine(terms: Terms, read: (name: StoredName) => Exact): Exact {
  const entries = Object.entries(terms) as [StoredName, 1 | -1][];
  return entries.reduce((sum, [name, sign]) => sum + BigInt(sign) * read(name), 0n);
}

function inUnit(metric: Metric, exact: Exact, currency: string): number {
  return metric.unit === "money" ? toMoney(metric, exact, 1n, currency) : toNumber(exact);
}

/** Stored money is annual, in millionths of the minor unit; it is rounded here, once. */
function toMoney(metric: Metric, exact: Exact, divisor: bigint, currency: string): number {
  const perPeriod = metric.perYear === true ? 1n : 12n;
  return toMajorUnits(divideRounded(exact, MILLION * MILLION * perPeriod * divisor), currency);
}

function ratioOver(metric: RatioMetric, numbers: Numbers, currency: string): number | null {
  const above = partOver(metric.numerator, numbers);
  const below = partOver(metric.denominator, numbers);
  const numerator = above.value * below.days;
  const denominator = below.value * above.days;
  if (denominator <= 0n) return null;
  if (metric.unit === "money") return toMoney(metric, numerator * MILLION, denominator, currency);
  return (metric.scale * Number(numerator)) / Number(denominator);
}

/** A mean is kept as its sum and its days, so that nothing is lost before the division. */
function partOver(part: RatioPart, numbers: Numbers): { value: Exact; days: bigint } {
  switch (part.over) {
    case "sum":
      return { value: combine(part.terms, numbers.sum), days: 1n };
    case "mean":
      return { value: combine(part.terms, numbers.sum), days: BigInt(numbers.daysWithData) };
    case "last":
      return { value: combine(part.terms, numbers.last), days: 1n };
    case "closing":
      return { value: combine(part.terms, numbers.closing), days: 1n };
    case "opening":
      return { value: combine(part.terms, numbers.opening), days: 1n };
  }
}

export function cohortShare(metric: CohortMetric, numbers: Numbers): Share {
  switch (metric.cohort) {
    case "activation":
      return numbers.activation();
    case "churn":
      return {
        part: numbers.churnedAccounts(),
        whole: toNumber(numbers.opening("customers_gained") - numbers.opening("customers_lost")),
      };
  }
}

function percentOf({ part, whole }: Share): number | null {
  return whole <= 0 ? null : (100 * part) / whole;
}
