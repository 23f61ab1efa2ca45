import { Temporal } from "../../../src/core/time.ts";
import type { Series } from "../../../src/metrics/answers.ts";
import { metricOf, type MetricName } from "../../../src/metrics/catalogue.ts";

export const TIME_ZONE = "Europe/Berlin";
/** Sunday 22 November 2026, 10:15 in Berlin. */
export const NOW = Temporal.Instant.from("2026-11-22T09:15:00Z");
export const COMPUTED_AT = "2026-11-22T09:12:40.000Z";
export const TODAY = Temporal.PlainDate.from("2026-11-22");

export function rangeOf(days: number, before = 0) {
  const end = TODAY.subtract({ days: 1 + before * days });
  return { start: end.subtract({ days: days - 1 }).toString(), end: end.toString(), days, timezone: TIME_ZONE };
}

export function madeUpSeries(
  metric: MetricName,
  values: readonly (number | null)[],
  numbers: Partial<Series> = {},
): Series {
  const { label, unit } = metricOf(metric);
  const range = rangeOf(values.length);
  const start = Temporal.PlainDate.from(range.start);
  return {
    metric,
    label,
    unit,
    ...(unit === "money" ? { currency: "USD" } : {}),
    points: values.map((value, index) => ({ date: start.add({ days: index }).toString(), value })),
    window: { value: values.at(-1) ?? null },
    previous: { value: null },
    today: { date: TODAY.toString(), value: null },
    date_range: range,
    computed_at: COMPUTED_AT,
    ...numbers,
  };
}
