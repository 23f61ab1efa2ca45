import { expect, test } from "vitest";
import { CAUSE } from "../../src/events/cause.ts";
import { billed, billedWorld, moved, setRates, type Rated } from "./billed.ts";
import { valueOn, valueOver, valuesOn } from "./told.ts";

const EUROS = { currency: "EUR", amount: "100.00" };
const ROSE: readonly Rated[] = [
  ["EUR", "1.10", "2026-10-02"],
  ["EUR", "1.20", "2026-11-20"],
];

test.each([
  ["repeated", EUROS],
  ["not repeated", {}],
])("EUR 100 at 1.10 are 110 and from the day of 1.20 on 120, by fx alone, the amount %s", async (_, renewal) => {
  const world = await billedWorld(
    [
      billed("2026-10-22", "subscription_started", { team_id: "t1", plan: "pro", ...EUROS }),
      billed("2026-11-22", "renewed", { team_id: "t1", ...renewal }),
    ],
    { rated: ROSE },
  );
  expect(await valuesOn(world, "mrr", ["2026-11-19", "2026-11-20", "2026-11-22"])).toEqual([110, 120, 120]);
  expect(await world.overviews.revenueBreakdown(30)).toMatchObject({
    total_mrr: 120,
    movements: moved({ fx: 10 }),
    nrr: 100,
    grr: 100,
    tiers: [{ plan: "pro", customers: 1, mrr: 120 }],
  });
});

test("two accounts at the same price are worth the same, whichever repeats it", async () => {
  const of = (team_id: string, plan: string, renewal = {}) => [
    billed("2026-10-22", "subscription_started", { team_id, plan, ...EUROS }),
    billed("2026-11-22", "renewed", { team_id, ...renewal }),
  ];
  const world = await billedWorld([...of("t1", "a", EUROS), ...of("t2", "b")], { rated: ROSE });
  const { tiers } = await world.overviews.revenueBreakdown(30);
  expect(tiers.map(({ plan, mrr }) => [plan, mrr])).toEqual([
    ["a", 120],
    ["b", 120],
  ]);
});

test("what has no rate yet is left out and said, and enters once, as fx, on the day of the first rate", async () => {
  const world = await billedWorld(
    [
      billed("2026-10-22", "subscription_started", { team_id: "t1", plan: "pro", ...EUROS }),
      billed("2026-11-21", "renewed", { team_id: "t1" }),
    ],
    { rated: [["EUR", "1.10", "2026-11-11"]] },
  );
  expect(await valuesOn(world, "mrr", ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-30"])).toEqual([
    0, 110, 110, 110,
  ]);
  expect(await valuesOn(world, "unconverted_subscriptions", ["2026-11-10", "2026-11-11"])).toEqual([1, 0]);
  expect(await valuesOn(world, "customers", ["2026-11-10", "2026-11-11"])).toEqual([0, 1]);
  expect(await world.overviews.revenueBreakdown(30)).toMatchObject({
    unconverted: 0,
    movements: moved({ fx: 110 }),
    nrr: null,
    churn_rate: null,
  });
});

test("a rate that is set later for an earlier day is a restatement that says so", async () => {
  const world = await billedWorld([billed("2026-11-05", "subscription_started", { team_id: "t1", ...EUROS })]);
  expect(await valueOn(world, "mrr", "2026-11-05")).toBe(0);
  await setRates(world, [["EUR", "1.10", "2026-11-01"]]);
  expect(await valuesOn(world, "mrr", ["2026-11-05", "2026-11-30"])).toEqual([110, 110]);
  expect(await valueOver(world, "mrr_new", 30)).toBe(110);
  await setRates(world, [["EUR", "1.50", "2026-11-03"]]);
  expect(await valueOver(world, "mrr_new", 30)).toBe(150);
  await setRates(world, [["EUR", "1.30", "2026-11-10"]]);
  expect(await valuesOn(world, "mrr", ["2026-11-09", "2026-11-10"])).toEqual([150, 130]);
  expect(await valueOn(world, "mrr_fx", "2026-11-10")).toBe(-20);
  const { newest } = (await world.reader.explain("mrr", { days: 30, names: false })).restatements;
  expect(newest.length).toBeGreaterThan(0);
  expect(new Set(newest.map(({ cause }) => cause))).toEqual(new Set([CAUSE.rate]));
});

