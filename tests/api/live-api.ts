import { onTestFinished } from "vitest";
import { createReadiness } from "../../src/api/readiness.ts";
import { DEFAULT_POLICIES, type Workspace } from "../../src/core/workspace.ts";
import type { Database } from "../../src/db/client.ts";
import { createIntake } from "../../src/events/intake.ts";
import { createVoider } from "../../src/events/void.ts";
import { createExporter } from "../../src/metrics/export/exporter.ts";
import { createOverviews } from "../../src/metrics/read/overviews.ts";
import { createDataQuality } from "../../src/metrics/quality/data-quality.ts";
import { createReader } from "../../src/metrics/read/reader.ts";
import { createRoller, type Roller } from "../../src/metrics/rollup/roller.ts";
import { createDesk } from "../../src/tickets/desk.ts";
import { PATIENT } from "../events/support.ts";
import { ADMIN_KEY, bearer, clockAt, createRig, post, recordingLog, type Rig } from "./support.ts";

/** A Friday; the last complete day is 2026-11-19. */
export const NOW = "2026-11-20T09:00:00Z";

const BERLIN: Workspace = {
  timeZone: "Europe/Berlin",
  currency: "USD",
  activationDays: 7,
  policies: DEFAULT_POLICIES,
};

interface Answered {
  readonly status: number;
  readonly answer: Record<string, unknown>;
  readonly headers: Headers;
}

export interface LiveApi extends Rig {
  readonly roller: Roller;
  send(path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Answered>;
  ask(path: string): Promise<Answered>;
}

/** An API in which every part is as the program has it. */
export function openLiveApi(db: Database, now = NOW, workspace = BERLIN): LiveApi {
  const clock = clockAt(now);
  const log = recordingLog();
  const intake = createIntake({ db, clock, workspace, log, limits: PATIENT });
  onTestFinished(() => intake.stop());
  const roller = createRoller({ db, clock, workspace, log });
  const voider = createVoider({ db, clock, workspace });
  const reader = createReader({ db, clock, workspace });
  const overviews = createOverviews({ db, clock, workspace, reader });
  const readiness = createReadiness({ ping: () => db.read.run((sql) => sql`select 1`) });
  const exporter = createExporter({ db, clock, workspace, log });
  const desk = createDesk({ db, clock, intake });
  const quality = createDataQuality({ db });
  const parts = { intake, voider, reader, overviews, exporter, quality, desk, roller, readiness, clock, workspace };
  const rig = createRig(db, parts);
  const answered = async (response: Response): Promise<Answered> => ({
    status: response.status,
    answer: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  });
  return {
    ...rig,
    roller,
    send: async (path, body = "") => answered(await rig.api.request(path, post(body))),
    ask: async (path) => answered(await rig.api.request(path, { headers: bearer(ADMIN_KEY) })),
  };
}
