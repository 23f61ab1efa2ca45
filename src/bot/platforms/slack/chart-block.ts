import { isEmpty, partialIndex, type Chart, type SeriesChart } from "../../../charts/chart.ts";
import { dayRange, shortDay } from "../../../charts/day-labels.ts";
import { plainText } from "../terminal/plain-text.ts";
import type { ChartBlock } from "./block-kit.ts";
import { cutShort } from "./cut-text.ts";
import { LIMITS } from "./limits.ts";

/**
 * The chart as Slack draws it itself; null where its block cannot say what the chart says: more than it takes, a gap, a day
 * that is not over, or a kind of chart it does not have. https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export function chartBlock(chart: Chart): ChartBlock | null {
  switch (chart.kind) {
    case "line":
    case "bar":
      return isEmpty(chart) ? null : blockOf(chart, chart.kind);
    case "stacked-bar":
    case "waterfall":
    case "funnel":
      return null;
  }
}

function blockOf(chart: SeriesChart, type: "line" | "bar"): ChartBlock | null {
  const title = cutShort(plainText(chart.title).trim(), LIMITS.chartTitle);
  const categories = chart.labels.map((label) => plainText(shortDay(label)).trim());
  const series = chart.series.map(({ label, values }) => ({
    name: plainText(label).trim(),
    data: categories.map((category, index) => ({ label: category, value: values[index] ?? null })),
  }));
  const whole = series.flatMap(({ name, data }) => {
    const known = data.flatMap(({ label, value }) =>
      value === null ? [] : [{ label, value: Number(value.toFixed(LIMITS.chartDecimals)) }],
    );
    return known.length === data.length ? [{ name, data: known }] : [];
  });
  const names = series.map(({ name }) => name);
  const fits =
    title !== "" &&
    partialIndex(chart) === -1 &&
    whole.length === series.length &&
    series.length <= LIMITS.chartSeries &&
    areUnlike(names) &&
    categories.length <= LIMITS.chartCategories &&
    areUnlike(categories);
  if (!fits) return null;
  const days = dayRange(chart.labels) === null ? {} : { x_label: "Day" };
  return {
    type: "data_visualization",
    title,
    chart: { type, series: whole, axis_config: { categories, ...days, y_label: measureText(chart) } },
  };
}

/** None empty, none too long, no two alike. */
function areUnlike(words: readonly string[]): boolean {
  return words.every((word) => word !== "" && word.length <= LIMITS.chartLabel) && new Set(words).size === words.length;
}

function measureText({ unit, currency = "USD" }: SeriesChart): string {
  switch (unit) {
    case "money":
      return currency;
    case "percent":
      return "%";
    case "milliseconds":
      return "ms";
    case "hours":
      return "hours";
    case "count":
      return "count";
    case "ratio":
      return "ratio";
    case "score":
      return "score";
  }
}
