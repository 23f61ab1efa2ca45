import { element, pixels } from "./svg-markup.ts";
import { colourOf } from "./palette.ts";

const WIDTH = 120;
const HEIGHT = 32;
const EDGE = 3;

/**
 * A small line without axes, with gaps where there is no data. Said to be decoration: the number and its change stand
 * beside it in words. Empty text when there are no numbers.
 */
export function renderSparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "";
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const x = (index: number) => EDGE + ((WIDTH - 2 * EDGE) * index) / Math.max(1, values.length - 1);
  const y = (value: number) => (span === 0 ? HEIGHT / 2 : HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * (value - low)) / span);
  let d = "";
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const joins = (values[index - 1] ?? null) !== null;
    d += `${joins ? "L" : "M"}${pixels(x(index))} ${pixels(y(value))}`;
  }
  const at = values.findLastIndex((value) => value !== null);
  const end = `M${pixels(x(at))} ${pixels(y(values[at] ?? 0))}h0`;
  const frame = {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
    class: "sparkline",
  };
  return element("svg", frame, stroke(d, 1.5) + stroke(end, 6));
}

/** Keeps its width when the page stretches the drawing; a stroke without length is a dot. */
function stroke(d: string, width: number): string {
  const round = { "stroke-linejoin": "round", "stroke-linecap": "round", "vector-effect": "non-scaling-stroke" };
  return element("path", { d, fill: "none", stroke: colourOf(0), "stroke-width": width, ...round });
}
