import type { Chart } from "./chart.ts";

/** The canvas takes neither control characters nor halves of surrogate pairs. */
function printableText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}]/gu, "\uFFFD");
}

/** The same chart in words that can be drawn. */
export function printable(chart: Chart): Chart {
  return {
    ...chart,
    title: printableText(chart.title),
    labels: chart.labels.map(printableText),
    series: chart.series.map((series) => ({ ...series, label: printableText(series.label) })),
  };
}
