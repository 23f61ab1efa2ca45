import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { CAUSE, joinCauses, takenBack } from "../../src/events/cause.ts";
import { createVoider } from "../../src/events/void.ts";
import { clearRestatements } from "../../src/metrics/rollup/restatement-store.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const NOW = "2026-03-10T12:00:00Z";

function request(at: string, fields: object = {}): object {
  return { type: "request", method: "GET", route: "/a", status: 200, duration_ms: 5, occurred_at: at, ...fields };
}

function started(account: string, amount: number, at: string): object {
  return { type: "revenue", event: "subscription_started", user_id: account, amount, occurred_at: at };
}

interface Row {
  readonly metric: string;
  readonly day: string;
  readonly by: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly cause: string;
  readonly changes: number;
}

async function restated({ db }: Pick<Workshop, "db">): Promise<Row[]> {
  const rows = await db.read.run(
    (sql) => sql<Row[]>`
      select metric, day::text as day, "by", before::float8, after::float8, cause, changes
      from restatements order by metric collate "C", day, id`,
  );
  return [...rows];
}

const of = (rows: readonly Row[], metric: string) =>
  rows.filter((row) => row.metric === metric).map(({ day, before, after, cause }) => [day, before, after, cause]);

/** Events as the API takes them: live, or imported. */
async function accept(shop: Workshop, events: readonly object[], importing = false): Promise<void> {
  const intake = shop.anotherIntake();
  const verdicts = await intake.accept(events, { source: "late", importing });
  expect(verdicts).toEqual(verdicts.map(() => expect.objectContaining({ verdict: "accepted" })));
  await intake.stop();
}

/** A day with 2 requests that everybody could see, on 7 March. */
async function published(): Promise<Workshop> {
  const shop = await createWorkshop({ now: "2026-03-09T12:00:00Z" });
  await shop.send(
    request("2026-03-07T10:00:00Z", { user_id: "a", id: "first" }),
    request("2026-03-07T11:00:00Z", { user_id: "a", id: "second", status: 500 }),
  );
  await shop.roller.drain();
  shop.moveClock(NOW);
  await shop.roller.drain();
  return shop;
}

test("the first computation of a day leaves no restatement, nor does a recompute that changes nothing", async () => {
  const shop = await published();
  await shop.roller.recompute([Temporal.PlainDate.from("2026-03-07")]);
  await shop.roller.recomputeEverything();
  expect(await restated(shop)).toEqual([]);
});

test("a late event restates each metric that people see changed, in its own unit, with the cause", async () => {
  const shop = await published();
  await accept(shop, [request("2026-03-07T12:00:00Z", { user_id: "b", duration_ms: 900 })]);
  await shop.roller.drain();
  const rows = await restated(shop);
  expect(of(rows, "api_calls")).toEqual([["2026-03-07", 2, 3, CAUSE.late]]);
  expect(of(rows, "error_rate")).toEqual([["2026-03-07", 50, expect.closeTo(100 / 3, 6), CAUSE.late]]);
  const p99 = rows.find(({ metric }) => metric === "latency_p99");
  expect(Math.abs((p99?.before ?? 0) - 5)).toBeLessThan(0.05);
  expect(Math.abs((p99?.after ?? 0) - 900)).toBeLessThan(9);
  expect(of(rows, "dau")).toEqual([["2026-03-07", 1, 2, CAUSE.late]]);
  expect(of(rows, "mau").map(([day]) => day)).toEqual(["2026-03-07", "2026-03-08", "2026-03-09"]);
  expect(rows.some(({ metric }) => metric === "failed_requests" || metric === "apdex_points")).toBe(false);
});

test("events of today and of a day that ended a moment ago restate nothing", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T23:59:59Z" });
  await shop.send(request("2026-03-10T10:00:00Z"));
  await shop.roller.drain();
  await accept(shop, [request("2026-03-10T11:00:00Z")]);
  await shop.roller.drain();
  shop.moveClock("2026-03-11T00:00:02Z");
  await accept(shop, [request("2026-03-10T23:59:59.9Z")]);
  await shop.roller.drain();
  shop.moveClock("2026-03-11T00:05:00Z");
  await accept(shop, [request("2026-03-10T23:59:59.8Z")]);
  await shop.roller.drain();
  expect(await shop.stored("api_calls")).toEqual({ "2026-03-10": 4 });
  expect(await restated(shop)).toEqual([]);
});

