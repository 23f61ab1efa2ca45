import { expect, test } from "vitest";
import type { EventStore } from "../../src/events/event-store.ts";
import { eventKey } from "../../src/events/event-key.ts";
import { connect } from "../../src/db/connect.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { API, codes, countOf, intakeOn, request, rowsOf, tally } from "./support.ts";

/** Waits, by asking, until some connection of the intake waits for a lock. */
async function untilBlocked(db: TestDatabase): Promise<void> {
  for (;;) {
    const rows = await rowsOf(
      db,
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%ingest_keys%'",
    );
    if (rows.length > 0) return;
  }
}

const keyRow = (id: string) =>
  `insert into ingest_keys (occurred_at, payload, key, source_no, type_no) values (now(), 1, '${eventKey(id)}', 1, 1)`;

test("a deadlock with another writer is tried again", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  await intake.accept([request("first")], API);
  const [low = "", high = ""] = ["a", "b"].sort((one, other) => (eventKey(one) < eventKey(other) ? -1 : 1));
  const rival = connect(db.url, { max: 1 });
  await rival.unsafe("set deadlock_timeout = '1min'");
  await rival.unsafe("begin");
  await rival.unsafe(keyRow(high));
  const verdicts = intake.accept([request(high), request(low)], API);
  await untilBlocked(db);
  await rival.unsafe(keyRow(low));
  await rival.unsafe("rollback");
  expect(codes(await verdicts)).toEqual(["accepted", "accepted"]);
  expect(await countOf(db, "usage_logs")).toBe(3);
  const twice = await rowsOf(db, "select 1 from usage_logs group by event_hash having count(*) > 1");
  expect(twice).toEqual([]);
  await rival.end();
});

test("an id that another writer commits while we wait for it is read again before it is judged", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  await intake.accept([request("first")], API);
  const rival = connect(db.url, { max: 1 });
  await rival.unsafe("begin");
  await rival.unsafe(keyRow("a"));
  const verdicts = intake.accept([request("a"), request("b")], API);
  await untilBlocked(db);
  await rival.unsafe("commit");
  expect(codes(await verdicts)).toEqual(["conflict", "accepted"]);
  await rival.end();
});

test("a month whose table was dropped is made again", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  await intake.accept([request("first")], API);
  await db.work.run((sql) => sql.unsafe("drop table usage_logs_2026_11"));
  expect(codes(await intake.accept([request("second"), request("first")], API))).toEqual(["accepted", "duplicate"]);
});

/** A store whose first statement has `started` and ends when it is told to. */
function hangingStore() {
  let release = () => {};
  let fail = (_thrown: unknown) => {};
  const gate = new Promise<void>((resolve, reject) => {
    release = resolve;
    fail = reject;
  });
  let begin = () => {};
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const store: EventStore = {
    insert: async () => {
      begin();
      await gate;
      return [];
    },
    payloads: async () => [],
  };
  return { store, started, release: () => release(), fail: (thrown: unknown) => fail(thrown) };
}

test("when too many events wait, further ones are refused with 503 and the waiting ones are not lost", async () => {
  const db = await createTestDatabase();
  const { store, release } = hangingStore();
  const intake = intakeOn(db, { store, limits: { eventsUnderWay: 2 } });
  const waiting = intake.accept([request("a"), request("b"), request("c")], API);
  const refused = { code: "database_unavailable", status: 503, retryAfterSeconds: expect.any(Number) as number };
  await expect(intake.accept([request("d")], API)).rejects.toMatchObject(refused);
  release();
  expect(tally(await waiting).accepted).toBe(3);
  expect(tally(await intake.accept([request("d")], API)).accepted).toBe(1);
});

test("while an event waits too long for its turn, further ones are refused with 503", async () => {
  const db = await createTestDatabase();
  const { store, started, release } = hangingStore();
  const intake = intakeOn(db, { store, limits: { rowsPerStatement: 1, statementsAtOnce: 1, longestWaitMs: 0 } });
  const waiting = intake.accept([request("a"), request("b")], API);
  await started;
  await expect(intake.accept([request("c")], API)).rejects.toMatchObject({ code: "database_unavailable", status: 503 });
  release();
  expect(tally(await waiting).accepted).toBe(2);
  expect(tally(await intake.accept([request("c")], API)).accepted).toBe(1);
});

test("when the database goes away, everyone who waits gets 503 and may send again", async () => {
  const db = await createTestDatabase();
  const { store, started, fail } = hangingStore();
  const intake = intakeOn(db, { store, limits: { statementsAtOnce: 1, rowsPerStatement: 1 } });
  const outcomes = Promise.allSettled(["a", "a", "b"].map((id) => intake.accept([request(id)], API)));
  await started;
  fail(Object.assign(new Error("connection closed"), { code: "CONNECTION_CLOSED" }));
  const refused = { status: "rejected", reason: { code: "database_unavailable", status: 503 } };
  expect(await outcomes).toMatchObject([refused, refused, refused]);
  expect(codes(await intakeOn(db).accept([request("a")], API))).toEqual(["accepted"]);
});

test("stop waits for what is under way and refuses what comes later", async () => {
  const db = await createTestDatabase();
  const { store, release } = hangingStore();
  const intake = intakeOn(db, { store });
  const order: string[] = [];
  const waiting = intake.accept([request("a")], API).then(() => order.push("answered"));
  const stopped = intake.stop().then(() => order.push("stopped"));
  await expect(intake.accept([request("b")], API)).rejects.toMatchObject({ code: "shutting_down", status: 503 });
  release();
  await Promise.all([waiting, stopped]);
  expect(order).toEqual(["answered", "stopped"]);
});
