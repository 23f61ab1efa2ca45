import { expect, test } from "vitest";
import { createVoider } from "../../src/events/void.ts";
import { Temporal } from "../../src/core/time.ts";
import { billed, billedWorld, moved, movementsByAccount } from "./billed.ts";
import { addLater, valueOn, valuesOn } from "./told.ts";

test("a subscription that goes from a person to a team and is then canceled: MRR 100, 100, 0, and nobody new by it", async () => {
  const world = await billedWorld([
    billed("2026-11-11", "subscription_started", {
      user_id: "u1",
      subscription_id: "sub1",
      plan: "pro",
      amount: "100.00",
    }),
    billed("2026-11-21", "renewed", {
      user_id: "u1",
      team_id: "t1",
      subscription_id: "sub1",
      plan: "pro",
      amount: "100.00",
    }),
    billed("2026-11-28", "canceled", { user_id: "u1", team_id: "t1", subscription_id: "sub1" }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-11-20", "2026-11-22", "2026-11-29"])).toEqual([100, 100, 0]);
  expect(await valuesOn(world, "customers", ["2026-11-20", "2026-11-22", "2026-11-29"])).toEqual([1, 1, 0]);
  expect(await world.overviews.revenueBreakdown(30)).toMatchObject({
    total_mrr: 0,
    movements: moved({ new: 100, churn: 100 }),
  });
  expect(await movementsByAccount(world)).toEqual([
    "t1 churn -100",
    "t1 transfer 100",
    "u1 new 100",
    "u1 transfer -100",
  ]);
});

test("a person alone never takes a subscription from a team: a cancellation without team_id ends the team's", async () => {
  const world = await billedWorld([
    billed("2026-11-11", "subscription_started", { user_id: "u1", team_id: "t1", subscription_id: "sub1", amount: 50 }),
    billed("2026-11-26", "canceled", { user_id: "u1", subscription_id: "sub1" }),
  ]);
  expect(await valueOn(world, "mrr", "2026-11-30")).toBe(0);
  expect((await world.overviews.revenueBreakdown(30)).movements).toEqual(moved({ new: 50, churn: 50 }));
  const stranger = await billedWorld([
    billed("2026-11-11", "subscription_started", { team_id: "t1", subscription_id: "sub1", amount: 50 }),
    billed("2026-11-12", "renewed", { user_id: "somebody", subscription_id: "sub1" }),
    billed("2026-11-26", "canceled", { user_id: "somebody", subscription_id: "sub1" }),
  ]);
  expect(await movementsByAccount(stranger)).toEqual(["t1 churn -50", "t1 new 50"]);
});

test("the first event with an id names the only subscription that has none, unless it starts another", async () => {
  const world = await billedWorld([
    billed("2026-11-11", "subscription_started", { team_id: "t1", plan: "pro", amount: "40.00" }),
    billed("2026-11-26", "canceled", { team_id: "t1", subscription_id: "sub1" }),
    billed("2026-11-11", "subscription_started", { team_id: "t2", amount: 10 }),
    billed("2026-11-26", "subscription_started", { team_id: "t2", subscription_id: "sub2", amount: 5 }),
  ]);
  expect(await valuesOn(world, "mrr", ["2026-11-25", "2026-11-30"])).toEqual([50, 15]);
  expect(await valueOn(world, "mrr_churn", "2026-11-26")).toBe(40);
});

test("an event without id belongs to the only subscription that has not ended, else to the one without a name", async () => {
  const world = await billedWorld([
    billed("2026-11-02", "subscription_started", { team_id: "t1", subscription_id: "old", amount: 70 }),
    billed("2026-11-03", "canceled", { team_id: "t1", subscription_id: "old" }),
    billed("2026-11-04", "subscription_started", { team_id: "t1", subscription_id: "a", amount: 10 }),
    billed("2026-11-05", "upgraded", { team_id: "t1", amount: 20 }),
    billed("2026-11-06", "subscription_started", { team_id: "t1", subscription_id: "b", amount: 5 }),
    billed("2026-11-07", "subscription_started", { team_id: "t1", amount: 3 }),
    billed("2026-11-08", "canceled", { team_id: "t1" }),
  ]);
  const days = ["2026-11-04", "2026-11-05", "2026-11-06", "2026-11-07", "2026-11-08"];
  expect(await valuesOn(world, "mrr", days)).toEqual([10, 20, 25, 28, 25]);
});

test("a person's events belong to the team that their latest earlier revenue event named, a payment's too", async () => {
  const world = await billedWorld([
    billed("2026-11-10", "subscription_started", { user_id: "u1", amount: 10 }),
    billed("2026-11-11", "payment", { user_id: "u1", team_id: "t1", amount: 99 }),
    billed("2026-11-12", "subscription_started", { user_id: "u1", amount: 30 }),
    billed("2026-11-13", "canceled", { user_id: "u1" }),
  ]);
  expect(await movementsByAccount(world)).toEqual(["t1 churn -30", "t1 new 30", "u1 new 10"]);
});

test("what else changes on the day of a transfer is expansion or contraction of the new account", async () => {
  const start = billed("2026-11-10", "subscription_started", { team_id: "t1", subscription_id: "s", amount: 100 });
  const up = await billedWorld([
    start,
    billed("2026-11-12", "upgraded", { team_id: "t2", subscription_id: "s", amount: 150 }),
  ]);
  expect(await movementsByAccount(up)).toEqual([
    "t1 new 100",
    "t1 transfer -100",
    "t2 expansion 50",
    "t2 transfer 100",
  ]);
  const gone = await billedWorld([start, billed("2026-11-12", "canceled", { team_id: "t2", subscription_id: "s" })]);
  expect(await movementsByAccount(gone)).toEqual([
    "t1 new 100",
    "t1 transfer -100",
    "t2 contraction -100",
    "t2 transfer 100",
  ]);
});

test("churn and retention count a moved subscription where it belongs at the end of the window", async () => {
  const subscription = (team_id: string, subscription_id: string, amount: number) =>
    billed("2026-10-10", "subscription_started", { team_id, subscription_id, amount });
  const world = await billedWorld([
    subscription("t1", "moves", 100),
    subscription("t2", "stays", 50),
    subscription("t3", "leaves", 50),
    billed("2026-11-10", "renewed", { team_id: "t4", subscription_id: "moves" }),
    billed("2026-11-12", "upgraded", { team_id: "t4", subscription_id: "moves", amount: 140 }),
    billed("2026-11-20", "canceled", { team_id: "t3", subscription_id: "leaves" }),
  ]);
  const breakdown = await world.overviews.revenueBreakdown(30);
  // Before: 100 + 50 + 50. At the end t4 pays 140, of which 100 are kept, and t2 50.
  expect(breakdown.churn_rate).toBeCloseTo(100 / 3, 9);
  expect(breakdown).toMatchObject({ grr: 75, nrr: 95, gross_mrr_churn: 25, net_mrr_churn: 5 });
  const together = await billedWorld([
    subscription("t1", "moves", 100),
    subscription("t2", "stays", 50),
    billed("2026-11-10", "renewed", { team_id: "t2", subscription_id: "moves" }),
    billed("2026-11-20", "canceled", { team_id: "t2", subscription_id: "stays" }),
  ]);
  // t2 is one account at risk, with 150 before and 100 at the end.
  const after = await together.overviews.revenueBreakdown(30);
  expect(after.churn_rate).toBe(0);
  expect([after.grr, after.nrr]).toEqual([66.666666666667, 66.666666666667]);
});

test("an event that comes late or is taken back changes all accounts that it ties together", async () => {
  const world = await billedWorld([
    billed("2026-11-10", "subscription_started", { team_id: "t1", subscription_id: "s", amount: 100 }),
    billed("2026-11-20", "canceled", { team_id: "t1", subscription_id: "s" }),
  ]);
  await addLater(world, [billed("2026-11-15", "upgraded", { team_id: "t2", subscription_id: "s", amount: 130 })]);
  expect(await movementsByAccount(world)).toEqual([
    "t1 contraction -130",
    "t1 new 100",
    "t1 transfer 30",
    "t2 expansion 30",
    "t2 transfer -30",
  ]);
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const voider = createVoider({ db: world.db, clock, workspace: world.workspace });
  await voider.voidEvent({ source: "api", id: "late1", reason: "sent by mistake", actor: "test" });
  await world.settle();
  expect(await movementsByAccount(world)).toEqual(["t1 churn -100", "t1 new 100"]);
  expect(await valueOn(world, "mrr_expansion", "2026-11-15")).toBe(0);
});
