import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createTestWorld } from "../support/world.ts";
import {
  addLater,
  answer,
  dayOf,
  request,
  revenue,
  signup,
  type Told,
  times,
  valueOn,
  valueOver,
  valuesOn,
  worldOf,
} from "./told.ts";

test("1,200.00 a year, 300.00 a quarter and 10.00 a week are 100.00, 100.00 and 43.33 a month", async () => {
  const world = await worldOf([
    revenue("a", "subscription_started", "2026-06-01T09:00:00Z", { amount: "1200.00", billing_period: "year" }),
    revenue("b", "subscription_started", "2026-06-02T09:00:00Z", { amount: "300.00", billing_period: "quarter" }),
    revenue("c", "subscription_started", "2026-06-03T09:00:00Z", { amount: "10.00", billing_period: "week" }),
  ]);
  expect(await valuesOn(world, "mrr_new", ["2026-06-01", "2026-06-02", "2026-06-03"])).toEqual([100, 100, 43.33]);
  expect(await valueOn(world, "mrr", "2026-06-03")).toBe(243.33);
});

test("an MRR of 100 at the start with churn 10, contraction 10 and expansion 10 has gross churn 20 % and net churn 10 %", async () => {
  const world = await worldOf([
    revenue("leaves", "subscription_started", "2026-06-01T09:00:00Z", { amount: 10 }),
    revenue("shrinks", "subscription_started", "2026-06-01T09:00:00Z", { amount: 50 }),
    revenue("grows", "subscription_started", "2026-06-01T09:00:00Z", { amount: 40 }),
    revenue("leaves", "canceled", "2026-06-09T09:00:00Z"),
    revenue("shrinks", "downgraded", "2026-06-10T09:00:00Z", { amount: 40 }),
    revenue("grows", "upgraded", "2026-06-11T09:00:00Z", { amount: 50 }),
  ]);
  expect(await valueOver(world, "gross_mrr_churn", 7)).toBeCloseTo(20, 9);
  expect(await valueOver(world, "net_mrr_churn", 7)).toBeCloseTo(10, 9);
});

test.each([
  [2, 50],
  [3, 75],
  [4, 100],
])("of 4 customers %i cancel: churn is %i percent", async (leaving, percent) => {
  const world = await worldOf([
    ...times(4, (n) => revenue(`u${n}`, "subscription_started", "2026-06-01T09:00:00Z", { amount: "29.00" })),
    ...times(leaving, (n) => revenue(`u${n}`, "canceled", `2026-06-1${n}T09:00:00Z`)),
  ]);
  const { churn_rate } = await world.reader.summary(7);
  expect(churn_rate).toBe(percent);
});

test("29.00 that is active on 12-20 stays in the MRR of 12-20 after the cancellation on 12-25 is known", async () => {
  const world = await worldOf([revenue("a", "subscription_started", "2026-12-01T09:00:00Z", { amount: "29.00" })], {
    now: "2026-12-28T12:00:00Z",
  });
  await addLater(world, [revenue("a", "canceled", "2026-12-25T09:00:00Z")]);
  expect(await valuesOn(world, "mrr", ["2026-12-20", "2026-12-24", "2026-12-25"])).toEqual([29, 29, 0]);
});

test("a subscription that starts at 15:00 counts in the MRR of that day", async () => {
  const world = await worldOf([revenue("a", "subscription_started", "2026-06-10T15:00:00Z", { amount: "29.00" })]);
  expect(await valuesOn(world, "mrr", ["2026-06-09", "2026-06-10"])).toEqual([null, 29]);
});

test("a sign-up at exactly local midnight belongs to one day only, the one that starts there", async () => {
  const world = await worldOf([signup("before", "2026-06-09T21:59:59.999999Z"), signup("a", "2026-06-09T22:00:00Z")], {
    timeZone: "Europe/Berlin",
    now: "2026-06-15T12:00:00Z",
  });
  expect(await valuesOn(world, "signups", ["2026-06-09", "2026-06-10", "2026-06-11"])).toEqual([1, 1, 0]);
  expect((await world.reader.summary(7)).new_signups).toBe(2);
});

test("two failed requests that are also in the error log are 2 failed requests, and the error rate is 2 of all", async () => {
  const failing = { status: 500 };
  const logged = { type: "error", error_type: "TypeError", message: "it broke" };
  const world = await worldOf([
    ...times(6, () => request("2026-06-10T09:00:00Z")),
    ...times(2, () => request("2026-06-10T09:00:00Z", failing)),
    ...times(2, () => ({ ...logged, occurred_at: "2026-06-10T09:00:00Z" })),
  ]);
  expect(await valueOn(world, "failed_requests", "2026-06-10")).toBe(2);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ api_calls: 8, errors: 2, error_rate: 25 });
});

