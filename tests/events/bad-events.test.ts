import { expect, test } from "vitest";
import { createEventStore, type EventStore, type NumberedRow } from "../../src/events/event-store.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { API, codes, countOf, intakeOn, request, rowsOf, tally, workspace } from "./support.ts";

const DEPTH = 100_000;
const BAD = [
  JSON.stringify(request("bad1", { user_id: "a\0b" })),
  JSON.stringify(request("bad2", { metadata: { a: "\ud800" } })),
  JSON.stringify(request("bad3", { metadata: "DEEP" })).replace(
    '"DEEP"',
    `${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`,
  ),
  JSON.stringify(request("bad4", { duration_ms: "HUGE" })).replace('"HUGE"', "1e400"),
  JSON.stringify(request("bad5", { occurred_at: "+275760-09-13T00:00:00.000Z" })),
  JSON.stringify(request("bad6", { path: "x".repeat(1_000_000), route: undefined })),
];

function batchWithBad(): unknown[] {
  const good = Array.from({ length: 94 }, (_, n) => JSON.stringify(request(`good${n}`)));
  const all = good.flatMap((one, n) => (n % 16 === 0 ? [one, BAD[n / 16] ?? one] : [one]));
  return JSON.parse(`[${all.join(",")}]`) as unknown[];
}

test("six bad events of a hundred are refused with reasons, and the others are stored", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  const verdicts = await intake.accept(batchWithBad(), API);
  const counts = tally(verdicts);
  console.log(JSON.stringify({ guarantee: "G7", ...counts }));
  expect(counts).toEqual({ accepted: 94, duplicate: 0, conflict: 0, rejected: 6 });
  expect(codes(verdicts).filter((code) => code !== "accepted")).toEqual([
    "invalid_text",
    "invalid_text",
    "invalid_field",
    "invalid_field",
    "invalid_field",
    "too_large",
  ]);
  expect(await countOf(db, "usage_logs")).toBe(94);
  await intake.stop();
  const letters = await rowsOf(db, "select code, octet_length(body) <= 8192 as small from dead_letters");
  expect(letters).toHaveLength(6);
  expect(letters.every((letter) => letter["small"] === true)).toBe(true);
});

/** A store to which the database says no for events named `poison`: their status is no number. */
function poisoned(db: TestDatabase): EventStore {
  const store = createEventStore({ pool: db.intake, timeZone: workspace.timeZone });
  const spoil = (row: NumberedRow): NumberedRow => {
    const own = row.event.own.map((cell, at) => (at === 3 && row.event.eventId?.startsWith("poison") ? "many" : cell));
    return { ...row, event: { ...row.event, own } };
  };
  return { ...store, insert: (type, rows) => store.insert(type, rows.map(spoil)) };
}

test("an event that only the database refuses is refused alone, among calls that came together", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db, { store: poisoned(db) });
  const verdicts = await Promise.all([
    intake.accept([request("a"), request("b")], API),
    intake.accept([request("c"), request("poison"), request("poison", { status: 500 }), request("d")], API),
    intake.accept([request("poison", { status: 501 }), request("e")], API),
  ]);
  expect(verdicts.map(codes)).toEqual([
    ["accepted", "accepted"],
    ["accepted", "invalid_event", "invalid_event", "accepted"],
    ["invalid_event", "accepted"],
  ]);
  expect(await countOf(db, "usage_logs")).toBe(5);
  expect(await countOf(db, "ingest_keys")).toBe(5);
});

test("without isolation one bad event fails everyone in its statement (control)", async () => {
  const db = await createTestDatabase();
  await intakeOn(db).accept([request("first")], API);
  const rows: NumberedRow[] = ["a", "poison", "b"].map((eventId) => ({
    event: {
      type: "request",
      eventId,
      key: null,
      payload: null,
      occurredAt: "2026-11-20T00:00:00Z",
      userId: null,
      teamId: null,
      sentUserId: null,
      sentTeamId: null,
      renamed: null,
      feature: null,
      metadata: null,
      own: [null, 1, 1, 200, false],
      cause: null,
      openedTicketId: null,
    },
    sourceNo: 1,
    userNo: null,
    teamNo: null,
    featureNo: 2,
  }));
  await expect(poisoned(db).insert("request", rows)).rejects.toMatchObject({ code: "22P02" });
  expect(await countOf(db, "usage_logs")).toBe(1);
});

const HOSTILE = [
  "\\",
  '"',
  "{}",
  "{a,b}",
  ",",
  "NULL",
  "null",
  'a\\"b',
  "'; drop table users; --",
  "\n\r\t",
  "é",
  "\u{1f98a}\u{1f468}\u200d\u{1f469}",
  "\u202e",
  "\ufeff",
  " lead and trail ",
  "\u0001",
  "\\u0000",
  "\\000",
  "$1",
  "%s",
  "\u2028",
  "a".repeat(198),
];

/** White space around an id is no part of it, and what stands for no id is none: so something else stands at its ends. */
const asId = (text: string) => `<${text}>`;

test("hostile text comes back as it was sent, as id, name, metadata and person", async () => {
  const db = await createTestDatabase();
  const verdicts = await intakeOn(db).accept(
    HOSTILE.map((text) => ({
      type: "track",
      id: text,
      name: text,
      user_id: asId(text),
      team_id: asId(text),
      metadata: { [text]: [text, null] },
    })),
    API,
  );
  expect(tally(verdicts).accepted).toBe(HOSTILE.length);
  const rows = await rowsOf(
    db,
    `select event_id, name, user_id, team_id, metadata from track_events join users using (user_no) join teams using (team_no) order by row_no`,
  );
  const came = new Map(rows.map((row) => [row["event_id"], row]));
  for (const text of HOSTILE) {
    expect(came.get(text)).toEqual({
      event_id: text,
      name: text,
      user_id: asId(text),
      team_id: asId(text),
      metadata: { [text]: [text, null] },
    });
  }
});
