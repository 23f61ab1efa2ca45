import type { SeriesChart } from "../../../charts/chart.ts";

/** Where on the plot the labels of a chart lie, from left to right. */
export interface Slots {
  readonly drawing: "bars" | "line";
  /** Columns of the plot. */
  readonly width: number;
  readonly count: number;
  /** Columns of a bar, without the gap after it. */
  readonly bar: number;
  centre(index: number): number;
}

const WIDEST_BAR = 4;
const EIGHTHS = ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

const SHADE = "░";

/** Bars when each label can have a column of its own and nothing is below zero, else a line. */
export function slotsOf(chart: SeriesChart, columns: number): Slots {
  const count = chart.labels.length;
  const negative = chart.series.some(({ values }) => values.some((value) => value !== null && value < 0));
  if (chart.kind === "line" || negative || count > columns) {
    const centre = (index: number) => (count < 2 ? 0 : Math.round((index / (count - 1)) * (columns - 1)));
    return { drawing: "line", width: columns, count, bar: 1, centre };
  }
  const pitch = Math.min(WIDEST_BAR + 1, Math.floor(columns / count));
  const bar = Math.max(1, pitch - 1);
  return {
    drawing: "bars",
    width: count * pitch,
    count,
    bar,
    centre: (index) => index * pitch + Math.floor((bar - 1) / 2),
  };
}

/** `shares` are heights from 0 to 1; null leaves the place empty. The bar of a day that is not over is shaded. */
export function barRows(shares: readonly (number | null)[], slots: Slots, height: number, partial = -1): string[] {
  const pitch = slots.width / slots.count;
  return Array.from({ length: height }, (_, row) => {
    const floor = height - 1 - row;
    return shares
      .map((share, index) => {
        const eighths = share === null ? 0 : Math.max(share > 0 ? 1 : 0, Math.round(share * height * 8)) - floor * 8;
        const solid = EIGHTHS[Math.max(0, Math.min(8, eighths))] ?? "";
        const mark = solid !== "" && index === partial ? SHADE : solid;
        return (mark === "" ? " " : mark).repeat(slots.bar).padEnd(pitch);
      })
      .join("");
  });
}

/** Dots of a braille cell by row and column (Unicode chart 2800). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BLANK = 0x2800;

/** A line of braille dots, two columns and four rows to a cell; null breaks it. */
export function lineRows(shares: readonly (number | null)[], slots: Slots, height: number): string[] {
  const cells = Array.from({ length: height }, () => Array.from({ length: slots.width }, () => 0));
  const dot = (x: number, y: number) => {
    const row = cells[y >> 2];
    const column = x >> 1;
    if (row?.[column] !== undefined) row[column] |= DOTS[(y & 3) as 0 | 1 | 2 | 3][(x & 1) as 0 | 1];
  };
  const across = slots.width * 2 - 1;
  const down = height * 4 - 1;
  const pointOf = (index: number, share: number): Point => ({
    x: slots.count < 2 ? 0 : Math.round((index / (slots.count - 1)) * across),
    y: Math.round((1 - share) * down),
  });
  let before: Point | null = null;
  shares.forEach((share, index) => {
    const point = share === null ? null : pointOf(index, share);
    if (point !== null) drawTo(dot, before ?? point, point);
    before = point;
  });
  return cells.map((row) => row.map((bits) => (bits === 0 ? " " : String.fromCodePoint(BLANK + bits))).join(""));
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function drawTo(dot: (x: number, y: number) => void, from: Point, to: Point): void {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
  for (let step = 0; step <= steps; step += 1) {
    const share = step / steps;
    dot(Math.round(from.x + (to.x - from.x) * share), Math.round(from.y + (to.y - from.y) * share));
  }
}
