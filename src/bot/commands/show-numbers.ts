import type { SeriesChart } from "../../charts/chart.ts";
import { drawnAs } from "../../charts/drawn-as.ts";
import { monthName } from "../../core/month-names.ts";
import { Temporal } from "../../core/time.ts";
import type { Series } from "../../metrics/answers.ts";
import { metricOf, type Kind, type MetricName } from "../../metrics/catalogue.ts";
import { formatChange, formatValue, type Change } from "../../metrics/format.ts";
import { uptimeText } from "../../metrics/uptime-words.ts";
import type { Fact } from "../message.ts";
import { dayText, rangeText } from "../window-words.ts";
import { daysText } from "../../charts/day-labels.ts";

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
    value:
      metric === "uptime"
        ? uptimeText(series.window.value, series.window.uptime_observed ?? null)
        : formatValue(metric, series.window.value, { currency: currencyOf(series) }),
  };
}

/** How the number of the window differs from the one that it is set beside; null where nothing can be compared. */
export function changeText(metric: MetricName, series: Series, today: Temporal.PlainDate): Change | null {
  const { previous, change, window } = series;
  if (previous === null || change === null) return null;
  return formatChange(metric, window.value, previous.value, {
    currency: currencyOf(series),
    clear: change.clear,
    before: spanText(metric, previous.date_range, today),
  });
}

/** The number of the window, against the same number of the days before when all of those are on record. */
export function windowFact(metric: MetricName, series: Series, { firstDay, today }: ShownDays): Fact {
  const { start } = series.date_range;
  const { previous, change: found } = series;
  const isKnown = previous === null || previous.date_range.days_known === previous.date_range.days;
  const change = changeText(metric, series, today);
  return {
    ...valueFact(metric, series, today),
    ...(change === null || found === null ? {} : { detail: change.text, tone: change.tone }),
    ...(isKnown || firstDay.toString() <= start ? {} : { detail: `data since ${dayText(firstDay.toString(), today)}` }),
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
  return { label: series.step === "month" ? "This month so far" : "Today so far", value, detail: "partial" };
}

/** What of a series a picture is made of. */
export interface DrawnWindow {
  /** "last 30 days" */
  readonly name: string;
}

/** Complete days only: a part of a day beside whole ones looks like a fall. Its large number is that of the window. */
export function chartOf(metric: MetricName, series: Series, { name }: DrawnWindow): SeriesChart {
  const { label, kind, unit } = metricOf(metric);
  const { points, date_range, currency, window } = series;
  const text = formatValue(metric, window.value, { currency: currencyOf(series) });
  return {
    ...drawnAs(metric),
    // A score stands nowhere without its interval.
    ...(isOfTheLastDay(kind) || unit === "score" ? {} : { headline: { text, days: daysText(date_range) } }),
    title: `${label}, ${name}`,
    ...(currency === undefined ? {} : { currency }),
    labels: labelsOf(series),
    series: [{ label, values: points.map(({ value }) => value) }],
    ...(points.at(-1)?.complete === false ? { lastIsPartial: true } : {}),
  };
}

/** "Oct 2026" of a month, the date of a day. */
export function labelsOf({ points, step }: Pick<Series, "points" | "step">): string[] {
  return points.map(({ date }) => (step === "month" ? monthLabel(date) : date));
}

export function monthLabel(date: string): string {
  const { month, year } = Temporal.PlainDate.from(date);
  return `${monthName(month).slice(0, 3)} ${year}`;
}
