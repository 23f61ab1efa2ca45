import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const request = (occurred_at: string, fields: object = {}) => ({
  type: "request",
  method: "GET",
  route: "/x",
  status: 200,
  duration_ms: 10,
  occurred_at,
  ...fields,
});

const setting = async ({ db }: Workshop, name: string) =>
  db.read.run(
    async (sql) => (await sql<{ value: unknown }[]>`select value from settings where name = ${name}`)[0]?.value,
  );

const due = async ({ db }: Workshop) =>
  db.read.run(async (sql) => [
    ...(await sql`select kind, day::text as day, due_at is not null as later from dirty order by day, kind, later`),
  ]);

test("the first event of any type is known, however late it arrives, and forgotten when it is taken back", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.roller.pass();
  expect(await setting(shop, "first_event_at")).toBeUndefined();
  await shop.send({ type: "track", name: "seen", occurred_at: "2026-03-05T10:00:00.123456Z" });
  await shop.roller.pass();
  expect(await setting(shop, "first_event_at")).toBe("2026-03-05T10:00:00.123456Z");
  await shop.send(request("2026-03-04T10:00:00Z"));
  await shop.roller.pass();
  expect(await setting(shop, "first_event_at")).toBe("2026-03-04T10:00:00.000000Z");
  await shop.db.work.run((sql) => sql`update usage_logs set voided = true`);
  await shop.roller.pass();
  expect(await setting(shop, "first_event_at")).toBe("2026-03-05T10:00:00.123456Z");
});

test("a new local day is opened once, with the days missed, and once more a minute later", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T03:59:00Z", timeZone: "America/New_York" });
  await shop.roller.drain();
  shop.moveClock("2026-03-10T04:00:10Z");
  await shop.roller.drain();
  expect(await setting(shop, "opened_day")).toBe("2026-03-10");
  shop.moveClock("2026-03-12T12:00:00Z");
  await shop.roller.drain();
  const later = (day: string) => ["health", "nps", "reach"].map((kind) => ({ kind, day, later: true }));
  expect(await due(shop)).toEqual([...later("2026-03-11"), ...later("2026-03-12")]);
  shop.moveClock("2026-03-12T12:01:00Z");
  await shop.roller.drain();
  expect(await due(shop)).toEqual([]);
  const revisions = await shop.db.read.run(
    (sql) => sql`select day::text as day, revision from day_revisions where kind = 'reach' order by 1`,
  );
  expect([...revisions]).toEqual(["09", "10", "11", "12"].map((day) => ({ day: `2026-03-${day}`, revision: 2 })));
});

test("people who were active before are counted in the windows of a day on which nothing happened", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(request("2026-03-10T10:00:00Z", { user_id: "a" }));
  await shop.roller.drain();
  shop.moveClock("2026-03-12T00:00:00Z");
  await shop.roller.drain();
  expect(await shop.stored("mau")).toEqual({ "2026-03-10": 1, "2026-03-11": 1, "2026-03-12": 1 });
});

test("a late event changes its own day and every window it is in", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(request("2026-03-09T10:00:00Z", { user_id: "a" }));
  await shop.roller.drain();
  await shop.send(request("2026-03-07T10:00:00Z", { user_id: "b" }));
  await shop.roller.drain();
  expect(await shop.stored("dau")).toEqual({ "2026-03-07": 1, "2026-03-09": 1 });
  expect(await shop.stored("wau")).toEqual({ "2026-03-07": 1, "2026-03-08": 1, "2026-03-09": 2, "2026-03-10": 2 });
});

test("one pass does all that was dirty and all that follows from it", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    { type: "signup", user_id: "a", occurred_at: "2026-03-02T00:00:00Z" },
    { type: "activation", user_id: "a", milestone: "profile_completed", occurred_at: "2026-03-02T01:00:00Z" },
    { type: "agent_session", session_id: "s", action: "started", user_id: "a", occurred_at: "2026-03-02T02:00:00Z" },
    { type: "nps", user_id: "a", score: 9, occurred_at: "2026-02-20T02:00:00Z" },
    { type: "nps", user_id: "a", score: 9, occurred_at: "2026-03-02T02:00:00Z" },
    request("2026-03-03T02:00:00Z", { user_id: "a" }),
  );
  await shop.roller.pass();
  const left = await due(shop);
  expect(left.filter((row) => row["later"] === false)).toEqual([]);
  expect(await shop.stored("activations")).toEqual({ "2026-03-03": 1 });
});

