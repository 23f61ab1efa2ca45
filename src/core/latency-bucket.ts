/** DDSketch with relative accuracy 1 % (Masson, Rim, Lee 2019): bucket i holds the durations in (gamma^(i-1), gamma^i]. */
const GAMMA = 1.01 / 0.99;
const LN_GAMMA = Math.log(GAMMA);

/** The bucket of durations that are exactly 0. */
export const ZERO_BUCKET = -32_768;

/**
 * The histogram bucket of a duration in milliseconds: a 16-bit integer, larger for longer durations.
 * 0 (and what is no positive number) has a bucket of its own.
 */
export function latencyBucket(durationMs: number): number {
  if (!(durationMs > 0)) return ZERO_BUCKET;
  const index = Math.ceil(Math.log(durationMs) / LN_GAMMA);
  return Math.min(Math.max(index, ZERO_BUCKET + 1), 32_767);
}

/** The duration in milliseconds that stands for a bucket: at most 1 % from every duration in it. */
export function bucketDurationMs(bucket: number): number {
  return bucket === ZERO_BUCKET ? 0 : (2 * GAMMA ** bucket) / (GAMMA + 1);
}
