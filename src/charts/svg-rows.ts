import { barRows, type BarRow, type RowChart } from "./bar-rows.ts";
import { shortened } from "./line-names.ts";
import { colourOf, roleColour } from "./palette.ts";
import { element, escapeXml } from "./svg-markup.ts";
import { rowScale, shareOfScale, type ValueScale } from "./value-scale.ts";

const LETTER = 6.8;
const LONGEST_NAME = 22;
const GAP = 14;
const ROW = 30;
const AXIS = 26;
const MARK = 3;

interface Place {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  x(value: number): number;
}

export function rowsHeight(chart: RowChart): number {
  return chart.steps.length * ROW + (chart.kind === "waterfall" ? AXIS : 4);
}

/** Names, bars and numbers, a row each; under a waterfall where its bars stand. */
export function rowMarks(chart: RowChart, width: number): string {
  const rows = barRows(chart);
  const scale = rowScale(chart);
  const place = placeOf(rows, scale, { width, bottom: rows.length * ROW });
  return (
    axis(chart, scale, place) +
    rows.map((_, index) => joint(rows, index, place)).join("") +
    rows.map((row, index) => bar(row, index, place) + words(row, index, place)).join("")
  );
}

function placeOf(
  rows: readonly BarRow[],
  scale: ValueScale,
  { width, bottom }: { width: number; bottom: number },
): Place {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length)) * LETTER + GAP;
  const left = widest(rows.map(({ name }) => shortened(name, LONGEST_NAME)));
  const right = width - widest(rows.map(({ text }) => text));
  return { left, right, bottom, x: (value) => left + (right - left) * shareOfScale(scale, value) };
}

function axis(chart: RowChart, { ticks }: ValueScale, { x, bottom }: Place): string {
  switch (chart.kind) {
    case "funnel":
      return "";
    case "waterfall":
      return ticks
        .map(({ value, text }) => {
          const line = { x1: x(value), x2: x(value), y1: 0, y2: bottom, stroke: colourOf("grid") };
          const label = { x: x(value), y: bottom + 18, "text-anchor": "middle", fill: colourOf("muted") };
          return element("line", line) + element("text", label, escapeXml(text));
        })
        .join("");
  }
}

/** From the end of the bar above to the beginning of this one. */
function joint(rows: readonly BarRow[], index: number, { x }: Place): string {
  const [above, here] = [rows[index - 1]?.span ?? null, rows[index]?.span ?? null];
  if (above === null || here === null || rows[index]?.role === "step") return "";
  const at = x(above.to);
  return element("line", {
    x1: at,
    x2: at,
    y1: (index - 0.5) * ROW,
    y2: (index + 0.5) * ROW,
    stroke: colourOf("muted"),
  });
}

function bar({ role, span }: BarRow, index: number, { x }: Place): string {
  if (span === null || (role !== "level" && span.from === span.to)) return "";
  const box = { y: index * ROW + 5, height: ROW - 10, fill: colourOf(roleColour(role)) };
  if (role === "level") return element("rect", { ...box, x: x(span.to) - MARK / 2, width: MARK });
  const [low, high] = [Math.min(span.from, span.to), Math.max(span.from, span.to)];
  return element("rect", { ...box, x: x(low), width: Math.max(x(high) - x(low), 0.5), rx: 2 });
}

function words({ name, text }: BarRow, index: number, { right }: Place): string {
  const y = (index + 0.5) * ROW + 4;
  const ink = { y, fill: colourOf("ink") };
  return (
    element("text", { x: 0, ...ink }, escapeXml(shortened(name, LONGEST_NAME))) +
    element("text", { x: right + GAP, ...ink, "font-weight": 600 }, escapeXml(text))
  );
}
