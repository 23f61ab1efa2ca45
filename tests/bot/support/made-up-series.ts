import { Temporal } from "../../../src/core/time.ts";
import { Problem } from "../../../src/core/problem.ts";
import {
  comparedWith,
  windowOn,
  type CalendarWindow,
  type Compare,
  type WindowAsked,
} from "../../../src/core/window-wish.ts";
import type { DateRange, PreviousRange, Series } from "../../../src/metrics/answers.ts";
import { changeOf } from "../../../src/metrics/clear-change.ts";
import { metricOf, type MetricName } from "../../../src/metrics/catalogue.ts";

export const TIME_ZONE = "Europe/Berlin";
/** Sunday 22 November 2026, 10:15 in Berlin. */
export const NOW = Temporal.Instant.from("2026-11-22T09:15:00Z");
export const COMPUTED_AT = "2026-11-22T09:12:40.000Z";
export const TODAY = Temporal.PlainDate.from("2026-11-22");

/** Of so many days, or of a calendar window that is over or running. */
function windowOf(asked: WindowAsked): CalendarWindow {
  const found = windowOn(TODAY, asked);
  if (!found.ok) throw new Problem("invalid_window", 400, found.complaint);
  return found.window;
}

export function daysIn(asked: WindowAsked): number {
  return windowOf(asked).days;
}

export function rangeOf(asked: WindowAsked): DateRange {
  const { start, end, days, complete } = windowOf(asked);
  return { start: start.toString(), end: end.toString(), days, complete, timezone: TIME_ZONE };
}

/** What it is set beside, all of it on record. */
export function rangeBefore(asked: WindowAsked, compare: Exclude<Compare, "none"> = "previous"): PreviousRange {
  const { start, end, days } = comparedWith(windowOf(asked), compare) ?? windowOf(asked);
  return { start: start.toString(), end: end.toString(), days, days_known: days, timezone: TIME_ZONE };
}

/** As if every change were clear. */
export function clearly(now: number | null, before: number | null) {
  const exact = { kind: "exact" } as const;
  return changeOf("count", { value: now, evidence: exact }, { value: before, evidence: exact });
}

type Parts = Omit<Partial<Series>, "previous"> & {
  readonly previous?: Omit<NonNullable<Series["previous"]>, "date_range"> | null;
};

export function madeUpSeries(
  metric: MetricName,
  values: readonly (number | null)[],
  { previous = { value: null }, ...numbers }: Parts = {},
): Series {
  const { label, unit } = metricOf(metric);
  const range = rangeOf(values.length);
  const start = Temporal.PlainDate.from(range.start);
  const window = numbers.window ?? { value: values.at(-1) ?? null };
  return {
    metric,
    label,
    unit,
    ...(unit === "money" ? { currency: "USD" } : {}),
    step: "day",
    points: values.map((value, index) => ({ date: start.add({ days: index }).toString(), value })),
    window,
    previous: previous === null ? null : { ...previous, date_range: rangeBefore(values.length) },
    change: clearly(window.value, previous?.value ?? null),
    today: { date: TODAY.toString(), value: null },
    date_range: range,
    computed_at: COMPUTED_AT,
    ...numbers,
  };
}
