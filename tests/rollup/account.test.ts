import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { annualPrice } from "../../src/metrics/rollup/annual-price.ts";
import { createRateBook, type DatedRate } from "../../src/metrics/rollup/rate-book.ts";
import type { Moment, RevenueEvent, RevenueEventName } from "../../src/metrics/rollup/revenue-event.ts";
import { createRevenueReplay } from "../../src/metrics/rollup/revenue-replay.ts";
import type { RevenuePolicies } from "../../src/metrics/rollup/subscription.ts";

const RATES: readonly DatedRate[] = [{ currency: "EUR", day: "2026-01-10", rate: "1.25" }];

/** Stored values count millionths of a minor unit, in units of 10^-18. */
const UNIT = 10n ** 18n;

const moment = (day: number, hour = 12): Moment => ({
  at: BigInt(day * 24 + hour) * 3_600_000_000n,
  day: `2026-01-${String(day).padStart(2, "0")}`,
});

type Fields = Partial<Omit<RevenueEvent, "event" | "at" | "day">>;

const on = (day: number, event: RevenueEventName, fields: Fields = {}, hour = 12): RevenueEvent => ({
  ...moment(day, hour),
  event,
  rowNo: "1",
  id: null,
  team: "t1",
  person: null,
  subscriptionId: "",
  plan: null,
  amount: null,
  isUnitAmount: false,
  currency: null,
  billingPeriod: null,
  quantity: null,
  discount: null,
  trialEnds: null,
  sequence: null,
  effective: null,
  ...fields,
});

/** The account's days: how it stood before and after each, and how its money moved. */
function foldAccount(events: readonly RevenueEvent[], rates: readonly DatedRate[], policies: RevenuePolicies) {
  const book = createRateBook("USD", rates);
  const replay = createRevenueReplay({ currency: "USD", policies, book });
  for (const event of events) replay.take(event);
  const { accounts, movements: moved } = replay.finish();
  const valued = accounts.map(({ day, state }) => ({ ...state, day, arr: book.valueOf(state.money, day) / UNIT }));
  const nothing = { arr: 0n, plan: null, paused: false, unconverted: 0 };
  return valued.map((after, index) => ({
    day: after.day,
    kinds: moved.filter(({ day }) => day === after.day).map(({ kind }) => kind),
    kind: moved.find(({ day }) => day === after.day)?.kind ?? null,
    before: valued[index - 1] ?? nothing,
    after,
  }));
}

const started = (day: number, amount = "10", fields: Fields = {}) =>
  on(day, "subscription_started", { amount, ...fields });

/** Each movement as day, kind and MRR in cents after it. */
const movements = (events: readonly RevenueEvent[], policies: Partial<RevenuePolicies> = {}) =>
  foldAccount(events, RATES, { ...DEFAULT_POLICIES, ...policies })
    .filter(({ kind }) => kind !== null)
    .map(({ day, kind, after }) => [Number(day.slice(-2)), kind, Number(after.arr / 12_000_000n)]);

const endState = (events: readonly RevenueEvent[], policies: Partial<RevenuePolicies> = {}) =>
  foldAccount(events, RATES, { ...DEFAULT_POLICIES, ...policies }).at(-1)?.after;

test.each([
  ["1200", "year", 100_00n],
  ["300", "quarter", 100_00n],
  ["10", "week", 43_33n],
  ["12", "month", 12_00n],
  ["60", "half_year", 10_00n],
  ["6", "two_weeks", 13_00n],
  ["12", "day", 365_00n],
])("%s a %s is worth its share of a year", (amount, billingPeriod, cents) => {
  const arr = annualPrice({ amount, currency: "USD", billingPeriod, quantity: "1", discount: null });
  expect(arr / 12_000_000n).toBe(cents);
});

test("quantity multiplies the price", () => {
  expect(movements([started(1, "500", { billingPeriod: "year", quantity: "4" })])).toEqual([[1, "new", 166_66]]);
});

test("currencies without decimals and with three are counted in their own minor units", () => {
  const price = { amount: "12", billingPeriod: "month", quantity: "1", discount: null };
  expect(annualPrice({ ...price, currency: "JPY" })).toBe(144_000_000n);
  expect(annualPrice({ ...price, currency: "KWD" })).toBe(144_000_000_000n);
});

test("the first day with revenue is new, a later one after nothing a reactivation, the end a churn", () => {
  const events = [started(1), on(3, "canceled"), on(5, "renewed"), on(6, "canceled")];
  expect(movements(events)).toEqual([
    [1, "new", 10_00],
    [3, "churn", 0],
    [5, "reactivation", 10_00],
    [6, "churn", 0],
  ]);
});

