import { CALLED } from "../core/called.ts";
import { Problem } from "../core/problem.ts";
import type { Caller, KeyCheck } from "./key-check.ts";
import { covers, type Scope } from "./scope.ts";
import { createTokenBuckets } from "./token-bucket.ts";

export interface Admission {
  /** The secret that was presented; null when none was. */
  readonly key: string | null;
  readonly scope: Scope;
  /** Network address of the sender, for the limit on failed keys. */
  readonly address: string;
}

const FAILURES = { perSecond: 20 / 60, burst: 20 };
const NAMES_AT_MOST = 10_000;

/**
 * Scope and limits around the comparison. Wrong keys are counted for the address, and for the key whose id they name if there
 * is one: 20 at once, one more every 3 s. Beyond that nothing is compared, so that guessing ends. Nonsense from a shared
 * address therefore locks out no key of ours, and a key that was admitted from an address is looked at there whatever came
 * before: its 32 random bytes cannot be guessed. A configured `ADMIN_KEY` has no id and waits with the nonsense.
 */
export function createAdmission(check: KeyCheck, nowMs: () => number): (admission: Admission) => Promise<Caller> {
  const usage = createTokenBuckets(NAMES_AT_MOST);
  const failures = createTokenBuckets(NAMES_AT_MOST);
  const admitted = createRecentNames(NAMES_AT_MOST);

  return async ({ key, scope, address }) => {
    if (key === null) throw missingKey();
    const now = nowMs();
    const read = check.read(key, now);
    const presented = read instanceof Promise ? await read : read;
    const name = presented.claimed === null ? address : `${address} ${presented.claimed.keyId}`;
    if (!admitted.has(name)) refuseWhen(failures.wait(name, FAILURES, now));
    const verification = check.compare(presented, now);
    if (!verification.ok) {
      failures.take(name, FAILURES, now);
      throw invalidKey(verification.complaint);
    }
    const { caller } = verification;
    if (presented.claimed !== null) admitted.add(name);
    const perSecond = caller.requestsPerSecond;
    const waitSeconds = usage.take(caller.keyId, { perSecond, burst: perSecond * 2 }, now);
    if (waitSeconds > 0) throw tooFast(perSecond, waitSeconds);
    if (!covers(caller.scope, scope)) throw insufficientScope(caller.scope, scope);
    return caller;
  };
}

interface RecentNames {
  has(name: string): boolean;
  add(name: string): void;
}

/** Beyond `limit` the name that was added first is forgotten. */
function createRecentNames(limit: number): RecentNames {
  const names = new Set<string>();
  return {
    has: (name) => names.has(name),
    add(name) {
      if (names.has(name)) return;
      const oldest = names.size >= limit ? names.values().next() : undefined;
      if (oldest?.done === false) names.delete(oldest.value);
      names.add(name);
    },
  };
}

function refuseWhen(waitSeconds: number): void {
  if (waitSeconds === 0) return;
  throw new Problem("rate_limited", 429, "Too many wrong keys came from this address.", {
    next: "Wait, and check the key before trying again.",
    retryAfterSeconds: waitSeconds,
  });
}

function missingKey(): Problem {
  return new Problem("missing_key", 401, "This needs an API key.", {
    next: `Send it as \`Authorization: Bearer bw_…\`; \`${CALLED.cli}keys create\` makes one.`,
  });
}

function invalidKey(complaint: string): Problem {
  return new Problem("invalid_key", 401, complaint, {
    next: `Copy the key again in full, or make another with \`${CALLED.cli}keys create\`.`,
  });
}

function insufficientScope(held: Scope, wanted: Scope): Problem {
  return new Problem("insufficient_scope", 403, `This needs a key with the scope ${wanted}; yours has ${held}.`, {
    next: `Make one with \`${CALLED.cli}keys create --scope ${wanted}\`.`,
  });
}

function tooFast(perSecond: number, retryAfterSeconds: number): Problem {
  return new Problem("rate_limited", 429, `This key may make ${perSecond} requests a second.`, {
    next: "Send more events in one request, or slow down.",
    retryAfterSeconds,
  });
}
