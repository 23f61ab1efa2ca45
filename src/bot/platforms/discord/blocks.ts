import { altText } from "../../../charts/alt-text.ts";
import type { Block, Column, Fact } from "../../message.ts";
import { displayWidth } from "../terminal/display-width.ts";
import { sparkline } from "../terminal/sparkline.ts";
import { gridLines, gridWidths } from "../terminal/text-grid.ts";
import { plainText } from "../terminal/plain-text.ts";
import { LINE } from "./limits.ts";
import { codeText, cut, markdown } from "./markdown.ts";
import { list, paragraph, type Section } from "./sections.ts";

const TREND_DAYS = 14;
/** What a phone shows of a code block without breaking its lines. */
const GRID_COLUMNS = 44;
const SMALL = "-# ";

/** A block as text; null for what stands elsewhere in the message. */
export function sectionOf(block: Block): Section | null {
  switch (block.kind) {
    case "text":
      return paragraph((most) => cut(block.text, most));
    case "code":
      return codeSection(block.text);
    case "note":
      return small(block.text);
    case "facts":
      return list(block.facts, factLine, { one: "number", many: "numbers" });
    case "table":
      return tableSection(block.columns, block.rows);
    case "chart":
      return small(altText(block.chart));
    case "buttons":
    case "menu":
      return null;
  }
}

function small(text: string): Section {
  return paragraph((most) => (plainText(text).trim() === "" ? "" : `${SMALL}${cut(text, most - SMALL.length)}`));
}

function codeSection(text: string): Section {
  const [open, close] = ["```\n", "\n```"];
  return paragraph((most) =>
    plainText(text).trim() === "" ? "" : `${open}${cut(text, most - open.length - close.length, codeText)}${close}`,
  );
}

function factLine({ label, value, detail = "", trend = [] }: Fact): string {
  const line = sparkline(trend, TREND_DAYS);
  const parts = [
    `**${cut(label, LINE.label)}**`,
    cut(value, LINE.value),
    ...(detail === "" ? [] : [cut(detail, LINE.detail)]),
  ];
  // A dot before it would stand alone at the end of a line where a phone breaks it.
  return line.trim() === "" ? parts.join(" · ") : `${parts.join(" · ")} \`${line}\``;
}

const ROWS = { one: "row", many: "rows" };

/** Numbers stand under each other; a table of words is a list, which a phone can wrap. */
function tableSection(columns: readonly Column[], rows: readonly (readonly string[])[]): Section {
  const labels = columns.map(({ label }) => codeText(label));
  const cells = rows.map((row) => columns.map((_, index) => codeText(row[index] ?? "")));
  const grid = columns.map(({ align }, index) => {
    const words = [labels, ...cells].flatMap((row) => (row[index] ?? "").split(" "));
    // A word is not broken: rather a list.
    return { align, least: Math.min(30, Math.max(4, ...words.map(displayWidth))), most: 30 };
  });
  const widths = columns.some(({ align }) => align === "right")
    ? gridWidths(grid, [labels, ...cells], GRID_COLUMNS)
    : null;
  if (widths === null) return rowList(columns, rows);
  const lineOf = (row: readonly string[]) => gridLines(row, grid, widths, (cell) => cell).join("\n");
  return list(cells, lineOf, { ...ROWS, open: `\`\`\`\n${lineOf(labels)}\n`, close: "\n```" });
}

function rowList(columns: readonly Column[], rows: readonly (readonly string[])[]): Section {
  const heading = columns.map(({ label }) => cut(label, LINE.label)).join(" · ");
  const lineOf = (row: readonly string[]) =>
    row
      .slice(0, row.findLastIndex((text) => text !== "") + 1)
      .slice(0, columns.length)
      .map((text, index) => (index === 0 ? leading(text) : cut(text, LINE.cell)))
      .join(" · ");
  return list(rows, lineOf, { ...ROWS, open: heading === "" ? "" : `${SMALL}${heading}\n` });
}

/** The first cell stands out, as code where it is something to type. */
function leading(cell: string): string {
  return /^\/[a-z]/.test(cell)
    ? `\`${cut(cell, LINE.cell, (text) => markdown(codeText(text).replaceAll("`", "'")).replaceAll("\\", ""))}\``
    : `**${cut(cell, LINE.cell)}**`;
}
