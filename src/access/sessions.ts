import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Temporal } from "../core/time.ts";
import type { Clock } from "../core/time.ts";
import type { Pool } from "../db/client.ts";
import { callerOf, type Caller, type KeyCheck } from "./key-check.ts";
import { covers } from "./scope.ts";
import { createSessionStore } from "./session-store.ts";

export const SESSION_DAYS = 14;
/** Of one key; who signs in once more ends the oldest. */
export const SESSIONS_AT_MOST = 500;

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface NewSession {
  /** 32 random bytes, told to the browser alone. */
  readonly token: string;
  readonly expiresAt: Temporal.Instant;
}

/**
 * Sessions of people who signed in with a key. The database holds the hash of the token and, keyed by the token, a proof of the
 * key; neither opens anything, so a dump is no way in, and another key under the same name ends the session.
 */
export interface Sessions {
  /** Null when the key no longer works. */
  begin(keyId: string): Promise<NewSession | null>;
  /** The key behind a session that has not ended, while the key works and may read; null otherwise. */
  open(token: string): Promise<Caller | null>;
  end(token: string): Promise<void>;
}

export function createSessions(
  { pool, clock }: { readonly pool: Pool; readonly clock: Clock },
  check: Pick<KeyCheck, "standing">,
): Sessions {
  const store = createSessionStore(pool);
  return {
    async begin(keyId) {
      const now = clock.now();
      const key = await check.standing(keyId, now.epochMilliseconds);
      if (key === null) return null;
      const token = randomBytes(32).toString("base64url");
      const expiresAt = now.add({ hours: SESSION_DAYS * 24 });
      const row = {
        tokenHash: hashOfToken(token),
        keyId,
        keyProof: proofOf(token, key.hash),
        createdAt: now.toString(),
        expiresAt: expiresAt.toString(),
      };
      await store.insert(row, SESSIONS_AT_MOST);
      return { token, expiresAt };
    },
    async open(token) {
      if (!TOKEN.test(token)) return null;
      const now = clock.now();
      const session = await store.find(hashOfToken(token), now.toString());
      const key = session === null ? null : await check.standing(session.keyId, now.epochMilliseconds);
      if (session === null || key === null || !covers(key.scope, "read")) return null;
      return timingSafeEqual(session.keyProof, proofOf(token, key.hash)) ? callerOf(key) : null;
    },
    async end(token) {
      if (TOKEN.test(token)) await store.remove(hashOfToken(token));
    },
  };
}

function hashOfToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function proofOf(token: string, keyHash: Uint8Array): Buffer {
  return createHmac("sha256", token).update(keyHash).digest();
}
