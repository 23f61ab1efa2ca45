export interface Allowance {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens of a rested bucket. */
  readonly burst: number;
}

export interface TokenBuckets {
  /** Takes one token of `name`. Answers 0, or the whole seconds until there is one again. */
  take(name: string, allowance: Allowance, nowMs: number): number;
  readonly size: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** At most `limit` buckets are kept; beyond that the oldest is forgotten, which only ever gives tokens back. */
export function createTokenBuckets(limit: number): TokenBuckets {
  const buckets = new Map<string, Bucket>();

  function bucketOf(name: string, allowance: Allowance, nowMs: number): Bucket {
    const known = buckets.get(name);
    if (known !== undefined) return known;
    if (buckets.size >= limit) {
      const oldest = buckets.keys().next();
      if (oldest.done !== true) buckets.delete(oldest.value);
    }
    const fresh = { tokens: allowance.burst, filledAtMs: nowMs };
    buckets.set(name, fresh);
    return fresh;
  }

  return {
    take(name, allowance, nowMs) {
      const bucket = bucketOf(name, allowance, nowMs);
      const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
      bucket.tokens = Math.min(allowance.burst, bucket.tokens + (elapsedMs * allowance.perSecond) / 1000);
      bucket.filledAtMs = nowMs;
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
      }
      return Math.max(1, Math.ceil((1 - bucket.tokens) / allowance.perSecond));
    },
    get size() {
      return buckets.size;
    },
  };
}
