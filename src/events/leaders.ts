import type { Pending } from "./call.ts";

/**
 * The first event on its way with each id, whatever its type. Those that come after it with the same
 * id are not written: they follow it and are judged by what becomes of it.
 */
export interface Leaders {
  /** `false` when another event with its id is on its way, which it then follows. */
  lead(pending: Pending): boolean;
  /** Ends the lead of an event and answers those that followed it. */
  release(pending: Pending): readonly Pending[];
}

export function createLeaders(): Leaders {
  const bySource = new Map<number, Map<string, Pending>>();

  function ofSource(sourceNo: number): Map<string, Pending> {
    const known = bySource.get(sourceNo);
    if (known !== undefined) return known;
    const made = new Map<string, Pending>();
    bySource.set(sourceNo, made);
    return made;
  }

  return {
    lead(pending) {
      const { event, sourceNo } = pending.row;
      if (event.key === null) return true;
      const leaders = ofSource(sourceNo);
      const leader = leaders.get(event.key);
      if (leader === undefined) leaders.set(event.key, pending);
      else (leader.followers ??= []).push(pending);
      return leader === undefined;
    },
    release(pending) {
      const { event, sourceNo } = pending.row;
      if (event.key === null) return [];
      ofSource(sourceNo).delete(event.key);
      const followers = pending.followers ?? [];
      pending.followers = null;
      return followers;
    },
  };
}