test("recomputing everything twice gives the same values, with higher revisions", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z", timeZone: "Asia/Kathmandu" });
  await shop.send(
    { type: "signup", user_id: "a", occurred_at: "2026-03-02T00:00:00Z" },
    ...Array.from({ length: 50 }, (_, n) =>
      request(`2026-03-0${1 + (n % 9)}T18:${10 + n}:00Z`, { user_id: `u${n % 7}`, duration_ms: n * 1.37 }),
    ),
    { type: "agent_session", session_id: "s", action: "started", user_id: "a", occurred_at: "2026-03-02T02:00:00Z" },
    { type: "nps", user_id: "a", score: 9, occurred_at: "2026-02-20T02:00:00Z" },
    { type: "revenue", event: "subscription_started", user_id: "a", amount: 10, occurred_at: "2026-03-02T02:00:00Z" },
    { type: "ticket", ticket_id: "T", user_id: "a", action: "opened", occurred_at: "2026-03-02T02:00:00Z" },
    { type: "health_check", service: "api", status: "healthy", occurred_at: "2026-03-02T18:14:00Z" },
    { type: "error", message: "m", error_type: "A", occurred_at: "2026-03-02T02:00:00Z" },
  );
  await shop.roller.drain();
  const first = await shop.everything();
  await shop.roller.recomputeEverything();
  expect(await shop.everything()).toEqual(first);
  await shop.roller.recomputeEverything();
  expect(await shop.everything()).toEqual(first);
  const [lowest] = await shop.db.read.run(
    (sql) =>
      sql`select min(revision) as revision from day_revisions where kind = 'usage' and day between '2026-03-02' and '2026-03-09'`,
  );
  expect(lowest).toEqual({ revision: 3 });
});

test("recomputing days answers revisions that grow, also for days on which nothing is dirty", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(request("2026-03-07T10:00:00Z"));
  const days = [Temporal.PlainDate.from("2026-03-07"), Temporal.PlainDate.from("2026-03-08")];
  const first = await shop.roller.recompute(days);
  expect(first.map(({ day }) => day)).toEqual(["2026-03-07", "2026-03-08"]);
  const second = await shop.roller.recompute(days);
  expect(second.map(({ revision }, n) => revision - (first[n]?.revision ?? 0))).toEqual([10, 10]);
  expect(await shop.stored("api_calls")).toEqual({ "2026-03-07": 1 });
});

async function breakTable({ db }: Workshop, table: string, when: string): Promise<void> {
  await db.work.run(async (sql) => {
    await sql`create or replace function refuse() returns trigger language plpgsql as 'begin raise data_exception; end'`;
    await sql.unsafe(
      `create trigger broken before insert on ${table} for each row when (${when}) execute function refuse()`,
    );
  });
}

test("a day that fails is logged, stays queued and does not spare the rest", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await breakTable(shop, "metric_values", "new.metric = 'errors'");
  await shop.send({ type: "error", message: "m", error_type: "A", occurred_at: "2026-03-02T02:00:00Z" });
  await shop.send(request("2026-03-02T10:00:00Z"));
  expect(await shop.roller.pass()).toMatchObject({ failed: 1 });
  expect(shop.logged).toEqual([expect.objectContaining({ kind: "errors", day: "2026-03-02" })]);
  expect(await shop.stored("api_calls")).toEqual({ "2026-03-02": 1 });
  await expect(shop.roller.drain()).rejects.toThrow("the log says why");
  await shop.db.work.run((sql) => sql`drop trigger broken on metric_values`);
  await shop.roller.drain();
  expect(await shop.stored("errors")).toEqual({ "2026-03-02": 1 });
});

test("a subject that fails stays queued, and the others of its batch are folded", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await breakTable(shop, "support_tickets", "new.ticket_id = 'm'");
  const opened = (ticket_id: string) => ({
    type: "ticket",
    action: "opened",
    ticket_id,
    user_id: "u",
    occurred_at: "2026-03-02T02:00:00Z",
  });
  await shop.send(...["a", "m", "z"].map(opened));
  await shop.roller.pass();
  expect(await shop.stored("tickets_opened")).toEqual({ "2026-03-02": 2 });
  await shop.db.work.run((sql) => sql`drop trigger broken on support_tickets`);
  await shop.roller.drain();
  expect(await shop.stored("tickets_opened")).toEqual({ "2026-03-02": 3 });
});
