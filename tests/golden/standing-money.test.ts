import { expect, test } from "vitest";
import { billed, billedWorld, moved, movementsByAccount } from "./billed.ts";
import { signup, valueOn, valueOver, valuesOn, type Told } from "./told.ts";

const START = "2026-11-11";
const team = (day: string, event: string, more: Told = {}): Told => billed(day, event, { team_id: "t1", ...more });
const mrrOn = async (events: readonly Told[], days: readonly string[], setting = {}) =>
  valuesOn(await billedWorld(events, setting), "mrr", days);

test("a price that a cancellation names is ignored: 30 until it takes effect, and churn on that day", async () => {
  const world = await billedWorld([
    team(START, "subscription_started", { plan: "pro", amount: "30.00" }),
    team("2026-11-21", "canceled", { plan: "free", amount: "0", effective_at: "2026-11-27T12:00:00Z" }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-11-22", "2026-11-26", "2026-11-27"])).toEqual([30, 30, 0]);
  expect(await valueOn(world, "churned_revenue", "2026-11-27")).toBe(30);
});

test("a cancellation that arrives after its effect happens when it took effect", async () => {
  const world = await billedWorld([
    team(START, "subscription_started", { amount: "15.00" }),
    team("2026-11-29", "canceled", { effective_at: "2026-11-20T12:00:00Z" }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-11-19", "2026-11-20"])).toEqual([15, 0]);
});

test.each([
  ["evt_9", "evt_1"],
  ["evt_1", "evt_9"],
])("a start of 29 (%s) and an upgrade to 59 (%s) in one second are 59", async (start, upgrade) => {
  for (const subscription of [{ subscription_id: "s" }, {}])
    expect(
      await mrrOn(
        [
          team("2026-11-23", "subscription_started", { id: start, plan: "pro", amount: "29.00", ...subscription }),
          team("2026-11-23", "upgraded", { id: upgrade, plan: "team", amount: "59.00", ...subscription }),
        ],
        ["2026-11-24"],
      ),
    ).toEqual([59]);
});

test("within an instant, what was live ends before it starts again, what was not starts before it ends", async () => {
  const at = "2026-11-23";
  const replaced = [
    team(START, "subscription_started", { amount: 10 }),
    team(at, "subscription_started", { id: "a", amount: 20 }),
    team(at, "canceled", { id: "b" }),
  ];
  expect(await mrrOn(replaced, ["2026-11-24"])).toEqual([20]);
  expect(await mrrOn(replaced.slice(1), ["2026-11-24"])).toEqual([0]);
});

test("a sequence orders an instant when every event of the subscription in it has one", async () => {
  const both = (last: object) => [
    team("2026-11-23", "upgraded", { id: "b", amount: 59, sequence: 1 }),
    team("2026-11-23", "subscription_started", { id: "a", amount: 29, ...last }),
  ];
  expect(await mrrOn(both({ sequence: 2 }), ["2026-11-24"])).toEqual([29]);
  expect(await mrrOn(both({}), ["2026-11-24"])).toEqual([59]);
});

test("who cancels one subscription just before midnight and starts another just after has not left", async () => {
  const world = await billedWorld([
    team("2026-10-22", "subscription_started", { subscription_id: "s1", plan: "pro", amount: "20.00" }),
    team("2026-11-25T23:59:59Z", "canceled", { subscription_id: "s1" }),
    team("2026-11-26T00:00:01Z", "subscription_started", { subscription_id: "s2", plan: "pro", amount: "25.00" }),
  ]);
  expect(await world.overviews.revenueBreakdown(30)).toMatchObject({
    churn_rate: 0,
    grr: 100,
    nrr: 125,
    movements: moved({ churn: 20, reactivation: 25 }),
  });
});

test("who pauses has not left; who is canceled while paused has, on that day and with the MRR before the pause", async () => {
  const world = await billedWorld([
    team("2026-09-17", "subscription_started", { plan: "pro", amount: "10.00" }),
    team("2026-10-22", "paused"),
    team("2026-11-21", "canceled"),
    billed("2026-09-17", "subscription_started", { team_id: "t2", plan: "pro", amount: "10.00" }),
  ]);
  const { window, previous } = await world.reader.series("churn_rate", 30);
  expect([window.value, previous?.value]).toEqual([50, 0]);
  expect(await valueOver(world, "churn_rate", 60)).toBe(50);
  expect((await world.overviews.revenueBreakdown(30)).movements).toEqual(moved({ churn: 10, resumed: 10 }));
  expect((await world.overviews.revenueBreakdown(60)).movements).toEqual(moved({ paused: 10, churn: 10, resumed: 10 }));
  expect(await valuesOn(world, "mrr", ["2026-10-21", "2026-10-22", "2026-11-21"])).toEqual([20, 10, 10]);
  expect(await valuesOn(world, "paused_customers", ["2026-10-22", "2026-11-20", "2026-11-21"])).toEqual([1, 1, 0]);
});

test("a paused account is left out of retention while it lasts", async () => {
  const world = await billedWorld([
    team("2026-10-17", "subscription_started", { amount: 10 }),
    team("2026-11-10", "paused"),
    billed("2026-10-17", "subscription_started", { team_id: "t2", amount: 30 }),
    billed("2026-11-10", "downgraded", { team_id: "t2", amount: 15 }),
  ]);
  expect(await world.overviews.revenueBreakdown(30)).toMatchObject({ grr: 50, nrr: 50, churn_rate: 0 });
});

test("of several subscriptions one paused is a contraction, and the last a pause of all that is left", async () => {
  const one = { subscription_id: "one" };
  const two = { subscription_id: "two" };
  const world = await billedWorld([
    team("2026-11-02", "subscription_started", { ...one, amount: 10 }),
    team("2026-11-02", "subscription_started", { ...two, amount: 30 }),
    team("2026-11-05", "paused", one),
    team("2026-11-06", "canceled", two),
    team("2026-11-08", "resumed", one),
  ]);
  expect(await movementsByAccount(world)).toEqual([
    "t1 contraction -10",
    "t1 new 40",
    "t1 paused -30",
    "t1 resumed 10",
  ]);
});

test("starts, changes, pauses and resumptions may be told ahead", async () => {
  const ahead = (event: string, day: string, more: Told = {}) =>
    team("2026-11-03", event, { effective_at: `${day}T12:00:00Z`, ...more });
  const events = [
    ahead("subscription_started", "2026-11-05", { amount: 10 }),
    ahead("paused", "2026-11-07"),
    ahead("resumed", "2026-11-09"),
    ahead("upgraded", "2026-11-11", { amount: 25 }),
  ];
  const days = [3, 5, 7, 9, 11].map((day) => `2026-11-${String(day).padStart(2, "0")}`);
  expect(await mrrOn(events, days)).toEqual([0, 10, 0, 10, 25]);
});

test("a scheduled change is replaced by the next that occurs, not by a renewal, and dropped when the subscription ends", async () => {
  const start = team(START, "subscription_started", { amount: 50 });
  const later = team("2026-11-12", "downgraded", { amount: 35, effective_at: "2026-11-20T12:00:00Z" });
  const days = ["2026-11-14", "2026-11-20"];
  expect(await mrrOn([start, later, team("2026-11-14", "renewed")], days)).toEqual([50, 35]);
  expect(await mrrOn([start, later, team("2026-11-14", "upgraded", { amount: 80 })], days)).toEqual([80, 80]);
  expect(await mrrOn([start, later, team("2026-11-14", "canceled")], days)).toEqual([0, 0]);
  expect(
    await mrrOn([start, later, team("2026-11-14", "paused"), team("2026-11-21", "resumed")], [...days, "2026-11-21"]),
  ).toEqual([0, 0, 35]);
});

test("a start told ahead withdraws a cancellation when it takes effect, not when it is told", async () => {
  const events = (day: string) => [
    team(START, "subscription_started", { amount: 50 }),
    team("2026-11-12", "canceled", { effective_at: "2026-11-20T12:00:00Z" }),
    team("2026-11-13", "subscription_started", { amount: 60, effective_at: `${day}T12:00:00Z` }),
  ];
  const days = ["2026-11-14", "2026-11-20", "2026-11-25"];
  expect(await mrrOn(events("2026-11-18"), days)).toEqual([50, 60, 60]);
  expect(await mrrOn(events("2026-11-25"), days)).toEqual([50, 0, 0]);
});

test("a trial on a subscription that pays changes nothing", async () => {
  const world = await billedWorld([
    team(START, "subscription_started", { subscription_id: "s", plan: "basic", amount: "50.00" }),
    team("2026-11-26", "trial_started", { subscription_id: "s", plan: "enterprise", amount: "200.00" }),
  ]);
  expect(await valueOn(world, "mrr", "2026-11-27")).toBe(50);
  const { movements, tiers } = await world.overviews.revenueBreakdown(30);
  expect(movements).toEqual(moved({ new: 50 }));
  expect(tiers).toMatchObject([{ plan: "basic", customers: 1 }]);
  expect(await valueOver(world, "trials_started", 30)).toBe(0);
});

test("trials are counted as they begin, while they run, and by whether they paid within a day of their end", async () => {
  const trial = (team_id: string, more: Told = {}) =>
    billed("2026-11-02", "trial_started", { team_id, amount: 20, trial_ends_at: "2026-11-16T12:00:00Z", ...more });
  const world = await billedWorld(
    [
      ...["early", "inTime", "late", "never", "left"].map((name) => trial(name)),
      trial("endless", { trial_ends_at: undefined }),
      billed("2026-11-05", "subscription_started", { team_id: "early" }),
      billed("2026-11-17", "subscription_started", { team_id: "inTime" }),
      billed("2026-11-17T12:00:01Z", "subscription_started", { team_id: "late" }),
      billed("2026-11-10", "canceled", { team_id: "left" }),
    ].map(({ ...event }) => JSON.parse(JSON.stringify(event)) as Told),
  );
  expect(await valueOn(world, "trials_started", "2026-11-02")).toBe(6);
  expect(await valuesOn(world, "active_trials", ["2026-11-02", "2026-11-05", "2026-11-10", "2026-11-16"])).toEqual([
    6, 5, 4, 1,
  ]);
  expect(await valueOver(world, "trial_conversion", 30)).toBe(40);
  expect(await valueOn(world, "trial_conversion", "2026-11-16")).toBe(0);
  expect(await valueOn(world, "trial_conversion", "2026-11-05")).toBe(100);
  expect(await valueOn(world, "trial_conversion", "2026-11-20")).toBe(null);
});

test("20 % off for 3 months: 80, then 100 on the day the discount ends, as expansion", async () => {
  const start = team("2026-08-20", "subscription_started", {
    plan: "pro",
    amount: 100,
    discount: { percent: "20" },
    discount_until: "2026-11-20T12:00:00Z",
  });
  const world = await billedWorld([start]);
  expect(await valuesOn(world, "mrr", ["2026-11-19", "2026-11-20"])).toEqual([80, 100]);
  expect(await valueOn(world, "mrr_expansion", "2026-11-20")).toBe(20);
  const ignored = await billedWorld([start], { policies: { discounts: "ignored" } });
  expect(await valuesOn(ignored, "mrr", ["2026-11-19", "2026-11-20"])).toEqual([100, 100]);
});

test("a discount in money is off all units of a period, to 0 at most; another replaces it, null removes it", async () => {
  const events = [
    team("2026-11-02", "subscription_started", {
      amount: 60,
      quantity: 2,
      billing_period: "quarter",
      discount: { amount: "30.00" },
    }),
    team("2026-11-03", "renewed", { discount: { amount: "500.00" } }),
    team("2026-11-04", "upgraded", { discount: { percent: "50" } }),
    team("2026-11-05", "renewed", { discount: null }),
    team("2026-11-06", "renewed", { discount: { percent: 10 } }),
    team("2026-11-07", "canceled"),
    team("2026-11-08", "renewed"),
  ];
  const days = [2, 3, 4, 5, 6, 7, 8].map((day) => `2026-11-0${day}`);
  expect(await mrrOn(events, days)).toEqual([30, 0, 20, 40, 36, 0, 40]);
});

test.each([
  [{ amount: "10.00", quantity: 2.5 }, 25],
  [{ unit_amount: "0.0035", quantity: 10_000 }, 35],
  [{ unit_amount: "0.035", quantity: 1000 }, 35],
  [{ amount: "35.00", billing_period: { unit: "year", count: 2 } }, 1.46],
  [{ amount: "30.00", billing_period: { unit: "month", count: 4 } }, 7.5],
  [{ amount: "28.00", billing_period: { unit: "day", count: 28 } }, 30.42],
  [{ amount: "21.00", billing_period: { unit: "week", count: 3 } }, 30.33],
])("%j is an MRR of %d", async (price, mrr) => {
  expect(await mrrOn([team(START, "subscription_started", price)], [START])).toEqual([mrr]);
});

test("a price of 0 is not paying: it is churn, and its return a reactivation", async () => {
  const world = await billedWorld([
    team("2026-11-02", "subscription_started", { plan: "free", amount: 10 }),
    team("2026-11-05", "downgraded", { amount: 0 }),
    team("2026-11-07", "upgraded", { amount: 10 }),
  ]);
  expect(await movementsByAccount(world)).toEqual(["t1 churn -10", "t1 new 10", "t1 reactivation 10"]);
  expect(await valuesOn(world, "customers", ["2026-11-02", "2026-11-05"])).toEqual([1, 0]);
});

test("a renewal whose price was never sent counts 0 and is told beside MRR", async () => {
  const world = await billedWorld([
    team("2026-11-22", "renewed", { plan: "pro" }),
    signup("u1", "2026-11-20T12:00:00Z"),
  ]);
  expect(await valueOn(world, "mrr", "2026-11-30")).toBe(0);
  expect(await world.overviews.revenueBreakdown(30)).toMatchObject({
    customers: 0,
    unconverted: 0,
    unpriced: 1,
    tiers: [{ plan: "(none)", users: 1, customers: 0, mrr: 0 }],
  });
  expect((await world.reader.summary(30)).unpriced).toBe(1);
  expect(await valueOn(world, "unpriced_subscriptions", "2026-11-30")).toBe(1);
});

test("a past-due subscription keeps its MRR and is told apart until it is paid, told of again, or gone", async () => {
  const late = (name: string) => [
    billed("2026-11-02", "subscription_started", { team_id: name, subscription_id: name, amount: 10 }),
    billed("2026-11-05", "past_due", { team_id: name, subscription_id: name }),
  ];
  const world = await billedWorld([
    ...["paid", "renewed", "gone", "owing", "other"].flatMap(late),
    billed("2026-11-10", "payment", { team_id: "paid", subscription_id: "paid", amount: 10 }),
    billed("2026-11-10", "renewed", { team_id: "renewed", subscription_id: "renewed" }),
    billed("2026-11-10", "canceled", { team_id: "gone", subscription_id: "gone" }),
    billed("2026-11-10", "payment", { team_id: "other", amount: 10 }),
  ]);
  expect(await valuesOn(world, "past_due_mrr", ["2026-11-04", "2026-11-05", "2026-11-10"])).toEqual([0, 50, 20]);
  expect(await valuesOn(world, "mrr", ["2026-11-05", "2026-11-10"])).toEqual([50, 40]);
});

test("cash is what was paid, and refunds what was paid back, at the rates of their days", async () => {
  const world = await billedWorld(
    [
      team("2026-11-02", "subscription_started", { amount: 10, currency: "EUR", subscription_id: "s" }),
      team("2026-11-03", "payment", { amount: 10, subscription_id: "s" }),
      team("2026-11-12", "payment", { amount: 10 }),
      team("2026-11-12", "one_time", { amount: 500, currency: "USD" }),
      team("2026-11-13", "refunded", { amount: "4.50", currency: "EUR" }),
      billed("2026-11-13", "one_time", { user_id: "stranger", amount: 7 }),
      billed("2026-11-13", "payment", { user_id: "stranger", amount: 7, currency: "CHF" }),
    ],
    {
      rated: [
        ["EUR", "1.1", "2026-11-01"],
        ["EUR", "2", "2026-11-10"],
      ],
    },
  );
  expect(await valuesOn(world, "cash_collected", ["2026-11-03", "2026-11-12", "2026-11-13"])).toEqual([11, 520, 7]);
  expect(await valuesOn(world, "refunds", ["2026-11-12", "2026-11-13"])).toEqual([0, 9]);
  expect(await valueOver(world, "cash_collected", 30)).toBe(538);
  expect((await world.overviews.revenueBreakdown(30)).total_mrr).toBe(20);
});

test("users are of the plan that their team pays, else of what they pay alone; the others stand apart", async () => {
  const world = await billedWorld([
    ...["member", "alone", "trying", "resting", "owing", "guest"].map((user) => signup(user, "2026-11-01T09:00:00Z")),
    billed("2026-11-02", "subscription_started", {
      team_id: "t1",
      user_id: "member",
      plan: "team",
      amount: 50,
      subscription_id: "t",
    }),
    billed("2026-11-02", "trial_started", { team_id: "t2", user_id: "alone", subscription_id: "x" }),
    billed("2026-11-01", "subscription_started", { user_id: "alone", plan: "solo", amount: 5, subscription_id: "y" }),
    billed("2026-11-02", "trial_started", { user_id: "trying", plan: "solo" }),
    billed("2026-11-02", "subscription_started", { user_id: "resting", plan: "solo", amount: 5 }),
    billed("2026-11-03", "paused", { user_id: "resting" }),
    billed("2026-11-02", "subscription_started", { user_id: "owing", amount: 5 }),
    billed("2026-11-03", "past_due", { user_id: "owing" }),
  ]);
  expect(await world.overviews.revenueBreakdown(28)).toMatchObject({
    tiers: [
      { plan: "team", users: 1, customers: 1, mrr: 50 },
      { plan: "(none)", users: 4, customers: 1, mrr: 5 },
      { plan: "solo", users: 1, customers: 1, mrr: 5 },
    ],
    standing: { trial_users: 1, paused_users: 1, past_due_users: 1 },
  });
});
