/** What is drawn and not written: sparklines, bars, braille, axes; and what only parts words. */
const DRAWN = /[\u2580-\u259f\u2800-\u28ff\u2500-\u257f]/gu;
const SEPARATORS = new Set(["", "·", "|", "…", "-"]);

/** The words of a text, sorted, without marks of markup and without what is drawn. */
export function wordsOf(text: string): string[] {
  return text
    .replaceAll(DRAWN, " ")
    .replaceAll(/[`']/g, "")
    .split(/\s+/u)
    .filter((word) => !SEPARATORS.has(word))
    .toSorted();
}

/** The words of `some` that `all` does not have as often. */
export function missingIn(all: readonly string[], some: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const word of all) left.set(word, (left.get(word) ?? 0) + 1);
  return some.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  });
}

/** What the terminal writes without its drawings, their axes and the lines that say what to type. */
export function withoutDrawings(text: string): string {
  const lines = text.split("\n");
  return lines
    .filter((line, index) => {
      const isAxis = /[\u2500-\u257f]/u.test(line) && !/[A-Za-z]{3}/.test(line);
      const isUnderAxis = /[└┴]/u.test(lines[index - 1] ?? "");
      return !isAxis && !isUnderAxis && !/ {2}\/[a-z]+ /.test(line);
    })
    .join("\n");
}

/** "$16,412", "0.41 %", "±14": whatever has a digit in it. */
export function numbersIn(text: string): string[] {
  return wordsOf(text)
    .filter((word) => /\d/.test(word))
    .map((word) => word.replaceAll(/^\(|[.,:;)]+$/g, ""));
}
