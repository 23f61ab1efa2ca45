import { expect, test } from "vitest";
import { summary as summaryShape } from "../../src/metrics/answers.ts";
import { berlin, createStoredWorld, monthly } from "./stored-world.ts";

/** 20 June 2026, 10:00 in Berlin: the window of 2 days is 18-19 June, the one before 16-17 June. */
const NOW = "2026-06-20T08:00:00Z";

test("a summary of a workspace without any event is all null and parses as the contract says", async () => {
  const world = await createStoredWorld();
  const answer = await world.reader(NOW).summary(30);
  expect(summaryShape.parse(answer)).toEqual(answer);
  const { previous, today, top_features, currency, date_range, unconverted, unpriced, computed_at, ...numbers } =
    answer;
  expect(new Set(Object.values(numbers))).toEqual(new Set([null]));
  expect({ currency, top_features, unconverted, unpriced, computed_at }).toEqual({
    currency: "USD",
    top_features: [],
    unconverted: 0,
    unpriced: 0,
    computed_at: null,
  });
  expect(date_range).toEqual({
    start: "2026-05-21",
    end: "2026-06-19",
    days: 30,
    complete: true,
    timezone: "Europe/Berlin",
  });
  expect(previous?.date_range).toEqual({
    start: "2026-04-21",
    end: "2026-05-20",
    days: 30,
    days_known: 0,
    timezone: "Europe/Berlin",
  });
  expect(today).toMatchObject({ date: "2026-06-20", as_of: "2026-06-20T08:00:00.000Z", signups: null, mrr: null });
});

test("counts add up, levels and distinct people are those of the last complete day, rates are ratios of sums", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  for (const [day, signups, dau, mau, calls, failed] of [
    ["2026-05-01", 100, 9, 9, 10, 0],
    ["2026-06-16", 1, 10, 50, 10, 1],
    ["2026-06-17", 2, 20, 60, 100, 90],
    ["2026-06-18", 3, 30, 70, 10, 1],
    ["2026-06-19", 4, 40, 80, 100, 90],
    ["2026-06-20", 5, 50, 90, 7, 7],
  ] as const) {
    await world.value("signups", day, signups);
    await world.value("dau", day, dau);
    await world.value("mau", day, mau);
    await world.value("api_calls", day, calls);
    await world.value("failed_requests", day, failed);
  }
  await world.revision("2026-06-19", "usage", "2026-06-20T00:01:02.345Z");
  await world.revision("2026-06-19", "people", "2026-06-20T00:01:02.344Z");

  const answer = await world.reader(NOW).summary(2);

  expect(summaryShape.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({
    new_signups: 7,
    total_users: 110,
    active_users_daily: 40,
    active_users_monthly: 80,
    total_api_calls: 110,
    error_rate: (100 * 91) / 110,
    computed_at: "2026-06-20T00:01:02.345Z",
  });
  expect(answer.previous).toMatchObject({
    new_signups: 3,
    total_users: 103,
    active_users_daily: 20,
    active_users_monthly: 60,
    total_api_calls: 110,
  });
  expect(answer.today).toMatchObject({ date: "2026-06-20", signups: 5, total_users: 115, dau: 50, error_rate: 100 });
});

test("what is kept of unconverted subscriptions, customers and open tickets is a running sum from the first day on", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2024-01-01T12:00:00Z");
  for (const [metric, day, value] of [
    ["unconverted_change", "2025-02-01", 3],
    ["unconverted_change", "2026-06-18", -1],
    ["unconverted_change", "2026-06-20", -2],
    ["tickets_opened", "2025-02-01", 9],
    ["tickets_resolved", "2026-06-17", 4],
    ["tickets_reopened", "2026-06-19", 1],
  ] as const) {
    await world.value(metric, day, value);
  }
  const answer = await world.reader(NOW).summary(2);
  expect(answer).toMatchObject({ unconverted: 2, open_tickets: 6 });
  expect(answer.previous).toMatchObject({ unconverted: 3, open_tickets: 5 });
});

