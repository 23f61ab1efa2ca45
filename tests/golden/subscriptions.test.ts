import { expect, test } from "vitest";
import { addLater, dayOf, NOON, revenue, valueOn, valueOver, valuesOn, worldOf, type Told } from "./told.ts";

const START = "2026-06-01T09:00:00Z";
const started = (user: string, amount: string | number = 30, more: Told = {}): Told =>
  revenue(user, "subscription_started", START, { amount, ...more });

test("what an event leaves out keeps the subscription's last value", async () => {
  const world = await worldOf([
    started("a", "120.00", { billing_period: "year", quantity: 3 }),
    revenue("a", "renewed", "2026-06-05T09:00:00Z", { amount: "240.00" }),
    revenue("a", "upgraded", "2026-06-06T09:00:00Z", { quantity: 4 }),
    revenue("a", "downgraded", "2026-06-07T09:00:00Z", { billing_period: "month" }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-05", "2026-06-06", "2026-06-07"])).toEqual([
    30, 60, 80, 960,
  ]);
});

test("the first event's defaults are one unit, a month and the workspace's currency", async () => {
  const world = await worldOf([started("a", "1200")], { ...NOON, currency: "JPY" });
  expect(await valueOn(world, "mrr", "2026-06-01")).toBe(1200);
  expect((await world.reader.summary(7)).unconverted).toBe(0);
});

test.each([
  ["day", 10.95, 333.06],
  ["week", 10, 43.33],
  ["two_weeks", 10, 21.67],
  ["month", 10, 10],
  ["monthly", 10, 10],
  ["quarter", 10, 3.33],
  ["half_year", 10, 1.67],
  ["year", 10, 0.83],
  ["yearly", 10, 0.83],
])("an amount per %s: %d is an MRR of %d", async (billing_period, amount, mrr) => {
  const world = await worldOf([started("a", amount, { billing_period })]);
  expect(await valueOn(world, "mrr", "2026-06-01")).toBe(mrr);
});

test("money is rounded half up once, from the exact sum, and ARR from the exact MRR", async () => {
  const world = await worldOf([started("a", "0.06", { billing_period: "year" })]);
  expect(await dayOf(world, "2026-06-01")).toMatchObject({ mrr: 0.01, arr: 0.06 });
  await addLater(world, [started("b", "0.06", { billing_period: "year" })]);
  expect(await dayOf(world, "2026-06-01")).toMatchObject({ mrr: 0.01, arr: 0.12, new_revenue: 0.01 });
});

test("an amount finer than the minor unit of the currency that it names is refused", async () => {
  const world = await worldOf([]);
  const verdicts = await world.post([
    started("a", "1.005", { currency: "USD" }),
    started("a", "0.5", { currency: "JPY" }),
    started("a", "1.0005", { currency: "KWD" }),
    started("a", "1.005", { currency: "KWD" }),
    started("a", "1.500", { currency: "USD" }),
    started("a", "1.005"),
    started("a", "1.0005"),
  ]);
  const kinds = verdicts.map(({ verdict }) => verdict);
  expect(kinds.slice(0, 3)).toEqual(["rejected", "rejected", "rejected"]);
  expect(kinds.slice(3)).toEqual(["accepted", "accepted", "accepted", "rejected"]);
});

test.each(["subscription_started", "renewed", "resumed", "upgraded", "downgraded"])(
  "`%s` makes a subscription live, whatever came before",
  async (event) => {
    const world = await worldOf([
      revenue("new", event, START, { amount: 10 }),
      revenue("trying", "trial_started", START),
      revenue("trying", event, "2026-06-03T09:00:00Z", { amount: 10 }),
      started("gone"),
      revenue("gone", "canceled", "2026-06-02T09:00:00Z"),
      revenue("gone", event, "2026-06-03T09:00:00Z", { amount: 10 }),
    ]);
    expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-02", "2026-06-03"])).toEqual([40, 10, 30]);
  },
);

test("an upgrade leaves a paused subscription paused, at the new price", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "paused", "2026-06-02T09:00:00Z"),
    revenue("a", "upgraded", "2026-06-03T09:00:00Z", { amount: 50 }),
    revenue("a", "resumed", "2026-06-04T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-02", "2026-06-03", "2026-06-04"])).toEqual([0, 0, 50]);
});

test("a second cancellation changes nothing", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "canceled", "2026-06-02T09:00:00Z"),
    revenue("a", "canceled", "2026-06-04T09:00:00Z"),
    revenue("a", "canceled", "2026-06-05T09:00:00Z", { effective_at: "2026-06-09T09:00:00Z" }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-02", "2026-06-05", "2026-06-09"])).toEqual([0, 0, 0]);
  expect(await valueOver(world, "churned_revenue", 30)).toBe(30);
});

test("a cancellation with `effective_at` keeps the MRR until then", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "canceled", "2026-06-02T09:00:00Z", { effective_at: "2026-06-08T00:00:00Z" }),
    started("b"),
    revenue("b", "canceled", "2026-06-02T09:00:00Z", { effective_at: "2026-06-07T23:59:59Z" }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-02", "2026-06-06", "2026-06-07", "2026-06-08"])).toEqual([
    60, 60, 30, 0,
  ]);
  expect(await valuesOn(world, "mrr_churn", ["2026-06-02", "2026-06-07", "2026-06-08"])).toEqual([0, 30, 30]);
});

