import fc from "fast-check";
import { maybe, spelt, TEAMS, USERS } from "./ids.ts";
import { without, type EventBody } from "./event-body.ts";
import type { Surroundings } from "./stories.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `CHF` never has a rate. */
export const CURRENCIES = ["USD", "EUR", "JPY", "KWD", "CHF"];

const AMOUNTS: Readonly<Record<string, readonly string[]>> = {
  JPY: ["1000", "999", "1", "0"],
  KWD: ["1.005", "29.999", "10", "0.001"],
  USD: ["29.00", "0.01", "10.5", "1200", "0", "33.33"],
  EUR: ["29.00", "100", "0.05", "59", "100"],
  CHF: ["29.00", "15"],
};
const ANY_AMOUNT = ["29", "10.005", "0.5", "100", "15.345", "0"];

const UNIT_AMOUNTS: Readonly<Record<string, readonly string[]>> = {
  JPY: ["0.000001", "12.5"],
  KWD: ["0.000000005", "1.0050005"],
  USD: ["0.0035", "0.00000001", "10.00"],
  EUR: ["0.0035", "1.23456789"],
  CHF: ["0.5"],
};
const ANY_UNIT_AMOUNT = ["0.0035", "0.000000001", "2.5"];

/** A price in a currency that is named, or in whatever the subscription has. */
function price(currency: string | undefined): fc.Arbitrary<EventBody> {
  const amounts = currency === undefined ? ANY_AMOUNT : (AMOUNTS[currency] ?? []);
  const unitAmounts = currency === undefined ? ANY_UNIT_AMOUNT : (UNIT_AMOUNTS[currency] ?? []);
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ currency: fc.constant(currency), amount: fc.constantFrom(...amounts) }) },
    {
      weight: 1,
      arbitrary: fc.record({ currency: fc.constant(currency), unit_amount: fc.constantFrom(...unitAmounts) }),
    },
  );
}

const period = fc.oneof(
  { weight: 3, arbitrary: fc.constant("month") },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "day",
      "week",
      "two_weeks",
      "quarter",
      "half_year",
      "year",
      "monthly",
      "yearly",
      "annual",
      "annually",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { unit: "month", count: 1 },
      { unit: "month", count: 7 },
      { unit: "year", count: 2 },
      { unit: "week", count: 6 },
      { unit: "day", count: 7 },
      { unit: "day", count: 45 },
    ),
  },
);

const quantity = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(2.5, "0.000001", 10_000, "1.333333"));

const discount = fc.constantFrom<EventBody | null>(
  { percent: "20" },
  { percent: 100 },
  { percent: "33.3333" },
  { amount: "5" },
  { amount: "1000000" },
  null,
);

interface Around extends Surroundings {
  /** An instant that is over, or safely after the day that is running. */
  readonly anyTime: fc.Arbitrary<number>;
}

/** Days, midnights and hours from an instant on, but none that is still to come today. */
function withTimes(around: Surroundings): Around {
  const { at, nowMs } = around;
  const settled = (ms: number): number => (ms <= nowMs || ms > nowMs + 30 * HOUR_MS ? ms : ms + 48 * HOUR_MS);
  const later = fc
    .tuple(at, fc.constantFrom(0, HOUR_MS, DAY_MS, DAY_MS, 7 * DAY_MS, 40 * DAY_MS))
    .map(([ms, more]) => ms + more);
  return { ...around, anyTime: fc.oneof(at, later).map(settled) };
}

const MAY_WAIT = ["subscription_started", "upgraded", "downgraded", "paused", "resumed", "canceled", "cancelled"];
const KINDS = [
  "renewed",
  "renewed",
  "upgraded",
  "upgraded",
  "downgraded",
  "canceled",
  "canceled",
  "cancelled",
  "paused",
  "paused",
  "resumed",
  "trial_started",
  "past_due",
  "payment",
  "payment",
  "refunded",
  "one_time",
  "subscription_started",
];
const FIRST_KINDS = [
  "subscription_started",
  "subscription_started",
  "subscription_started",
  "trial_started",
  "trial_started",
  "renewed",
  "upgraded",
  "canceled",
  "paused",
];

interface Event {
  readonly ms: number;
  readonly us: number;
  readonly body: EventBody;
}

