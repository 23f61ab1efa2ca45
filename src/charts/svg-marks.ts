import { lastKnownIndex, partialIndex, standsAlone, type ChartSeries, type SeriesChart } from "./chart.ts";
import { element, pixels } from "./svg-markup.ts";
import { colourOf } from "./palette.ts";
import { hasArea, type Tick } from "./value-scale.ts";

/** Where things go in one drawing. */
export interface Plot {
  readonly id: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Room of one label. */
  readonly band: number;
  readonly isStepped: boolean;
  x(index: number): number;
  y(value: number): number;
  readonly ticks: readonly Tick[];
}

export function lineMarks(chart: SeriesChart, plot: Plot): string {
  const partial = partialIndex(chart);
  return chart.series
    .map((series, index) => {
      const stroke = colourOf(index);
      const runs = unbroken(series.values, partial);
      const line = { fill: "none", stroke, "stroke-width": 2, "stroke-linejoin": "round", "stroke-linecap": "round" };
      const area = hasArea(chart) ? runs.map((run) => areaUnder(run, series, plot)).join("") : "";
      const lines = runs.map((run) => element("path", { d: pathOf(run, series, plot), ...line })).join("");
      const last = series.values[partial] ?? null;
      const joined = last !== null && (series.values[partial - 1] ?? null) !== null;
      const dashed = joined
        ? element("path", { d: pathOf([partial - 1, partial], series, plot), ...line, "stroke-dasharray": "1 5" })
        : "";
      return area + lines + dashed + dots(chart, series, index, plot);
    })
    .join("");
}

/** Stretches of neighbouring numbers, as indexes; the day that is not over is left out. */
function unbroken(values: readonly (number | null)[], partial: number): number[][] {
  const runs: number[][] = [];
  for (const [index, value] of values.entries()) {
    if (value === null || index === partial) continue;
    const run = runs.at(-1);
    if (run?.at(-1) === index - 1) run.push(index);
    else runs.push([index]);
  }
  return runs;
}

/** A level keeps its height until the day on which it changes. */
function pathOf(run: readonly number[], series: ChartSeries, plot: Plot): string {
  return run
    .map((index, position) => {
      const [x, y] = [pixels(plot.x(index)), pixels(plot.y(series.values[index] ?? 0))];
      if (position === 0) return `M${x} ${y}`;
      return plot.isStepped ? `H${x}V${y}` : `L${x} ${y}`;
    })
    .join("");
}

function areaUnder(run: readonly number[], series: ChartSeries, plot: Plot): string {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined || first === last) return "";
  const base = pixels(plot.bottom);
  const d = `${pathOf(run, series, plot)}L${pixels(plot.x(last))} ${base}L${pixels(plot.x(first))} ${base}Z`;
  return element("path", { d, fill: colourOf(0), "fill-opacity": "0.1" });
}

function dots(chart: SeriesChart, series: ChartSeries, index: number, plot: Plot): string {
  const partial = partialIndex(chart);
  const marked = lastKnownIndex(chart, series.values);
  return series.values
    .flatMap((value, at) => {
      if (value === null || (at !== marked && at !== partial && !standsAlone(series.values, at))) return [];
      const hollow = at === partial;
      const [fill, stroke] = hollow ? [colourOf("surface"), colourOf(index)] : [colourOf(index), colourOf("surface")];
      return [element("circle", { cx: plot.x(at), cy: plot.y(value), r: 4, fill, stroke, "stroke-width": 2 })];
    })
    .join("");
}

export function barMarks(chart: SeriesChart, plot: Plot): string {
  const partial = partialIndex(chart);
  const patterns =
    partial === -1
      ? ""
      : element("defs", {}, chart.series.map((_, index) => hatch(index, colourOf(index), plot)).join(""));
  const bars = chart.labels.flatMap((_, at) => {
    const stack = { above: 0, below: 0 };
    return chart.series.map((series, index) => {
      const value = series.values[at] ?? null;
      if (value === null || value === 0) return "";
      const fill = at === partial ? `url(#${plot.id}-hatch-${index})` : colourOf(index);
      return bar(chart, plot, at, index, { value, fill, stack });
    });
  });
  return patterns + bars.join("");
}

interface Piece {
  readonly value: number;
  readonly fill: string;
  /** How far the pieces of this label reach already; grows with this one when bars are stacked. */
  readonly stack: { above: number; below: number };
}

function bar(chart: SeriesChart, plot: Plot, at: number, index: number, { value, fill, stack }: Piece): string {
  const stacked = chart.kind === "stacked-bar";
  const beside = stacked ? 1 : chart.series.length;
  const side = value > 0 ? "above" : "below";
  const from = stacked ? stack[side] : 0;
  stack[side] = from + value;
  const room = Math.min(plot.band * (plot.band > 6 ? 0.78 : 1), 56 * beside);
  const width = room / beside;
  const x = plot.x(at) - room / 2 + (stacked ? 0 : index) * width;
  const [y1, y2] = [plot.y(from), plot.y(from + value)];
  const rx = !stacked && width > 8 ? 2 : undefined;
  const height = Math.max(Math.abs(y1 - y2), 0.5);
  // Smoothed edges of bars that touch would let the background through as hairlines.
  const crisp = plot.band > 6 ? {} : { "shape-rendering": "crispEdges" };
  return element("rect", { x, y: Math.min(y1, y2), width, height, fill, rx, ...crisp });
}

/** Hatches the place of the day that is not over, and says what that means. */
export function partialMark(chart: SeriesChart, plot: Plot): string {
  const partial = partialIndex(chart);
  if (partial === -1) return "";
  const middle = plot.x(partial);
  const box = { x: middle - plot.band / 2, y: plot.top, width: plot.band, height: plot.bottom - plot.top };
  const said = { x: Math.min(middle + plot.band / 2, plot.right), y: plot.top - 2, "text-anchor": "end" };
  const word = element("text", { ...said, fill: colourOf("muted"), "font-size": 11 }, "partial");
  if (chart.kind !== "line") return word;
  const pattern = hatch("band", colourOf("grid"), plot);
  return element("defs", {}, pattern) + element("rect", { ...box, fill: `url(#${plot.id}-hatch-band)` }) + word;
}

function hatch(name: string | number, colour: string, plot: Plot): string {
  const id = `${plot.id}-hatch-${name}`;
  const size = { width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const ground = element("rect", { width: 6, height: 6, fill: colour, "fill-opacity": "0.25" });
  const stripe = element("rect", { width: 2.5, height: 6, fill: colour });
  return element("pattern", { id, ...size }, ground + stripe);
}
