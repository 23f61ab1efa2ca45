import { beginningOf, metricNames, metricOf, type Metric, type MetricName } from "../catalogue.ts";
import { parseExact } from "../read/exact.ts";
import type { Histogram } from "../read/histogram.ts";
import { numbersOfDay } from "../read/numbers-of-day.ts";
import type { Numbers } from "../read/numbers.ts";
import { partsOf } from "../read/reading.ts";
import { valueOver } from "../read/value.ts";

/**
 * A metric of a day that was published and now has another value, in the metric's unit; null is no data. A level is
 * written down as the day's change, because all later days follow from it: their levels moved by `after - before`.
 */
export interface Restatement {
  readonly metric: MetricName;
  /** '' for the whole. */
  readonly by: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** A stored number of the day, as it was and as it is; a decimal, null for none. */
export interface StoredChange {
  readonly metric: string;
  readonly by: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface HistogramChange {
  readonly before: Histogram;
  readonly after: Histogram;
}

interface Telling {
  readonly currency: string;
  readonly isOtherMoney?: boolean;
  readonly requests?: HistogramChange;
  /** Whether the day had data of one of these types before the change; it did unless this says otherwise. */
  readonly wasKnown?: Numbers["isKnown"];
}

/**
 * What people see change when a day's stored numbers do. `stored` names the numbers that are kept together; metrics that
 * need others too, or a level at some other day, follow from those that are answered here. With `isOtherMoney` the money
 * before was of another currency, in which nothing is told any more: it is no data.
 */
export function restatementsOf(
  stored: readonly string[],
  changes: readonly StoredChange[],
  { currency, isOtherMoney = false, requests, wasKnown = () => true }: Telling,
): Restatement[] {
  const metrics = metricNames.filter((name) => isOfDay(metricOf(name), stored, requests !== undefined));
  return [...byGroup(changes)].flatMap(([by, own]) => {
    const numbers = (when: "before" | "after") => numbersIn(own, when, by === "" ? requests : undefined);
    const [then, now] = [numbers("before"), numbers("after")];
    return metrics
      .filter((name) => by === "" || isKeptByService(name))
      .flatMap((metric) => {
        const before = valueOver(metricOf(metric), then, currency);
        const after = valueOver(metricOf(metric), now, currency);
        if (before === after) return [];
        const wasTold = wasKnown(beginningOf(metricOf(metric))) && !(isOtherMoney && metricOf(metric).unit === "money");
        return [{ metric, by, before: wasTold ? before : null, after }];
      });
  });
}

/** Numbers by plan or kind of error are told apart, but only the whole of them is written down. */
function isKeptByService(name: MetricName): boolean {
  return metricOf(name).groups?.service !== undefined;
}

function byGroup(changes: readonly StoredChange[]): Map<string, StoredChange[]> {
  const groups = new Map<string, StoredChange[]>();
  for (const change of changes) {
    const own = groups.get(change.by);
    if (own) own.push(change);
    else groups.set(change.by, [change]);
  }
  return groups;
}

/** Whether the stored numbers alone decide the metric's value of a day, or for a level its change. */
function isOfDay(metric: Metric, stored: readonly string[], withRequests: boolean): boolean {
  switch (metric.kind) {
    case "count":
    case "distinct":
    case "level":
      return areStored(metric, stored);
    case "ratio":
      return areStored(metric, stored) && partsOf(metric).every(({ over }) => over === "sum" || over === "last");
    case "quantile":
      return withRequests;
    case "cohort":
    case "hours":
      return false;
  }
}

function areStored(metric: Metric, stored: readonly string[]): boolean {
  return partsOf(metric).every(({ terms }) => Object.keys(terms).every((name) => stored.includes(name)));
}

function numbersIn(
  changes: readonly StoredChange[],
  when: "before" | "after",
  requests: HistogramChange | undefined,
): Numbers {
  const values = new Map<string, string | null>(changes.map((change) => [change.metric, change[when]]));
  return numbersOfDay((name) => parseExact(values.get(name) ?? "0"), requests?.[when]);
}
