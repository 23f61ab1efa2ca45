import { timingSafeEqual } from "node:crypto";
import { Problem } from "../core/problem.ts";
import type { Clock, Temporal } from "../core/time.ts";
import type { Database } from "../db/client.ts";
import { hashOf, makeKey, readKey, type NewKey } from "./key.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import { covers, type Scope } from "./scope.ts";
import { createKeyStore, type KeyDescription, type StoredKey } from "./store.ts";
import { createTokenBuckets } from "./token-bucket.ts";

/** Who stands behind a key that was accepted. */
export interface Caller {
  readonly keyId: string;
  readonly scope: Scope;
  /** Stable label of where this key's events come from; event ids are unique within it. */
  readonly source: string;
  readonly requestsPerSecond: number;
}

export type Verification =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly complaint: string };

export interface Admission {
  /** The secret that was presented; null when none was. */
  readonly key: string | null;
  readonly scope: Scope;
  /** Network address of the sender, for the limit on failed keys. */
  readonly address: string;
}

export interface NewKeyRequest {
  readonly scope: Scope;
  readonly source?: string;
  readonly requestsPerSecond?: number;
  readonly expiresAt?: Temporal.Instant;
}

export interface Access {
  /** `key` is shown this once; only its hash is kept. */
  create(request: NewKeyRequest): Promise<NewKey>;
  list(): Promise<KeyDescription[]>;
  /** False when there is no such key, or it was revoked before. Other processes follow within 10 s. */
  revoke(keyId: string): Promise<boolean>;
  /** The key of the first start, to be shown once; null when an admin key exists or is configured. */
  ensureAdminKey(): Promise<NewKey | null>;
  /** Throws `Problem` `database_unavailable` when it cannot be told. */
  verify(key: string): Promise<Verification>;
  /** `verify` with scope and limits. Throws `Problem` missing_key, invalid_key, insufficient_scope or rate_limited. */
  admit(admission: Admission): Promise<Caller>;
  /** What signs a session of this key: changes never, and is null once the key is revoked or expired. */
  sessionSecret(keyId: string): Promise<Uint8Array | null>;
}

export interface AccessParts {
  /** Of the intake, because a key is looked up before an event is taken in and must fail as fast. */
  readonly db: Pick<Database, "intake">;
  readonly clock: Clock;
  /** A secret of at least 32 characters that is accepted as an admin key. */
  readonly adminKey?: string | undefined;
}

const DEFAULT_SOURCE = "api";
const DEFAULT_REQUESTS_PER_SECOND = 200;
const FAILURES = { perSecond: 20 / 60, burst: 20 };
const ADDRESSES_AT_MOST = 10_000;
const KEYS_AT_MOST = 10_000;

const REFUSALS = {
  foreign: "The key is not one of Bellwether's: those start with bw_.",
  mistyped: "The key is mistyped or cut off: its checksum does not fit.",
  unknown: "There is no such key.",
  revoked: "The key was revoked.",
  expired: "The key has expired.",
} as const;

export function createAccess({ db, clock, adminKey }: AccessParts): Access {
  const store = createKeyStore(db.intake);
  const ring = createKeyRing(() => store.loadAll());
  const configured = adminKey === undefined ? undefined : configuredKey(adminKey);
  const usage = createTokenBuckets(KEYS_AT_MOST);
  const failures = createTokenBuckets(ADDRESSES_AT_MOST);
  const nowMs = () => clock.now().epochMilliseconds;

  const verifyAt = createVerifier(ring, configured);

  async function admit(admission: Admission): Promise<Caller> {
    const { key, scope } = admission;
    if (key === null) throw missingKey();
    const now = nowMs();
    const verification = await verifyAt(key, now);
    if (!verification.ok) {
      const waitSeconds = failures.take(admission.address, FAILURES, now);
      throw waitSeconds > 0 ? tooManyFailures(waitSeconds) : invalidKey(verification.complaint);
    }
    const { caller } = verification;
    const perSecond = caller.requestsPerSecond;
    const waitSeconds = usage.take(caller.keyId, { perSecond, burst: perSecond * 2 }, now);
    if (waitSeconds > 0) throw tooFast(perSecond, waitSeconds);
    if (!covers(caller.scope, scope)) throw insufficientScope(caller.scope, scope);
    return caller;
  }

  return {
    verify: (key) => verifyAt(key, nowMs()),
    admit,
    list: () => store.list(),
    async create(request) {
      const { row, made } = rowFor(request, clock);
      await store.insert(row);
      ring.forget();
      return made;
    },
    async revoke(keyId) {
      const revoked = await store.revoke(keyId, clock.now().toString());
      ring.forget();
      return revoked;
    },
    async ensureAdminKey() {
      if (configured !== undefined) return null;
      const { row, made } = rowFor({ scope: "admin" }, clock);
      const inserted = await store.insertFirstAdmin(row, row.createdAt);
      ring.forget();
      return inserted ? made : null;
    },
    async sessionSecret(keyId) {
      if (configured !== undefined && keyId === configured.keyId) return configured.hash;
      const now = nowMs();
      const stored = await ring.find(keyId, now);
      return stored !== undefined && stateOf(stored, now) === "valid" ? stored.hash : null;
    },
  };
}

