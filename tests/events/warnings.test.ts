import { expect, test } from "vitest";
import type { Verdict } from "../../src/events/verdict.ts";
import { createTestDatabase } from "../support/database.ts";
import { API, intakeOn } from "./support.ts";

const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, "0")}:00:00Z`;
const revenue = (event: string, hour: number, fields: Record<string, unknown> = {}) => ({
  type: "revenue",
  id: `${event} ${hour}`,
  event,
  team_id: "acme",
  occurred_at: at(hour),
  ...fields,
});
const started = (hour: number, fields: Record<string, unknown> = {}) =>
  revenue("subscription_started", hour, { amount: "30.00", plan: "pro", ...fields });

function codesOf(verdict: Verdict | undefined): string[] {
  return verdict?.verdict === "accepted" ? (verdict.warnings ?? []).map(({ code }) => code) : [verdict?.verdict ?? ""];
}

/** The codes with which the last of the events is answered, when each is sent alone. */
async function warningsOf(events: readonly Record<string, unknown>[]): Promise<string[]> {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  let last: Verdict | undefined;
  for (const event of events) [last] = await intake.accept([event], API);
  return codesOf(last);
}

const WRONG: [what: string, code: string, events: readonly Record<string, unknown>[]][] = [
  [
    "a cancellation of a subscription never seen",
    "unknown_subscription",
    [revenue("canceled", 1, { subscription_id: "s1" })],
  ],
  [
    "a renewal of another id than was started",
    "unknown_subscription",
    [started(1, { subscription_id: "s1" }), revenue("renewed", 2, { subscription_id: "s2", amount: "30.00" })],
  ],
  ["a start of another plan without id", "replaces_live", [started(1), started(2, { plan: "team" })]],
  [
    "an event without id where there are two subscriptions",
    "ambiguous_subscription",
    [started(1, { subscription_id: "s1" }), started(2, { subscription_id: "s2" }), revenue("canceled", 3)],
  ],
  ["an upgrade that lowers", "wrong_direction", [started(1), revenue("upgraded", 2, { amount: "20.00" })]],
  [
    "an upgrade to a year's price by the month's name",
    "wrong_direction",
    [started(1, { billing_period: "year", amount: "300" }), revenue("downgraded", 2, { billing_period: "month" })],
  ],
  ["a price in cents", "amount_jump", [started(1), revenue("renewed", 2, { amount: "3000" })]],
  [
    "half a yen of a subscription in yen",
    "rounded",
    [started(1, { currency: "JPY", amount: 1500 }), revenue("renewed", 2, { amount: "1500.50" })],
  ],
  ["a start without a price", "unpriced", [started(1, { amount: null })]],
  ["a currency without a rate", "unconverted", [started(1, { currency: "EUR" })]],
  [
    "ids that differ in case",
    "near_duplicate_id",
    [started(1, { subscription_id: "S1" }), started(2, { subscription_id: "s1" })],
  ],
  [
    "a milestone that is spelt otherwise",
    "unknown_milestone",
    [{ type: "activation", user_id: "u", milestone: "profile_complete" }],
  ],
];

test.each(WRONG)("%s is accepted and told: %s", async (_what, code, events) => {
  expect(await warningsOf(events)).toContain(code);
});

const RIGHT: [what: string, events: readonly Record<string, unknown>[]][] = [
  ["a start", [started(1)]],
  [
    "a cancellation with an id of the only subscription, which had none",
    [started(1), revenue("canceled", 2, { subscription_id: "s1" })],
  ],
  [
    "a cancellation by the person alone",
    [started(1, { user_id: "kim" }), revenue("canceled", 2, { team_id: null, user_id: "kim" })],
  ],
  [
    "a start after a cancellation in the same second",
    [started(1), revenue("canceled", 2, { id: "z" }), started(2, { id: "a", plan: "team" })],
  ],
  ["a start after one that was cancelled", [started(1), revenue("canceled", 2), started(3, { plan: "team" })]],
  ["more seats", [started(1), revenue("upgraded", 2, { quantity: 60 })]],
  ["a year's price after a month's", [started(1), revenue("upgraded", 2, { amount: "1800", billing_period: "year" })]],
  ["a one-time payment of a hundred times the price", [started(1), revenue("one_time", 2, { amount: "3000" })]],
  ["a price of one unit that is finer than a cent", [started(1, { amount: null, unit_amount: "0.0025" })]],
  ["a trial without a price", [revenue("trial_started", 1)]],
  [
    "a second subscription with an id of its own",
    [started(1, { subscription_id: "s1" }), started(2, { subscription_id: "s2" })],
  ],
];

test.each(RIGHT)("%s is told nothing", async (_what, events) => {
  expect(await warningsOf(events)).toEqual([]);
});

test("a warning is told for its event alone, of all that are sent together", async () => {
  const db = await createTestDatabase();
  const events = [started(1), revenue("upgraded", 2, { amount: "10.00" }), { type: "signup", user_id: "u" }];
  const verdicts = await intakeOn(db).accept(events, API);
  expect(verdicts.map(codesOf)).toEqual([[], ["wrong_direction"], []]);
});

test("what is imported, or sent for many accounts at once, waits for no look", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  const [imported] = await intake.accept([started(1, { amount: null })], { ...API, importing: true });
  expect(imported).toEqual({ verdict: "accepted" });
  const many = Array.from({ length: 30 }, (_, n) => started(2, { id: `m${n}`, team_id: `t${n}`, amount: null }));
  expect((await intake.accept(many, API)).flatMap(codesOf)).toEqual([]);
});

test("no warning repeats a value", async () => {
  const db = await createTestDatabase();
  const [verdict] = await intakeOn(db).accept([revenue("canceled", 1, { subscription_id: "s3cr3t" })], API);
  expect(JSON.stringify(verdict)).not.toContain("s3cr3t");
});

test("a look that takes too long keeps neither the answer nor a connection", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db, { limits: { longestLookMs: 50 } });
  await intake.accept([started(1)], API);
  const lookers = async () => {
    const [row] = await db.read.run(
      (sql) => sql<{ waiting: number }[]>`
        select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and application_name = 'bellwether work' and wait_event_type = 'Lock'`,
    );
    return row?.waiting;
  };
  await db.intake.transaction(async (sql) => {
    await sql`lock table fx_rates in access exclusive mode`;
    const verdicts = await intake.accept([revenue("upgraded", 2, { amount: "20.00" })], API);
    expect(verdicts).toEqual([{ verdict: "accepted" }]);
    await expect.poll(lookers, { timeout: 20_000 }).toBe(0);
  });
});
