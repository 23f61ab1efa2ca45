import type { SeriesChart } from "../../charts/chart.ts";
import { Temporal } from "../../core/time.ts";
import type { Series } from "../../metrics/answers.ts";
import { metricOf, type Kind, type MetricName } from "../../metrics/catalogue.ts";
import { formatChange, formatValue } from "../../metrics/format.ts";
import type { Fact } from "../message.ts";
import { dayText, rangeText, windowName } from "../window-words.ts";

/** `currency` is absent where the metric is not money. */
function currencyOf(series: Series): string {
  return series.currency ?? "";
}

/** The days for which it is known what happened. */
export interface ShownDays {
  readonly firstDay: Temporal.PlainDate;
  readonly today: Temporal.PlainDate;
}

/** "23 Oct - 21 Nov"; the last day alone for a number that is simply that of its last day. */
export function spanText(
  metric: MetricName,
  range: { readonly start: string; readonly end: string },
  today: Temporal.PlainDate,
): string {
  return isOfTheLastDay(metricOf(metric).kind) ? dayText(range.end, today) : rangeText(range, today);
}

/** The number of the window, compared with nothing. */
export function valueFact(metric: MetricName, series: Series, today: Temporal.PlainDate): Fact {
  return {
    label: spanText(metric, series.date_range, today),
    value: formatValue(metric, series.window.value, { currency: currencyOf(series) }),
  };
}

/** The number of the window, against the same number of the days before when all of those are on record. */
export function windowFact(metric: MetricName, series: Series, { firstDay, today }: ShownDays): Fact {
  const currency = currencyOf(series);
  const { start, days } = series.date_range;
  const startBefore = Temporal.PlainDate.from(start).subtract({ days });
  const before = {
    start: startBefore.toString(),
    end: Temporal.PlainDate.from(start).subtract({ days: 1 }).toString(),
  };
  const comparable = Temporal.PlainDate.compare(firstDay, startBefore) <= 0;
  const change = comparable
    ? formatChange(metric, series.window.value, series.previous.value, {
        currency,
        before: spanText(metric, before, today),
      })
    : null;
  return {
    ...valueFact(metric, series, today),
    ...(change === null ? {} : { detail: change.text, tone: change.tone }),
    ...(comparable || firstDay.toString() <= start
      ? {}
      : { detail: `data since ${dayText(firstDay.toString(), today)}` }),
  };
}

/** Whether the number of a window is simply that of its last day. */
export function isOfTheLastDay(kind: Kind): boolean {
  switch (kind) {
    case "level":
    case "distinct":
      return true;
    case "count":
    case "ratio":
    case "cohort":
    case "hours":
    case "quantile":
      return false;
  }
}

export function todayFact(metric: MetricName, series: Series): Fact {
  const value = formatValue(metric, series.today.value, { currency: currencyOf(series) });
  return { label: "Today so far", value, detail: "partial" };
}

/** Complete days only: a part of a day beside whole ones looks like a fall. */
export function chartOf(metric: MetricName, series: Series): SeriesChart {
  const { label, unit, kind } = metricOf(metric);
  return {
    kind: kind === "count" ? "bar" : "line",
    title: `${label}, ${windowName(series.date_range.days).toLowerCase()}`,
    unit,
    ...(series.currency === undefined ? {} : { currency: series.currency }),
    labels: series.points.map(({ date }) => date),
    series: [{ label, values: series.points.map(({ value }) => value) }],
  };
}
