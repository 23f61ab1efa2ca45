import type { Block, Choice, Column, Fact, Message } from "../../message.ts";
import { drawChart } from "./chart-drawing.ts";
import { wrap } from "./display-width.ts";
import { plainText } from "./plain-text.ts";
import { sparkline } from "./sparkline.ts";
import { emphasisOf, type Emphasis, type Style } from "./style.ts";
import { gridLines, gridWidths, type GridColumn } from "./text-grid.ts";

interface Place {
  readonly columns: number;
  readonly style: Style;
  readonly prefix: string;
}

const TREND_DAYS = 14;
const TREND_DAYS_WHEN_NARROW = 7;
const NARROW = 80;

/** The message as lines of at most `columns`, code apart. Nothing is left out: what is long is wrapped. */
export function messageLines(message: Message, place: Place): string[] {
  const title = message.title === undefined ? [] : [titleLines(message, message.title, place)];
  const parts = [...title, ...message.blocks.map((block) => blockLines(block, place))];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function titleLines(message: Message, title: string, { columns, style }: Place): string[] {
  const emphasis = emphasisOf(message.tone) ?? "strong";
  return wrap(plainText(title), columns).map((line) => style(emphasis, line));
}

function painted(text: string, emphasis: Emphasis | null, style: Style): string {
  return emphasis === null ? text : style(emphasis, text);
}

function blockLines(block: Block, place: Place): string[] {
  const { columns, style } = place;
  switch (block.kind) {
    case "text":
      return wrap(plainText(block.text), columns);
    case "code":
      return [plainText(block.text)];
    case "note":
      return wrap(plainText(block.text), columns).map((line) => style("faint", line));
    case "facts":
      return factLines(block.facts, place);
    case "table":
      return tableLines(block.columns, block.rows, place);
    case "chart":
      return drawChart(block.chart, columns, style);
    case "buttons":
      return choiceLines(block.buttons, place);
    case "menu":
      return block.options.length === 0 ? [] : [plainText(block.label), ...choiceLines(block.options, place)];
  }
}

const FACT_COLUMNS: readonly GridColumn[] = [
  { align: "left", least: 8, most: 24 },
  { align: "right", least: 6, most: 24 },
  { align: "left", least: 20, most: 100 },
];

function factLines(facts: readonly Fact[], { columns, style }: Place): string[] {
  const days = columns < NARROW ? TREND_DAYS_WHEN_NARROW : TREND_DAYS;
  const trends = facts.map((fact) => sparkline(fact.trend ?? [], days));
  const trendWidth = Math.max(...trends.map((trend) => trend.length), 0);
  const rows = facts.map((fact) => [fact.label, fact.value, fact.detail ?? ""].map(plainText));
  const widths = gridWidths(FACT_COLUMNS, rows, columns - (trendWidth === 0 ? 0 : trendWidth + 2));
  return facts.flatMap((fact, index) => {
    const cells = rows[index] ?? [];
    const paint = (cell: string, column: number) => {
      if (column === 1) return style("strong", cell);
      return column === 2 ? painted(cell, emphasisOf(fact.tone), style) : cell;
    };
    const trend = trends[index] ?? "";
    if (trend === "") return gridLines(cells, FACT_COLUMNS, widths ?? [], paint);
    const withTrend = [...FACT_COLUMNS, { align: "left", least: trendWidth, most: trendWidth } as const];
    return gridLines([...cells, trend], withTrend, [...(widths ?? []), trendWidth], (cell, column) =>
      column === 3 ? style("plot", cell) : paint(cell, column),
    );
  });
}

function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], place: Place): string[] {
  const labels = columns.map((column) => plainText(column.label));
  const cells = rows.map((row) => columns.map((_, index) => plainText(row[index] ?? "")));
  const grid = columns.map(({ align }): GridColumn => ({ align, least: 4, most: 80 }));
  const widths = gridWidths(grid, [labels, ...cells], place.columns);
  if (widths === null) return recordLines(labels, cells, place);
  const heading = gridLines(labels, grid, widths, (cell) => place.style("faint", cell));
  return [...heading, ...cells.flatMap((row) => gridLines(row, grid, widths, (cell) => cell))];
}

/** A table with more columns than fit: one line a cell, a blank line between rows. */
function recordLines(labels: readonly string[], rows: readonly (readonly string[])[], { columns }: Place): string[] {
  return rows.flatMap((row, index) => {
    const lines = row.flatMap((cell, column) => wrap(`${labels[column] ?? ""}: ${cell}`, columns));
    return index === 0 ? lines : ["", ...lines];
  });
}

const CHOICE_COLUMNS: readonly GridColumn[] = [
  { align: "left", least: 6, most: 24 },
  { align: "left", least: 30, most: 100 },
];

function choiceLines(choices: readonly Choice[], { columns, style, prefix }: Place): string[] {
  const rows = choices.map(({ label, command }) => [plainText(label), plainText(`${prefix}${command}`)]);
  const widths = gridWidths(CHOICE_COLUMNS, rows, columns) ?? [];
  return rows.flatMap((row) =>
    gridLines(row, CHOICE_COLUMNS, widths, (cell, column) => (column === 0 ? style("faint", cell) : cell)),
  );
}
