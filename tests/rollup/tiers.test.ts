import { expect, test } from "vitest";
import { createWorkshop, type Workshop } from "./workshop.ts";

const NOW = "2026-03-20T12:00:00Z";
const at = (day: number, hour = 9) => `2026-03-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00Z`;
const signup = (user_id: string, day: number, more = {}) => ({
  type: "signup",
  user_id,
  occurred_at: at(day),
  ...more,
});
const request = (user_id: string, day: number, more = {}) => ({
  type: "request",
  user_id,
  method: "GET",
  route: "/a",
  status: 200,
  duration_ms: 1,
  occurred_at: at(day),
  ...more,
});
const revenue = (event: string, day: number, more = {}) => ({ type: "revenue", event, occurred_at: at(day), ...more });

async function usersOf(shop: Workshop, ...plans: string[]): Promise<Record<string, number>[]> {
  await shop.roller.drain();
  return Promise.all(plans.map((plan) => shop.stored("users_change", plan)));
}

test("a person is of the plan of the team that their latest event names, of whatever type", async () => {
  const shop = await createWorkshop({ now: NOW });
  await shop.send(
    revenue("subscription_started", 1, { team_id: "big", plan: "pro", amount: 10 }),
    revenue("subscription_started", 1, { team_id: "other", plan: "enterprise", amount: 10 }),
    signup("a", 2),
    request("a", 4, { team_id: "big" }),
    request("a", 5),
    { type: "track", user_id: "a", team_id: "other", name: "clicked", occurred_at: at(7) },
    request("a", 9, { team_id: "other" }),
    request("a", 11, { team_id: "big" }),
  );
  expect(await usersOf(shop, "(none)", "pro", "enterprise")).toEqual([
    { "2026-03-02": 1, "2026-03-04": -1 },
    { "2026-03-04": 1, "2026-03-07": -1, "2026-03-11": 1 },
    { "2026-03-07": 1, "2026-03-11": -1 },
  ]);
});

test("without any team the person is the account, and teams of the same name are another", async () => {
  const shop = await createWorkshop({ now: NOW });
  await shop.send(
    signup("a", 2),
    revenue("subscription_started", 3, { user_id: "a", plan: "pro", amount: 10 }),
    revenue("subscription_started", 3, { team_id: "a", plan: "enterprise", amount: 10 }),
    revenue("canceled", 6, { user_id: "a" }),
  );
  expect(await usersOf(shop, "(none)", "pro", "enterprise")).toEqual([
    { "2026-03-02": 1, "2026-03-03": -1, "2026-03-06": 1 },
    { "2026-03-03": 1, "2026-03-06": -1 },
    {},
  ]);
});

test("everybody of a team follows its plan, who has not signed up is in none, and late events move what follows", async () => {
  const shop = await createWorkshop({ now: NOW });
  await shop.send(
    signup("a", 2, { team_id: "t" }),
    signup("b", 5, { team_id: "t" }),
    request("stranger", 5, { team_id: "t" }),
    revenue("subscription_started", 4, { team_id: "t", plan: "pro", amount: 10 }),
    revenue("upgraded", 10, { team_id: "t", plan: "enterprise", amount: 90 }),
  );
  expect(await usersOf(shop, "(none)", "pro", "enterprise")).toEqual([
    { "2026-03-02": 1, "2026-03-04": -1 },
    { "2026-03-04": 1, "2026-03-05": 1, "2026-03-10": -2 },
    { "2026-03-10": 2 },
  ]);
  await shop.send(request("b", 7, { team_id: "elsewhere" }), signup("a", 1));
  expect(await usersOf(shop, "(none)", "pro", "enterprise")).toEqual([
    { "2026-03-01": 1, "2026-03-04": -1, "2026-03-07": 1 },
    { "2026-03-04": 1, "2026-03-05": 1, "2026-03-07": -1, "2026-03-10": -1 },
    { "2026-03-10": 1 },
  ]);
});

test("MRR and customers by plan follow a change of plan, and sum up to the whole", async () => {
  const shop = await createWorkshop({ now: NOW });
  await shop.send(
    revenue("subscription_started", 4, { team_id: "t", subscription_id: "r", plan: "pro", amount: 10 }),
    revenue("subscription_started", 4, { team_id: "t", subscription_id: "s", amount: 4 }),
    revenue("upgraded", 6, { team_id: "t", subscription_id: "r", plan: "workflow" }),
    revenue("canceled", 8, { team_id: "t", subscription_id: "r" }),
    revenue("canceled", 9, { team_id: "t", subscription_id: "s" }),
  );
  await shop.roller.drain();
  const cents = 12_000_000;
  const mrr = async (plan: string) =>
    Object.fromEntries(Object.entries(await shop.stored("mrr_change", plan)).map(([day, sum]) => [day, sum / cents]));
  expect(await mrr("pro")).toEqual({ "2026-03-04": 1400, "2026-03-06": -1400 });
  expect(await mrr("workflow")).toEqual({ "2026-03-06": 1400, "2026-03-08": -1400 });
  expect(await mrr("(none)")).toEqual({ "2026-03-08": 400, "2026-03-09": -400 });
  expect(await shop.stored("customers_change", "(none)")).toEqual({ "2026-03-08": 1, "2026-03-09": -1 });
  expect(await shop.stored("mrr_churn", "(none)")).toEqual({ "2026-03-09": 400 * cents });
  expect(await shop.stored("mrr_contraction", "(none)")).toEqual({ "2026-03-08": 1000 * cents });
});

test("accounts that pay nothing only because they are paused are counted apart", async () => {
  const shop = await createWorkshop({ now: NOW });
  await shop.send(
    revenue("subscription_started", 4, { team_id: "t", plan: "pro", amount: 10 }),
    revenue("paused", 6, { team_id: "t" }),
    revenue("canceled", 8, { team_id: "t" }),
  );
  await shop.roller.drain();
  expect(await shop.stored("paused_change")).toEqual({ "2026-03-06": 1, "2026-03-08": -1 });
});

test("a taken-back event names no team any more", async () => {
  const shop = await createWorkshop({ now: NOW });
  await shop.send(
    revenue("subscription_started", 1, { team_id: "t", plan: "pro", amount: 10 }),
    signup("a", 2),
    request("a", 4, { team_id: "t", id: "wrong" }),
  );
  expect(await usersOf(shop, "pro")).toEqual([{ "2026-03-04": 1 }]);
  await shop.db.work.run(async (sql) => {
    await sql`update usage_logs set voided = true`;
    await sql`insert into dirty (kind, day, cause) values ('teams', '2026-03-04', 'wrong team')`;
  });
  expect(await usersOf(shop, "(none)", "pro")).toEqual([{ "2026-03-02": 1 }, {}]);
});

test("an end of a plan that arrives late moves the people of the account too", async () => {
  const shop = await createWorkshop({ now: NOW });
  await shop.send(
    revenue("subscription_started", 1, { user_id: "a", plan: "pro", amount: 10 }),
    signup("a", 5),
    revenue("renewed", 12, { user_id: "a" }),
  );
  expect(await usersOf(shop, "pro")).toEqual([{ "2026-03-05": 1 }]);
  await shop.send(revenue("paused", 5, { user_id: "a" }));
  expect(await usersOf(shop, "(none)", "pro")).toEqual([{ "2026-03-05": 1, "2026-03-12": -1 }, { "2026-03-12": 1 }]);
});