test("up is expansion and down is contraction", () => {
  const events = [started(1), on(2, "upgraded", { amount: "25" }), on(3, "downgraded", { amount: "5" })];
  expect(movements(events).slice(1)).toEqual([
    [2, "expansion", 25_00],
    [3, "contraction", 5_00],
  ]);
});

test("a change that is undone within the day is no movement", () => {
  const events = [started(1), on(2, "upgraded", { amount: "25" }, 9), on(2, "downgraded", { amount: "10" }, 10)];
  expect(movements(events)).toEqual([[1, "new", 10_00]]);
});

test("a field left out keeps the subscription's last value", () => {
  const events = [started(1, "10", { quantity: "3", plan: "pro" }), on(2, "upgraded", { amount: "20" })];
  expect(movements(events)).toEqual([
    [1, "new", 30_00],
    [2, "expansion", 60_00],
  ]);
  expect(endState(events)?.plan).toBe("pro");
});

test("refunds and one-time payments never change anything, whatever they carry", () => {
  const events = [started(1), on(2, "refunded", { amount: "99", plan: "x" }), on(3, "one_time", { amount: "500" })];
  expect(movements(events)).toEqual([[1, "new", 10_00]]);
  expect(endState(events)?.plan).toBe("(none)");
  expect(movements([on(2, "one_time", { amount: "500" })])).toEqual([]);
});

test("a trial adds nothing until the subscription starts", () => {
  const events = [on(1, "trial_started", { amount: "10" }), on(4, "subscription_started")];
  expect(movements(events)).toEqual([[4, "new", 10_00]]);
});

test.each(["subscription_started", "renewed", "resumed"] as const)(
  "%s makes a subscription live whatever came before",
  (name) => {
    const revived = [10_00];
    for (const before of ["canceled", "paused", "trial_started"] as const) {
      expect(
        movements([started(1), on(2, before), on(3, name)])
          .at(-1)
          ?.slice(2),
      ).toEqual(revived);
    }
    expect(movements([on(3, name, { amount: "10" })])).toEqual([[3, "new", 10_00]]);
  },
);

test.each(["upgraded", "downgraded"] as const)(
  "%s makes live, except that a paused one stays paused at the new price",
  (name) => {
    expect(movements([started(1), on(2, "canceled"), on(3, name, { amount: "8" })]).at(-1)).toEqual([
      3,
      "reactivation",
      8_00,
    ]);
    const paused = [started(1), on(2, "paused"), on(3, name, { amount: "8" })];
    expect(movements(paused)).toEqual([
      [1, "new", 10_00],
      [2, "paused", 0],
    ]);
    expect(movements([...paused, on(4, "resumed")]).at(-1)).toEqual([4, "resumed", 8_00]);
  },
);

test("a pause is no revenue and is marked; after a cancellation the mark is gone", () => {
  const events = [started(1), on(2, "paused")];
  expect(endState(events)).toMatchObject({ arr: 0n, paused: true });
  expect(endState([...events, on(3, "canceled")])).toMatchObject({ arr: 0n, paused: false });
});

test("where paused subscriptions count, they keep their revenue", () => {
  expect(movements([started(1), on(2, "paused")], { pausedCounts: true })).toEqual([[1, "new", 10_00]]);
});

test("a cancellation keeps the revenue until it takes effect, on a day to come too", () => {
  const events = [started(1), on(5, "canceled", { effective: moment(20) })];
  expect(movements(events)).toEqual([
    [1, "new", 10_00],
    [20, "churn", 0],
  ]);
  expect(movements(events, { cancelAt: "request" })[1]).toEqual([5, "churn", 0]);
});

test("a second cancellation changes nothing once the subscription has ended", () => {
  const events = [started(1), on(5, "canceled"), on(6, "canceled", { effective: moment(20) })];
  expect(movements(events)).toEqual([
    [1, "new", 10_00],
    [5, "churn", 0],
  ]);
});

test("another cancellation replaces one that waits", () => {
  const waiting = [started(1), on(5, "canceled", { effective: moment(20) })];
  expect(movements([...waiting, on(6, "canceled", { effective: moment(9) })]).at(-1)).toEqual([9, "churn", 0]);
  expect(movements([...waiting, on(6, "canceled", { effective: moment(25) })]).at(-1)).toEqual([25, "churn", 0]);
  expect(movements([...waiting, on(6, "canceled")]).at(-1)).toEqual([6, "churn", 0]);
});

test.each(["subscription_started", "renewed", "resumed"] as const)(
  "%s before its effect withdraws a cancellation",
  (name) => {
    const events = [started(1), on(5, "canceled", { effective: moment(20) }), on(19, name)];
    expect(movements(events)).toEqual([[1, "new", 10_00]]);
  },
);

