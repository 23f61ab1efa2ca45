import { expect, test } from "vitest";
import { addLater, dayOf, NOON, revenue, times, valueOn, valueOver, valuesOn, worldOf, type Told } from "./told.ts";

const START = "2026-06-01T09:00:00Z";
const started = (user: string, amount: string | number = 30, more: Told = {}): Told =>
  revenue(user, "subscription_started", START, { amount, ...more });
const without = (event: Told, field: string): Told =>
  Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));

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

test("an amount finer than the currency's minor unit is refused", async () => {
  const world = await worldOf([]);
  const verdicts = await world.post([
    started("a", "1.005"),
    started("a", "0.5", { currency: "JPY" }),
    started("a", "1.0005", { currency: "KWD" }),
    started("a", "1.005", { currency: "KWD" }),
    started("a", "1.500"),
  ]);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["rejected", "rejected", "rejected", "accepted", "accepted"]);
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

test("`effective_at` is accepted on `canceled` only, and not before its own event", async () => {
  const world = await worldOf([]);
  const verdicts = await world.post([
    revenue("a", "paused", START, { effective_at: "2026-06-08T09:00:00Z" }),
    revenue("a", "canceled", START, { effective_at: "2026-06-01T08:59:59Z" }),
    revenue("a", "canceled", START, { effective_at: START }),
  ]);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["rejected", "rejected", "accepted"]);
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

test("a pause is churn and its end a reactivation in money", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "paused", "2026-06-09T09:00:00Z"),
    revenue("a", "resumed", "2026-06-11T09:00:00Z"),
  ]);
  expect(await valueOn(world, "mrr_churn", "2026-06-09")).toBe(30);
  expect(await valueOn(world, "mrr_reactivation", "2026-06-11")).toBe(30);
  expect(await valueOn(world, "new_revenue", "2026-06-11")).toBe(30);
});

test("a paused customer is no churned one until cancelled within the window", async () => {
  const world = await worldOf([
    ...times(4, (n) => started(`u${n}`)),
    revenue("u0", "paused", "2026-06-09T09:00:00Z"),
    revenue("u1", "paused", "2026-06-09T09:00:00Z"),
    revenue("u1", "canceled", "2026-06-10T09:00:00Z"),
    revenue("u2", "paused", "2026-06-09T09:00:00Z"),
    revenue("u2", "resumed", "2026-06-10T09:00:00Z"),
  ]);
  expect((await world.reader.summary(7)).churn_rate).toBe(25);
  await addLater(world, [revenue("u0", "canceled", "2026-06-15T09:00:00Z")]);
  expect((await world.reader.summary(7)).churn_rate).toBe(25);
});

test("who left in the window counts as churned once, also when they came back and left again", async () => {
  const world = await worldOf([
    started("back"),
    started("stays"),
    revenue("back", "canceled", "2026-06-09T09:00:00Z"),
    revenue("back", "renewed", "2026-06-10T09:00:00Z"),
    revenue("back", "canceled", "2026-06-12T09:00:00Z"),
    revenue("back", "renewed", "2026-06-13T09:00:00Z"),
  ]);
  expect((await world.reader.summary(7)).churn_rate).toBe(50);
});

test("who came and left within the window is not among those that could churn", async () => {
  const world = await worldOf([
    started("stays"),
    revenue("short", "subscription_started", "2026-06-09T09:00:00Z", { amount: 10 }),
    revenue("short", "canceled", "2026-06-11T09:00:00Z"),
  ]);
  expect((await world.reader.summary(7)).churn_rate).toBe(0);
});

test("of two subscriptions of an account, one cancelled is a contraction", async () => {
  const world = await worldOf([
    started("a", 30, { subscription_id: "one" }),
    started("a", 20, { subscription_id: "two" }),
    revenue("a", "canceled", "2026-06-03T09:00:00Z", { subscription_id: "one" }),
  ]);
  expect(await valueOn(world, "mrr_contraction", "2026-06-03")).toBe(30);
  expect(await valueOn(world, "mrr_churn", "2026-06-03")).toBe(0);
  expect(await valueOn(world, "customers", "2026-06-03")).toBe(1);
});

test("there and back within a day is no movement", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "upgraded", "2026-06-03T09:00:00Z", { amount: 90 }),
    revenue("a", "downgraded", "2026-06-03T10:00:00Z", { amount: 30 }),
    revenue("a", "canceled", "2026-06-04T09:00:00Z"),
    revenue("a", "renewed", "2026-06-04T10:00:00Z"),
  ]);
  expect(await valuesOn(world, "mrr_expansion", ["2026-06-03", "2026-06-04"])).toEqual([0, 0]);
  expect(await valuesOn(world, "mrr_churn", ["2026-06-03", "2026-06-04"])).toEqual([0, 0]);
  expect(await valueOver(world, "mrr_reactivation", 30)).toBe(0);
});

