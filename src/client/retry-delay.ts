export interface RetryPace {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * How long to wait before the attempt that follows `failures` in a row, doubling from `firstMs` up to `longestMs`; a random half of it,
 * so that many programs do not come back at once. Never sooner than the server asked for.
 */
export function retryDelayMs(failures: number, askedMs: number | null, pace: RetryPace, random = Math.random): number {
  const full = Math.min(pace.longestMs, pace.firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  const jittered = full / 2 + (random() * full) / 2;
  return askedMs === null ? jittered : askedMs + (random() * Math.min(full, askedMs)) / 4;
}
