import { Temporal, type Clock } from "../../src/core/time.ts";
import { createIntake, type IntakeParts } from "../../src/events/intake.ts";
import type { Intake, Verdict } from "../../src/events/verdict.ts";
import type { TestDatabase } from "../support/database.ts";

export const NOW = "2026-11-20T12:00:00Z";
/** 00:30 on the 20th in Berlin, still the 19th in UTC and in Los Angeles. */
export const AT = "2026-11-19T23:30:00.123456Z";
export const API = { source: "api" };

export const fixedClock: Clock = { now: () => Temporal.Instant.from(NOW) };
export const workspace = { timeZone: "Europe/Berlin", currency: "USD", activationDays: 7 };

/** An answer waits for its warnings however busy the machine is. */
export const PATIENT = { longestLookMs: 20_000 } as const;

export function intakeOn(db: TestDatabase, parts: Partial<IntakeParts> = {}): Intake {
  return createIntake({ db, clock: fixedClock, workspace, ...parts, limits: { ...PATIENT, ...parts.limits } });
}

export function request(id: string | undefined, fields: Record<string, unknown> = {}): Record<string, unknown> {
  const named = id === undefined ? {} : { id };
  return {
    type: "request",
    ...named,
    occurred_at: AT,
    method: "GET",
    route: "/a",
    status: 200,
    duration_ms: 5,
    ...fields,
  };
}

export function tally(verdicts: readonly Verdict[]): Record<Verdict["verdict"], number> {
  const counts = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  for (const { verdict } of verdicts) counts[verdict] += 1;
  return counts;
}

export async function rowsOf(db: TestDatabase, query: string): Promise<Record<string, unknown>[]> {
  return await db.read.run((sql) => sql.unsafe<Record<string, unknown>[]>(query));
}

export async function countOf(db: TestDatabase, table: string): Promise<number> {
  const [row] = await rowsOf(db, `select count(*)::integer as n from ${table}`);
  return Number(row?.["n"]);
}

export function codes(verdicts: readonly Verdict[]): string[] {
  return verdicts.map((one) => ("code" in one ? one.code : one.verdict));
}
