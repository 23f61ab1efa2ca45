import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { setRate } from "../../src/metrics/rollup/rates-store.ts";
import { findRawRows } from "../../src/metrics/verify/raw-store.ts";
import { recountSpans, type SpanNumbers } from "../../src/metrics/verify/recount.ts";
import { check, request, revenue, session, ticket, worldOf, type Told } from "../golden/told.ts";
import type { World } from "../support/world.ts";
import type { Sql } from "../../src/db/client.ts";

type Days = readonly [first: string, last: string];

/** What plain SQL makes of the raw rows. Dates are those of June 2026: "05", or "01" to "14". */
async function recount(world: World, windows: readonly Days[], prepare = async (_: Sql) => {}): Promise<SpanNumbers[]> {
  const { db, workspace } = world;
  const spans = windows.map(([first, last]) => {
    const [start, end] = [Temporal.PlainDate.from(`2026-06-${first}`), Temporal.PlainDate.from(`2026-06-${last}`)];
    return { start, end, days: start.until(end).days + 1, matureBy: end };
  });
  return db.work.transaction(async (sql) => {
    await prepare(sql);
    const { firstDays } = await findRawRows(sql, workspace.timeZone);
    return recountSpans({ sql, workspace, spans, now: world.now(), firstDays, keptSince: null }, () => {});
  });
}

const at = (day: number, time = "12:00:00") => `2026-06-${String(day).padStart(2, "0")}T${time}Z`;
const team = (event: string, day: string, more: Told = {}) => {
  const { user_id: _nobody, ...told } = revenue("", event, day, { team_id: "t1", ...more });
  return told;
};
const WINDOW: Days = ["01", "14"];
const day = (number: string): Days => [number, number];

test("a subscription that moves from a person to a team is not churn, and its end is", async () => {
  const world = await worldOf([
    revenue("u1", "subscription_started", at(2), { subscription_id: "s", amount: "100" }),
    revenue("u1", "renewed", at(6), { subscription_id: "s", team_id: "t1" }),
    revenue("u1", "canceled", at(12), { subscription_id: "s" }),
  ]);
  const found = await recount(world, [day("03"), day("06"), day("12"), WINDOW]);
  expect(found.map(({ mrr }) => mrr)).toEqual([100, 100, 0, 0]);
  expect(found[1]).toMatchObject({ mrr_new: 0, mrr_churn: 0, mrr_expansion: 0, churn_rate: 0, nrr: 100 });
  expect(found[3]).toMatchObject({ mrr_new: 100, mrr_churn: 100, mrr_expansion: 0, mrr_contraction: 0 });
});

test("what changes by rates alone is fx, and a price is worth nothing before its first rate", async () => {
  const world = await worldOf([
    team("subscription_started", at(2), { amount: "100", currency: "EUR" }),
    team("renewed", at(10), { amount: "100", currency: "EUR" }),
    team("subscription_started", at(3), { team_id: "t2", amount: "10", currency: "GBP" }),
  ]);
  const rates = [
    { currency: "EUR", day: "2026-06-01", rate: "1.10" },
    { currency: "EUR", day: "2026-06-09", rate: "1.20" },
    { currency: "GBP", day: "2026-06-12", rate: "1.30" },
  ];
  for (const rate of rates) await world.db.work.run((sql) => setRate(sql, rate, "rates"));
  const found = await recount(world, [day("08"), day("09"), day("11"), day("12"), WINDOW]);
  expect(found.map(({ mrr, mrr_fx, unconverted }) => [mrr, mrr_fx, unconverted])).toEqual([
    [110, 0, 1],
    [120, 10, 1],
    [120, 0, 1],
    [133, 13, 0],
    [133, 23, 0],
  ]);
  expect(found[1]).toMatchObject({ nrr: 100, mrr_expansion: 0 });
});

test("a pause is no churn until the account is cancelled, and then it is by what it took", async () => {
  const world = await worldOf([
    team("subscription_started", at(2), { amount: "10" }),
    team("paused", at(5)),
    team("canceled", at(9)),
  ]);
  const [paused, between, cancelled] = await recount(world, [day("05"), ["05", "08"], day("09")]);
  expect(paused).toMatchObject({ mrr: 0, mrr_paused: 10, mrr_churn: 0, paused_customers: 1, churn_rate: 0, grr: null });
  expect(between).toMatchObject({ churn_rate: 0, grr: null });
  expect(cancelled).toMatchObject({ mrr_churn: 10, mrr_resumed: 10, paused_customers: 0, churn_rate: 100 });
});

test("who leaves and is back within the window is not lost", async () => {
  const world = await worldOf([
    team("subscription_started", at(1), { subscription_id: "s1", amount: "20" }),
    team("canceled", at(8, "23:59:59"), { subscription_id: "s1" }),
    team("subscription_started", at(9, "00:00:01"), { subscription_id: "s2", amount: "25" }),
  ]);
  const [found] = await recount(world, [["02", "14"]]);
  expect(found).toMatchObject({ churn_rate: 0, grr: 100, nrr: 125, gross_mrr_churn: 0, net_mrr_churn: -25 });
});