test("a cancellation that will take effect on a later day takes effect when that day has come", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "canceled", "2026-06-14T09:00:00Z", { effective_at: "2026-06-17T09:00:00Z" }),
  ]);
  expect(await dayOf(world, "2026-06-15")).toMatchObject({ mrr: 30, churned_revenue: 0 });
  world.moveClock("2026-06-18T12:00:00Z");
  await world.settle();
  expect(await valuesOn(world, "mrr", ["2026-06-16", "2026-06-17", "2026-06-18"])).toEqual([30, 0, 0]);
});

test("`effective_at` is accepted where something may take effect later, and before its own event too", async () => {
  const world = await worldOf([]);
  const verdicts = await world.post([
    revenue("a", "renewed", START, { effective_at: "2026-06-08T09:00:00Z" }),
    revenue("a", "paused", START, { effective_at: "2026-06-08T09:00:00Z" }),
    revenue("a", "canceled", START, { effective_at: "2026-06-01T08:59:59Z" }),
    revenue("a", "canceled", START, { effective_at: START }),
  ]);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["rejected", "accepted", "accepted", "accepted"]);
});

test.each([
  ["subscription_started", 30],
  ["renewed", 30],
  ["resumed", 30],
  ["upgraded", 0],
  ["downgraded", 0],
])("`%s` before the cancellation takes effect leaves an MRR of %i after it", async (event, left) => {
  const world = await worldOf([
    started("a"),
    revenue("a", "canceled", "2026-06-02T09:00:00Z", { effective_at: "2026-06-08T09:00:00Z" }),
    revenue("a", event, "2026-06-05T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-05", "2026-06-08"])).toEqual([30, left]);
});

test("another cancellation replaces one that has not taken effect", async () => {
  const world = await worldOf([
    started("later"),
    revenue("later", "canceled", "2026-06-02T09:00:00Z", { effective_at: "2026-06-05T09:00:00Z" }),
    revenue("later", "canceled", "2026-06-03T09:00:00Z", { effective_at: "2026-06-08T09:00:00Z" }),
    started("sooner"),
    revenue("sooner", "canceled", "2026-06-02T09:00:00Z", { effective_at: "2026-06-10T09:00:00Z" }),
    revenue("sooner", "canceled", "2026-06-03T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-02", "2026-06-03", "2026-06-05", "2026-06-08", "2026-06-10"])).toEqual([
    60, 30, 30, 0, 0,
  ]);
});

test("trials, refunds and one-time payments never add or change MRR", async () => {
  const world = await worldOf([
    revenue("trying", "trial_started", START, { amount: 99 }),
    revenue("once", "one_time", START, { amount: 500 }),
    started("a", 30, { quantity: 2 }),
    revenue("a", "refunded", "2026-06-03T09:00:00Z", { amount: 7, quantity: 9, billing_period: "year" }),
    revenue("a", "one_time", "2026-06-04T09:00:00Z", { amount: 8, plan: "setup" }),
    revenue("a", "renewed", "2026-06-05T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-03", "2026-06-04", "2026-06-05"])).toEqual([
    60, 60, 60, 60,
  ]);
  expect(await valueOn(world, "customers", "2026-06-05")).toBe(1);
});

test("the price a trial was started with holds when it becomes a subscription", async () => {
  const world = await worldOf([
    revenue("a", "trial_started", START, { amount: 99, quantity: 2 }),
    revenue("a", "subscription_started", "2026-06-05T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-05"])).toEqual([0, 198]);
});

test.each([
  ["Z", "a", 20],
  ["a", "é", 20],
  ["\uFB00", "\u{1F600}", 20],
  ["10", "9", 20],
  ["9", "10", 10],
])("of two events at the same instant the ids %s and %s decide bytewise", async (first, second, amount) => {
  const at = "2026-06-05T09:00:00Z";
  const world = await worldOf([
    started("a"),
    revenue("a", "upgraded", at, { amount: 20, id: second }),
    revenue("a", "upgraded", at, { amount: 10, id: first }),
  ]);
  expect(await valueOn(world, "mrr", "2026-06-05")).toBe(amount);
});

test("an end that was set before the start of the subscription ends it at its start", async () => {
  const world = await worldOf([
    revenue("a", "canceled", "2026-06-02T09:00:00Z", { effective_at: "2026-06-03T09:00:00Z" }),
    revenue("a", "subscription_started", "2026-06-05T09:00:00Z", { amount: 30 }),
    revenue("a", "renewed", "2026-06-08T09:00:00Z"),
    revenue("b", "canceled", "2026-06-02T09:00:00Z"),
    revenue("b", "subscription_started", "2026-06-05T09:00:00Z", { amount: 7 }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-06-05", "2026-06-07", "2026-06-08"])).toEqual([7, 7, 37]);
  expect(await valuesOn(world, "mrr_new", ["2026-06-05", "2026-06-08"])).toEqual([7, 30]);
});

test("a live subscription whose amount was never said costs nothing", async () => {
  const world = await worldOf([revenue("a", "subscription_started", START), started("b")]);
  expect(await valueOn(world, "mrr", "2026-06-01")).toBe(30);
  expect(await valueOn(world, "customers", "2026-06-01")).toBe(1);
  expect((await world.reader.summary(7)).unconverted).toBe(0);
});
