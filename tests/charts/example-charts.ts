import type { FunnelChart, SeriesChart, WaterfallChart } from "../../src/charts/chart.ts";

/** ISO dates that end with 20 November 2026. */
export function daysUntil20November(count: number): string[] {
  const last = Date.UTC(2026, 10, 20);
  return Array.from({ length: count }, (_, index) =>
    new Date(last - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

export function lineOf(values: readonly (number | null)[], more: Partial<SeriesChart> = {}): SeriesChart {
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

export const MOVEMENTS: WaterfallChart = {
  kind: "waterfall",
  title: "MRR movements",
  unit: "money",
  currency: "USD",
  days: { start: "2026-10-22", end: "2026-11-20" },
  steps: [
    { label: "Start", role: "level", value: 15_841 },
    { label: "New", role: "change", value: 632 },
    { label: "Reactivation", role: "change", value: 0 },
    { label: "Expansion", role: "change", value: 278 },
    { label: "Contraction", role: "change", value: -120 },
    { label: "Churn", role: "change", value: -219 },
    { label: "End", role: "level", value: 16_412 },
  ],
};

export const STEPS_TO_PAYING: FunnelChart = {
  kind: "funnel",
  title: "From sign-up to paying",
  days: { start: "2026-10-22", end: "2026-11-20" },
  steps: [
    { label: "Signed up", count: 412 },
    { label: "Activated", count: 206 },
    { label: "Paying", count: 48 },
  ],
};
