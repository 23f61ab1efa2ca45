import type { Database, TransactionSql } from "../../db/client.ts";
import { describeError, type Log } from "../../core/log.ts";
import type { Clock, Temporal } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { CAUSE } from "../../events/cause.ts";
import { queueEverything } from "./everything-store.ts";
import { isUnavailable } from "./failure.ts";
import { keepFirstEvents } from "./first-event-store.ts";
import { openDays } from "./opening-store.ts";
import { presentOf, type Present } from "./present.ts";
import {
  countDue,
  dueDays,
  isDue,
  newestRow,
  queueWholeDays,
  readRevisions,
  type DayKind,
  type SubjectKind,
} from "./queue-store.ts";
import { publishDays } from "./restatement-store.ts";
import { noteRolled, passBegins } from "./rolled-store.ts";
import { createUnits, type Units } from "./units.ts";

/** What a pass did. A unit is a day of a kind, or a subject. */
export interface Pass {
  readonly units: number;
  /** Attempts that failed; what they were about stays queued and is in the log. */
  readonly failed: number;
}

export interface PassOptions {
  /** Ends the pass after the unit at hand. */
  readonly signal?: AbortSignal;
  /** Hears after each unit about how many are left. */
  readonly onProgress?: (left: number) => void;
}

/** `revision` is the sum of the revisions of the day's kinds; it grows with each recompute. */
export interface DayRevision {
  readonly day: string;
  readonly revision: number;
}

/**
 * Keeps the rollups equal to what the events say. Any number of rollers may work on one database. All methods throw
 * when the database is away; whatever was not finished is still queued then.
 */
export interface Roller {
  /** Does what is dirty now, and what follows from it. */
  pass(options?: PassOptions): Promise<Pass>;
  /** Passes until nothing is left that is dirty now, whatever arrives meanwhile; throws when units still fail. */
  drain(onProgress?: (left: number) => void): Promise<void>;
  /**
   * Recomputes all of these days now, dirty or not, after what they depend on, and all else that is due. Answers them
   * oldest first. What an ended signal left out stays queued.
   */
  recompute(days: readonly Temporal.PlainDate[], options?: PassOptions): Promise<DayRevision[]>;
  /** How many days and subjects are due. */
  backlog(): Promise<number>;
  /** Folds every subject and recomputes every day: for when a rule itself changed (time zone, currency). */
  recomputeEverything(options?: EverythingOptions): Promise<void>;
}

export interface EverythingOptions {
  /** Changes the rule in the transaction that queues everything, so that no crash leaves numbers of the old one behind. */
  readonly change?: (sql: TransactionSql) => Promise<void>;
  /** Why numbers that people have seen may change; "the settings were changed" unless given. */
  readonly cause?: string;
  readonly onProgress?: (left: number, all: number) => void;
}

export interface RollerParts {
  readonly db: Pick<Database, "work">;
  readonly clock: Clock;
  readonly workspace: Workspace;
  readonly log: Log;
}

/** Folds come before the days that depend on them. */
const STEPS = [
  { fold: "session" },
  { day: "usage" },
  { day: "teams" },
  { fold: "person" },
  { fold: "account" },
  { fold: "ticket" },
  { fold: "member" },
  { day: "people" },
  { day: "revenue" },
  { day: "support" },
  { day: "errors" },
  { day: "health" },
  { day: "nps" },
  { day: "reach" },
  { day: "tiers" },
] as const satisfies readonly ({ fold: SubjectKind } | { day: DayKind })[];

/** Passes in which units may fail before draining gives up. */
const TRIES = 3;

/** Subjects folded in one transaction. */
const BATCH = 500;

