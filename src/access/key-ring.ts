import type { StoredKey } from "./store.ts";

/** How old the copy may be when it decides: the longest a revoked key still works. */
const TRUSTED_MS = 10_000;
/** From this age on a newer copy is fetched while the old one still answers. */
const REFRESHED_MS = 4_000;
/** A key that is not in the copy may be new; looked up again no more often than this. */
const MISSED_MS = 1_000;

export interface KeyRing {
  /** The key as it was at most 10 s ago. Asks the database only when the copy is old or the key is missing from it. */
  find(keyId: string, nowMs: number): StoredKey | undefined | Promise<StoredKey | undefined>;
  /** The next look-up asks the database. */
  forget(): void;
}

interface Copy {
  readonly keys: ReadonlyMap<string, StoredKey>;
  readonly takenAtMs: number;
}

/**
 * All keys in memory. A workspace has few of them, and so neither a good key costs a query nor does a flood of wrong ones:
 * at most one query a second, whatever arrives.
 */
export function createKeyRing(load: () => Promise<StoredKey[]>): KeyRing {
  let copy: Copy | undefined;
  let underWay: Promise<Copy> | undefined;

  async function take(nowMs: number): Promise<Copy> {
    const keys = await load();
    return { keys: new Map(keys.map((key) => [key.keyId, key])), takenAtMs: nowMs };
  }

  function refresh(nowMs: number): Promise<Copy> {
    if (underWay !== undefined) return underWay;
    const mine: Promise<Copy> = take(nowMs).then(
      (taken) => {
        if (underWay === mine) [copy, underWay] = [taken, undefined];
        return taken;
      },
      (failure: unknown) => {
        if (underWay === mine) underWay = undefined;
        throw failure;
      },
    );
    underWay = mine;
    return mine;
  }

  async function afterRefresh(keyId: string, nowMs: number): Promise<StoredKey | undefined> {
    return (await refresh(nowMs)).keys.get(keyId);
  }

  return {
    find(keyId, nowMs) {
      if (copy === undefined) return afterRefresh(keyId, nowMs);
      const ageMs = Math.abs(nowMs - copy.takenAtMs);
      const known = copy.keys.get(keyId);
      if (ageMs >= TRUSTED_MS) return afterRefresh(keyId, nowMs);
      if (known === undefined) return ageMs >= MISSED_MS ? afterRefresh(keyId, nowMs) : undefined;
      if (ageMs >= REFRESHED_MS) refresh(nowMs).catch(() => {});
      return known;
    },
    forget() {
      copy = undefined;
      underWay = undefined;
    },
  };
}
