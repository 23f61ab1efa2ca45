/** How many letters may be wrong before a guess is no help. */
function patience(word: string): number {
  return Math.min(3, Math.max(1, Math.floor(word.length / 3)));
}

/**
 * The word that was probably meant: the one that the fewest typing mistakes (a letter too many, too few, wrong, or two
 * swapped) turn into it, or the only one that begins with it. Null when none is near, and for a number, which is near to no word. Capitals count for nothing.
 */
export function nearestWord(typed: string, words: readonly string[]): string | null {
  if (/^[-+]?[\d.,]+$/u.test(typed)) return null;
  const word = typed.toLowerCase();
  const limit = patience(word);
  const ranked = words
    .map((candidate) => ({ candidate, mistakes: mistakesBetween(word, candidate.toLowerCase(), limit) }))
    .filter(({ mistakes }) => mistakes <= limit)
    .toSorted((a, b) => a.mistakes - b.mistakes);
  const best = ranked[0];
  if (best !== undefined) return best.candidate;
  const beginning = word.length < 2 ? [] : words.filter((candidate) => candidate.toLowerCase().startsWith(word));
  return beginning.length === 1 ? (beginning[0] ?? null) : null;
}

/** Optimal string alignment distance; anything above `limit` may be answered with `limit + 1`. */
function mistakesBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