export function createRoller({ db, clock, workspace, log }: RollerParts): Roller {
  const units = createUnits({ db, workspace });

  const pass = async (options: PassOptions = {}): Promise<Pass> => {
    const present = presentOf(clock, workspace);
    const beganAt = await db.work.run(passBegins);
    await db.work.transaction((sql) => openDays(sql, present));
    const run = createRun({ db, log, units, present, options });
    for (const step of STEPS) {
      await run.recount();
      if ("fold" in step) await foldAll(run, step.fold);
      else await recomputeAll(run, step.day);
    }
    await db.work.transaction((sql) => keepFirstEvents(sql, { ...present, ...workspace }));
    const done = run.done();
    if (!run.stopped()) await db.work.run((sql) => noteRolled(sql, beganAt, done.failed));
    if (done.failed === 0 && !run.stopped()) await db.work.run((sql) => publishDays(sql, { ...present, ...workspace }));
    return done;
  };

  const drain = async (onProgress?: (left: number) => void): Promise<void> => {
    const newest = await db.work.run(newestRow);
    for (let passes = 1; ; passes += 1) {
      const { units: done, failed } = await pass(onProgress ? { onProgress } : {});
      if (done === 0 && failed === 0) return;
      if (failed > 0 && (done === 0 || passes === TRIES)) throw incomplete(failed);
      const { now } = presentOf(clock, workspace);
      if (failed === 0 && passes > 1 && !(await db.work.run((sql) => isDue(sql, newest, now)))) return;
    }
  };

  const backlog = (): Promise<number> => db.work.run((sql) => countDue(sql, presentOf(clock, workspace).now));

  return {
    pass,
    drain,
    backlog,
    async recompute(days, options) {
      const texts = days.map((day) => day.toString());
      await db.work.run((sql) => queueWholeDays(sql, texts));
      const { failed } = await pass(options);
      if (failed > 0) throw incomplete(failed);
      return db.work.run((sql) => readRevisions(sql, texts));
    },
    async recomputeEverything({ change, cause = CAUSE.settings, onProgress } = {}) {
      await db.work.transaction(async (sql) => {
        await change?.(sql);
        await queueEverything(sql, { timeZone: workspace.timeZone, cause });
      });
      const all = await backlog();
      await drain(onProgress && ((left) => onProgress(left, Math.max(all, left))));
    },
  };
}

function incomplete(failed: number): Error {
  return new Error(`${failed} units of the rollup failed and stay queued; the log says why.`);
}

interface Run {
  readonly units: Units;
  readonly present: Present;
  dueDays(kind: DayKind): Promise<string[]>;
  stopped(): boolean;
  /** Counts what is due, if somebody wants to hear of it. */
  recount(): Promise<void>;
  /** Runs what answers how many units it did. Throws only when the database is away. */
  attempt(work: () => Promise<number>, what: Record<string, string>): Promise<"done" | "nothing" | "failed">;
  done(): Pass;
}

interface RunParts extends Pick<RollerParts, "db" | "log"> {
  readonly units: Units;
  readonly present: Present;
  readonly options: PassOptions;
}

function createRun({ db, log, units, present, options: { signal, onProgress } }: RunParts): Run {
  let [done, failed, left] = [0, 0, 0];
  return {
    units,
    present,
    dueDays: (kind) => db.work.run((sql) => dueDays(sql, kind, present.now)),
    stopped: () => signal?.aborted ?? false,
    async recount() {
      if (onProgress) left = await db.work.run((sql) => countDue(sql, present.now));
    },
    async attempt(work, what) {
      try {
        const count = await work();
        if (count === 0) return "nothing";
        done += count;
        left = Math.max(left - count, 0);
        onProgress?.(left);
        return "done";
      } catch (thrown) {
        if (isUnavailable(thrown)) throw thrown;
        failed += 1;
        log.error({ ...what, error: describeError(thrown) }, "A unit of the rollup failed and stays queued.");
        return "failed";
      }
    },
    done: () => ({ units: done, failed }),
  };
}

/** All subjects of a kind, in order. After a batch that fails its subjects are tried one by one. */
async function foldAll(run: Run, kind: SubjectKind): Promise<void> {
  let after = "";
  let limit = BATCH;
  while (!run.stopped()) {
    let last = after;
    const fold = () => run.units.fold({ kind, after, limit, onTaken: (subject) => (last = subject) }, run.present);
    const outcome = await run.attempt(fold, { kind });
    if (outcome === "nothing" || last === after) return;
    const oneByOne = outcome === "failed" && limit > 1;
    limit = oneByOne ? 1 : limit === 1 && outcome === "done" ? 1 : BATCH;
    if (!oneByOne) after = last;
  }
}

/** All days of a kind, and those that become due meanwhile, each once. */
async function recomputeAll(run: Run, kind: DayKind): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    const days = (await run.dueDays(kind)).filter((day) => !seen.has(day));
    if (days.length === 0) return;
    for (const day of days) {
      if (run.stopped()) return;
      seen.add(day);
      await run.attempt(() => run.units.recompute(kind, day, run.present), { kind, day });
    }
  }
}
