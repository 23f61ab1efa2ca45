import { expect, test } from "vitest";
import fc from "fast-check";
import { createEventStore, type EventStore } from "../../src/events/event-store.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { API, codes, countOf, fixedClock, intakeOn, request, tally, workspace } from "./support.ts";

function mixed(n: number): Record<string, unknown> {
  if (n % 3 === 0) return request(`e${n}`, { user_id: `u${n % 7}` });
  if (n % 3 === 1) return { type: "track", id: `e${n}`, name: "n" };
  return { type: "signup", id: `e${n}`, user_id: `u${n % 7}` };
}

async function stored(db: TestDatabase): Promise<number> {
  return (await countOf(db, "usage_logs")) + (await countOf(db, "track_events")) + (await countOf(db, "signups"));
}

/** 40 batches of 25, each on 4 instances at once, and 5 % of them once more; answers rows stored and events accepted. */
async function deliverOverAndOver(
  db: TestDatabase,
  store?: EventStore,
): Promise<{ rows: number; accepted: number; sent: number }> {
  const intakes = [1, 2, 3, 4].map(() => intakeOn(db, store === undefined ? {} : { store }));
  const batches = Array.from({ length: 40 }, (_, batch) =>
    Array.from({ length: 25 }, (__, n) => mixed(batch * 25 + n)),
  );
  let accepted = 0;
  let sent = 0;
  for (const [at, batch] of batches.entries()) {
    const resent = at % 20 === 0 ? [...intakes, ...intakes] : intakes;
    const verdicts = await Promise.all(resent.map((intake) => intake.accept(batch, API)));
    const counts = tally(verdicts.flat());
    expect(counts.conflict + counts.rejected).toBe(0);
    accepted += counts.accepted;
    sent += counts.accepted + counts.duplicate;
  }
  return { rows: await stored(db), accepted, sent };
}

test("the same batch on four instances at once, and again later, is counted once", async () => {
  const outcome = await deliverOverAndOver(await createTestDatabase());
  console.log(JSON.stringify({ guarantee: "G3", ...outcome }));
  expect(outcome).toEqual({ rows: 1_000, accepted: 1_000, sent: 4_200 });
});

test("without the key the same deliveries are counted several times (control)", async () => {
  const db = await createTestDatabase();
  const store = createEventStore({ pool: db.intake, timeZone: workspace.timeZone });
  const keyless: EventStore = {
    ...store,
    insert: (type, rows) => {
      return store.insert(
        type,
        rows.map((row) => ({ ...row, event: { ...row.event, key: null, payload: null } })),
      );
    },
  };
  const outcome = await deliverOverAndOver(db, keyless);
  console.log(JSON.stringify({ guarantee: "G3", control: true, ...outcome }));
  expect(outcome.rows).toBeGreaterThan(1_000);
});

test("an id twice in one batch is a duplicate, with another payload a conflict, and so for another type", async () => {
  const db = await createTestDatabase();
  const verdicts = await intakeOn(db).accept(
    [request("a"), request("a"), request("a", { status: 500 }), { type: "track", id: "a", name: "n" }, request("b")],
    API,
  );
  expect(codes(verdicts)).toEqual(["accepted", "duplicate", "conflict", "conflict", "accepted"]);
  expect(await stored(db)).toBe(2);
});

test("an id used by one type is taken for all types of its source, and free for other sources", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  await intake.accept([request("a")], API);
  expect(codes(await intake.accept([{ type: "track", id: "a", name: "n" }], API))).toEqual(["conflict"]);
  expect(codes(await intake.accept([{ type: "track", id: "a", name: "n" }], { source: "segment" }))).toEqual([
    "accepted",
  ]);
});

test("a retry without occurred_at is a duplicate, whatever the order of its keys; with another value a conflict", async () => {
  const db = await createTestDatabase();
  await intakeOn(db).accept([{ type: "track", id: "a", name: "n", metadata: { x: 1, y: [2] } }], API);
  const later = intakeOn(db, { clock: { now: () => fixedClock.now().add({ hours: 1 }) } });
  const verdicts = [
    await later.accept([{ metadata: { y: [2], x: 1 }, name: "n", id: "a", type: "track" }], API),
    await later.accept([{ type: "track", id: "a", name: "n", metadata: { x: 1, y: [3] } }], API),
  ];
  expect(verdicts.map(codes)).toEqual([["duplicate"], ["conflict"]]);
});

test("a refused event does not use its id up", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  expect(codes(await intake.accept([request("a", { status: 7 }), request("a")], API))).toEqual([
    "invalid_field",
    "accepted",
  ]);
});

test("events without an id are all counted", async () => {
  const db = await createTestDatabase();
  const verdicts = await intakeOn(db).accept([request(undefined), request(undefined), request("a")], API);
  expect(tally(verdicts).accepted).toBe(3);
  expect(await countOf(db, "usage_logs")).toBe(3);
});

test("shuffled, repeated and split over two instances, events give the same rows and verdicts that add up", async () => {
  const db = await createTestDatabase();
  const [one, other] = [intakeOn(db), intakeOn(db)];
  const sample = fc.record({
    id: fc.constantFrom("a", "b", "c", "d", "\u{1f98a}", "a ", "A"),
    kind: fc.constantFrom("request", "track"),
    value: fc.integer({ min: 200, max: 202 }),
  });
  const delivery = fc.record({
    events: fc.array(sample, { minLength: 1, maxLength: 20 }),
    cuts: fc.array(fc.nat({ max: 20 }), { maxLength: 4 }),
  });
  let run = 0;
  let rowsBefore = 0;
  await fc.assert(
    fc.asyncProperty(delivery, async ({ events, cuts }) => {
      run += 1;
      const origin = { source: `run ${run}` };
      const sent = events.map(({ id, kind, value }) =>
        kind === "request" ? request(id, { status: value }) : { type: "track", id, name: String(value) },
      );
      const edges = [0, ...[...cuts].sort((a, b) => a - b), sent.length];
      const parts = edges.slice(1).map((end, at) => sent.slice(edges[at], end));
      const answers = [...parts, ...parts].map((part, at) => (at % 2 === 0 ? one : other).accept(part, origin));
      const counts = tally((await Promise.all(answers)).flat());
      const ids = new Set(events.map(({ id }) => id)).size;
      const payloads = new Set(events.map((event) => JSON.stringify(event))).size;
      const delivered = parts.flat().length * 2;
      expect(counts.accepted).toBe(new Set(parts.flat().map((event) => event["id"])).size);
      expect(counts.accepted + counts.duplicate + counts.conflict).toBe(delivered);
      if (payloads === ids) expect(counts.conflict).toBe(0);
      else if (parts.flat().length === sent.length) expect(counts.conflict).toBeGreaterThan(0);
      const rows = await stored(db);
      expect(rows - rowsBefore).toBe(counts.accepted);
      rowsBefore = rows;
    }),
    { numRuns: 60 },
  );
}, 60_000);
