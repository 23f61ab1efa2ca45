import { bucketDurationMs } from "../../core/latency-bucket.ts";

/** How many requests fell into each latency bucket. */
export type Histogram = ReadonlyMap<number, number>;

export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const merged = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [bucket, count] of histogram) merged.set(bucket, (merged.get(bucket) ?? 0) + count);
  }
  return merged;
}

/** The duration in milliseconds of rank ⌈q·n⌉, at most 1 % off; null without requests. `q` is above 0 and at most 1. */
export function quantileMs(histogram: Histogram, q: number): number | null {
  let requests = 0;
  for (const count of histogram.values()) requests += count;
  if (requests === 0) return null;
  let missing = rankOf(q, requests);
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    missing -= count;
    if (missing <= 0) return bucketDurationMs(bucket);
  }
  return null;
}

/** ⌈q·n⌉ without the error of binary fractions: 0.95 × 20 is 19, not 19.000000000000004. */
function rankOf(q: number, n: number): number {
  return Math.max(1, Math.ceil(Number((q * n).toFixed(6))));
}

/** Reads the two parallel arrays of `latency_histograms`, as Postgres writes them: "{1,2}". */
export function parseHistogram(buckets: string, counts: string): Histogram {
  const keys = parseIntegers(buckets);
  const values = parseIntegers(counts);
  return new Map(keys.map((key, index) => [key, values[index] ?? 0]));
}

function parseIntegers(array: string): number[] {
  return array === "{}" ? [] : array.slice(1, -1).split(",").map(Number);
}