function createVerifier(ring: KeyRing, configured: StoredKey | undefined) {
  return async (key: string, now: number): Promise<Verification> => {
    const hash = hashOf(key);
    if (configured !== undefined && timingSafeEqual(hash, configured.hash))
      return { ok: true, caller: callerOf(configured) };
    const read = readKey(key);
    if (read.form !== "whole") return refused(read.form);
    const found = ring.find(read.keyId, now);
    const stored = found instanceof Promise ? await found : found;
    if (stored === undefined || !timingSafeEqual(hash, stored.hash)) return refused("unknown");
    const state = stateOf(stored, now);
    return state === "valid" ? { ok: true, caller: callerOf(stored) } : refused(state);
  };
}

function rowFor(request: NewKeyRequest, clock: Clock) {
  const made = makeKey();
  const row = {
    keyId: made.keyId,
    hash: hashOf(made.key),
    scope: request.scope,
    source: request.source ?? DEFAULT_SOURCE,
    requestsPerSecond: request.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND,
    createdAt: clock.now().toString(),
    expiresAt: request.expiresAt?.toString() ?? null,
  };
  return { row, made };
}

function configuredKey(secret: string): StoredKey {
  return {
    keyId: "configured",
    hash: hashOf(secret),
    scope: "admin",
    source: DEFAULT_SOURCE,
    requestsPerSecond: DEFAULT_REQUESTS_PER_SECOND,
    expiresAtMs: null,
    revoked: false,
  };
}

function stateOf(key: StoredKey, nowMs: number): "valid" | "revoked" | "expired" {
  if (key.revoked) return "revoked";
  return key.expiresAtMs !== null && key.expiresAtMs <= nowMs ? "expired" : "valid";
}

function callerOf({ keyId, scope, source, requestsPerSecond }: StoredKey): Caller {
  return { keyId, scope, source, requestsPerSecond };
}

function refused(reason: keyof typeof REFUSALS): Verification {
  return { ok: false, complaint: REFUSALS[reason] };
}

function missingKey(): Problem {
  return new Problem("missing_key", 401, "This needs an API key.", {
    next: "Send it as `Authorization: Bearer bw_…`; `npm run cli -- keys create` makes one.",
  });
}

function invalidKey(complaint: string): Problem {
  return new Problem("invalid_key", 401, complaint, {
    next: "Copy the key again in full, or make another with `npm run cli -- keys create`.",
  });
}

function insufficientScope(held: Scope, wanted: Scope): Problem {
  return new Problem("insufficient_scope", 403, `This needs a key with the scope ${wanted}; yours has ${held}.`, {
    next: `Make one with \`npm run cli -- keys create --scope ${wanted}\`.`,
  });
}

function tooFast(perSecond: number, retryAfterSeconds: number): Problem {
  return new Problem("rate_limited", 429, `This key may make ${perSecond} requests a second.`, {
    next: "Send more events in one request, or slow down.",
    retryAfterSeconds,
  });
}

function tooManyFailures(retryAfterSeconds: number): Problem {
  return new Problem("rate_limited", 429, "Too many wrong keys came from this address.", {
    next: "Wait, and check the key before trying again.",
    retryAfterSeconds,
  });
}
