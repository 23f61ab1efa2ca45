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
import { MILLION, toNumber, type Exact } from "./exact.ts";
import { quantileMs } from "./histogram.ts";
import type { Numbers, Share } from "./numbers.ts";

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

/** Stored money is annual, in millionths of the minor unit; it is rounded here, once. */
function toMoney(metric: Metric, exact: Exact, divisor: bigint, currency: string): number {
  const perPeriod = metric.perYear === true ? 1n : 12n;
  return toMajorUnits(divideRounded(exact, MILLION * MILLION * perPeriod * divisor), currency);
}

function ratioOver(metric: RatioMetric, numbers: Numbers, currency: string): number | null {
  const above = partOver(metric.numerator, numbers);
  const below = partOver(metric.denominator, numbers);
  if (below <= 0n) return null;
  if (metric.unit === "money") return toMoney(metric, above * MILLION, below, currency);
  return (metric.scale * Number(above)) / Number(below);
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
  const opening = combine(catalogue.mrr.terms, numbers.opening);
  switch (metric.cohort) {
    case "activation":
      return percentOf(numbers.activation());
    case "churn":
      return percentOf({
        part: numbers.churnedAccounts(),
        whole: toNumber(combine(catalogue.customers.terms, numbers.opening)),
      });
    case "grr":
      return percentOf({ part: Number(opening - numbers.retention().lost), whole: Number(opening) });
    case "nrr":
      return percentOf({ part: Number(opening + numbers.retention().change), whole: Number(opening) });
    case "lifetime":
      return lifetimeValue(metric, numbers, currency);
  }
}

/** ARPU × gross margin ÷ churn, as one division; null when nobody pays or nobody left. */
function lifetimeValue(metric: CohortMetric, numbers: Numbers, currency: string): number | null {
  const { opening, lost } = numbers.lifetime();
  const customers = combine(catalogue.customers.terms, numbers.closing);
  if (customers <= 0n || lost === 0 || opening <= 0) return null;
  const margin = BigInt(Math.round(numbers.grossMargin * 100));
  const mrr = combine(catalogue.mrr.terms, numbers.closing);
  return toMoney(metric, mrr * margin * BigInt(opening) * MILLION, customers * BigInt(lost) * 10_000n, currency);
}

function percentOf({ part, whole }: Share): number | null {
  return whole <= 0 ? null : (100 * part) / whole;
}
