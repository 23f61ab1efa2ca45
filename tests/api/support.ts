import type { HttpBindings } from "@hono/node-server";
import type { Log } from "../../src/core/log.ts";
import { Temporal, type Clock } from "../../src/core/time.ts";
import { createAccess, type Access } from "../../src/access/access.ts";
import type { Database } from "../../src/db/client.ts";
import type { Intake, Origin, Verdict } from "../../src/events/verdict.ts";
import type { Overviews } from "../../src/metrics/read/overviews.ts";
import { createApi, type Api, type ApiParts } from "../../src/api/api.ts";
import { madeUpReader } from "../bot/support/made-up-numbers.ts";
import { checkAnswers } from "./answers-check.ts";

export interface SteppedClock extends Clock {
  advance(milliseconds: number): void;
}

export function clockAt(iso: string): SteppedClock {
  let now = Temporal.Instant.from(iso);
  return {
    now: () => now,
    advance(milliseconds) {
      now = now.add({ milliseconds });
    },
  };
}

export interface LogLine {
  readonly level: string;
  readonly fields: Record<string, unknown>;
}

export function recordingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: unknown) =>
    void lines.push({ level, fields: fields as Record<string, unknown> });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } as never;
}

/** Accepts what has a type, refuses the rest, and keeps what it accepted. */
export function obedientIntake(): Intake & { readonly events: unknown[]; readonly origins: Origin[] } {
  const events: unknown[] = [];
  const origins: Origin[] = [];
  return {
    events,
    origins,
    async accept(given, origin) {
      origins.push(origin);
      return given.map((event): Verdict => {
        if (typeof event === "object" && event !== null && "type" in event) {
          events.push(event);
          return { verdict: "accepted" };
        }
        return { verdict: "rejected", code: "invalid_event", reason: "An event is an object." };
      });
    },
    async stop() {},
  };
}

const noDesk = () => Promise.reject(new Error("no desk in this test"));

export interface Rig {
  readonly api: Api;
  readonly access: Access;
  readonly log: ReturnType<typeof recordingLog>;
  readonly clock: SteppedClock;
}

export const ADMIN_KEY = "a-secret-of-this-test-that-is-long-enough";

/** For what must not ask the database anything. */
export const NO_DATABASE = {} as Database;

const notAsked = () => Promise.reject(new Error("no overviews in this test"));
const noOverviews: Overviews = {
  activationFunnel: notAsked,
  revenueBreakdown: notAsked,
  supportOverview: notAsked,
  errorOverview: notAsked,
  seriesBy: notAsked,
};

const noExport = (): never => {
  throw new Error("no exporter in this test");
};
const noExporter = { nameOf: noExport, windowOf: noExport, open: async () => noExport() };

/** An API over real keys, in which everything that `parts` does not name is a working stand-in. */
export function createRig(db: Pick<Database, "intake" | "read">, parts: Partial<ApiParts> = {}): Rig {
  const clock = clockAt("2026-11-20T09:00:00Z");
  const log = recordingLog();
  const access = createAccess({ db, clock, adminKey: ADMIN_KEY });
  const whole: ApiParts = {
    intake: obedientIntake(),
    verdicts: { counts: () => [] },
    voider: { voidEvent: () => Promise.reject(new Error("no voider in this test")) },
    reader: madeUpReader(),
    overviews: noOverviews,
    exporter: noExporter,
    quality: { list: () => Promise.resolve([]) },
    roller: { recompute: () => Promise.reject(new Error("no roller in this test")), backlog: () => Promise.resolve(0) },
    desk: { find: noDesk, list: noDesk, conversation: noDesk },
    clock,
    workspace: { timeZone: "UTC" },
    access,
    log,
    readiness: {
      check: () => Promise.resolve({ ready: true }),
      starting() {},
      started() {},
      step: () => null,
      stopping() {},
    },
    version: "0.0.0",
    trustProxy: false,
    corsOrigins: [],
    ...parts,
  };
  return { api: checkAnswers(createApi(whole), createApi({ ...whole, log: recordingLog() })), access, log, clock };
}

export function bearer(key: string, headers: Record<string, string> = {}): Record<string, string> {
  return { authorization: `Bearer ${key}`, ...headers };
}

export function from(address: string): Partial<HttpBindings> {
  return { incoming: { socket: { remoteAddress: address } } as never };
}

export function post(
  body: string | Uint8Array<ArrayBuffer>,
  key = ADMIN_KEY,
  headers: Record<string, string> = {},
): RequestInit {
  return { method: "POST", headers: bearer(key, headers), body };
}
