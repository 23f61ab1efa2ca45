import { expect, test } from "vitest";
import { createDetails } from "../../src/metrics/read/details.ts";
import { worldOf } from "../golden/told.ts";
import { clockAt, createStoredWorld } from "./stored-world.ts";

const START = "2026-06-01T09:00:00Z";

function revenue(account: string, event: string, occurred_at: string, more: object = {}) {
  return { type: "revenue", team_id: account, event, occurred_at, ...more };
}

test("movements of accounts come the largest first, page by page, each account counted once a kind", async () => {
  const { details } = await worldOf([
    revenue("a", "subscription_started", START, { amount: "30.00" }),
    revenue("b", "subscription_started", START, { amount: "50.00" }),
    revenue("a", "upgraded", "2026-06-10T09:00:00Z", { amount: "70.00" }),
    revenue("a", "upgraded", "2026-06-11T09:00:00Z", { amount: "80.00" }),
    revenue("b", "canceled", "2026-06-12T09:00:00Z"),
    revenue("c", "subscription_started", "2026-06-13T09:00:00Z", { amount: "100.00", billing_period: "year" }),
  ]);
  const first = await details.accountMovements(7, { skipped: 0, limit: 2 });
  expect(first).toEqual({
    accounts: { new: 1, reactivation: 0, expansion: 1, contraction: 0, paused: 0, resumed: 0, churn: 1, fx: 0 },
    total: 4,
    movements: [
      { account: "b", date: "2026-06-12", movement: "churn", change: -50 },
      { account: "a", date: "2026-06-10", movement: "expansion", change: 40 },
    ],
  });
  expect((await details.accountMovements(7, { skipped: 2, limit: 2 })).movements).toEqual([
    { account: "a", date: "2026-06-11", movement: "expansion", change: 10 },
    { account: "c", date: "2026-06-13", movement: "new", change: 8.33 },
  ]);
  expect(await details.accountMovements(7, { skipped: 4, limit: 2 })).toMatchObject({ total: 0, movements: [] });
  expect(await details.accountMovements(7, { skipped: 0, limit: 0 })).toMatchObject({ movements: [] });
});

test("a pause is told apart from a cancellation", async () => {
  const { details } = await worldOf([
    revenue("a", "subscription_started", START, { amount: "30.00" }),
    revenue("b", "subscription_started", START, { amount: "20.00" }),
    revenue("a", "paused", "2026-06-10T09:00:00Z"),
    revenue("b", "canceled", "2026-06-10T09:00:00Z"),
  ]);
  const { accounts, movements } = await details.accountMovements(7, { skipped: 0, limit: 5 });
  expect(accounts).toMatchObject({ paused: 1, churn: 1 });
  expect(movements.map(({ account, movement }) => [account, movement])).toEqual([
    ["a", "paused"],
    ["b", "churn"],
  ]);
});

test("routes come by calls or by failures, ties bytewise, without the row of all requests", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.requests("*", "2026-06-18", [1, 2, 3]);
  await world.requests("GET /b", "2026-06-18", [10, 20]);
  await world.requests("GET /B", "2026-06-19", [10, 20]);
  await world.requests("POST /a", "2026-06-18", [10]);
  await world.requests("POST /a", "2026-06-19", [20, 30, 40]);
  await world.requests("GET /today", "2026-06-20", [1, 2, 3, 4, 5]);
  await world.db.work.run(
    (sql) => sql`update latency_histograms set failed = 2 where day = '2026-06-18' and duration_ms_sum = 30`,
  );
  const details = createDetails({ db: world.db, clock: clockAt("2026-06-20T08:00:00Z"), workspace: world.workspace });
  const byCalls = await details.routes(2, { order: "calls", skipped: 0, limit: 2 });
  expect(byCalls.total).toBe(3);
  expect(byCalls.routes.map(({ route, calls }) => [route, calls])).toEqual([
    ["POST /a", 4],
    ["GET /B", 2],
  ]);
  expect(Math.abs((byCalls.routes[0]?.p95 ?? 0) - 40)).toBeLessThanOrEqual(0.4);
  expect(Math.abs((byCalls.routes[0]?.p50 ?? 0) - 20)).toBeLessThanOrEqual(0.2);
  expect((await details.routes(2, { order: "calls", skipped: 2, limit: 2 })).routes).toHaveLength(1);
  expect(await details.routes(2, { order: "failed", skipped: 0, limit: 9 })).toMatchObject({
    total: 1,
    routes: [{ route: "GET /b", calls: 2, failed: 2 }],
  });
  expect(await details.routes(2, { order: "calls", skipped: 9, limit: 9 })).toEqual({ total: 0, routes: [] });
});

test("the days a year ago are worked out as they were then, and are no data before the first event", async () => {
  const { details } = await worldOf([
    { type: "signup", user_id: "u1", occurred_at: "2025-06-13T09:00:00Z" },
    { type: "signup", user_id: "u2", occurred_at: "2026-06-13T09:00:00Z" },
  ]);
  expect(await details.seriesBefore("signups", 3, "year")).toEqual({
    values: [null, 1, 0],
    dates: ["2025-06-12", "2025-06-13", "2025-06-14"],
    window: { value: 1 },
    date_range: { start: "2025-06-12", end: "2025-06-14", days: 3, days_known: 2, timezone: "UTC" },
  });
  expect((await details.seriesBefore("total_users", 2, "year")).values).toEqual([1, 1]);
});
