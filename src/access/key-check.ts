import { timingSafeEqual } from "node:crypto";
import { hashOf, readKey } from "./key.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Scope } from "./scope.ts";
import type { StoredKey } from "./store.ts";

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

const REFUSALS = {
  foreign: "The key is not one of Bellwether's: those start with bw_.",
  mistyped: "The key is mistyped or cut off: its checksum does not fit.",
  unknown: "There is no such key.",
  revoked: "The key was revoked.",
  expired: "The key has expired.",
} as const;

/** A key as it was presented, before anything secret was compared. */
export interface Presented {
  readonly key: string;
  readonly form: "whole" | "mistyped" | "foreign";
  /** The key whose id it names; null when there is none of this id. */
  readonly claimed: StoredKey | null;
}

export interface KeyCheck {
  /** Reads the id that the key names. Answers at once, but for a key that may be new or a copy that is old. */
  read(key: string, nowMs: number): Presented | Promise<Presented>;
  compare(presented: Presented, nowMs: number): Verification;
  /** The key of this id while it works; null when there is none, or it was revoked or has expired. */
  standing(keyId: string, nowMs: number): Promise<StoredKey | null>;
}

export function createKeyCheck(ring: KeyRing, configured: StoredKey | undefined): KeyCheck {
  return {
    read(key, nowMs) {
      const read = readKey(key);
      if (read.form !== "whole") return { key, form: read.form, claimed: null };
      const found = ring.find(read.keyId, nowMs);
      const presented = (claimed: StoredKey | undefined) => ({ key, form: read.form, claimed: claimed ?? null });
      return found instanceof Promise ? found.then(presented) : presented(found);
    },
    compare({ key, form, claimed }, nowMs) {
      const hash = hashOf(key);
      if (configured !== undefined && timingSafeEqual(hash, configured.hash))
        return { ok: true, caller: callerOf(configured) };
      if (form !== "whole") return refused(form);
      if (claimed === null || !timingSafeEqual(hash, claimed.hash)) return refused("unknown");
      const state = stateOf(claimed, nowMs);
      return state === "valid" ? { ok: true, caller: callerOf(claimed) } : refused(state);
    },
    async standing(keyId, nowMs) {
      if (configured !== undefined && keyId === configured.keyId) return configured;
      const stored = await ring.find(keyId, nowMs);
      return stored !== undefined && stateOf(stored, nowMs) === "valid" ? stored : null;
    },
  };
}

export function callerOf({ keyId, scope, source, requestsPerSecond }: StoredKey): Caller {
  return { keyId, scope, source, requestsPerSecond };
}

function stateOf(key: StoredKey, nowMs: number): "valid" | "revoked" | "expired" {
  if (key.revoked) return "revoked";
  return key.expiresAtMs !== null && key.expiresAtMs <= nowMs ? "expired" : "valid";
}

function refused(reason: keyof typeof REFUSALS): Verification {
  return { ok: false, complaint: REFUSALS[reason] };
}
