import type { Temporal } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Database } from "../../db/client.ts";
import type { DatabaseClock } from "../../db/database-clock.ts";
import { metricNames, type MetricName } from "../catalogue.ts";
import { readArrivals } from "./arrivals-store.ts";
import { metricsFrom, type Feed } from "./feed.ts";
import { hoursOfWeek, isSilent } from "./rhythm.ts";
import { readRolled, type RolledThrough } from "../rollup/rolled-store.ts";

export interface SilentFeed extends Feed {
  /** When its last event arrived. */
  readonly since: Temporal.Instant;
}

/** What can be trusted of the numbers of a local day and all before it. */
export interface Freshness {
  /** By the database's clock. */
  readonly asOf: Temporal.Instant;
  /** Feeds that report as they usually do. What is too new or too rare to have a rhythm is in neither list. */
  readonly reported: readonly Feed[];
  readonly silent: readonly SilentFeed[];
  /** Null when all that arrived is counted. `until`: what arrived by then is; null: nothing is known to be. */
  readonly behind: { readonly until: Temporal.Instant | null } | null;
  /** Changes that could not be counted. */
  readonly failed: number;
  /**
   * Metrics whose number of the day cannot be that of the whole day, and until when what happened is in it: their feed was
   * silent before the day ended, or the rollup has not got so far. Null: nothing is known to be in it.
   */
  readonly unfinished: ReadonlyMap<MetricName, Temporal.Instant | null>;
}

export interface FreshnessJudge {
  /** Rejects like `Pool.run`. */
  judge(day: Temporal.PlainDate): Promise<Freshness>;
}

interface JudgeParts {
  readonly db: Pick<Database, "read">;
  readonly clock: DatabaseClock;
  readonly workspace: Pick<Workspace, "timeZone">;
}

/** Passes follow each other within five minutes, however long they take up to half a minute. */
const BEHIND_AFTER = { minutes: 10 } as const;

export function createFreshnessJudge({ db, clock, workspace: { timeZone } }: JudgeParts): FreshnessJudge {
  return {
    async judge(day) {
      await clock.sync();
      const asOf = clock.now();
      const [arrivals, rolled] = await Promise.all([
        db.read.run((sql) => readArrivals(sql, asOf)),
        db.read.run((sql) => readRolled(sql, day.toString())),
      ]);
      const hour = Math.floor(asOf.epochMilliseconds / 3_600_000);
      const hourOfWeek = hoursOfWeek(timeZone);
      const judged = arrivals.map(({ event, of, hours, lastAt }) => {
        return { feed: { event, of }, since: lastAt, silent: isSilent(hours, hour, hourOfWeek) };
      });
      const silent = judged.filter((one) => one.silent === true).map(({ feed, since }) => ({ ...feed, since }));
      const behind = isBehind(rolled, asOf) ? { until: rolled.at } : null;
      return {
        asOf,
        reported: judged.filter((one) => one.silent === false).map(({ feed }) => feed),
        silent,
        behind,
        failed: rolled.failed,
        unfinished: unfinishedAt(endOf(day, timeZone), silent, behind),
      };
    },
  };
}

function isBehind({ at, isWaiting, isOverdue }: RolledThrough, now: Temporal.Instant): boolean {
  if (isOverdue) return true;
  return isWaiting && (at === null || isBefore(at, now.subtract(BEHIND_AFTER)));
}

function endOf(day: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  return day.add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
}

function unfinishedAt(
  end: Temporal.Instant,
  silent: readonly SilentFeed[],
  behind: Freshness["behind"],
): Map<MetricName, Temporal.Instant | null> {
  const unfinished = new Map<MetricName, Temporal.Instant | null>();
  for (const { event, since } of silent) {
    if (!isBefore(since, end)) continue;
    for (const metric of metricsFrom(event)) unfinished.set(metric, earlier(unfinished.get(metric), since));
  }
  if (behind === null || (behind.until !== null && !isBefore(behind.until, end))) return unfinished;
  for (const metric of metricNames)
    unfinished.set(metric, behind.until === null ? null : earlier(unfinished.get(metric), behind.until));
  return unfinished;
}

function earlier(one: Temporal.Instant | null | undefined, other: Temporal.Instant): Temporal.Instant | null {
  if (one === undefined) return other;
  return one === null || isBefore(one, other) ? one : other;
}

function isBefore(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return one.epochMilliseconds < other.epochMilliseconds;
}
