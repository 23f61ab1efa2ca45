import { expect, test } from "vitest";
import { createRefusedEvents } from "../../src/events/replay.ts";
import { createVoider } from "../../src/events/void.ts";
import { createTestDatabase } from "../support/database.ts";
import { API, AT, codes, countOf, fixedClock, intakeOn, request, rowsOf, workspace } from "./support.ts";

const parts = { clock: fixedClock, workspace };
const take = (id: string) => ({ source: "api", id, reason: "sent twice by hand", actor: "key k1" });

test("a request that is taken back stays, marked, and its day is recomputed with the cause", async () => {
  const db = await createTestDatabase();
  await intakeOn(db).accept([request("a"), request("b")], API);
  await db.work.run((sql) => sql.unsafe("delete from dirty"));
  expect(await createVoider({ db, ...parts }).voidEvent(take("a"))).toEqual({ type: "request", changed: true });
  expect(await rowsOf(db, "select voided from usage_logs order by voided")).toEqual([
    { voided: false },
    { voided: true },
  ]);
  expect(await rowsOf(db, "select kind, day::text, cause from dirty")).toEqual([
    { kind: "usage", day: "2026-11-20", cause: "an event was taken back: sent twice by hand" },
  ]);
  expect(await rowsOf(db, "select actor, action, detail->>'id' as id from audit_log")).toEqual([
    { actor: "key k1", action: "event.voided", id: "a" },
  ]);
});

test("a revenue event that is taken back marks its account; twice at once changes it once", async () => {
  const db = await createTestDatabase();
  const event = { type: "revenue", id: "r", event: "subscription_started", user_id: "u", amount: 10, occurred_at: AT };
  await intakeOn(db).accept([event], API);
  await db.work.run((sql) => sql.unsafe("delete from dirty"));
  const voider = createVoider({ db, ...parts });
  const outcomes = await Promise.all([voider.voidEvent(take("r")), voider.voidEvent(take("r"))]);
  expect(outcomes.filter((one) => one.changed)).toHaveLength(1);
  expect(await voider.voidEvent(take("r"))).toEqual({ type: "revenue", changed: false });
  expect(await rowsOf(db, "select kind, subject from dirty")).toEqual([{ kind: "account", subject: "u1" }]);
  expect(await rowsOf(db, "select voided_at is not null as voided from revenue_events")).toEqual([{ voided: true }]);
  expect(await countOf(db, "audit_log")).toBe(1);
});

test("an id that was never accepted, or by another source, cannot be taken back", async () => {
  const db = await createTestDatabase();
  await intakeOn(db).accept([request("a")], { source: "shop" });
  const voider = createVoider({ db, ...parts });
  await expect(voider.voidEvent(take("a"))).rejects.toMatchObject({ code: "not_found", status: 404 });
  await expect(voider.voidEvent({ ...take("a"), reason: "a\0" })).rejects.toMatchObject({ code: "invalid_body" });
});

test("refused events are kept for admins, who can replay them once the cause is gone", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  const old = request("old", { occurred_at: "2020-01-01T00:00:00Z" });
  await intake.accept(
    [old, request("bad", { status: 7 }), { type: "track", name: "x".repeat(20_000) }, request("good")],
    API,
  );
  await intake.stop();
  const again = intakeOn(db);
  const refused = createRefusedEvents({ db, intake: again });
  const letters = await refused.list();
  expect(letters.map((letter) => letter.code).sort()).toEqual(["invalid_field", "too_large", "too_old"]);
  expect(Object.keys(letters[0] ?? {}).sort()).toEqual(["at", "body", "code", "id", "reason", "replayedAt", "source"]);
  const replayed = await refused.replay([...letters.map((letter) => letter.id), "999999", "no id"], "key k1");
  const outcomes = replayed.map(({ outcome }) => ("code" in outcome ? outcome.code : outcome.verdict));
  expect(outcomes.sort()).toEqual(["accepted", "cut", "invalid_field"]);
  expect(codes(await again.accept([old], { ...API, importing: true }))).toEqual(["duplicate"]);
  expect(await rowsOf(db, "select code from dead_letters where replayed_at is not null")).toEqual([
    { code: "too_old" },
  ]);
  expect(await rowsOf(db, "select actor, action from audit_log")).toEqual([
    { actor: "key k1", action: "dead_letters.replayed" },
  ]);
  await again.stop();
  expect(await countOf(db, "dead_letters")).toBe(3);
});

test("refused events are listed by number, the latest first", async () => {
  const db = await createTestDatabase();
  await db.work.run((sql) =>
    sql.unsafe(
      "insert into dead_letters (source, code, reason, body) select 's', 'c', 'r', 'b' from generate_series(1, 12)",
    ),
  );
  const intake = intakeOn(db);
  const letters = await createRefusedEvents({ db, intake }).list();
  expect(letters.map(({ id }) => Number(id))).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  await intake.stop();
});

test("a refused event that is replayed twice is counted once, also without an id", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  await intake.accept([{ ...request("x"), id: undefined, occurred_at: "2020-01-01T00:00:00Z" }], API);
  await intake.stop();
  const again = intakeOn(db);
  const refused = createRefusedEvents({ db, intake: again });
  const ids = (await refused.list()).map((letter) => letter.id);
  const replay = async () => (await refused.replay(ids, "key k1")).map(({ outcome }) => outcome.verdict);
  expect([await replay(), await replay()]).toEqual([["accepted"], ["duplicate"]]);
  expect(await countOf(db, "usage_logs")).toBe(1);
});

test("no more than 10,000 refused events are kept, the latest", async () => {
  const db = await createTestDatabase();
  await db.work.run((sql) =>
    sql.unsafe(
      "insert into dead_letters (source, code, reason, body) select 'old', 'c', 'r', 'b' from generate_series(1, 10000)",
    ),
  );
  const intake = intakeOn(db);
  await intake.accept([7, 8], API);
  await intake.stop();
  expect(await rowsOf(db, "select source, count(*)::integer as n from dead_letters group by 1 order by 1")).toEqual([
    { source: "api", n: 2 },
    { source: "old", n: 9_998 },
  ]);
});

test("refused events are listed by their number, the latest first, also beyond the ninth", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  for (let count = 0; count < 12; count += 1) await intake.accept([{ type: "unheard-of" }], API);
  await intake.stop();
  const ids = (await createRefusedEvents({ db, intake }).list()).map(({ id }) => Number(id));
  expect(ids).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
});
