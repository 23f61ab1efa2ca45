import { Temporal, type Clock } from "../core/time.ts";
import type { Pool } from "./client.ts";

/**
 * Tells the database's time, whatever the clock of this machine says: what it was at the last `sync`, and what has passed
 * since by a clock that nobody sets.
 */
export interface DatabaseClock extends Clock {
  /** Asks the database what time it is. Rejects like `Pool.run`. */
  sync(): Promise<void>;
}

export async function createDatabaseClock(pool: Pick<Pool, "run">): Promise<DatabaseClock> {
  let told = Temporal.Instant.fromEpochMilliseconds(0);
  let askedAtMs = 0;
  const clock: DatabaseClock = {
    now: () => told.add({ milliseconds: Math.round(performance.now() - askedAtMs) }),
    async sync() {
      const startedMs = performance.now();
      const [row] = await pool.run((sql) => sql<{ now: string }[]>`select to_json(clock_timestamp()) #>> '{}' as now`);
      if (row === undefined) throw new Error("the database did not say what time it is");
      [told, askedAtMs] = [Temporal.Instant.from(row.now), startedMs];
    },
  };
  await clock.sync();
  return clock;
}
