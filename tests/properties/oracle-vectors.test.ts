import { expect, test } from "vitest";
import { createOracle, type Oracle } from "../oracle/numbers.ts";
import type { Rate } from "../oracle/setting.ts";

type Told = Readonly<Record<string, unknown>>;

/** What the count by hand says of these events, so that it is known by itself to follow the definitions. */
function counted(events: readonly Told[], rates: readonly Rate[] = []): Oracle {
  const setting = { timeZone: "UTC", currency: "USD", activationDays: 7, now: "2026-12-01T12:00:00Z", rates };
  const oracle = createOracle(
    events.map((event, place) => ({ source: "api", event: { id: `e${place}`, ...event } })),
    setting,
  );
  expect(oracle.judgements.filter((one) => one !== "accepted")).toEqual([]);
  return oracle;
}

const money = (event: string, day: string, more: Told = {}): Told => ({
  type: "revenue",
  event,
  occurred_at: day.length > 10 ? day : `${day}T12:00:00Z`,
  team_id: "t",
  ...more,
});

const onDays = (oracle: Oracle, metric: string, days: readonly string[]): (number | null | undefined)[] =>
  days.map((day) => oracle.day(day)[metric]);

test("one subscription_id under a user, then under a team, then canceled: new 100, churn 100, transfer 0 in total", () => {
  const own = { subscription_id: "s", user_id: "u1", amount: "100.00" };
  const oracle = counted(
    [
      money("subscription_started", "2026-11-11", { ...own, team_id: undefined }),
      money("renewed", "2026-11-21", { ...own, team_id: "t1" }),
      money("canceled", "2026-11-28", { ...own, team_id: "t1", amount: undefined }),
    ].map((event) => JSON.parse(JSON.stringify(event)) as Told),
  );
  expect(onDays(oracle, "mrr", ["2026-11-20", "2026-11-22", "2026-11-29"])).toEqual([100, 100, 0]);
  expect(oracle.window("2026-11-01", "2026-11-30")).toMatchObject({
    mrr_new: 100,
    mrr_churn: 100,
    mrr_transfer: 0,
    mrr_expansion: 0,
    mrr_contraction: 0,
    mrr_reactivation: 0,
  });
  expect(oracle.movements.get("2026-11-21")?.get("user u1")?.transfer).toBeLessThan(0n);
});

test("a cancellation with the user alone, or with an id that the start lacked, ends the subscription", () => {
  const byUser = counted([
    money("subscription_started", "2026-11-11", { user_id: "u1", amount: 50 }),
    JSON.parse(JSON.stringify(money("canceled", "2026-11-26", { user_id: "u1", team_id: undefined }))) as Told,
  ]);
  expect(onDays(byUser, "mrr", ["2026-11-25", "2026-11-26"])).toEqual([50, 0]);
  const byId = counted([
    money("subscription_started", "2026-11-11", { amount: 40 }),
    money("canceled", "2026-11-26", { subscription_id: "s" }),
  ]);
  expect(onDays(byId, "mrr", ["2026-11-25", "2026-11-26"])).toEqual([40, 0]);
  expect(byId.day("2026-11-26")["mrr_churn"]).toBe(40);
});

test("a scheduled cancellation that names a plan and an amount keeps 30 until then and is churn on its day", () => {
  const oracle = counted([
    money("subscription_started", "2026-11-11", { amount: 30 }),
    money("canceled", "2026-11-21", { amount: 0, plan: "free", effective_at: "2026-11-27T12:00:00Z" }),
  ]);
  expect(onDays(oracle, "mrr", ["2026-11-22", "2026-11-26", "2026-11-27"])).toEqual([30, 30, 0]);
  expect(onDays(oracle, "mrr_churn", ["2026-11-21", "2026-11-27"])).toEqual([0, 30]);
});

test.each([[{ amount: "100.00", currency: "EUR" }], [{}]])(
  "a rate of 1.20 after 1.10 is fx 10 on its day and no expansion, whether a renewal repeats the amount or not (%o)",
  (again) => {
    const oracle = counted(
      [
        money("subscription_started", "2026-10-22", { amount: "100.00", currency: "EUR" }),
        money("renewed", "2026-11-22", again),
      ],
      [
        { currency: "EUR", day: "2026-10-02", rate: "1.10" },
        { currency: "EUR", day: "2026-11-20", rate: "1.20" },
      ],
    );
    expect(onDays(oracle, "mrr", ["2026-11-19", "2026-11-20", "2026-11-22"])).toEqual([110, 120, 120]);
    expect(oracle.window("2026-11-01", "2026-11-30")).toMatchObject({ mrr_fx: 10, mrr_expansion: 0, nrr: 100 });
  },
);

test("money without a rate is left out until the day of its first rate, and enters as fx", () => {
  const oracle = counted(
    [money("subscription_started", "2026-10-22", { amount: "100.00", currency: "EUR" })],
    [{ currency: "EUR", day: "2026-11-11", rate: "1.10" }],
  );
  expect(onDays(oracle, "mrr", ["2026-10-21", "2026-10-22", "2026-11-10", "2026-11-11"])).toEqual([null, 0, 0, 110]);
  expect(onDays(oracle, "unconverted", ["2026-11-10", "2026-11-11"])).toEqual([1, 0]);
  expect(oracle.day("2026-11-11")).toMatchObject({ mrr_fx: 110, mrr_new: 0 });
});

