import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { onTestFinished } from "vitest";
import { Temporal, type Clock } from "../../src/core/time.ts";
import type { Policies, Workspace } from "../../src/core/workspace.ts";
import type { Database } from "../../src/db/client.ts";
import { createIntake } from "../../src/events/intake.ts";
import type { Intake, Origin, Verdict } from "../../src/events/verdict.ts";
import { createDetails, type Details } from "../../src/metrics/read/details.ts";
import { createOverviews, type Overviews } from "../../src/metrics/read/overviews.ts";
import { createReader, type Reader } from "../../src/metrics/read/reader.ts";
import { createRoller, type Roller } from "../../src/metrics/rollup/roller.ts";
import { createSpareDatabases } from "./spare-databases.ts";

export interface WorldSetting {
  readonly timeZone?: string;
  readonly currency?: string;
  readonly activationDays?: number;
  readonly policies?: Partial<Policies>;
  /** RFC 3339. */
  readonly now: string;
}

/** A workspace of its own from the intake to the reader, on a real database, with a clock that stands still. */
export interface World {
  readonly db: Database;
  readonly workspace: Workspace;
  readonly reader: Reader;
  readonly overviews: Overviews;
  readonly details: Details;
  readonly roller: Roller;
  readonly intake: Intake;
  /** A second program on the same database. */
  readonly otherIntake: Intake;
  now(): string;
  moveClock(to: string): void;
  post(events: readonly unknown[], origin?: Origin): Promise<Verdict[]>;
  /** Recomputes all that is due. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const databases = createSpareDatabases();

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export async function createWorld(setting: WorldSetting): Promise<World> {
  const db = await databases.take();
  const workspace = {
    timeZone: setting.timeZone ?? "UTC",
    currency: setting.currency ?? "USD",
    activationDays: setting.activationDays ?? 7,
    policies: { ...DEFAULT_POLICIES, ...setting.policies },
  };
  let now = Temporal.Instant.from(setting.now);
  const clock: Clock = { now: () => now };
  const [intake, otherIntake] = [createIntake({ db, clock, workspace }), createIntake({ db, clock, workspace })];
  const roller = createRoller({ db, clock, workspace, log: SILENT });
  const reader = createReader({ db, clock, workspace });
  return {
    db,
    workspace,
    reader,
    overviews: createOverviews({ db, clock, workspace, reader }),
    details: createDetails({ db, clock, workspace }),
    roller,
    intake,
    otherIntake,
    now: () => now.toString(),
    moveClock(to) {
      now = Temporal.Instant.from(to);
    },
    post: (events, origin = { source: "api" }) => intake.accept(events, origin),
    async settle() {
      await roller.drain();
    },
    async close() {
      await Promise.all([intake.stop(), otherIntake.stop()]);
      await databases.giveBack(db);
    },
  };
}

/** As `createWorld`, closed when the test is over. */
export async function createTestWorld(setting: WorldSetting): Promise<World> {
  const world = await createWorld(setting);
  onTestFinished(() => world.close());
  return world;
}
