/** Moves names that would overlap apart, keeping their order from top to bottom and staying above `bottom`. */
export function spread<T extends { readonly y: number }>(items: readonly T[], distance: number, bottom: number): T[] {
  const down: T[] = [];
  for (const item of items.toSorted((a, b) => a.y - b.y)) {
    down.push({ ...item, y: Math.max(item.y, (down.at(-1)?.y ?? -Infinity) + distance) });
  }
  const up: T[] = [];
  for (const item of down.toReversed()) {
    up.unshift({ ...item, y: Math.min(item.y, (up[0]?.y ?? bottom + distance) - distance) });
  }
  return up;
}

/** At most `most` characters, the last of them "…" when something is left out. */
export function shortened(text: string, most: number): string {
  const letters = lettersOf(text);
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

/** What a reader sees as single characters. */
export function lettersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment);
}
