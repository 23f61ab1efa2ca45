import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { Temporal, type Clock } from "../../src/core/time.ts";
import { openDatabase } from "../../src/db/client.ts";
import { connect } from "../../src/db/connect.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createPartitions } from "../../src/db/partitions.ts";
import { settleWorkspace } from "../../src/db/workspace-store.ts";
import { createAccess, type Access } from "../../src/access/access.ts";
import { createIntake } from "../../src/events/intake.ts";
import { settleDefinitions } from "../../src/metrics/rollup/definitions-store.ts";
import { ensureDailyView } from "../../src/metrics/daily-view.ts";
import { createOverviews } from "../../src/metrics/read/overviews.ts";
import { createReader } from "../../src/metrics/read/reader.ts";
import { createRoller } from "../../src/metrics/rollup/roller.ts";
import { createEmptyDatabase } from "../support/database.ts";
import { SILENT } from "../support/silent.ts";
import type { World } from "../support/world.ts";
import type { Answers } from "./asking.ts";

export interface Recorded extends Answers {
  /** The local day on which the database was written. */
  readonly today: string;
  /** RFC 3339. */
  readonly madeAt: string;
  readonly ingestKey: string;
}

const file = (name: string) => readFileSync(new URL(name, import.meta.url));

export const recorded = JSON.parse(file("answers.json").toString()) as Recorded;

export type Upgraded = Pick<
  World,
  "db" | "workspace" | "reader" | "overviews" | "roller" | "intake" | "now" | "settle"
> & {
  readonly access: Access;
};

/** The address of a database as the version before left it, dropped when the test is over. */
export async function restoredDatabase(): Promise<string> {
  const url = await createEmptyDatabase();
  const client = connect(url, { max: 1 });
  await client.unsafe(gunzipSync(file("before.sql.gz")).toString()).simple();
  await client.end();
  return url;
}

/** Starts this version on the database, some minutes after the one before was stopped, and waits for the rollups. */
export async function startUpgraded(url: string): Promise<Upgraded> {
  const now = Temporal.Instant.from(recorded.madeAt).add({ minutes: 20 });
  const clock: Clock = { now: () => now };
  await migrate(url);
  const db = await openDatabase(url, { allowFsyncOff: true });
  onTestFinished(() => db.close());
  const workspace = await settleWorkspace(db, {});
  const partitions = createPartitions({ db });
  await partitions.ensureStart(now);
  await ensureDailyView({ db, workspace });
  await settleDefinitions({ db, clock, workspace });
  const roller = createRoller({ db, clock, workspace, log: SILENT });
  const intake = createIntake({ db, clock, workspace, partitions });
  onTestFinished(() => intake.stop());
  const reader = createReader({ db, clock, workspace });
  await roller.drain();
  return {
    db,
    workspace,
    reader,
    overviews: createOverviews({ db, clock, workspace, reader }),
    roller,
    intake,
    access: createAccess({ db, clock }),
    now: () => now.toString(),
    async settle() {
      await roller.drain();
    },
  };
}
