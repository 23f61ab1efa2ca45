import { Temporal, type Clock } from "../../src/core/time.ts";
import { createIntake, type IntakeParts } from "../../src/events/intake.ts";
import type { Intake } from "../../src/events/verdict.ts";
import type { TestDatabase } from "../support/database.ts";

export const NOW = "2026-11-20T12:00:00Z";
export const AT = "2026-11-20T09:30:00.123456Z";

export const fixedClock: Clock = { now: () => Temporal.Instant.from(NOW) };

export function intakeOn(db: TestDatabase, parts: Partial<IntakeParts> = {}): Intake {
  return createIntake({ db, clock: fixedClock, workspace: { timeZone: "Europe/Berlin", currency: "USD" }, ...parts });
}