function event(kinds: readonly string[], { at, isoOf, anyTime }: Around): fc.Arbitrary<Event> {
  const currency = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom(...CURRENCIES) },
  );
  const priced = currency.chain((one) => (one === undefined ? maybe(price(one)) : price(one)));
  return fc
    .record({
      ms: at,
      us: fc.constantFrom(0, 0, 0, 1),
      kind: fc.constantFrom(...kinds),
      priced,
      quantity: fc.option(quantity, { nil: undefined, freq: 2 }),
      period: fc.option(period, { nil: undefined, freq: 2 }),
      plan: fc.option(fc.constantFrom("pro", "enterprise", "free"), { nil: undefined, freq: 2 }),
      discount: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: discount }),
      until: maybe(anyTime),
      effective: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyTime }),
      trialEnd: maybe(anyTime),
      sequence: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: fc.nat(3) }),
    })
    .map((one) => {
      const iso = (ms: number | undefined) => (ms === undefined ? undefined : isoOf(ms));
      const body = {
        event: one.kind,
        ...one.priced,
        quantity: one.quantity,
        billing_period: one.period,
        plan: one.plan,
        discount: one.discount,
        discount_until: one.discount ? iso(one.until) : undefined,
        effective_at: MAY_WAIT.includes(one.kind) ? iso(one.effective) : undefined,
        trial_ends_at: one.kind === "trial_started" ? iso(one.trialEnd) : undefined,
        sequence: one.sequence,
      };
      return { ms: one.ms, us: one.us, body };
    });
}

/** Who an event says that it is about: mostly the one who began, now and then without the team, or with another. */
const naming = fc.constantFrom("same", "same", "same", "same", "user", "team", "both", "moves");

/** `subscription_id` is sent, or left out, or written otherwise. */
const idSent = fc.constantFrom("sent", "sent", "sent", "left out");

function naming2body(
  how: string,
  own: { readonly user: string; readonly team: string; readonly isTeams: boolean },
  other: string,
): EventBody {
  if (how === "user") return { user_id: own.user };
  if (how === "team") return { team_id: own.team };
  if (how === "both") return { user_id: own.user, team_id: own.team };
  if (how === "moves") return { user_id: own.user, team_id: other };
  return own.isTeams ? { team_id: own.team, user_id: own.user } : { user_id: own.user };
}

/** The life of a subscription, or of several that one account has without ids, as some billing program would tell it. */
export function subscription(surroundings: Surroundings): fc.Arbitrary<EventBody[]> {
  const around = withTimes(surroundings);
  const step = fc.record({
    event: event(KINDS, around),
    /** At the same instant as the event before it. */
    together: fc.constantFrom(false, false, false, true),
    how: naming,
    id: idSent,
  });
  const start = fc.record({ event: event(FIRST_KINDS, around), how: naming, id: idSent });
  return fc
    .record({
      own: fc.record({ user: spelt(USERS), team: spelt(TEAMS), isTeams: fc.boolean() }),
      other: spelt(TEAMS),
      key: fc.option(spelt(["s1", "s2", "s3"]), { nil: undefined, freq: 3 }),
      start,
      steps: fc.array(step, { maxLength: 6 }),
    })
    .map(({ own, other, key, start: first, steps }) => {
      let before = first.event;
      return [{ ...first, together: false }, ...steps].map(({ event: told, together, how, id }) => {
        const { ms, us } = together ? before : told;
        before = { ...told, ms, us };
        return without({
          type: "revenue",
          ...naming2body(how, own, other),
          ...(id === "sent" ? { subscription_id: key } : {}),
          ...told.body,
          occurred_at: surroundings.isoOf(ms, us),
        });
      });
    });
}

/** An exchange rate, and when somebody set it: before any event, in between, or after all of them. */
export interface RateSet {
  readonly currency: string;
  readonly day: string;
  readonly rate: string;
  readonly turn: 0 | 1 | 2;
}

export function rates(currency: string, days: readonly string[]): fc.Arbitrary<RateSet[]> {
  const known = CURRENCIES.filter((one) => one !== currency && one !== "CHF");
  const rate = fc.record({
    currency: fc.constantFrom(...known),
    day: fc.constantFrom(...days),
    rate: fc.constantFrom("1.10", "1.20", "0.0067", "3.25", "0.333333333333", "151"),
    turn: fc.constantFrom<0 | 1 | 2>(0, 0, 1, 2),
  });
  return fc.array(rate, { maxLength: 8 }).map((all) => [...all].sort((a, b) => a.turn - b.turn));
}
