/**
 * Inputs that gave wrong numbers somewhere, made from public reports about other products, with synthetic ids. Each asks the real engine over
 * HTTP. Now is noon of 1 December 2026 in UTC, so that `days=30` is November. Where the report did not come with its answer, the comment
 * derives it from the definitions.
 */
import { expect, test } from "vitest";
import { told, type Numbers } from "./report.ts";

const mrrOn = async (world: { on(date: string): Promise<Numbers> }, dates: readonly string[]): Promise<unknown[]> =>
  Promise.all(dates.map(async (date) => (await world.on(date))["mrr"]));

test("a subscription that moves from a person to a team is neither new nor churned by it", async () => {
  const world = await told("01-subscription-moves-to-team");
  expect(await mrrOn(world, ["2026-11-20", "2026-11-22", "2026-11-29"])).toEqual([100, 100, 0]);
  expect(await world.november()).toMatchObject({
    total_mrr: 0,
    movements: { new: 100, expansion: 0, contraction: 0, churn: 100, reactivation: 0, transfer: 0 },
  });
});

test("a cancellation that leaves the team out ends the team's subscription", async () => {
  const world = await told("02-cancel-without-team-id");
  expect(await world.on("2026-11-30")).toMatchObject({ mrr: 0, churned_revenue: 0 });
  expect(await world.november()).toMatchObject({
    total_mrr: 0,
    movements: { new: 50, expansion: 0, contraction: 0, churn: 50, reactivation: 0 },
  });
});

test("a cancellation with a subscription_id ends what started without one", async () => {
  expect(await mrrOn(await told("03-cancel-with-subscription-id-start-without"), ["2026-11-30"])).toEqual([0]);
});

test("what a scheduled cancellation says of amount and plan changes nothing before it takes effect", async () => {
  const world = await told("04-cancel-names-amount-zero-effective-later");
  expect(await mrrOn(world, ["2026-11-22", "2026-11-26", "2026-11-27"])).toEqual([30, 30, 0]);
  expect((await world.on("2026-11-27"))["churned_revenue"]).toBe(30);
});

test("a cancellation that arrives after its effective_at is taken, and takes effect then", async () => {
  const world = await told("05-cancel-arrives-after-its-effect");
  expect(world.sent.rejected).toEqual([]);
  expect((await world.on("2026-12-01"))["mrr"]).toBe(0);
});

test("a start and an upgrade in the same second are the upgrade, whatever their ids", async () => {
  expect(await mrrOn(await told("06-same-second-start-and-upgrade"), ["2026-11-24"])).toEqual([59]);
});

// t1 pays 20 on 31 October and 25 on 30 November, so nobody is lost; GRR is min(25, 20) ÷ 20, NRR 25 ÷ 20. Of the days' movements,
// 25 November is 20→0 and 26 November 0→25, not for the first time.
test("an upgrade by cancelling and starting anew across midnight loses nobody over a window that holds both", async () => {
  const world = await told("07-upgrade-by-cancel-and-new-across-midnight");
  expect(await world.november()).toMatchObject({
    churn_rate: 0,
    grr: 100,
    nrr: 125,
    movements: { new: 0, expansion: 0, contraction: 0, churn: 20, reactivation: 25 },
  });
});

// 100 EUR at 1.10 on 19 November and at 1.20 on the 20th: fx 100 × (1.20 − 1.10) = 10. The renewal on the 22nd says 100 again. NRR is at the
// rate of 31 October at both ends: 110 ÷ 110.
test("a rate that changes is fx and never expansion", async () => {
  const world = await told("08-fx-alone-looks-like-expansion");
  const answer = await world.november();
  expect(answer).toMatchObject({
    movements: { new: 0, expansion: 0, contraction: 0, churn: 0, reactivation: 0, fx: 10, paused: 0, resumed: 0 },
  });
  expect(answer["nrr"]).toBeCloseTo(100, 9);
});

// On 30 November both subscriptions are 100 EUR at 1.20, whether a renewal repeated the price or not.
test("the rate of a day holds for every price, repeated or not", async () => {
  const world = await told("09-fx-depends-on-repeating-the-price");
  expect((await world.november())["tiers"]).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ plan: "a", customers: 1, mrr: 120 }),
      expect.objectContaining({ plan: "b", customers: 1, mrr: 120 }),
    ]),
  );
});

