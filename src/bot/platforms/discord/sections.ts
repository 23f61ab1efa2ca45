import { LIMITS } from "./limits.ts";

/** A part of a message that can be told in fewer characters, down to the least that still says something. */
export interface Section {
  /** As it is when there is room. */
  readonly whole: string;
  /** At most `most` characters, saying how much is missing. */
  within(most: number): string;
}

const GAP = "\n";
const LEAST = 90;

/** A paragraph; `render` gives at most so many characters of it. */
export function paragraph(render: (most: number) => string): Section {
  return { whole: render(Infinity), within: render };
}

/** A line for each item, between `open` and `close`; what does not fit is counted: "… and 12 more rows". */
export function list<Item>(
  items: readonly Item[],
  render: (item: Item, index: number) => string,
  { one, many, open = "", close = "" }: ListWords,
): Section {
  const lines = firstLines(items, render);
  const isWhole = lines.length === items.length;
  const whole = `${open}${lines.join("\n")}${close}`;
  return {
    whole,
    within(most) {
      if (isWhole && whole.length <= most) return whole;
      const room = most - open.length - close.length - `\n… and ${items.length} more ${many}`.length;
      const shown = thatFit(lines, room);
      const left = items.length - shown.length;
      const rest = `… and ${left} more ${left === 1 ? one : many}`;
      return shown.length === 0 ? rest : `${open}${shown.join("\n")}${close}\n${rest}`;
    },
  };
}

interface ListWords {
  readonly one: string;
  readonly many: string;
  readonly open?: string;
  readonly close?: string;
}

/** As many as a message could hold at all: the others are not worth their rendering. */
function firstLines<Item>(items: readonly Item[], render: (item: Item, index: number) => string): string[] {
  const lines: string[] = [];
  let used = 0;
  for (const [index, item] of items.entries()) {
    if (used > LIMITS.embedDescription) break;
    const line = render(item, index);
    lines.push(line);
    used += line.length + 1;
  }
  return lines;
}

function thatFit(lines: readonly string[], room: number): string[] {
  let used = 0;
  const end = lines.findIndex((line) => (used += line.length + 1) > room);
  return lines.slice(0, end === -1 ? lines.length : end);
}

/** All sections in at most `most` characters: the longest give way first; of too many, the last are counted. */
export function fit(all: readonly Section[], most: number): string {
  const sections = all.filter(({ whole }) => whole !== "");
  const atMost = Math.floor(most / LEAST);
  if (sections.length > atMost) {
    const left = sections.length - atMost + 1;
    const rest = { whole: `… and ${left} more ${left === 1 ? "paragraph" : "paragraphs"}` };
    const closing: Section = { ...rest, within: () => rest.whole };
    return fit([...sections.slice(0, atMost - 1), closing], most);
  }
  const room = most - GAP.length * Math.max(0, sections.length - 1);
  const share = shareOf(
    sections.map(({ whole }) => whole.length),
    room,
  );
  return sections.map((section) => section.within(share)).join(GAP);
}

/** The greatest length to which all may grow so that they fit into `room` together. */
function shareOf(lengths: readonly number[], room: number): number {
  const rising = lengths.toSorted((one, other) => one - other);
  let left = room;
  for (const [index, length] of rising.entries()) {
    const share = Math.floor(left / (rising.length - index));
    if (length > share) return share;
    left -= length;
  }
  return room;
}
