import { axisText } from "./axis-format.ts";
import { barRows, type RowChart } from "./bar-rows.ts";
import { isEmpty, type Chart, type Measure, type SeriesChart } from "./chart.ts";

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** The axis of values: where it begins and ends, and the lines across. */
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
  switch (chart.kind) {
    case "line":
      return scaleOf(chart, extent(chart.series.flatMap((one) => one.values)), { intervals, zero: "when near" });
    case "bar":
      return scaleOf(chart, extent(chart.series.flatMap((one) => one.values)), { intervals, zero: "always" });
    case "stacked-bar":
      return scaleOf(chart, extent(stackedHeights(chart)), { intervals, zero: "always" });
    case "waterfall":
      return scaleOf(chart, extent(rowEnds(chart)), { intervals, zero: "when near" });
    case "funnel":
      return scaleOf({ unit: "count" }, extent(rowEnds(chart)), { intervals, zero: "always" });
  }
}

interface Extent {
  readonly low: number;
  readonly high: number;
}

interface Wishes {
  /** About so many steps. */
  readonly intervals: number;
  /** Bars that grow from zero are honest only when it is there; levels that are far from it may leave it out. */
  readonly zero: "always" | "when near";
}

function scaleOf(measure: Measure, { low, high }: Extent, { intervals, zero }: Wishes): ValueScale {
  const needsZero = zero === "always" || high === low || low < high * ZERO_IS_FAR;
  const from = needsZero ? Math.min(low, 0) : low;
  const to = needsZero ? Math.max(high, 0) : high;
  const rough = Math.max((to - from || intervals) / intervals, SMALLEST_STEP);
  const step = niceStep(rough, measure.unit === "count" ? 1 : 0);
  const ceiling = measure.unit === "percent" && to <= 100 ? 100 : Infinity;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
  const values = Array.from({ length: last - first + 1 }, (_, index) => clean((first + index) * step)).filter(
    (value) => value <= ceiling + 1e-9,
  );
  const texts = axisText(measure, values, step);
  return {
    min: values[0] ?? 0,
    max: values.at(-1) ?? 1,
    ticks: values.map((value, index) => ({ value, text: texts[index] ?? "" })),
  };
}

/** The axis of a chart of rows. The longest bar of a funnel is as long as there is room: its axis says nothing. */
export function rowScale(chart: RowChart): ValueScale {
  const scale = valueScale(chart, 3);
  switch (chart.kind) {
    case "waterfall":
      return scale;
    case "funnel":
      return { ...scale, max: Math.max(1, ...chart.steps.map(({ count }) => count ?? 0)) };
  }
}

/** Whether the axis leaves out zero, which the picture must say. */
export function isBroken(chart: SeriesChart): boolean {
  return chart.kind === "line" && !isEmpty(chart) && valueScale(chart).min > 0;
}

/** An area says "how much": it is honest only when it stands on zero, and readable only under a single line. */
export function hasArea(chart: SeriesChart): boolean {
  return chart.kind === "line" && chart.series.length === 1 && valueScale(chart).min === 0;
}

/** Where `value` lies between `min` (0) and `max` (1). */
export function shareOfScale(scale: ValueScale, value: number): number {
  return (value - scale.min) / (scale.max - scale.min);
}

function extent(values: readonly (number | null)[]): Extent {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { low: 0, high: 1 };
  return { low: Math.min(...known), high: Math.max(...known) };
}

function rowEnds(chart: RowChart): number[] {
  return barRows(chart).flatMap(({ span }) => (span === null ? [] : [span.from, span.to]));
}

/** For each label the height of what is above zero and the depth of what is below. */
function stackedHeights(chart: SeriesChart): (number | null)[] {
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