// The first rate is that of 11 November: nothing can be converted until the 10th; from the 11th on 100 EUR are 110, which entered as fx.
test("money counts from the day of its first rate on, as fx", async () => {
  const world = await told("10-rate-set-after-the-price");
  expect(await mrrOn(world, ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-30"])).toEqual([0, 110, 110, 110]);
  expect(await world.november()).toMatchObject({ unconverted: 0, movements: { fx: 110, new: 0, expansion: 0 } });
  expect(await world.valueOn("unconverted_subscriptions", "2026-11-10")).toBe(1);
});

// 15.345 KWD × 3.25 = 49.87125.
test("an amount without a currency may have the decimals of its subscription's", async () => {
  const world = await told("11-three-decimals-inherited-currency");
  expect(world.sent.rejected).toEqual([]);
  expect(await mrrOn(world, ["2026-11-30"])).toEqual([49.87]);
});

test("a CSV with LF after its heading and CRLF after its rows has no carriage return in a plan", async () => {
  const world = await told(null);
  const result = await world.import("13-lf-header-crlf-rows.csv", "--type", "revenue");
  expect(result).toMatchObject({ ok: true, data: { accepted: 2, refused: 0 } });
  const plans = ((await world.november())["tiers"] as readonly Numbers[]).filter(({ plan }) => plan !== "(none)");
  expect(plans).toEqual([expect.objectContaining({ plan: "pro", customers: 2, mrr: 20 })]);
});

test("a CSV with carriage returns does not make two people of one", async () => {
  const world = await told(null);
  await world.import("14-people-crlf.csv", "--type", "signup");
  expect((await world.on("2026-11-26"))["total_users"]).toBe(1);
});

test("a CSV that is not UTF-8 is refused with its line, rather than two names made one", async () => {
  const world = await told(null);
  const result = await world.import("16-latin1.csv", "--type", "signup");
  expect(JSON.stringify(result)).toMatch(/UTF-8/);
  expect(JSON.stringify(result)).toMatch(/line 2/i);
  expect((await world.on("2026-11-26"))["total_users"]).toBe(null);
});

test("equal lines of two files are different requests", async () => {
  const world = await told(null);
  await world.import("17-host1.jsonl");
  await world.import("17-host2.jsonl");
  expect((await world.on("2026-11-26"))["api_calls"]).toBe(5);
});

// `undefined`, `[object Object]` and `null` name nobody, so all five are refused; there is no sign-up and no revenue, so there are no numbers.
test("placeholders are no people and no accounts", async () => {
  const world = await told("19-placeholder-ids");
  expect(world.sent.rejected.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => "placeholder_id"));
  expect(await world.on("2026-11-25")).toMatchObject({ total_users: null, mrr: null });
  expect((await world.november())["customers"]).toBe(null);
});

// On 31 October t1 is paused and t2 pays; on 30 November t1 is cancelled: 1 of 2. In October t1 goes from paying to paused: 0 of 2.
// Over both months t1 paid before and is cancelled at the end: 1 of 2.
test("who is paused and then cancelled is lost in the window of the cancellation", async () => {
  const world = await told("21-pause-then-cancel-never-churns");
  expect(await world.ask("/api/metrics/series/churn_rate?days=30")).toMatchObject({
    window: { value: 50 },
    previous: { value: 0 },
  });
  expect(await world.ask("/api/metrics/series/churn_rate?days=60")).toMatchObject({ window: { value: 50 } });
});

// It pays 50, so that the trial changes nothing, its price and plan included.
test("a trial on a paying subscription changes nothing", async () => {
  const world = await told("23-trial-on-a-live-subscription");
  expect(await mrrOn(world, ["2026-11-27"])).toEqual([50]);
  expect((await world.november())["movements"]).toMatchObject({
    new: 50,
    expansion: 0,
    contraction: 0,
    churn: 0,
    reactivation: 0,
  });
});

// Live without a price: 0 and `unpriced`; USD needs no rate. u1 has no team and no subscription of their own.
test("a renewal whose price was never told counts 0 and is said to be unpriced", async () => {
  const world = await told("25-renewed-without-known-price");
  expect(await mrrOn(world, ["2026-11-30"])).toEqual([0]);
  const answer = await world.november();
  expect(answer).toMatchObject({ customers: 0, unconverted: 0 });
  expect(answer["tiers"]).toEqual([expect.objectContaining({ plan: "(none)", users: 1, customers: 0, mrr: 0 })]);
  expect(await world.ask("/api/metrics/summary?days=30")).toMatchObject({ unpriced: 1 });
});

// Healthy from 09:50 to 10:00 and from 13:00 to 13:10 (a check lasts five minutes), down from 10:00 to 10:05: 20 of 25 minutes observed, and
// those are 25 of the day's 1,440.
test("a monitor that dies with the outage says how little it observed", async () => {
  const world = await told("26-monitor-dies-with-the-outage");
  expect((await world.on("2026-11-28"))["uptime"]).toBeCloseTo(80, 6);
  expect((await world.on("2026-11-28"))["uptime_observed"]).toBeCloseTo((100 * 25) / 1440, 6);
});

// An import without `--source` has the source `api`, as what is posted has: the same ids are the same events.
test("the same ids by HTTP and by import are the same events", async () => {
  const world = await told("37-same-ids-by-http-and-by-import");
  const result = await world.import("37-overlap.jsonl");
  expect(result).toMatchObject({ ok: true, data: { accepted: 0, duplicates: 2, refused: 0 } });
  expect(await world.on("2026-11-26")).toMatchObject({ api_calls: 1, errors: 1 });
});

// 401 is no first call, and `Profile_Completed` is no milestone that is configured.
test("a failed call and a misspelt milestone are no steps of the funnel", async () => {
  const world = await told("38-first-call-failed-and-misspelt-milestone");
  expect(await world.ask("/api/metrics/activation-funnel?days=30")).toMatchObject({
    total_signups: 1,
    completed_profile: 0,
    first_api_call: 0,
  });
});

// 0.0035 is finer than a cent (`unit_amount` may be), −5.00 is no price, `coupon` no field, 6 December not yet here, `two_years` no period.
// Taken: 2.5 × 10.00, a lower price that waits for 6 December, and `past_due`, which keeps the 25.00 (of the events of that instant it is last).
test("what billing does is said with the fields for it, and refused by name otherwise", async () => {
  const world = await told("41-what-billing-does-and-events-cannot-say");
  expect(world.sent.rejected.map(({ index, code }) => [index, code])).toEqual([
    [0, "invalid_field"],
    [2, "invalid_field"],
    [3, "unknown_field"],
    [5, "in_the_future"],
    [6, "invalid_field"],
  ]);
  expect(await mrrOn(world, ["2026-11-22", "2026-11-30"])).toEqual([25, 25]);
  expect(await world.valueOn("past_due_mrr", "2026-11-30")).toBe(25);
});
