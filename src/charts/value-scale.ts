import { axisText } from "./axis-format.ts";
import type { Chart } from "./chart.ts";

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** The vertical axis: where it begins and ends, and the lines across. */
export interface ValueScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** A line may leave out zero when its lowest value is above this share of its highest. */
const ZERO_IS_FAR = 0.6;
/** Far below what any unit is shown with; smaller ones vanish in floating point. */
const SMALLEST_STEP = 1e-9;
const STEPS = [1, 2, 2.5, 5, 10] as const;

export function valueScale(chart: Chart, intervals = 4): ValueScale {
  const { low, high } = extent(chart);
  const needsZero = chart.kind !== "line" || high === low || low < high * ZERO_IS_FAR;
  const from = needsZero ? Math.min(low, 0) : low;
  const to = needsZero ? Math.max(high, 0) : high;
  const rough = Math.max((to - from || intervals) / intervals, SMALLEST_STEP);
  const step = niceStep(rough, chart.unit === "count" ? 1 : 0);
  const ceiling = chart.unit === "percent" && to <= 100 ? 100 : Infinity;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
  const values = Array.from({ length: last - first + 1 }, (_, index) => clean((first + index) * step)).filter(
    (value) => value <= ceiling + 1e-9,
  );
  const texts = axisText(chart, values, step);
  return {
    min: values[0] ?? 0,
    max: values.at(-1) ?? 1,
    ticks: values.map((value, index) => ({ value, text: texts[index] ?? "" })),
  };
}

/** An area says "how much": it is honest only when it stands on zero, and readable only under a single line. */
export function hasArea(chart: Chart): boolean {
  return chart.series.length === 1 && valueScale(chart).min === 0;
}

/** Where `value` lies between `min` (0) and `max` (1). */
export function shareOfScale(scale: ValueScale, value: number): number {
  return (value - scale.min) / (scale.max - scale.min);
}

function extent(chart: Chart): { low: number; high: number } {
  const heights = chart.kind === "stacked-bar" ? stackedHeights(chart) : chart.series.flatMap((one) => one.values);
  const known = heights.filter((value) => value !== null);
  if (known.length === 0) return { low: 0, high: 1 };
  return { low: Math.min(...known), high: Math.max(...known) };
}

/** For each label the height of what is above zero and the depth of what is below. */
function stackedHeights(chart: Chart): (number | null)[] {
  return chart.labels.flatMap((_, index) => {
    const values = chart.series.map((series) => series.values[index] ?? null).filter((value) => value !== null);
    if (values.length === 0) return [null];
    const above = values.reduce((sum, value) => sum + Math.max(value, 0), 0);
    const below = values.reduce((sum, value) => sum + Math.min(value, 0), 0);
    return [above, below];
  });
}

function niceStep(rough: number, atLeast: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((one) => one * magnitude >= rough * (1 - 1e-9)) ?? 10) * magnitude;
  if (atLeast === 0) return step;
  return Math.max(atLeast, Number.isInteger(step) ? step : Math.ceil(step));
}

function clean(value: number): number {
  return Number(value.toPrecision(12));
}
