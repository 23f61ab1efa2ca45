import { Problem } from "../core/problem.ts";
import type { Log } from "../core/log.ts";
import type { Clock } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Database } from "../db/client.ts";
import { databaseUnavailable, toProblem } from "../db/failures.ts";
import { createPartitions, type Partitions } from "../db/partitions.ts";
import type { Call } from "./call.ts";
import { createDeadLetters } from "./dead-letters.ts";
import type { EventRow } from "./event-row.ts";
import { createEventStore, type EventStore, type NumberedRow } from "./event-store.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createNumbers } from "./numbers.ts";
import { readEvent, type AgeLimits } from "./read-event.ts";
import { isRejection } from "./rejection.ts";
import { createRoutePatterns } from "./route-pattern.ts";
import type { Intake, Origin, Verdict } from "./verdict.ts";
import { createGroupWriter } from "./write-group.ts";

export interface IntakeParts {
  readonly db: Pick<Database, "intake" | "work">;
  readonly clock: Clock;
  readonly workspace: Pick<Workspace, "timeZone" | "currency">;
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
}

const LIMITS: IntakeLimits = {
  statementsAtOnce: 2,
  rowsPerStatement: 2_000,
  rowsForFurtherStatement: 32,
  eventsUnderWay: 50_000,
  longestWaitMs: 2_500,
};

export const AGE_LIMITS: AgeLimits = { requestAndErrorDays: 90, otherDays: 400 };

export function createIntake(parts: IntakeParts): Intake {
  const { db, clock, workspace } = parts;
  const limits = { ...LIMITS, ...parts.limits };
  const ageLimits = parts.ageLimits ?? AGE_LIMITS;
  const store = parts.store ?? createEventStore({ pool: db.intake, timeZone: workspace.timeZone });
  const partitions = parts.partitions ?? createPartitions({ db });
  const numbers = createNumbers({ pool: db.intake });
  const letters = createDeadLetters({ pool: db.work, ...(parts.log === undefined ? {} : { log: parts.log }) });
  const writer = createGroupWriter({
    store,
    repairPartitions: (months) => createPartitions({ db }).ensureMonths(months),
  });
  const groups = createGroupCommit({ write: writer.write, ...limits });
  const routeOf = createRoutePatterns();
  const months = new Set<string>();
  const whenIdle: (() => void)[] = [];
  let callsUnderWay = 0;
  let eventsUnderWay = 0;
  let stopping = false;

  function refuseIfFull(): void {
    if (stopping) {
      throw new Problem("shutting_down", 503, "Bellwether is stopping.", { retryAfterSeconds: 5 });
    }
    const crowded = eventsUnderWay > limits.eventsUnderWay;
    if (crowded || groups.oldestWait(performance.now()) > limits.longestWaitMs) {
      throw databaseUnavailable("The database does not keep up with the events that come in.");
    }
  }

  async function ensureMonths(rows: readonly EventRow[]): Promise<void> {
    const missing = new Set<string>();
    for (const { type, occurredAt } of rows) {
      if (type !== "request") continue;
      const month = occurredAt.slice(0, 7);
      if (!months.has(month)) missing.add(month);
    }
    if (missing.size === 0) return;
    await partitions.ensureMonths(missing);
    for (const month of missing) months.add(month);
  }

  function write(rows: readonly NumberedRow[], places: readonly number[], verdicts: (Verdict | undefined)[]) {
    return new Promise<void>((resolve, reject) => {
      const call: Call = { verdicts, open: rows.length, since: performance.now(), resolve, reject };
      rows.forEach((row, at) => groups.add({ row, call, index: places[at] ?? at, followers: null }));
    });
  }

  async function judge(events: readonly unknown[], origin: Origin): Promise<Verdict[]> {
    const reading = {
      source: origin.source,
      importing: origin.importing === true,
      now: Math.floor(clock.now().epochMilliseconds * 1_000),
      currency: workspace.currency,
      ageLimits,
      routeOf,
    };
    const verdicts: (Verdict | undefined)[] = Array.from({ length: events.length });
    const rows: EventRow[] = [];
    const places: number[] = [];
    events.forEach((event, at) => {
      const read = readEvent(event, reading);
      if (isRejection(read)) {
        verdicts[at] = read;
        return;
      }
      rows.push(read);
      places.push(at);
    });
    if (rows.length > 0) {
      const numbered = numbers.number(rows, origin.source) ?? (await numbers.learn(rows, origin.source));
      await ensureMonths(rows);
      await write(numbered, places, verdicts);
    }
    return verdicts.filter((verdict) => verdict !== undefined);
  }

  async function accept(events: readonly unknown[], origin: Origin): Promise<Verdict[]> {
    refuseIfFull();
    callsUnderWay += 1;
    eventsUnderWay += events.length;
    try {
      const verdicts = await judge(events, origin);
      if (origin.replaying !== true) letters.keepRefused(events, verdicts, origin.source);
      return verdicts;
    } catch (thrown) {
      throw toProblem(thrown);
    } finally {
      eventsUnderWay -= events.length;
      callsUnderWay -= 1;
      if (callsUnderWay === 0) for (const idle of whenIdle.splice(0)) idle();
    }
  }

  return {
    accept,
    async stop() {
      stopping = true;
      if (callsUnderWay > 0) await new Promise<void>((resolve) => void whenIdle.push(resolve));
      await letters.drain();
    },
  };
}