test("a day that passed without any event of a kind was published with nothing, and a late one restates that", async () => {
  const shop = await createWorkshop({ now: NOW, timeZone: "America/New_York" });
  await shop.send(request("2026-03-10T10:00:00Z"));
  await shop.roller.drain();
  shop.moveClock("2026-03-12T12:00:00Z");
  await shop.roller.drain();
  await accept(shop, [{ type: "error", message: "m", error_type: "A", occurred_at: "2026-03-11T10:00:00Z" }]);
  await shop.roller.drain();
  expect(of(await restated(shop), "errors")).toEqual([["2026-03-11", 0, 1, CAUSE.late]]);
});

test("history that comes before the first day known is worked out for the first time", async () => {
  const shop = await published();
  await accept(shop, [request("2026-03-01T10:00:00Z"), started("z", 10, "2026-03-02T00:00:00Z")], true);
  await shop.roller.drain();
  expect(await restated(shop)).toEqual([]);
  await accept(shop, [request("2026-03-07T13:00:00Z"), started("y", 20, "2026-03-02T00:00:00Z")], true);
  await shop.roller.drain();
  const rows = await restated(shop);
  expect(of(rows, "api_calls")).toEqual([["2026-03-07", 2, 3, CAUSE.imported]]);
  expect(of(rows, "customers")).toEqual([["2026-03-02", 1, 2, CAUSE.imported]]);
});

test("an older first event restates the published days that had no data and are 0 now", async () => {
  const shop = await createWorkshop({ now: "2026-03-09T12:00:00Z" });
  await shop.send({ type: "signup", user_id: "u", occurred_at: "2026-03-01T10:00:00Z" });
  await shop.send(request("2026-03-08T10:00:00Z"));
  await shop.roller.drain();
  shop.moveClock(NOW);
  await shop.roller.drain();
  await accept(shop, [request("2026-03-06T10:00:00Z", { id: "older" })]);
  await shop.roller.drain();
  expect(of(await restated(shop), "api_calls")).toEqual([
    ["2026-03-06", null, 1, CAUSE.late],
    ["2026-03-07", null, 0, CAUSE.late],
  ]);
  expect(of(await restated(shop), "dau").map(([day]) => day)).toEqual(["2026-03-06", "2026-03-07"]);
  await shop.db.work.run((sql) => sql`update usage_logs set voided = true where occurred_at < '2026-03-07'`);
  await shop.roller.recompute([Temporal.PlainDate.from("2026-03-06")]);
  expect(of(await restated(shop), "api_calls")).toEqual([
    ["2026-03-06", null, 1, CAUSE.late],
    ["2026-03-06", 1, null, CAUSE.forced],
  ]);
});

test("a late payment restates the day's change of each level once, from which all later days follow", async () => {
  const shop = await createWorkshop({ now: "2026-03-09T12:00:00Z" });
  await shop.send(started("a", 100, "2026-02-01T10:00:00Z"), started("b", 50, "2026-02-20T10:00:00Z"));
  await shop.roller.drain();
  shop.moveClock(NOW);
  await shop.roller.drain();
  await accept(shop, [started("late", 30, "2026-02-10T10:00:00Z")]);
  await shop.roller.drain();
  const rows = await restated(shop);
  expect(of(rows, "mrr")).toEqual([["2026-02-10", 0, 30, CAUSE.late]]);
  expect(of(rows, "arr")).toEqual([["2026-02-10", 0, 360, CAUSE.late]]);
  expect(of(rows, "mrr_new")).toEqual([["2026-02-10", 0, 30, CAUSE.late]]);
  expect(of(rows, "customers")).toEqual([["2026-02-10", 0, 1, CAUSE.late]]);
  expect(of(rows, "arpu")).toEqual([]);
});

test("an event that is taken back restates with its reason, without the address that stands in it", async () => {
  const shop = await published();
  const workspace = { timeZone: "UTC" };
  const voider = createVoider({ db: shop.db, clock: { now: () => Temporal.Instant.from(NOW) }, workspace });
  await voider.voidEvent({ source: "api", id: "second", reason: "test of kim@example.com", actor: "an admin" });
  await shop.roller.drain();
  expect(of(await restated(shop), "api_calls")).toEqual([["2026-03-07", 2, 1, "an event was taken back: test of …"]]);
});

test("changed settings and a forced recompute name themselves", async () => {
  const shop = await published();
  await shop.db.work.run((sql) => sql`update usage_logs set voided = true where status = 500`);
  await shop.roller.recompute([Temporal.PlainDate.from("2026-03-07")]);
  expect(of(await restated(shop), "api_calls")).toEqual([["2026-03-07", 2, 1, CAUSE.forced]]);
  await shop.db.work.run((sql) => sql`update usage_logs set voided = false`);
  await shop.roller.recomputeEverything();
  expect(of(await restated(shop), "api_calls")).toEqual([
    ["2026-03-07", 2, 1, CAUSE.forced],
    ["2026-03-07", 1, 2, CAUSE.settings],
  ]);
});

