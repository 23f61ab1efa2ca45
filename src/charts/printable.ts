import type { Chart } from "./chart.ts";

/** The canvas takes neither control characters nor halves of surrogate pairs. */
function printableText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}]/gu, "\uFFFD");
}

/** The same chart in words that can be drawn. */
export function printable(chart: Chart): Chart {
  const title = printableText(chart.title);
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return { ...chart, title, labels: chart.labels.map(printableText), series: chart.series.map(named) };
    case "waterfall":
      return { ...chart, title, steps: chart.steps.map(named) };
    case "funnel":
      return { ...chart, title, steps: chart.steps.map(named) };
  }
}

function named<Named extends { readonly label: string }>(one: Named): Named {
  return { ...one, label: printableText(one.label) };
}