test("events of one instant apply in their order, scheduled ones when they take effect, discounts end by themselves", async () => {
  const world = await worldOf([
    team("upgraded", at(2), { id: "a", subscription_id: "s", amount: "59" }),
    team("subscription_started", at(2), { id: "b", subscription_id: "s", amount: "29" }),
    team("downgraded", at(3), { subscription_id: "s", amount: "20", effective_at: at(6) }),
    team("renewed", at(4), { subscription_id: "s" }),
    team("canceled", at(7), { subscription_id: "s", amount: "0", plan: "free", effective_at: at(10) }),
    team("subscription_started", at(2), {
      team_id: "t2",
      amount: "100",
      discount: { percent: "20" },
      discount_until: at(5),
    }),
  ]);
  const found = await recount(world, ["02", "04", "05", "06", "09", "10"].map(day));
  expect(found.map(({ mrr }) => mrr)).toEqual([139, 139, 159, 120, 120, 100]);
  expect(found[2]?.mrr_expansion).toBe(20);
});

test("unit prices, fractions, terms, what has no price, past due, trials and cash", async () => {
  const world = await worldOf([
    team("subscription_started", at(2), { amount: undefined, unit_amount: "0.0035", quantity: "10000.5" }),
    team("subscription_started", at(2), { team_id: "t2", amount: "7", billing_period: { unit: "day", count: 7 } }),
    team("renewed", at(2), { team_id: "t3", plan: "pro" }),
    team("past_due", at(3), { team_id: "t2" }),
    team("trial_started", at(2), { team_id: "t4", subscription_id: "s", trial_ends_at: at(8) }),
    team("subscription_started", at(9, "11:00:00"), { team_id: "t4", subscription_id: "s", amount: "5" }),
    team("payment", at(9), { team_id: "t4", subscription_id: "s", amount: "5" }),
    team("one_time", at(9), { amount: "3" }),
    team("refunded", at(9), { amount: "2" }),
  ]);
  const [third, eighth, window] = await recount(world, [day("03"), day("08"), WINDOW]);
  expect(third).toMatchObject({ mrr: 65.42, past_due_mrr: 30.42, unpriced: 1, active_trials: 1 });
  expect(eighth).toMatchObject({ active_trials: 0, trial_conversion: 0 });
  expect(window).toMatchObject({ trials_started: 1, trial_conversion: 100, cash_collected: 8, refunds: 2 });
});

test("sessions are a person's, a failed request is no first one, a reply reopens a ticket, probes outvote each other", async () => {
  const world = await worldOf([
    session("u1", "same", at(2)),
    session("u2", "same", at(2)),
    request(at(3), { user_id: "u1", status: 401 }),
    ticket("k", "opened", at(2)),
    ticket("k", "resolved", at(3)),
    ticket("k", "replied", at(9), { by: "customer" }),
    check("api", "down", at(4), { probe: "a" }),
    check("api", "healthy", at(4), { probe: "b" }),
    check("api", "healthy", at(4, "12:02:00"), { probe: "a" }),
  ]);
  const found = await recount(world, [day("02"), day("03"), day("04"), day("08"), day("09")]);
  expect(found[0]).toMatchObject({ agent_sessions: 2, dau: 2, api_calls: null, errors: null, mrr: null });
  expect(found.map(({ open_tickets }) => open_tickets)).toEqual([1, 0, 0, 0, 1]);
  expect(found[2]?.uptime).toBeCloseTo((100 * 5) / 7, 6);
  expect(found[2]?.uptime_observed).toBeCloseTo((100 * 7) / 1_440, 6);
});

test("it needs no more than reading and temporary tables, and leaves nothing behind", async () => {
  const world = await worldOf([team("subscription_started", at(2), { amount: "10" })]);
  const [name] = await world.db.work.run((sql) => sql<{ name: string }[]>`select current_database() as name`);
  const reader = `reader_of_${name?.name ?? ""}`;
  const [found] = await recount(world, [WINDOW], async (sql) => {
    await sql.unsafe(
      `create role ${reader}; grant select on all tables in schema public to ${reader}; set local role ${reader}`,
    );
  });
  expect(found?.mrr).toBe(10);
  const [left] = await world.db.work.run(
    (sql) => sql<{ tables: number; functions: number }[]>`
      select (select count(*)::int from pg_class where relname like 'recount%') as tables,
        (select count(*)::int from pg_proc where proname like 'recount%') as functions`,
  );
  expect(left).toEqual({ tables: 0, functions: 0 });
  await world.db.work.run((sql) => sql.unsafe(`drop owned by ${reader}; drop role ${reader}`));
});
