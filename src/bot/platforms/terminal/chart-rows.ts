import { barRows, type RowChart } from "../../../charts/bar-rows.ts";
import { rowScale, shareOfScale } from "../../../charts/value-scale.ts";
import { displayWidth, padEnd, padStart, wrap } from "./display-width.ts";
import { plainText } from "./plain-text.ts";
import type { Style } from "./style.ts";

const WIDEST_NAME = 24;
const WIDEST_BAR = 48;
const NARROWEST_BAR = 8;

/** Name, bar and number of each row on a line; where there is no room for bars, name and number alone. */
export function rowLines(chart: RowChart, columns: number, style: Style): string[] {
  const rows = barRows(chart);
  const numbers = Math.max(...rows.map(({ text }) => displayWidth(text)));
  const named = rows.map((row) => ({
    ...row,
    lines: wrap(plainText(row.name), Math.min(WIDEST_NAME, columns - numbers - 2)),
  }));
  const names = Math.max(0, ...named.flatMap(({ lines }) => lines.map(displayWidth)));
  const width = Math.min(WIDEST_BAR, columns - names - numbers - 4);
  const cell = cellsOf(chart, width);
  return named.flatMap(({ lines: [name = "", ...rest], text, role, span }) => {
    const number = style("strong", padStart(text, numbers));
    if (width < NARROWEST_BAR) return [`${padEnd(name, names)}  ${number}`, ...rest];
    const drawn =
      span === null ? "" : role === "level" ? mark(cell(span.to), width) : bar(cell(span.from), cell(span.to));
    return [`${padEnd(name, names)}  ${style("plot", padEnd(drawn, width))}  ${number}`, ...rest];
  });
}

/** How many cells from the left a value lies. */
function cellsOf(chart: RowChart, width: number): (value: number) => number {
  const scale = rowScale(chart);
  return (value) => Math.min(1, Math.max(0, shareOfScale(scale, value))) * width;
}

function mark(at: number, width: number): string {
  return `${" ".repeat(Math.min(width - 1, Math.floor(at)))}│`;
}

/** A rise is solid and a fall is shaded, so that it is told without colour. */
function bar(from: number, to: number): string {
  if (from === to) return "";
  const start = Math.floor(Math.min(from, to));
  const length = Math.max(1, Math.round(Math.abs(to - from)));
  return " ".repeat(start) + (to < from ? "▒" : "█").repeat(length);
}
