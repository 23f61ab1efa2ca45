export interface Allowance {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens of a rested bucket. */
  readonly burst: number;
}

export interface TokenBuckets {
  /** Takes one token of `name`. Answers 0, or the whole seconds until there is one again. */
  take(name: string, allowance: Allowance, nowMs: number): number;
  /** What `take` would answer; takes nothing, and keeps nothing of a name that is new. */
  wait(name: string, allowance: Allowance, nowMs: number): number;
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

  function tokensAt(bucket: Bucket, allowance: Allowance, nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
    return Math.min(allowance.burst, bucket.tokens + (elapsedMs * allowance.perSecond) / 1000);
  }

  const waitFor = (tokens: number, { perSecond }: Allowance) =>
    tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));

  return {
    take(name, allowance, nowMs) {
      const bucket = bucketOf(name, allowance, nowMs);
      bucket.tokens = tokensAt(bucket, allowance, nowMs);
      bucket.filledAtMs = nowMs;
      const waitSeconds = waitFor(bucket.tokens, allowance);
      if (waitSeconds === 0) bucket.tokens -= 1;
      return waitSeconds;
    },
    wait(name, allowance, nowMs) {
      const bucket = buckets.get(name);
      return bucket === undefined ? 0 : waitFor(tokensAt(bucket, allowance, nowMs), allowance);
    },
    get size() {
      return buckets.size;
    },
  };
}
