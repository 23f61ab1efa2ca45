import type { Chart } from "../../src/charts/chart.ts";

/** ISO dates that end with 20 November 2026. */
export function daysUntil20November(count: number): string[] {
  const last = Date.UTC(2026, 10, 20);
  return Array.from({ length: count }, (_, index) =>
    new Date(last - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

export function lineOf(values: readonly (number | null)[], more: Partial<Chart> = {}): Chart {
  return {
    kind: "line",
    title: "MRR",
    unit: "money",
    currency: "USD",
    labels: daysUntil20November(values.length),
    series: [{ label: "MRR", values }],
    ...more,
  };
}