test.each([
  ["1,200.00 a year", 120_000n * 1_000_000n, 100, 1200],
  ["300.00 a quarter", 4n * 30_000n * 1_000_000n, 100, 1200],
  ["10.00 a week", 52n * 1_000n * 1_000_000n, 43.33, 520],
  ["4 seats at 500.00 a year", 4n * 50_000n * 1_000_000n, 166.67, 2000],
  ["half a cent a month", 6n * 1_000_000n, 0.01, 0.06],
  ["just under half a cent a month", 6n * 1_000_000n - 1n, 0, 0.06],
])("%s is rounded half up, once, for MRR and for ARR", async (_, annual, mrr, arr) => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.value("mrr_new", "2026-05-01", annual.toString());
  const answer = await world.reader(NOW).summary(7);
  expect({ mrr: answer.mrr, arr: answer.arr }).toEqual({ mrr, arr });
});

test("money of a currency without decimals has none", async () => {
  const world = await createStoredWorld({ ...berlin, currency: "JPY" });
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.value("mrr_new", "2026-05-01", "18000000");
  expect(await world.reader(NOW).summary(7)).toMatchObject({ mrr: 2, arr: 18, currency: "JPY" });
});

test("ARPU is the exact MRR divided by the customers, of the same day, and null without customers", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.value("mrr_new", "2026-06-19", monthly(10_000));
  await world.value("customers_gained", "2026-06-19", 3);
  const answer = await world.reader(NOW).summary(2);
  expect(answer.arpu).toBe(33.33);
  expect(answer.previous?.arpu).toBeNull();
});

test("uptime is time up over time observed, and null when nothing was observed", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.value("up_seconds", "2026-06-18", "300.5");
  await world.value("observed_seconds", "2026-06-18", "601");
  const answer = await world.reader(NOW).summary(2);
  expect(answer.api_uptime).toBe(50);
  expect(answer.previous?.api_uptime).toBeNull();
});

test.each([
  [50, 30, 20, 30, 29.1, 15.1],
  [10, 0, 0, 100, 76.9, 29.4],
])(
  "an NPS of %i promoters, %i passives and %i detractors carries its interval",
  async (p, n, d, score, center, margin) => {
    const world = await createStoredWorld();
    await world.firstEventAt("2026-01-01T12:00:00Z");
    await world.value("nps_promoters", "2026-06-19", p);
    await world.value("nps_passives", "2026-06-19", n);
    await world.value("nps_detractors", "2026-06-19", d);
    const answer = await world.reader(NOW).summary(30);
    expect(answer.nps_score).toBe(score);
    expect(answer.nps_responses).toBe(p + n + d);
    expect(answer.nps_interval?.center).toBeCloseTo(center, 1);
    expect(answer.nps_interval?.margin).toBeCloseTo(margin, 1);
    expect(answer.previous).toMatchObject({ nps_score: null, nps_responses: 0, nps_interval: null });
  },
);

test("resolution time is the mean of the tickets first resolved in the window, by the local day", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.ticket("before", "2026-06-01T00:00:00Z", "2026-06-17T21:59:59Z");
  await world.ticket("first", "2026-06-17T20:00:00Z", "2026-06-17T22:00:00Z");
  await world.ticket("last", "2026-06-19T17:59:59Z", "2026-06-19T21:59:59Z");
  await world.ticket("after", "2026-06-01T00:00:00Z", "2026-06-19T22:00:00Z");
  await world.ticket("open", "2026-06-18T00:00:00Z", null);
  const answer = await world.reader(NOW).summary(2);
  expect(answer.avg_resolution_time_hours).toBe(3);
  expect(answer.previous?.avg_resolution_time_hours).toBeCloseTo(16 * 24 + 22, 2);
  expect((await world.reader("2026-06-30T12:00:00Z").summary(5)).avg_resolution_time_hours).toBeNull();
});
