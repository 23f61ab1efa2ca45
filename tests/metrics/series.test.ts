import { expect, test } from "vitest";
import type { MetricName, StoredName } from "../../src/metrics/catalogue.ts";
import { createStoredWorld, monthly, type StoredWorld } from "./stored-world.ts";

/** 20 June 2026 in Berlin: a window of 2 days is 18-19 June. */
const NOW = "2026-06-20T08:00:00Z";

async function worldWith(rows: readonly (readonly [StoredName, string, number | string])[]): Promise<StoredWorld> {
  const world = await createStoredWorld();
  await world.firstEventAt("2024-01-01T12:00:00Z");
  for (const [metric, day, value] of rows) await world.value(metric, day, value);
  return world;
}

async function valuesOf(world: StoredWorld, metric: MetricName, days = 2) {
  const { points, window, previous, today } = await world.reader(NOW).series(metric, days);
  return {
    points: points.map((point) => point.value),
    window: window.value,
    previous: previous?.value,
    today: today.value,
  };
}

test("a rate over a window is the ratio of the sums, not the mean of the days", async () => {
  const world = await worldWith([
    ["api_calls", "2026-06-18", 10],
    ["failed_requests", "2026-06-18", 1],
    ["api_calls", "2026-06-19", 100],
    ["failed_requests", "2026-06-19", 90],
  ]);
  const answer = await valuesOf(world, "error_rate");
  expect(answer.points).toEqual([10, 90]);
  expect(answer.window).toBeCloseTo(82.7, 1);
  expect([answer.previous, answer.today]).toEqual([null, null]);
});

test("stickiness over a window is the sum of its daily by the sum of its monthly active users", async () => {
  const world = await worldWith([
    ["dau", "2026-06-18", 10],
    ["mau", "2026-06-18", 40],
    ["dau", "2026-06-19", 20],
    ["mau", "2026-06-19", 60],
  ]);
  expect(await valuesOf(world, "stickiness")).toEqual({
    points: [25, 100 / 3],
    window: 30,
    previous: null,
    today: null,
  });
});

test("weekly and monthly active people over a window are those at its end", async () => {
  const world = await worldWith([
    ["wau", "2026-06-18", 70],
    ["wau", "2026-06-19", 60],
    ["wau", "2026-06-17", 80],
    ["wau", "2026-06-20", 50],
  ]);
  expect(await valuesOf(world, "wau")).toEqual({ points: [70, 60], window: 60, previous: 80, today: 50 });
});

test("MRR is the running sum of its movements, and the quick ratio what was gained for what was lost", async () => {
  const world = await worldWith([
    ["mrr_new", "2026-05-01", monthly(10_000)],
    ["mrr_churn", "2026-06-18", monthly(1_000)],
    ["mrr_contraction", "2026-06-19", monthly(1_000)],
    ["mrr_expansion", "2026-06-19", monthly(1_000)],
  ]);
  expect((await valuesOf(world, "quick_ratio")).window).toBe(0.5);
  expect(await valuesOf(world, "mrr")).toEqual({ points: [90, 90], window: 90, previous: 100, today: 90 });
});

test("new revenue is what began to be paid, for the first time or again", async () => {
  const world = await worldWith([
    ["mrr_new", "2026-06-18", monthly(2_990)],
    ["mrr_reactivation", "2026-06-19", monthly(1_010)],
    ["mrr_expansion", "2026-06-19", monthly(5_000)],
    ["mrr_churn", "2026-06-19", monthly(700)],
  ]);
  expect(await valuesOf(world, "new_revenue")).toEqual({ points: [29.9, 10.1], window: 40, previous: 0, today: 0 });
  expect((await valuesOf(world, "churned_revenue")).window).toBe(7);
  expect((await valuesOf(world, "mrr_expansion")).points).toEqual([0, 50]);
});

test("movements of days that round down each are rounded once for the window", async () => {
  const third = "4000000";
  const world = await worldWith([
    ["mrr_new", "2026-06-18", third],
    ["mrr_new", "2026-06-19", third],
  ]);
  expect(await valuesOf(world, "mrr_new")).toEqual({ points: [0, 0], window: 0.01, previous: 0, today: 0 });
});

test("Apdex of 40 satisfied, 200 tolerating and 48 frustrated requests is 0.486", async () => {
  const world = await worldWith([
    ["api_calls", "2026-06-19", 288],
    ["apdex_points", "2026-06-19", 140],
  ]);
  expect((await valuesOf(world, "apdex")).window).toBeCloseTo(0.486, 3);
});

test("the quantile of a window is that of its requests, not the mean of the days", async () => {
  const world = await worldWith([]);
  await world.requests(
    "*",
    "2026-06-18",
    Array.from({ length: 98 }, () => 10),
  );
  await world.requests("*", "2026-06-19", [1000, 1000]);
  await world.requests("*", "2026-06-20", [0]);
  const answer = await valuesOf(world, "latency_p95");
  expect(answer.window).toBeGreaterThan(9.9);
  expect(answer.window).toBeLessThan(10.1);
  expect(Math.abs((answer.points[1] ?? 0) - 1000)).toBeLessThanOrEqual(10);
  expect([answer.previous, answer.today]).toEqual([null, 0]);
});

test("the points of a window across a clock change are whole local days, each once", async () => {
  const world = await worldWith([]);
  const spring = await world.reader("2026-03-30T00:30:00+02:00").series("signups", 3);
  expect(spring.points.map((point) => point.date)).toEqual(["2026-03-27", "2026-03-28", "2026-03-29"]);
  const autumn = await world.reader("2026-10-26T00:30:00+01:00").series("signups", 3);
  expect(autumn.points.map((point) => point.date)).toEqual(["2026-10-23", "2026-10-24", "2026-10-25"]);
  const beforeMidnight = await world.reader("2026-10-25T23:59:59+01:00").series("signups", 1);
  expect([beforeMidnight.points[0]?.date, beforeMidnight.today.date]).toEqual(["2026-10-24", "2026-10-25"]);
});

test("a window of 366 days and the one before it reach back two years", async () => {
  const world = await worldWith([
    ["signups", "2024-06-18", 100],
    ["signups", "2025-06-18", 3],
    ["signups", "2025-06-19", 4],
    ["signups", "2026-06-19", 5],
  ]);
  const { date_range, ...answer } = await world.reader(NOW).series("total_users", 366);
  expect(date_range).toMatchObject({ start: "2025-06-19", end: "2026-06-19", days: 366 });
  expect([answer.points[0]?.value, answer.window.value, answer.previous?.value]).toEqual([107, 112, 103]);
});
