import type { Day } from "../../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../../metrics/catalogue.ts";
import { formatValue } from "../../../metrics/format.ts";
import type { Digest } from "../digest.ts";

/** By metric; null: no data, or left out. */
export type PostedNumbers = Readonly<Partial<Record<MetricName, number | null>>>;

/** A number that was posted and is another now. */
export interface Correction {
  readonly metric: MetricName;
  readonly before: number | null;
  readonly after: number | null;
  /** In words for people: "events arrived late"; null: not known. */
  readonly cause: string | null;
}

const SMALLEST_CHANGE = 0.01;

/** What a digest shows as numbers of its day. */
export function numbersShown({ numbers, freshness }: Pick<Digest, "numbers" | "freshness">): PostedNumbers {
  const marks = new Map(freshness?.marks.map(({ metric, value }) => [metric, value]));
  return Object.fromEntries(
    numbers.map(({ metric, value }) => [metric, marks.has(metric) ? marks.get(metric) : value]),
  );
}

export function numbersOf(day: Day, metrics: readonly string[]): PostedNumbers {
  return Object.fromEntries(metrics.map((metric) => [metric, (Reflect.get(day, metric) ?? null) as number | null]));
}

/** Those that changed by more than 1 % and that a reader would see. */
export function changedNumbers(
  before: PostedNumbers,
  after: PostedNumbers,
  currency: string,
): Omit<Correction, "cause">[] {
  return (Object.keys(before) as MetricName[]).flatMap((metric) => {
    const [was, is] = [before[metric] ?? null, after[metric] ?? null];
    return isRestated(was, is) && shownAs(metric, was, currency) !== shownAs(metric, is, currency)
      ? [{ metric, before: was, after: is }]
      : [];
  });
}

function isRestated(before: number | null, after: number | null): boolean {
  if (before === null || after === null) return before !== after;
  return Math.abs(after - before) > SMALLEST_CHANGE * Math.abs(before);
}

function shownAs(metric: MetricName, value: number | null, currency: string): string {
  return formatValue(metric, value, { currency });
}

/** "sign-ups 14 → 17 (events arrived late)" */
export function correctionText({ metric, before, after, cause }: Correction, currency: string): string {
  const { label } = metricOf(metric);
  const name = /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
  const why = cause === null ? "" : ` (${cause})`;
  return `${name} ${shownAs(metric, before, currency)} → ${shownAs(metric, after, currency)}${why}`;
}
