import type { ChartSeries, SeriesChart } from "../charts/chart.ts";
import { Temporal } from "../core/time.ts";
import type { Daily, Day } from "../metrics/answers.ts";
import type { Unit } from "../metrics/catalogue.ts";
import { drawnAs } from "../charts/drawn-as.ts";

export interface PageChart {
  /** Unlike those of the other charts; used in ids. */
  readonly name: string;
  readonly chart: SeriesChart;
}

interface Line {
  readonly label: string;
  readonly value: (day: Day) => number | null;
}

/** The three charts of the page, each ending with today so far when that follows. */
export function pageCharts(daily: Daily): PageChart[] {
  return [
    {
      name: "mrr",
      chart: {
        ...chartOf(daily, "MRR", "line", "money", [{ label: "MRR", value: ({ mrr }) => mrr }]),
        ...drawnAs("mrr"),
      },
    },
    {
      name: "active",
      chart: chartOf(daily, "Active users", "line", "count", [
        { label: "month", value: ({ mau }) => mau },
        { label: "week", value: ({ wau }) => wau },
        { label: "day", value: ({ dau }) => dau },
      ]),
    },
    {
      name: "calls",
      chart: chartOf(daily, "API calls", "bar", "count", [{ label: "API calls", value: ({ api_calls }) => api_calls }]),
    },
  ];
}

function chartOf(
  daily: Daily,
  title: string,
  kind: SeriesChart["kind"],
  unit: Unit,
  lines: readonly Line[],
): SeriesChart {
  const isNext = Temporal.PlainDate.from(daily.date_range.end).add({ days: 1 }).toString() === daily.today.date;
  const days: readonly Day[] = isNext ? [...daily.days, daily.today] : daily.days;
  return {
    kind,
    title,
    unit,
    ...(unit === "money" ? { currency: daily.currency } : {}),
    labels: days.map(({ date }) => date),
    series: lines.map(({ label, value }): ChartSeries => ({ label, values: days.map(value) })),
    ...(isNext ? { lastIsPartial: true } : {}),
  };
}
