import { localDay, systemClock } from "../../src/core/time.ts";
import { createRoller, type Roller } from "../../src/metrics/rollup/roller.ts";
import { startGround, SILENT, WORKSPACE, type BenchDatabase } from "./ground.ts";
import { fillHistory } from "./history.ts";
import { fillBusiness } from "./business.ts";

export const DAYS = 365;
/** `BENCH_ROWS` makes a short run. */
export const ROWS = Number(process.env["BENCH_ROWS"] ?? 10_000_000);

/** A year of requests and of everything else, until yesterday. */
export interface Year {
  readonly database: BenchDatabase;
  readonly roller: Roller;
  readonly fillSeconds: number;
  /** Works out every number, if nobody has yet. */
  rolledUp(): Promise<void>;
}

/** What sections of one run share: made when the first asks for it. */
export interface Shared {
  year(): Promise<Year>;
  stop(): Promise<void>;
}

export function createShared(): Shared {
  let made: Promise<{ year: Year; stop: () => Promise<void> }> | undefined;
  return {
    year: async () => (await (made ??= makeYear())).year,
    stop: async () => (await made)?.stop(),
  };
}

async function makeYear() {
  const ground = await startGround();
  const now = systemClock.now();
  const database = await ground.open("history", now);
  const end = localDay(now, WORKSPACE.timeZone).toString();
  const start = performance.now();
  await fillHistory(database.bare, { end, days: DAYS, requestsADay: Math.ceil(ROWS / DAYS), arrival: "in order" });
  await fillBusiness(database.bare, { end, days: DAYS });
  const fillSeconds = (performance.now() - start) / 1_000;
  const roller = createRoller({ db: database.db, clock: systemClock, workspace: WORKSPACE, log: SILENT });
  let rolled: Promise<void> | undefined;
  const year: Year = { database, roller, fillSeconds, rolledUp: () => (rolled ??= roller.recomputeEverything()) };
  const stop = async () => {
    await database.drop();
    await ground.stop();
  };
  return { year, stop };
}