test("an upgrade does not withdraw a cancellation", () => {
  const events = [started(1), on(5, "canceled", { effective: moment(20) }), on(6, "upgraded", { amount: "15" })];
  expect(movements(events).slice(1)).toEqual([
    [6, "expansion", 15_00],
    [20, "churn", 0],
  ]);
});

test("a cancellation that takes effect before the subscription starts ends it at its start", () => {
  const events = [on(5, "canceled", { effective: moment(7) }), started(10)];
  expect(movements(events)).toEqual([]);
  expect(movements([...events, on(12, "renewed")])).toEqual([[12, "new", 10_00]]);
});

test("a cancellation that would take effect after the start is withdrawn by it", () => {
  expect(movements([on(5, "canceled", { effective: moment(12) }), started(10)])).toEqual([[10, "new", 10_00]]);
});

test("a cancellation without effective_at before the start is forgotten when the subscription starts", () => {
  expect(movements([on(5, "canceled"), started(10)])).toEqual([[10, "new", 10_00]]);
});

test("of two subscriptions one cancelled is a contraction", () => {
  const events = [started(1, "10", { subscriptionId: "a" }), started(2, "5", { subscriptionId: "b" })];
  const ended = on(3, "canceled", { subscriptionId: "b" });
  expect(movements([...events, ended])).toEqual([
    [1, "new", 10_00],
    [2, "expansion", 15_00],
    [3, "contraction", 10_00],
  ]);
});

test("the golden sums hold: seats by the year, two more by the month, and those cancelled", () => {
  const events = [
    started(1, "500", { billingPeriod: "year", quantity: "4", subscriptionId: "seats" }),
    started(2, "30", { subscriptionId: "x" }),
    started(2, "30", { subscriptionId: "y" }),
    on(3, "canceled", { subscriptionId: "x" }),
    on(3, "canceled", { subscriptionId: "y" }),
  ];
  const changes = foldAccount(events, RATES, DEFAULT_POLICIES).map(({ before, after }) => after.arr - before.arr);
  expect(changes).toEqual([2_000_00n * 1_000_000n, 720_00n * 1_000_000n, -720_00n * 1_000_000n]);
});

test("the plan is that of the live subscription that pays most, then changed last, then has the smaller id", () => {
  const sub = (id: string, day: number, amount: string) =>
    started(day, amount, { subscriptionId: id, plan: `plan ${id}` });
  expect(endState([sub("a", 1, "10"), sub("b", 2, "5")])?.plan).toBe("plan a");
  expect(endState([sub("a", 1, "10"), sub("b", 2, "10")])?.plan).toBe("plan b");
  expect(endState([sub("b", 1, "10"), sub("B", 1, "10")])?.plan).toBe("plan B");
  expect(endState([sub("a", 1, "10"), sub("b", 2, "5"), on(3, "canceled", { subscriptionId: "a" })])?.plan).toBe(
    "plan b",
  );
});

test("an amount in another currency is kept in it, and its movement is told at the rate of its day", () => {
  const events = [started(10, "10", { currency: "EUR" }), on(12, "renewed"), on(13, "upgraded", { amount: "12" })];
  expect(movements(events)).toEqual([
    [10, "new", 12_50],
    [13, "expansion", 15_00],
  ]);
});

test("an amount without a rate is left out and counted until there is one, and the account is new to nobody then", () => {
  const events = [started(5, "10", { currency: "EUR" }), on(12, "canceled")];
  expect(foldAccount(events, RATES, DEFAULT_POLICIES)).toMatchObject([
    { day: "2026-01-05", kind: null, after: { arr: 0n, unconverted: 1, pays: false } },
    { day: "2026-01-10", kind: null, after: { arr: 15_000_000_000n, unconverted: 0, pays: true } },
    { day: "2026-01-12", kind: "churn", after: { arr: 0n } },
  ]);
});

const names = fc.constantFrom<RevenueEventName>(
  ...(["subscription_started", "renewed", "upgraded", "downgraded", "canceled", "paused", "resumed"] as const),
  ...(["trial_started", "refunded", "one_time"] as const),
);
const histories = fc
  .array(
    fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      event: names,
      sub: fc.constantFrom("a", "b"),
      wait: fc.integer({ min: 0, max: 9 }),
      amount: fc.option(fc.constantFrom("0", "10", "29.99")),
    }),
    { maxLength: 14 },
  )
  .map((list) => list.toSorted((one, other) => one.day - other.day))
  .map((list) =>
    list.map(({ day, event, sub, wait, amount }) =>
      on(day, event, {
        subscriptionId: sub,
        amount,
        effective: event === "canceled" && wait > 0 ? moment(day + wait) : null,
      }),
    ),
  );

