import { createHmac, timingSafeEqual } from "node:crypto";
import type { Access } from "../access/access.ts";
import type { Temporal } from "../core/time.ts";

export const SESSION_COOKIE = "bellwether_session";
export const SESSION_DAYS = 14;

const SEALED = /^([A-Za-z0-9_-]{1,64})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

/**
 * A session is kept nowhere: `<key id>.<expiry in seconds since 1970>.<HMAC of both under the key's secret>`. All instances
 * that see the same keys agree on it, and it ends when the key is revoked. Null when the key is no longer valid.
 */
export async function sealSession(
  keys: Pick<Access, "sessionSecret">,
  keyId: string,
  now: Temporal.Instant,
): Promise<string | null> {
  const secret = await keys.sessionSecret(keyId);
  if (secret === null) return null;
  const expiry = String(secondsOf(now) + SESSION_DAYS * 86_400);
  return `${keyId}.${expiry}.${signature(secret, keyId, expiry).toString("base64url")}`;
}

export async function isOpenSession(
  keys: Pick<Access, "sessionSecret">,
  cookie: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const [, keyId, expiry, sealed] = SEALED.exec(cookie) ?? [];
  if (keyId === undefined || expiry === undefined || sealed === undefined) return false;
  if (Number(expiry) <= secondsOf(now)) return false;
  const secret = await keys.sessionSecret(keyId);
  return secret !== null && timingSafeEqual(Buffer.from(sealed, "base64url"), signature(secret, keyId, expiry));
}

function signature(secret: Uint8Array, keyId: string, expiry: string): Buffer {
  return createHmac("sha256", secret).update(`bellwether session ${keyId}.${expiry}`).digest();
}

function secondsOf(now: Temporal.Instant): number {
  return Math.floor(now.epochMilliseconds / 1000);
}
