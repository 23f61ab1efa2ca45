import { parseExact, type Exact } from "./exact.ts";
import type { StoredRow } from "./numbers.ts";

/** As read from the database: decimals. */
export interface StoredSum {
  readonly metric: string;
  /** 0 is what lies before the first segment. */
  readonly segment: number;
  readonly sum: string;
  readonly last: string | null;
}

/** The rows of `segments` consecutive segments, by stored name. */
export function foldStored(rows: readonly StoredSum[], segments: number): Map<string, StoredRow> {
  const stored = new Map<string, { sums: Exact[]; lasts: Exact[]; running: Exact[] }>();
  for (const { metric, segment, sum, last } of rows) {
    const row = stored.get(metric) ?? { sums: zeros(segments), lasts: zeros(segments), running: zeros(segments + 1) };
    stored.set(metric, row);
    if (segment === 0) {
      row.running[0] = parseExact(sum);
    } else {
      row.sums[segment - 1] = parseExact(sum);
      row.lasts[segment - 1] = last === null ? 0n : parseExact(last);
    }
  }
  for (const { sums, running } of stored.values()) {
    sums.forEach((sum, index) => (running[index + 1] = (running[index] ?? 0n) + sum));
  }
  return stored;
}

function zeros(length: number): Exact[] {
  return Array.from({ length }, () => 0n);
}
