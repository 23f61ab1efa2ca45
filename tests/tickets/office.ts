import { Temporal } from "../../src/core/time.ts";
import { createIntake } from "../../src/events/intake.ts";
import type { Conversation } from "../../src/tickets/conversation.ts";
import { createDesk, type Desk, type Opening } from "../../src/tickets/desk.ts";
import { workspace } from "../events/support.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

export const START = Temporal.Instant.from("2026-11-20T09:00:00Z");
export const THREAD = { platform: "slack", channel: "C1", thread: "1700000000.000100" };

/** A desk on a database of its own, with a clock that stands still until time passes. */
export interface Office {
  readonly db: TestDatabase;
  readonly desk: Desk;
  /** What another instance of the program would have. */
  anotherDesk(): Desk;
  passMinutes(minutes: number): void;
  now(): Temporal.Instant;
}

export async function createOffice(): Promise<Office> {
  const db = await createTestDatabase();
  let present = START;
  const clock = { now: () => present };
  const anotherDesk = () => createDesk({ db, clock, intake: createIntake({ db, clock, workspace }) });
  return {
    db,
    desk: anotherDesk(),
    anotherDesk,
    passMinutes: (minutes) => void (present = present.add({ minutes })),
    now: () => present,
  };
}

export function opening(fields: Partial<Opening> = {}): Opening {
  return {
    thread: THREAD,
    openedBy: "slack:U_DANA",
    userId: "u_7",
    subject: "Export fails",
    priority: "high",
    category: "bug",
    ...fields,
  };
}

export function said(by: Conversation["by"], at: Temporal.Instant, fields: Partial<Conversation> = {}): Conversation {
  return {
    messageId: `m-${at.epochMilliseconds}`,
    author: `slack:${by}`,
    by,
    at,
    text: "it still fails",
    attachments: [],
    editedAt: null,
    isDeleted: false,
    ...fields,
  };
}