test("an outage in which every request throws has an error rate of 100 %", async () => {
  const world = await worldOf(times(7, () => request("2026-06-10T09:00:00Z", { status: 200, failed: true })));
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ api_calls: 7, error_rate: 100 });
});

test("without health checks, NPS answers and requests the uptime, the NPS and the error rate are no data", async () => {
  const world = await worldOf([signup("a", "2026-06-01T09:00:00Z")]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({
    uptime: null,
    nps: null,
    nps_responses: null,
    error_rate: null,
  });
  expect(await world.reader.summary(7)).toMatchObject({
    api_uptime: null,
    nps_score: null,
    nps_interval: null,
    nps_responses: null,
    error_rate: null,
  });
});

test("5 anonymous requests and 1 by a user are 1 active user", async () => {
  const world = await worldOf([
    ...times(5, () => request("2026-06-10T09:00:00Z")),
    request("2026-06-10T10:00:00Z", { user_id: "a" }),
  ]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ dau: 1, wau: 1, mau: 1, api_calls: 6 });
});

test("a 30-day error rate of 1/10 on one day and 90/100 on another is 91/110", async () => {
  const failures = (of: number, count: number, at: string) =>
    times(of, (n) => request(at, { status: n < count ? 503 : 200 }));
  const world = await worldOf([
    ...failures(10, 1, "2026-06-01T09:00:00Z"),
    ...failures(100, 90, "2026-06-10T09:00:00Z"),
  ]);
  const { error_rate } = await world.reader.summary(30);
  expect(error_rate).toBeCloseTo((100 * 91) / 110, 6);
});

test.each([
  [50, 30, 20, 30, 29.1, 15.1],
  [10, 0, 0, 100, 76.9, 29.4],
])(
  "%i promoters, %i passives and %i detractors: NPS %d, interval %d ± %d",
  async (promoters, passives, detractors, score, center, margin) => {
    const scores = [...times(promoters, () => 9), ...times(passives, () => 8), ...times(detractors, () => 6)];
    const world = await worldOf(scores.map((one, n) => answer(`u${n}`, one, "2026-06-10T09:00:00Z")));
    const { nps_score, nps_responses, nps_interval } = await world.reader.summary(30);
    expect(nps_score).toBe(score);
    expect(nps_responses).toBe(promoters + passives + detractors);
    expect(nps_interval?.center).toBeCloseTo(center, 1);
    expect(nps_interval?.margin).toBeCloseTo(margin, 1);
  },
);

test("an Apdex of 40 satisfied, 200 tolerating and 48 frustrated is 0.486", async () => {
  const lasting = (count: number, duration_ms: number) =>
    times(count, () => request("2026-06-10T09:00:00Z", { duration_ms }));
  const world = await worldOf([...lasting(40, 500), ...lasting(100, 501), ...lasting(100, 2000), ...lasting(48, 2001)]);
  expect(await valueOn(world, "apdex", "2026-06-10")).toBeCloseTo(0.486, 3);
});

test.each([
  ["Europe/Berlin", "2026-10-25", 25],
  ["Europe/Berlin", "2026-03-29", 23],
  ["America/New_York", "2026-11-01", 25],
  ["America/New_York", "2026-03-08", 23],
])("in %s the day %s has %i hours", async (timeZone, date, hours) => {
  const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: "12:00" });
  const world = await createTestWorld({ timeZone, now: noon.add({ days: 3 }).toInstant().toString() });
  const first = noon.toInstant().subtract({ hours: 40 });
  await world.post(times(80, (n) => request(first.add({ hours: n, minutes: 30 }).toString())));
  await world.settle();
  expect((await dayOf(world, date)).api_calls).toBe(hours);
});

test("4 seats at 500.00 a year are 166.67; two more of 30.00 a month expand by 60.00, and contract by 60.00 when cancelled", async () => {
  const team = (event: string, occurred_at: string, more: Told = {}): Told => ({
    type: "revenue",
    team_id: "t",
    event,
    occurred_at,
    ...more,
  });
  const world = await worldOf([
    team("subscription_started", "2026-06-01T09:00:00Z", { amount: "500.00", quantity: 4, billing_period: "year" }),
    team("subscription_started", "2026-06-05T09:00:00Z", { subscription_id: "one", amount: "30.00" }),
    team("subscription_started", "2026-06-05T10:00:00Z", { subscription_id: "two", amount: "30.00" }),
    team("canceled", "2026-06-09T09:00:00Z", { subscription_id: "one" }),
    team("canceled", "2026-06-09T10:00:00Z", { subscription_id: "two" }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-05", "2026-06-09"])).toEqual([166.67, 226.67, 166.67]);
  expect(await valueOn(world, "mrr_expansion", "2026-06-05")).toBe(60);
  expect(await valueOn(world, "mrr_contraction", "2026-06-09")).toBe(60);
  expect(await valueOn(world, "customers", "2026-06-09")).toBe(1);
});
