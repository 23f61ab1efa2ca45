import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketDurationMs, latencyBucket, ZERO_BUCKET } from "../../src/core/latency-bucket.ts";

const durations = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

test("a bucket's value is within 1 % of every duration in it", () => {
  fc.assert(
    fc.property(durations, (durationMs) => {
      const told = bucketDurationMs(latencyBucket(durationMs));
      expect(Math.abs(told - durationMs)).toBeLessThanOrEqual(durationMs * 0.010_000_001);
    }),
  );
});

test("longer durations never fall into smaller buckets", () => {
  fc.assert(
    fc.property(durations, durations, (one, other) => {
      expect(latencyBucket(Math.min(one, other))).toBeLessThanOrEqual(latencyBucket(Math.max(one, other)));
    }),
  );
});

test("a duration of 0 has a bucket of its own, whose value is 0", () => {
  expect(latencyBucket(0)).toBe(ZERO_BUCKET);
  expect(bucketDurationMs(ZERO_BUCKET)).toBe(0);
  expect(latencyBucket(Number.MIN_VALUE)).toBeGreaterThan(ZERO_BUCKET);
});

test("every bucket fits into 16 bits, up to the largest number", () => {
  expect(latencyBucket(Number.MAX_VALUE)).toBe(32_767);
  expect(latencyBucket(Number.POSITIVE_INFINITY)).toBe(32_767);
  expect(latencyBucket(Number.NaN)).toBe(ZERO_BUCKET);
});
