import { formatValue, NO_DATA } from "../metrics/format.ts";
import type { FunnelChart, FunnelStep, WaterfallChart } from "./chart.ts";

/** A chart that is read from top to bottom, one bar a row, its name and number beside it. */
export type RowChart = WaterfallChart | FunnelChart;

export interface BarRow {
  readonly name: string;
  /** Ready to read: "+$310", "311 · 75 %", "no data". */
  readonly text: string;
  /** What the colour says; `text` says it as well. */
  readonly role: "level" | "rise" | "fall" | "step";
  /** Where the bar begins and ends on the axis; both the same for a level. Null without a number. */
  readonly span: { readonly from: number; readonly to: number } | null;
}

/** A percentage of fewer says more than the numbers bear. */
const SMALLEST_BASE_FOR_PERCENT = 20;

export function barRows(chart: RowChart): BarRow[] {
  switch (chart.kind) {
    case "waterfall":
      return waterfallRows(chart);
    case "funnel":
      return chart.steps.map((step) => ({
        name: step.label,
        text: [formatCount(step.count), shareOfFirst(chart, step)].filter((part) => part !== null).join(" · "),
        role: "step",
        span: step.count === null ? null : { from: 0, to: step.count },
      }));
  }
}

function waterfallRows({ steps, unit, currency = "USD" }: WaterfallChart): BarRow[] {
  let reached = 0;
  return steps.map(({ label, role, value }) => {
    if (value === null) return { name: label, text: NO_DATA, role: role === "level" ? "level" : "rise", span: null };
    const text = formatValue(unit, value, { currency });
    if (role === "level") {
      reached = value;
      return { name: label, text, role, span: { from: value, to: value } };
    }
    const from = reached;
    reached += value;
    const signed = value > 0 ? `+${text}` : text;
    return { name: label, text: signed, role: value < 0 ? "fall" : "rise", span: { from, to: reached } };
  });
}

/** "75 %" of those who took the first step, "3 of 5" when they are few; null for the first step itself and without numbers. */
export function shareOfFirst({ steps }: FunnelChart, step: FunnelStep): string | null {
  const first = steps[0];
  if (first === undefined || step === first || first.count === null || first.count === 0 || step.count === null)
    return null;
  if (first.count < SMALLEST_BASE_FOR_PERCENT) return `of ${formatCount(first.count)}`;
  return formatValue("percent", (100 * step.count) / first.count, { currency: "" });
}

export function formatCount(count: number | null): string {
  return formatValue("count", count, { currency: "" });
}