test("movements follow on each other, and their kinds say which way the money went", () => {
  fc.assert(
    fc.property(histories, (events) => {
      let level = 0n;
      for (const { before, after, kind, kinds } of foldAccount(events, RATES, DEFAULT_POLICIES)) {
        expect(before.arr).toBe(level);
        level = after.arr;
        const way = after.arr > before.arr ? "up" : after.arr < before.arr ? "down" : "level";
        const up = { new: "up", reactivation: "up", expansion: "up", resumed: "up", transfer: "" };
        const expected = { ...up, churn: "down", contraction: "down", paused: "down" };
        if (kinds.length < 2) expect(kind === null ? "level" : expected[kind]).toBe(way);
        else expect([kinds, way]).toEqual([["resumed", "churn"], "level"]);
      }
    }),
  );
});

test("what happens later never changes the end of an earlier day", () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 1, max: 28 }), (events, day) => {
      const last = moment(day).day;
      const until = (all: readonly RevenueEvent[]) =>
        foldAccount(all, RATES, DEFAULT_POLICIES).filter((movement) => movement.day <= last);
      expect(until(events)).toEqual(until(events.filter((event) => event.day <= last)));
    }),
  );
});

const effectiveOn = (day: number, hour = 12): Fields => ({ effective: moment(day, hour) });

test("an event at the very instant at which a cancellation takes effect comes after it", () => {
  const events = [started(1), on(2, "canceled", effectiveOn(5)), on(5, "upgraded", { amount: "20" })];
  expect(movements(events)).toEqual([
    [1, "new", 10_00],
    [5, "expansion", 20_00],
  ]);
});

test("what a cancellation has ended cannot be paused any more", () => {
  const events = [started(1), on(2, "canceled", effectiveOn(4)), on(6, "paused")];
  expect(endState(events)).toMatchObject({ arr: 0n, paused: false });
});

test("a cancellation of what has ended does not wait for its moment, so a new start is not ended by it", () => {
  const events = [started(1), on(2, "canceled"), on(3, "canceled", effectiveOn(9)), on(4, "upgraded")];
  expect(endState(events)?.arr).toBe(10n * 12n * 100n * 1_000_000n);
});

test("a subscription that starts at the very instant of an earlier cancellation's effect goes on", () => {
  expect(movements([on(2, "canceled", effectiveOn(5)), started(5)])).toEqual([[5, "new", 10_00]]);
});

test("a cancellation that takes effect at once, before the start, ends the subscription at its start", () => {
  expect(movements([on(2, "canceled", effectiveOn(2)), started(5)])).toEqual([]);
});

test("a day after which an account stands as before is no movement", () => {
  const days = (events: readonly RevenueEvent[]) =>
    foldAccount(events, RATES, DEFAULT_POLICIES).map(({ day, kind }) => [Number(day.slice(-2)), kind]);
  expect(days([started(1, "10", { plan: "pro" }), on(2, "renewed"), on(3, "refunded")])).toEqual([[1, "new"]]);
  expect(days([started(1, "10", { plan: "pro" }), on(2, "upgraded", { plan: "team" })])).toEqual([
    [1, "new"],
    [2, null],
  ]);
});

test("an account is paused when it pays nothing and one of its subscriptions is paused", () => {
  expect(endState([started(1), on(2, "canceled")])?.paused).toBe(false);
  const free = [started(1, "0", { plan: "free" }), on(2, "paused")];
  expect(endState(free)).toMatchObject({ arr: 0n, paused: true, wouldPay: false });
  const [one, other] = [{ subscriptionId: "a" }, { subscriptionId: "b" }];
  expect(endState([started(1, "10", one), started(1, "5", other), on(2, "paused", one)])?.paused).toBe(false);
  expect(endState([started(1), on(2, "canceled")], { pausedCounts: true })?.arr).toBe(0n);
});

test("the heavier plan wins whichever subscription is looked at first, and then the later change", () => {
  const sub = (id: string, day: number, amount: string) => started(day, amount, { subscriptionId: id, plan: id });
  const plan = (...events: RevenueEvent[]) => endState(events)?.plan;
  expect(plan(sub("a", 1, "10"), sub("b", 2, "5"))).toBe("a");
  expect(plan(sub("a", 1, "5"), sub("b", 1, "10"), on(3, "renewed", { subscriptionId: "a" }))).toBe("b");
  expect(plan(sub("a", 1, "5"), sub("b", 2, "5"))).toBe("b");
  expect(plan(sub("b", 1, "5"), sub("a", 2, "5"), on(3, "renewed", { subscriptionId: "b" }))).toBe("b");
  expect(plan(sub("b", 1, "5"), sub("a", 1, "5"))).toBe("a");
  expect(plan(sub("a", 1, "5"), sub("b", 1, "5"))).toBe("a");
});
