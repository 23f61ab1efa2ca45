import { localDay, Temporal } from "../../core/time.ts";
import type { EventType } from "../../events/event-type.ts";
import { beginningOf, metricNames, metricOf, type Metric, type MetricName, type StoredName } from "../catalogue.ts";

/** The instant of the first event of each type that has had any, as ISO text in UTC with six decimals. */
export type Firsts = Readonly<Partial<Record<EventType, string>>>;

/** Days on which a metric has data and had none before, or the other way round. */
export interface Beginning {
  readonly metric: MetricName;
  /** Names of the stored numbers that the metric is made of. */
  readonly stored: readonly StoredName[];
  /** ISO dates, both included. */
  readonly from: string;
  readonly to: string;
  readonly hasData: boolean;
  /** Whether it had no data at all before: what is then computed for the first time is no correction. */
  readonly isFirst: boolean;
}

/**
 * What becomes of the days before today when first events move: of the metrics that are 0 on a day on which nothing
 * happened. The others are no data on such a day in any case.
 */
export function beginnings(
  before: Firsts,
  after: Firsts,
  { today, timeZone }: { readonly today: string; readonly timeZone: string },
): Beginning[] {
  return metricNames.flatMap((name) => {
    const metric = metricOf(name);
    const stored = sumOf(metric);
    if (stored.length === 0) return [];
    const begun = firstDayOf(metric, before, timeZone);
    const known = begun ?? today;
    const now = firstDayOf(metric, after, timeZone) ?? today;
    if (known === now || (known >= today && now >= today)) return [];
    const hasData = now < known;
    const until = Temporal.PlainDate.from(hasData ? known : now)
      .subtract({ days: 1 })
      .toString();
    return [{ metric: name, stored, from: hasData ? now : known, to: until, hasData, isFirst: begun === null }];
  });
}

function sumOf(metric: Metric): StoredName[] {
  const isSum = metric.kind === "count" || metric.kind === "distinct" || metric.kind === "level";
  return isSum ? (Object.keys(metric.terms) as StoredName[]) : [];
}

/** The local day on which the metric begins, as an ISO date; null when it has not begun. */
function firstDayOf(metric: Metric, firsts: Firsts, timeZone: string): string | null {
  const instants = beginningOf(metric).flatMap((type) => firsts[type] ?? []);
  const [earliest] = instants.sort();
  return earliest === undefined ? null : localDay(Temporal.Instant.from(earliest), timeZone).toString();
}
