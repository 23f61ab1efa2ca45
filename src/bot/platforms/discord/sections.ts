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

/** Lines between `open` and `close`; what does not fit is counted: "… and 12 more rows". */
export function list(
  lines: readonly string[],
  words: { readonly one: string; readonly many: string },
  { open, close }: { readonly open: string; readonly close: string } = { open: "", close: "" },
): Section {
  const whole = `${open}${lines.join("\n")}${close}`;
  return {
    whole,
    within(most) {
      if (whole.length <= most) return whole;
      const room = most - open.length - close.length - `\n… and ${lines.length} more ${words.many}`.length;
      let used = 0;
      const shown: string[] = [];
      for (const line of lines) {
        used += line.length + 1;
        if (used > room) break;
        shown.push(line);
      }
      const left = lines.length - shown.length;
      const rest = `… and ${left} more ${left === 1 ? words.one : words.many}`;
      return shown.length === 0 ? rest : `${open}${shown.join("\n")}${close}\n${rest}`;
    },
  };
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
