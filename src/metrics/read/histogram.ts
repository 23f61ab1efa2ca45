import { bucketDurationMs } from "../../core/latency-bucket.ts";

/** How many requests fell into each latency bucket; buckets ascend. */
export interface Histogram {
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
}

export const EMPTY_HISTOGRAM: Histogram = { buckets: [], counts: [] };

export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const [only = EMPTY_HISTOGRAM] = histograms;
  if (histograms.length <= 1) return only;
  const merged = new Map<number, number>();
  for (const { buckets, counts } of histograms) {
    buckets.forEach((bucket, index) => merged.set(bucket, (merged.get(bucket) ?? 0) + (counts[index] ?? 0)));
  }
  return ascending([...merged]);
}

function ascending(filled: [number, number][]): Histogram {
  filled.sort(([a], [b]) => a - b);
  return { buckets: filled.map(([bucket]) => bucket), counts: filled.map(([, count]) => count) };
}

/** The duration in milliseconds of rank ⌈q·n⌉, at most 1 % off; null without requests. `q` is above 0 and at most 1. */
export function quantileMs(histogram: Histogram, q: number): number | null {
  const requests = requestsIn(histogram);
  return requests === 0 ? null : durationAt(histogram, rankOf(q, requests));
}

export function requestsIn({ counts }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The duration in milliseconds of the request of that rank, at most 1 % off; null where there are not so many. */
export function durationAt({ buckets, counts }: Histogram, rank: number): number | null {
  let missing = rank;
  const place = counts.findIndex((count) => (missing -= count) <= 0);
  const bucket = buckets[place];
  return bucket === undefined ? null : bucketDurationMs(bucket);
}

/** ⌈q·n⌉ without the error of binary fractions: 0.95 × 20 is 19, not 19.000000000000004. */
export function rankOf(q: number, n: number): number {
  return Math.max(1, Math.ceil(Number((q * n).toFixed(6))));
}

/** Reads the two parallel arrays of `latency_histograms`, as Postgres writes them: "{1,2}". Their buckets ascend. */
export function parseHistogram(buckets: string, counts: string): Histogram {
  return { buckets: parseIntegers(buckets), counts: parseIntegers(counts) };
}

function parseIntegers(array: string): number[] {
  return array === "{}" ? [] : array.slice(1, -1).split(",").map(Number);
}
