import { displayWidth, padEnd, padStart, wrap } from "./display-width.ts";

export interface GridColumn {
  readonly align: "left" | "right";
  /** It gives way to others down to this. */
  readonly least: number;
  /** Wider is not wanted; what is longer is wrapped. */
  readonly most: number;
}

const GAP = 2;
const separator = " ".repeat(GAP);

/** Column widths that fit into `columns` together, or null when even the least ones do not. The widest give way first. */
export function gridWidths(
  columns: readonly GridColumn[],
  rows: readonly (readonly string[])[],
  total: number,
): number[] | null {
  const available = total - GAP * (columns.length - 1);
  const widths = columns.map((column, index) => {
    const widest = Math.max(...rows.map((row) => displayWidth(row[index] ?? "")), 0);
    return Math.min(widest, column.most);
  });
  const least = widths.map((width, index) => Math.min(width, columns[index]?.least ?? 0));
  if (least.reduce((sum, width) => sum + width, 0) > available) return null;
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const slack = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
    const widest = slack.indexOf(Math.max(...slack));
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** One row as lines: cells are wrapped in their columns. `paint` may add colour to a padded cell: it must not change its width. */
export function gridLines(
  cells: readonly string[],
  columns: readonly GridColumn[],
  widths: readonly number[],
  paint: (cell: string, column: number) => string,
): string[] {
  const wrapped = cells.map((cell, index) => wrap(cell, Math.max(2, widths[index] ?? 0)));
  const height = Math.max(...wrapped.map((lines) => lines.length), 1);
  return Array.from({ length: height }, (_, line) => {
    const parts = wrapped.map((lines, index) => {
      const pad = columns[index]?.align === "right" ? padStart : padEnd;
      return paint(pad(lines[line] ?? "", widths[index] ?? 0), index);
    });
    return parts.join(separator).trimEnd();
  });
}
