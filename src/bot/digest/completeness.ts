import { Temporal, type Clock } from "../../core/time.ts";
import type { Freshness, FreshnessJudge } from "../../metrics/freshness/freshness.ts";
import { ALL_GROUPS } from "../permission/need.ts";
import type { OwedDigest } from "./digest-post.ts";
import { DIGEST_KINDS, editionOf, windowsOf } from "./edition.ts";
import { missingSentences } from "./freshness-words.ts";

/** A digest that has to wait: for how long, and for what. */
export interface Hold {
  readonly afterMs: number;
  /** For people. */
  readonly reason: string;
}

/** Null: it may go out now. */
export type HoldDigest = (owed: Pick<OwedDigest, "kind" | "localDate" | "dueAt">) => Promise<Hold | null>;

interface HoldingParts {
  readonly freshness: FreshnessJudge;
  /** The database's, after the judge has asked for it. */
  readonly clock: Clock;
  readonly timeZone: string;
}

const LONGEST_WAIT = { hours: 1 } as const;
/** A rollup catches up within seconds as a rule, above all after a start. */
const LOOK_AGAIN_MS = { behind: 5_000, silent: 60_000 } as const;
/** A silence that began earlier was told and waited for before. */
const NEWS_FOR = { hours: 24 } as const;

/** The last day that an edition is about. */
export function lastDayOf(kind: string, localDate: string): Temporal.PlainDate {
  const [edition, morning] = [editionOf(kind), Temporal.PlainDate.from(localDate)];
  return edition === "daily" ? morning.subtract({ days: 1 }) : windowsOf(edition, morning).window.end;
}

/**
 * A digest of a schedule waits up to an hour after it was due while the rollup is behind or a source that normally reports
 * has fallen silent. It waits in the ledger, so that instances agree and a restart changes nothing. What somebody asked for
 * at once does not wait.
 */
export function createHold({ freshness, clock, timeZone }: HoldingParts): HoldDigest {
  return async ({ kind, localDate, dueAt }) => {
    if (!DIGEST_KINDS.includes(kind)) return null;
    const found = await freshness.judge(lastDayOf(kind, localDate));
    const leftMs = clock.now().until(dueAt.add(LONGEST_WAIT)).total("milliseconds");
    if (leftMs <= 0 || !isWorthWaiting(found)) return null;
    const reason = missingSentences(found, timeZone, new Set(ALL_GROUPS)).join(" ");
    const restMs = found.behind === null ? LOOK_AGAIN_MS.silent : LOOK_AGAIN_MS.behind;
    return { afterMs: Math.min(leftMs, restMs), reason };
  };
}

function isWorthWaiting({ silent, behind, asOf }: Freshness): boolean {
  const since = asOf.subtract(NEWS_FOR).epochMilliseconds;
  return behind !== null || silent.some((feed) => feed.since.epochMilliseconds > since);
}
