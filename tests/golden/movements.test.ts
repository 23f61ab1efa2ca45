import { metricNames, metricOf } from "../../src/metrics/catalogue.ts";
import { expect, test } from "vitest";
import { addLater, revenue, times, valueOn, valueOver, valuesOn, worldOf, type Told } from "./told.ts";

const START = "2026-06-01T09:00:00Z";
const started = (user: string, amount: string | number = 30, more: Told = {}): Told =>
  revenue(user, "subscription_started", START, { amount, ...more });
const without = (event: Told, field: string): Told =>
  Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));

test("a pause and its end are movements of their own, neither churn nor reactivation", async () => {
  const world = await worldOf([
    started("a"),
    revenue("a", "paused", "2026-06-09T09:00:00Z"),
    revenue("a", "resumed", "2026-06-11T09:00:00Z"),
  ]);
  expect(await valueOn(world, "mrr_paused", "2026-06-09")).toBe(30);
  expect(await valueOn(world, "mrr_churn", "2026-06-09")).toBe(0);
  expect(await valueOn(world, "mrr_resumed", "2026-06-11")).toBe(30);
  expect(await valueOn(world, "new_revenue", "2026-06-11")).toBe(0);
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

test("who left in the window and is back at its end is not lost, however often", async () => {
  const world = await worldOf([
    started("back"),
    started("stays"),
    revenue("back", "canceled", "2026-06-09T09:00:00Z"),
    revenue("back", "renewed", "2026-06-10T09:00:00Z"),
    revenue("back", "canceled", "2026-06-12T09:00:00Z"),
    revenue("back", "renewed", "2026-06-13T09:00:00Z"),
  ]);
  expect((await world.reader.summary(7)).churn_rate).toBe(0);
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
    started("x", 10, { team_id: "x", subscription_id: "first" }),
    started("y", 10, { team_id: "x", subscription_id: "second" }),
    started("z", 10),
    without(started("", 10, { team_id: "z" }), "user_id"),
  ]);
  expect(await valueOn(world, "customers", "2026-06-01")).toBe(3);
  expect(await valueOn(world, "mrr", "2026-06-01")).toBe(40);
});

test("a currency without a rate is accepted, left out, and said", async () => {
  const world = await worldOf([
    started("home", 30, { subscription_id: "a" }),
    started("abroad", 30, { currency: "CHF", subscription_id: "b" }),
    started("abroad", 20, { currency: "CHF", subscription_id: "c" }),
    started("home", 20, { currency: "CHF", subscription_id: "d" }),
    revenue("abroad", "canceled", "2026-06-05T09:00:00Z", { subscription_id: "c" }),
  ]);
  expect(await valueOn(world, "customers", "2026-06-02")).toBe(1);
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-05"])).toEqual([30, 30]);
  expect(await valueOver(world, "mrr_new", 30)).toBe(30);
  expect((await world.reader.summary(7)).unconverted).toBe(2);
  expect((await world.reader.summary(12)).unconverted).toBe(2);
  expect((await world.reader.daily(7)).unconverted).toBe(2);
  for (const name of metricNames) {
    const isMoneyOfSubscriptions = metricOf(name).group === "revenue" && metricOf(name).unit === "money";
    expect((await world.reader.series(name, 7)).unconverted).toBe(isMoneyOfSubscriptions ? 2 : undefined);
  }
  expect((await world.reader.summary(7)).previous?.unconverted).toBe(2);
});

test("MRR of a day is converted at the rate of that day, and what the rates change is a movement of its own", async () => {
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
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-05"])).toEqual([110, 250]);
  expect(await valuesOn(world, "mrr_new", ["2026-06-01", "2026-06-05"])).toEqual([110, 125]);
  expect(await valuesOn(world, "mrr_fx", ["2026-06-01", "2026-06-05"])).toEqual([0, 15]);
  expect((await world.reader.summary(7)).unconverted).toBe(0);
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
    started("left", 30, { subscription_id: "first" }),
    started("left", 30, { currency: "CHF", subscription_id: "second" }),
    revenue("left", "canceled", "2026-06-10T09:00:00Z", { subscription_id: "first" }),
  ]);
  expect(await valueOn(world, "customers", "2026-06-10")).toBe(1);
  expect(await valueOn(world, "churned_revenue", "2026-06-10")).toBe(30);
  expect((await world.reader.summary(7)).churn_rate).toBe(50);
});
