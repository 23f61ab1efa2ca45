import type { Column } from "../../message.ts";
import { displayWidth } from "../terminal/display-width.ts";
import { plainText } from "../terminal/plain-text.ts";
import { paragraph, preformatted, type RichTextElement, type SlackBlock } from "./block-kit.ts";
import { cutShort } from "./cut-text.ts";
import { bold } from "./rich-text.ts";

/** Wider grids would be wrapped on a phone and on a narrow window. */
const WIDEST_GRID = 64;
const LONGEST_CELL = 300;

/** As many rows as fit into `most` code units, and how many there are beyond. */
export function tableBlocks(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  most: number,
): SlackBlock[] {
  if (columns.length === 0) return [];
  const labels = columns.map(({ label }) => cell(label));
  const cells = rows.map((row) => columns.map((_, index) => cell(row[index] ?? "")));
  const said = cells.map((row) => row.slice(0, row.findLastIndex((text) => text !== "") + 1));
  const widths = labels.map((label, index) =>
    Math.max(displayWidth(label), ...cells.map((row) => displayWidth(row[index] ?? ""))),
  );
  const width = widths.reduce((sum, one) => sum + one + 2, -2);
  return width <= WIDEST_GRID ? grid(columns, [labels, ...cells], widths, most) : list(labels, said, most);
}

function cell(text: string): string {
  return cutShort(plainText(text.slice(0, LONGEST_CELL * 8)), LONGEST_CELL);
}

function grid(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  most: number,
): SlackBlock[] {
  const lines = rows.map((row) =>
    row
      .map((text, index) => {
        const room = " ".repeat(Math.max((widths[index] ?? 0) - displayWidth(text), 0));
        return columns[index]?.align === "right" ? room + text : text + room;
      })
      .join("  ")
      .trimEnd(),
  );
  const { kept, missing } = thatFit(lines, most);
  const text = [...kept, ...moreLine(missing)].join("\n");
  return text.trim() === "" ? [] : [preformatted(text)];
}

/** What the columns are, then one line a row, its first cell bold. */
function list(labels: readonly string[], rows: readonly (readonly string[])[], most: number): SlackBlock[] {
  const heading = labels.every((label) => label === "") ? "" : `${labels.join(" · ")}\n`;
  const lines = rows.map((row) => row.join(" · "));
  const { kept, missing } = thatFit(lines, most - heading.length);
  const elements = kept.flatMap((_, index): RichTextElement[] => {
    const [first = "", ...others] = rows[index] ?? [];
    const rest = [...others.map((one) => ` · ${one}`), "\n"].join("");
    return first === "" ? [{ type: "text", text: rest }] : [bold(first), { type: "text", text: rest }];
  });
  const more = moreLine(missing).map((text): RichTextElement => ({ type: "text", text }));
  if (elements.length + more.length === 0) return [];
  const said: RichTextElement[] = heading === "" ? [] : [{ type: "text", text: heading }];
  return [paragraph([...said, ...elements, ...more])];
}

function moreLine(missing: number): string[] {
  return missing === 0 ? [] : [`… ${missing} more`];
}

const ROOM_FOR_MORE = 20;

function thatFit(
  lines: readonly string[],
  most: number,
): { readonly kept: readonly string[]; readonly missing: number } {
  let used = ROOM_FOR_MORE;
  const end = lines.findIndex((line) => (used += line.length + 1) > most);
  return end === -1 ? { kept: lines, missing: 0 } : { kept: lines.slice(0, end), missing: lines.length - end };
}
