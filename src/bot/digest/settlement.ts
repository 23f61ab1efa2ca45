import type { Lookup, PostOutcome } from "../platform.ts";

/** How long each step may take, in milliseconds. */
export interface Timing {
  /** A claim speaks for so long; whoever holds it longer has been killed or stopped. */
  readonly leaseMs: number;
  /** One attempt to post is given up after so long. */
  readonly postMs: number;
  /** The platform is asked so long after an answer was lost: long enough for what was on its way to arrive. */
  readonly lookAfterMs: number;
  /** It is asked again so long after it could not be asked. */
  readonly lookAgainMs: number;
  /** So long after a message that had been uncertain was settled, a second one is looked for. */
  readonly recheckMs: number;
  /** Rest after the first definite no; it doubles with each further one, up to `restAtMostMs`. */
  readonly restMs: number;
  readonly restAtMostMs: number;
}

export const USUAL_TIMING: Timing = {
  leaseMs: 90_000,
  postMs: 30_000,
  lookAfterMs: 20_000,
  lookAgainMs: 60_000,
  recheckMs: 300_000,
  restMs: 5_000,
  restAtMostMs: 300_000,
};

/** What becomes of a delivery after a step. */
export type Settlement =
  | { readonly state: "sent"; readonly externalId: string }
  | { readonly state: "pending" | "uncertain"; readonly afterMs: number; readonly reason: string | null }
  /** Nothing was notable, and only that is wanted: nobody posts it later. */
  | { readonly state: "quiet" }
  /** Given up, and its schedule paused until the next start. */
  | { readonly state: "dead"; readonly reason: string };

/** `attempts` counts the one that had this outcome. */
export function afterPost(outcome: PostOutcome, attempts: number, timing: Timing): Settlement {
  switch (outcome.outcome) {
    case "sent":
      return { state: "sent", externalId: outcome.externalId };
    case "uncertain":
      return { state: "uncertain", afterMs: timing.lookAfterMs, reason: outcome.reason };
    case "refused": {
      if (outcome.lasting && outcome.everywhere !== true) return { state: "dead", reason: outcome.reason };
      const rest = Math.min(timing.restMs * 2 ** (attempts - 1), timing.restAtMostMs);
      return { state: "pending", afterMs: outcome.retryAfterMs ?? rest, reason: outcome.reason };
    }
  }
}

/** Only a definite "it is not there" lets it be sent again. */
export function afterLookup(lookup: Lookup, timing: Timing): Settlement {
  switch (lookup.found) {
    case true:
      return { state: "sent", externalId: lookup.externalId };
    case false:
      return { state: "pending", afterMs: 0, reason: null };
    case "unknown":
      if (lookup.closed === true) return { state: "dead", reason: lookup.reason };
      return { state: "uncertain", afterMs: timing.lookAgainMs, reason: lookup.reason };
  }
}
