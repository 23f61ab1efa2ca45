import { systemClock, Temporal, type Clock } from "../core/time.ts";
import type { Pool } from "./client.ts";

/**
 * Tells the database's time, whatever the clock of this machine says: what it was at the last `sync`, and what has passed
 * since by a clock that nobody sets.
 */
export interface DatabaseClock extends Clock {
  /** Asks the database what time it is. Rejects like `Pool.run`. */
  sync(): Promise<void>;
  /** How far the clock of this machine was ahead of the database's at the last `sync`; negative: behind. */
  driftMs(): number;
}

export interface DatabaseClockParts {
  readonly pool: Pick<Pool, "run">;
  /** The clock of this machine. */
  readonly local?: Clock;
  /** Milliseconds on a clock that nobody sets, from any start. */
  readonly steadyMs?: () => number;
}

const SAMPLES = 3;
/** By this much the machine's clock may run away from the steady one before the log reports it. */
const JUMP_MS = 2_000;

interface Sync {
  /** The database's time, milliseconds since 1970, when the other two clocks stood at these. */
  readonly databaseMs: number;
  readonly steadyAtMs: number;
  readonly localAtMs: number;
}

/**
 * A machine that slept is noticed by its own clock, which the steady one missed: until the database has been asked again the
 * later of the two counts, so that what happened just now is not taken for the future.
 */
export async function createDatabaseClock(parts: DatabaseClockParts): Promise<DatabaseClock> {
  const { pool, local = systemClock, steadyMs = () => performance.now() } = parts;
  const localMs = () => local.now().epochMilliseconds;
  let last: Sync = await ask();
  let underWay: Promise<void> | undefined;
  let instant = Temporal.Instant.fromEpochMilliseconds(Math.round(last.databaseMs));

  async function ask(): Promise<Sync> {
    const offsets = await pool.run(async (sql) => {
      const measured: number[] = [];
      for (let n = 0; n < SAMPLES; n += 1) {
        const startedMs = steadyMs();
        const [row] = await sql<{ ms: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`;
        if (row === undefined) throw new Error("the database did not say what time it is");
        measured.push(row.ms - (startedMs + steadyMs()) / 2);
      }
      return measured.sort((a, b) => a - b);
    });
    const steadyAtMs = steadyMs();
    return { databaseMs: (offsets[SAMPLES >> 1] ?? 0) + steadyAtMs, steadyAtMs, localAtMs: localMs() };
  }

  function sync(): Promise<void> {
    underWay ??= ask()
      .then((answer) => void (last = answer))
      .finally(() => (underWay = undefined));
    return underWay;
  }

  let triedAtMs = -JUMP_MS;
  function syncSoon(): void {
    if (steadyMs() - triedAtMs < JUMP_MS) return;
    triedAtMs = steadyMs();
    sync().catch(() => {});
  }

  return {
    sync,
    now() {
      const passedMs = steadyMs() - last.steadyAtMs;
      const localPassedMs = localMs() - last.localAtMs;
      const hasJumped = localPassedMs - passedMs > JUMP_MS;
      if (hasJumped) syncSoon();
      const nowMs = Math.round(last.databaseMs + (hasJumped ? localPassedMs : passedMs));
      if (nowMs !== instant.epochMilliseconds) instant = Temporal.Instant.fromEpochMilliseconds(nowMs);
      return instant;
    },
    driftMs: () => last.localAtMs - last.databaseMs,
  };
}
