const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const GAP = " ";
const FLAT = 3;

/** One column a value, from the lowest to the highest of them; a gap where there is none. At most `most` values: the newest. */
export function sparkline(values: readonly (number | null)[], most: number): string {
  const shown = most > 0 ? values.slice(-most) : [];
  const known = shown.filter((value) => value !== null);
  const low = Math.min(...known);
  const range = Math.max(...known) - low;
  return shown.map((value) => (value === null ? GAP : (LEVELS[levelOf(value, low, range)] ?? GAP))).join("");
}

function levelOf(value: number, low: number, range: number): number {
  if (range === 0) return value === 0 ? 0 : FLAT;
  return Math.round(((value - low) / range) * (LEVELS.length - 1));
}