test("`new` happens on the first day at whose end the account pays", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "canceled", "2026-06-01T10:00:00Z"),
    revenue("a", "subscription_started", "2026-06-05T09:00:00Z", { amount: 40 }),
    revenue("b", "subscription_started", START, { amount: 0 }),
    revenue("b", "upgraded", "2026-06-06T09:00:00Z", { amount: 5 }),
  ]);
  expect(await valuesOn(world, "mrr_new", ["2026-06-01", "2026-06-05", "2026-06-06"])).toEqual([0, 40, 5]);
  expect(await valueOver(world, "mrr_reactivation", 30)).toBe(0);
});

test("ARPU is MRR by customers, and no data without any", async () => {
  const world = await worldOf([
    started("a", 10),
    started("b", 10.01),
    started("free", 0),
    revenue("a", "canceled", "2026-06-05T09:00:00Z"),
    revenue("b", "canceled", "2026-06-05T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "arpu", ["2026-06-01", "2026-06-05"])).toEqual([10.01, null]);
});

test("the account is the team if the event has one, else the user; teams and users are separate names", async () => {
  const world = await worldOf([
    started("x", 10, { team_id: "x" }),
    started("y", 10, { team_id: "x", subscription_id: "second" }),
    started("x", 10),
    without(started("", 10, { team_id: "y" }), "user_id"),
  ]);
  expect(await valueOn(world, "customers", "2026-06-01")).toBe(3);
  expect(await valueOn(world, "mrr", "2026-06-01")).toBe(40);
});

test("a currency without a rate is accepted, left out, and said", async () => {
  const world = await worldOf([
    started("home", 30),
    started("abroad", 30, { currency: "CHF" }),
    started("abroad", 20, { currency: "CHF", subscription_id: "second" }),
    started("home", 20, { currency: "CHF", subscription_id: "second" }),
    revenue("abroad", "canceled", "2026-06-05T09:00:00Z", { subscription_id: "second" }),
  ]);
  expect(await valueOn(world, "customers", "2026-06-02")).toBe(1);
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-05"])).toEqual([30, 30]);
  expect(await valueOver(world, "mrr_new", 30)).toBe(30);
  expect((await world.reader.summary(7)).unconverted).toBe(2);
  expect((await world.reader.summary(12)).unconverted).toBe(2);
  expect((await world.reader.summary(7)).previous.unconverted).toBe(2);
});

test("an amount in another currency is converted at the rate of its day, once there is one", async () => {
  const world = await worldOf([
    started("early", 100, { currency: "EUR" }),
    revenue("late", "subscription_started", "2026-06-05T09:00:00Z", { amount: 100, currency: "EUR" }),
  ]);
  expect(await valueOn(world, "mrr", "2026-06-05")).toBe(0);
  await world.db.work.run(
    (sql) =>
      sql`insert into fx_rates (currency, day, rate) values ('EUR', '2026-06-01', 1.1), ('EUR', '2026-06-05', 1.25)`,
  );
  await world.roller.recomputeEverything();
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-05"])).toEqual([110, 235]);
  expect((await world.reader.summary(7)).unconverted).toBe(0);
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

test("the history of MRR changes only by late events, and a late one moves what follows", async () => {
  const world = await worldOf([started("a"), revenue("a", "upgraded", "2026-06-09T09:00:00Z", { amount: 50 })]);
  expect(await valueOn(world, "mrr_expansion", "2026-06-09")).toBe(20);
  await addLater(world, [revenue("a", "upgraded", "2026-06-05T09:00:00Z", { amount: 40 })]);
  expect(await valuesOn(world, "mrr", ["2026-06-04", "2026-06-05", "2026-06-09"])).toEqual([30, 40, 50]);
  expect(await valuesOn(world, "mrr_expansion", ["2026-06-05", "2026-06-09"])).toEqual([10, 10]);
});

test("who pays nothing but in a currency without a rate has churned like anybody else", async () => {
  const world = await worldOf([
    started("stays"),
    started("left"),
    started("left", 30, { currency: "CHF", subscription_id: "second" }),
    revenue("left", "canceled", "2026-06-10T09:00:00Z"),
  ]);
  expect(await valueOn(world, "customers", "2026-06-10")).toBe(1);
  expect(await valueOn(world, "churned_revenue", "2026-06-10")).toBe(30);
  expect((await world.reader.summary(7)).churn_rate).toBe(50);
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