test("an amount without a currency has as many decimals as its subscription's", () => {
  const kuwait = counted(
    [
      money("subscription_started", "2026-10-22", { amount: "12.345", currency: "KWD" }),
      money("upgraded", "2026-11-22", { amount: "15.345" }),
    ],
    [{ currency: "KWD", day: "2026-10-02", rate: "3.25" }],
  );
  expect(kuwait.day("2026-11-30")["mrr"]).toBe(49.87);
  const japan = counted(
    [
      money("subscription_started", "2026-10-22", { amount: "1000", currency: "JPY" }),
      money("upgraded", "2026-11-22", { amount: "1500.50" }),
    ],
    [{ currency: "JPY", day: "2026-10-02", rate: "1" }],
  );
  expect(japan.day("2026-11-30")["mrr"]).toBe(1501);
});

test("a start and an upgrade in one second are the upgrade, whatever their ids", () => {
  const at = "2026-11-23T12:00:00Z";
  const oracle = counted([
    money("subscription_started", at, { id: "evt_9", subscription_id: "s", amount: 29 }),
    money("upgraded", at, { id: "evt_1", subscription_id: "s", amount: 59 }),
  ]);
  expect(oracle.day("2026-11-24")["mrr"]).toBe(59);
});

test("who leaves before midnight and is back after it is not lost over a window that holds both", () => {
  const oracle = counted([
    money("subscription_started", "2026-10-22", { subscription_id: "s1", amount: 20 }),
    money("canceled", "2026-11-25T23:59:59Z", { subscription_id: "s1" }),
    money("subscription_started", "2026-11-26T00:00:01Z", { subscription_id: "s2", amount: 25 }),
  ]);
  expect(oracle.window("2026-11-01", "2026-11-30")).toMatchObject({
    churn_rate: 0,
    grr: 100,
    nrr: 125,
    mrr_churn: 20,
    mrr_reactivation: 25,
    mrr_expansion: 0,
  });
});

test("paused in one window and cancelled in the next is lost in the second only", () => {
  const oracle = counted([
    money("subscription_started", "2026-09-17", { team_id: "t1", amount: 10 }),
    money("paused", "2026-10-22", { team_id: "t1" }),
    money("canceled", "2026-11-21", { team_id: "t1" }),
    money("subscription_started", "2026-09-17", { team_id: "t2", amount: 10 }),
  ]);
  expect(oracle.window("2026-10-02", "2026-10-31")["churn_rate"]).toBe(0);
  expect(oracle.window("2026-11-01", "2026-11-30")["churn_rate"]).toBe(50);
  expect(oracle.day("2026-10-22")).toMatchObject({ mrr_paused: 10, mrr_churn: 0, paused_customers: 1 });
  expect(oracle.day("2026-11-21")).toMatchObject({ mrr_churn: 10, mrr_resumed: 10, mrr: 10 });
});

test("20 % off for 3 months of 100 is 80, then 100 on the day on which it ends", () => {
  const discount = { discount: { percent: "20" }, discount_until: "2026-11-15T00:00:00Z" };
  const oracle = counted([money("subscription_started", "2026-08-15", { amount: 100, ...discount })]);
  expect(onDays(oracle, "mrr", ["2026-08-15", "2026-11-14", "2026-11-15"])).toEqual([80, 80, 100]);
  expect(oracle.day("2026-11-15")["mrr_expansion"]).toBe(20);
});

test("a trial on a paying subscription changes nothing", () => {
  const oracle = counted([
    money("subscription_started", "2026-11-11", { amount: 50 }),
    money("trial_started", "2026-11-26", { amount: 200, plan: "enterprise" }),
  ]);
  expect(oracle.window("2026-11-27", "2026-11-27")).toMatchObject({ mrr: 50, trials_started: 0, active_trials: 0 });
});

test("one session id used by two people is two sessions", () => {
  const at = "2026-11-20T12:00:00Z";
  const started = { type: "agent_session", session_id: "x", action: "started", occurred_at: at };
  const oracle = counted([
    { ...started, user_id: "a" },
    { ...started, user_id: "b" },
  ]);
  expect(oracle.day("2026-11-20")).toMatchObject({ dau: 2, agent_sessions: 2 });
});

test("an outage during which the checks stopped is unobserved time", () => {
  const check = (status: string, time: string): Told => ({
    type: "health_check",
    service: "api",
    status,
    occurred_at: `2026-11-28T${time}:00Z`,
  });
  const oracle = counted([
    check("healthy", "09:50"),
    check("healthy", "09:55"),
    check("down", "10:00"),
    check("healthy", "13:00"),
    check("healthy", "13:05"),
  ]);
  const day = oracle.day("2026-11-28");
  expect(day["uptime"]).toBeCloseTo(80, 9);
  expect(day["uptime_observed"]).toBeCloseTo((100 * 25) / 1440, 9);
});

test("ids are compared without what surrounds them; placeholders name nobody", () => {
  const request = { type: "request", method: "GET", route: "/a", status: 200, duration_ms: 1 };
  const at = { occurred_at: "2026-11-20T12:00:00Z" };
  const ids = ["a", " a", "\u200Ba\uFEFF", "undefined", "[object Object]", "NULL "];
  const oracle = counted(ids.map((user_id) => ({ ...request, ...at, user_id })));
  expect(oracle.day("2026-11-20")).toMatchObject({ dau: 1, api_calls: 6 });
});