test("a late event changes the fx of every later day on which the rate changes", async () => {
  const world = await billedWorld([billed("2026-11-05", "subscription_started", { team_id: "t1", ...EUROS })], {
    rated: [
      ["EUR", "1", "2026-11-01"],
      ["EUR", "1.1", "2026-11-10"],
      ["EUR", "1.3", "2026-11-20"],
    ],
  });
  expect(await valuesOn(world, "mrr_fx", ["2026-11-10", "2026-11-20"])).toEqual([10, 20]);
  await world.post([billed("2026-11-08", "upgraded", { id: "late", team_id: "t1", amount: 200 })]);
  await world.settle();
  expect(await valuesOn(world, "mrr_fx", ["2026-11-10", "2026-11-20"])).toEqual([20, 40]);
  expect(await valueOn(world, "mrr", "2026-11-30")).toBe(260);
});

test("retention is at the rates of the day before the window", async () => {
  const world = await billedWorld(
    [
      billed("2026-10-10", "subscription_started", { team_id: "t1", ...EUROS }),
      billed("2026-10-10", "subscription_started", { team_id: "t2", amount: 100 }),
      billed("2026-11-20", "canceled", { team_id: "t2" }),
      billed("2026-11-21", "upgraded", { team_id: "t1", amount: 200 }),
    ],
    {
      rated: [
        ["EUR", "1", "2026-10-01"],
        ["EUR", "3", "2026-11-10"],
      ],
    },
  );
  // At a rate of 1: 200 before, of which t1 keeps 100 and pays 200 at the end.
  expect(await world.overviews.revenueBreakdown(30)).toMatchObject({ grr: 50, nrr: 100, churn_rate: 50 });
  expect(await valueOver(world, "mrr_expansion", 30)).toBe(300);
});

test("an amount with three decimals follows a subscription that has them, and is rounded half up where it has not", async () => {
  const dinars = await billedWorld(
    [
      billed("2026-10-22", "subscription_started", { team_id: "t1", amount: "12.345", currency: "KWD" }),
      billed("2026-11-22", "upgraded", { team_id: "t1", amount: "15.345" }),
    ],
    { rated: [["KWD", "3.25", "2026-10-02"]] },
  );
  // 15.345 × 3.25 = 49.87125
  expect(await valueOn(dinars, "mrr", "2026-11-30")).toBe(49.87);
  const yen = await billedWorld(
    [
      billed("2026-11-01", "subscription_started", { team_id: "t1", amount: 1000, currency: "JPY" }),
      billed("2026-11-02", "upgraded", { team_id: "t1", amount: "1500.50" }),
    ],
    { rated: [["JPY", "1", "2026-10-02"]] },
  );
  expect(await valuesOn(yen, "mrr", ["2026-11-01", "2026-11-02"])).toEqual([1000, 1501]);
});

test("an account that pays in two currencies is of the plan that weighs more at the rates of the day", async () => {
  const of = (subscription_id: string, plan: string, more: object) =>
    billed("2026-11-02", "subscription_started", { team_id: "t1", subscription_id, plan, ...more });
  const world = await billedWorld([of("a", "euros", EUROS), of("b", "dollars", { amount: 110 })], {
    rated: [
      ["EUR", "1", "2026-11-01"],
      ["EUR", "1.2", "2026-11-29"],
    ],
  });
  expect((await world.overviews.revenueBreakdown(3)).tiers).toMatchObject([{ plan: "euros", mrr: 230 }]);
  const { groups = [] } = await world.overviews.seriesBy("mrr", 3, "plan");
  expect(groups.map(({ group, points }) => [group, points.map(({ value }) => value)])).toEqual([
    ["euros", [0, 230, 230]],
    ["dollars", [210, 0, 0]],
  ]);
});