test("a trickle of late events leaves one row a day, from the first value to the last", async () => {
  const shop = await published();
  for (const minute of ["01", "02", "03"]) {
    await accept(shop, [request(`2026-03-07T12:${minute}:00Z`)]);
    await shop.roller.drain();
  }
  const [row, ...more] = (await restated(shop)).filter(({ metric }) => metric === "api_calls");
  expect([row?.before, row?.after, row?.changes, more.length]).toEqual([2, 5, 3, 0]);
  shop.moveClock("2026-03-11T12:00:00Z");
  await accept(shop, [request("2026-03-07T12:04:00Z")]);
  await shop.roller.drain();
  expect(of(await restated(shop), "api_calls")).toEqual([
    ["2026-03-07", 2, 5, CAUSE.late],
    ["2026-03-07", 5, 6, CAUSE.late],
  ]);
});

test("a change that is undone for the same cause on the same day leaves no row", async () => {
  const shop = await published();
  const recompute = () => shop.roller.recompute([Temporal.PlainDate.from("2026-03-07")]);
  await shop.db.work.run((sql) => sql`update usage_logs set voided = true`);
  await recompute();
  await shop.db.work.run((sql) => sql`update usage_logs set voided = false`);
  await recompute();
  expect(await restated(shop)).toEqual([]);
});

test("the time on each service is restated too", async () => {
  const shop = await createWorkshop({ now: NOW });
  const check = (service: string, status: string, minute: string) => ({
    type: "health_check",
    service,
    status,
    occurred_at: `2026-03-07T10:${minute}:00Z`,
  });
  await shop.send(check("api", "healthy", "00"), check("web", "healthy", "00"));
  await shop.roller.drain();
  await accept(shop, [check("api", "down", "05")]);
  await shop.roller.drain();
  const rows = (await restated(shop)).filter(({ metric }) => metric === "uptime");
  expect(rows.map(({ by, before, after }) => [by, before, Math.round(after ?? 0)])).toEqual([
    ["", 100, 67],
    ["api", 100, 50],
  ]);
});

test("two rollers that meet at the same late events write one row, not two, and every change is in it", async () => {
  const shop = await published();
  const others = [shop.anotherRoller(), shop.anotherRoller()];
  for (const minute of ["10", "20", "30", "40"]) {
    await accept(shop, [request(`2026-03-07T12:${minute}:00Z`), request(`2026-03-08T12:${minute}:00Z`)]);
    await Promise.all([shop.roller, ...others].map((roller) => roller.pass()));
  }
  await shop.roller.drain();
  const rows = (await restated(shop)).filter(({ metric }) => metric === "api_calls");
  expect(rows.map(({ day, before, after }) => [day, before, after])).toEqual([
    ["2026-03-07", 2, 6],
    ["2026-03-08", 0, 4],
  ]);
  expect(shop.logged).toEqual([]);
});

test("the row is written with the change or not at all", async () => {
  const shop = await published();
  await shop.db.work.run(async (sql) => {
    await sql`create function refuse() returns trigger language plpgsql as 'begin raise data_exception; end'`;
    await sql`create trigger broken before insert on restatements for each row execute function refuse()`;
  });
  await accept(shop, [request("2026-03-07T12:00:00Z")]);
  await shop.roller.pass();
  expect(await shop.stored("api_calls")).toEqual({ "2026-03-07": 2 });
  await shop.db.work.run((sql) => sql`drop trigger broken on restatements`);
  await shop.roller.drain();
  expect(await shop.stored("api_calls")).toEqual({ "2026-03-07": 3 });
  expect(of(await restated(shop), "api_calls")).toEqual([["2026-03-07", 2, 3, CAUSE.late]]);
});

test("restatements are kept for 400 days", async () => {
  const shop = await published();
  await accept(shop, [request("2026-03-07T12:00:00Z"), request("2026-03-08T12:00:00Z")]);
  await shop.roller.drain();
  await shop.db.work.run(
    (sql) => sql`
      update restatements set at = now() - case when day = '2026-03-07' then interval '401 days' else interval '399 days' end`,
  );
  await shop.db.work.run(clearRestatements);
  expect(new Set((await restated(shop)).map(({ day }) => day))).toEqual(new Set(["2026-03-08"]));
});

test("many causes are told as three and a number, each once", () => {
  expect(joinCauses([CAUSE.late, `${CAUSE.imported}; ${CAUSE.late}`])).toBe(
    "events arrived late; history was imported",
  );
  const many = joinCauses(["a", "b", "c", "d", "e"].map(takenBack));
  expect(many.split("; ")).toHaveLength(4);
  expect(many).toMatch(/; 2 more$/);
  expect(takenBack("x; y".repeat(100)).length).toBeLessThan(160);
});
