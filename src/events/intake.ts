import type { Log } from "../core/log.ts";
import type { Clock } from "../core/time.ts";
import { createTurns } from "../core/turns.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Database } from "../db/client.ts";
import { toProblem } from "../db/failures.ts";
import { createPartitions, type Partitions } from "../db/partitions.ts";
import type { Call } from "./call.ts";
import { CAUSE } from "./cause.ts";
import { createDeadLetters } from "./dead-letters.ts";
import type { Keep } from "./event-ids.ts";
import type { EventRow } from "./event-row.ts";
import { createEventStore, type EventStore, type NumberedRow } from "./event-store.ts";
import { createGroupCommit, type GroupCommit } from "./group-commit.ts";
import { createIdentitySecret, type IdentitySecret } from "./identity-store.ts";
import { createMonths } from "./months.ts";
import { createNumbers } from "./numbers.ts";
import { holdsEmailAddress, keptId, tidyId } from "./outside-id.ts";
import { createWarnings } from "./quality/warnings.ts";
import { readEvent, type AgeLimits } from "./read-event.ts";
import { isRejection } from "./rejection.ts";
import { adoptRenamed } from "./renamed-store.ts";
import { createTurnstile } from "./turnstile.ts";
import { createRoutePatterns } from "./route-pattern.ts";
import type { Intake, Origin, Verdict } from "./verdict.ts";
import { createGroupWriter } from "./write-group.ts";

export interface IntakeParts {
  readonly db: Pick<Database, "intake" | "work">;
  readonly clock: Clock;
  readonly workspace: Pick<Workspace, "timeZone" | "currency"> & Partial<Pick<Workspace, "policies">>;
  readonly log?: Log;
  readonly partitions?: Pick<Partitions, "ensureMonths">;
  readonly ageLimits?: AgeLimits;
  readonly limits?: Partial<IntakeLimits>;
  /** Replaces the store of events, in tests that show what it is for. */
  readonly store?: EventStore;
}

export interface IntakeLimits {
  /** Statements under way for each event table. */
  readonly statementsAtOnce: number;
  readonly rowsPerStatement: number;
  readonly rowsForFurtherStatement: number;
  /** Events without a verdict; more are refused with 503. */
  readonly eventsUnderWay: number;
  /** Milliseconds an event may wait for a statement before further ones are refused with 503. */
  readonly longestWaitMs: number;
  /** Milliseconds an answer waits for what looks wrong about its events; what is found later is listed all the same. */
  readonly longestLookMs: number;
}

const LIMITS: IntakeLimits = {
  statementsAtOnce: 2,
  rowsPerStatement: 2_000,
  rowsForFurtherStatement: 32,
  eventsUnderWay: 50_000,
  longestWaitMs: 2_500,
  longestLookMs: 300,
};

/** A thousand long events take a tenth of a second to judge: so many milliseconds at a time, and others in between. */
const AT_A_STRETCH_MS = 10;
const LOOKS_UP_EVERY = 16;

export const AGE_LIMITS: AgeLimits = { requestAndErrorDays: 90, otherDays: 400 };

export function createIntake(parts: IntakeParts): Intake {
  const { db, log } = parts;
  const limits = { ...LIMITS, ...parts.limits };
  const secret = createIdentitySecret(db.intake);
  const judge = createJudge(parts, secret);
  const numbers = createNumbers({ pool: db.intake, secret });
  const ensureMonths = createMonths(parts.partitions ?? createPartitions({ db }));
  const letters = createDeadLetters({ pool: db.work, ...(log === undefined ? {} : { log }) });
  const groups = createGroups(parts, limits);
  const warn = createWarnings({ pool: db.work, workspace: parts.workspace, longestWaitMs: limits.longestLookMs });
  const turnstile = createTurnstile({
    mostEvents: limits.eventsUnderWay,
    isCongested: () => groups.oldestWait(performance.now()) > limits.longestWaitMs,
  });

  async function take(events: readonly unknown[], origin: Origin): Promise<Verdict[]> {
    let judged = await judge(events, origin);
    if (judged.needsSecret) {
      await secret.read();
      judged = await judge(events, origin);
    }
    const { verdicts, rows, places } = judged;
    if (rows.length > 0) {
      const numbered = numbers.number(rows, origin.source) ?? (await numbers.learn(rows, origin.source));
      await adoptRenamed(
        db.intake,
        rows.flatMap(({ renamed }) => renamed ?? []),
      );
      await ensureMonths(rows);
      await write(numbered, places, verdicts);
      if (origin.importing !== true) await warn(numbered, places, verdicts);
    }
    const complete = verdicts.filter((verdict) => verdict !== undefined);
    if (origin.replaying !== true) letters.keepRefused(events, complete, origin.source);
    return complete;
  }

  function write(rows: readonly NumberedRow[], places: readonly number[], verdicts: Judged["verdicts"]): Promise<void> {
    return new Promise((resolve, reject) => {
      const call: Call = { verdicts, open: rows.length, since: performance.now(), resolve, reject };
      rows.forEach((row, at) => groups.add({ row, call, index: places[at] ?? at, followers: null }));
    });
  }

  return {
    async accept(events, origin) {
      try {
        return await turnstile.pass(events.length, () => take(events, origin));
      } catch (thrown) {
        throw toProblem(thrown);
      }
    },
    async stop() {
      await turnstile.close();
      await letters.drain();
    },
  };
}

/** What can be said of events without the database. `places` are those of `rows` among the events. */
interface Judged {
  readonly verdicts: (Verdict | undefined)[];
  readonly rows: EventRow[];
  readonly places: number[];
  /** Some id holds an e-mail address, and the secret that hides it is not known yet. */
  needsSecret: boolean;
}

function createJudge({ clock, ageLimits = AGE_LIMITS }: IntakeParts, secret: Pick<IdentitySecret, "known">) {
  const routeOf = createRoutePatterns();
  const turns = createTurns();
  return async (
    events: readonly unknown[],
    { source, importing = false, replaying = false }: Origin,
  ): Promise<Judged> => {
    const now = clock.now().epochMilliseconds * 1_000;
    const cause = importing && !replaying ? CAUSE.imported : null;
    const judged: Judged = {
      verdicts: Array.from({ length: events.length }),
      rows: [],
      places: [],
      needsSecret: false,
    };
    const keep: Keep = (id) => {
      if (secret.known !== null) return keptId(id, secret.known);
      const tidy = tidyId(id);
      judged.needsSecret ||= holdsEmailAddress(tidy);
      return tidy;
    };
    const reading = { source, importing, cause, now, ageLimits, routeOf, keep };
    let sinceMs = performance.now();
    for (let at = 0; at < events.length; at += 1) {
      if (at % LOOKS_UP_EVERY === 0 && performance.now() - sinceMs > AT_A_STRETCH_MS) {
        await turns.next();
        sinceMs = performance.now();
      }
      const read = readEvent(events[at], reading);
      if (isRejection(read)) {
        judged.verdicts[at] = read;
        continue;
      }
      judged.rows.push(read);
      judged.places.push(at);
    }
    return judged;
  };
}

function createGroups({ db, workspace, store }: IntakeParts, limits: IntakeLimits): GroupCommit {
  const { write } = createGroupWriter({
    store: store ?? createEventStore({ pool: db.intake, timeZone: workspace.timeZone }),
    // What one instance believes of the months may be out of date: a new one asks again.
    repairPartitions: (months) => createPartitions({ db }).ensureMonths(months),
  });
  return createGroupCommit({ write, ...limits });
}
