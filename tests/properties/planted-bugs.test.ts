import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { daysBetween, plusDays } from "../oracle/calendar.ts";
import { createOracle, type Numbers, type Oracle } from "../oracle/numbers.ts";
import { DEFINED, type Delivery, type Happening, type Rules } from "../oracle/setting.ts";
import { areas, isCompared, type Area } from "./areas.ts";
import { createWorld } from "../support/world.ts";
import { deliver } from "./deliver.ts";
import { differences } from "./differences.ts";
import { askEngine } from "./engine-answers.ts";
import { live, type Lived } from "./live.ts";
import { randomWorld, type RandomWorld } from "./worlds.ts";

const worlds: RandomWorld[] = fc.sample(randomWorld, { numRuns: 20, seed: 20_260_615 });
const lived: Lived[] = [];

beforeAll(async () => {
  for (const random of worlds) lived.push(await live(random, async (one) => one));
}, 240_000);

/** The metrics on which the engine and a wrong count differ in some world. */
function noticedIn(wrong: (one: Lived) => Oracle): Set<string> {
  return new Set(lived.flatMap((one) => differences(one.answers, wrong(one)).map((line) => line.split(" ")[0] ?? "")));
}

/** Those of the metrics that are compared at all. */
const containing = (metrics: readonly string[]): unknown => expect.arrayContaining(metrics.filter(isCompared));

const counted = (one: Lived, rules: Partial<Rules>): Oracle =>
  createOracle(one.deliveries, one.random.setting, { ...DEFINED, ...rules });

/** As the oracle, but with some numbers of a window counted otherwise. */
const altered = (oracle: Oracle, alter: (first: string, last: string) => Numbers): Oracle => ({
  ...oracle,
  window: (first, last) => ({ ...oracle.window(first, last), ...alter(first, last) }),
});

const byArrival = (a: Happening, b: Happening): number => a.arrival - b.arrival;

/** Forgets what happened more than two days before something that had already arrived. */
function withoutLateOnes({ deliveries, oracle }: Lived): Delivery[] {
  let newest = "";
  return deliveries.filter(({ event }, place) => {
    if (oracle.judgements[place] !== "accepted") return true;
    const at = String((event as { occurred_at?: unknown }).occurred_at);
    if (at > newest) newest = at;
    return at.slice(0, 10) >= plusDays(newest.slice(0, 10), -2);
  });
}

/** The number of each single day, counted once. */
function dayByDay(oracle: Oracle, metric: string): (day: string) => number | null {
  const known = new Map<string, number | null>();
  return (day) => {
    const value = known.has(day) ? known.get(day) : oracle.day(day)[metric];
    known.set(day, value ?? null);
    return value ?? null;
  };
}

const withoutIds = (deliveries: readonly Delivery[]): Delivery[] =>
  deliveries.map((delivery) => {
    const { id: _, ...event } = delivery.event as Record<string, unknown>;
    return { ...delivery, event };
  });

test("the honest count differs nowhere on the worlds in which the planted bugs are looked for", () => {
  expect(noticedIn((one) => one.oracle)).toEqual(new Set());
});

test("days in UTC instead of the workspace's zone are noticed", () => {
  const noticed = noticedIn((one) => createOracle(one.deliveries, { ...one.random.setting, timeZone: "UTC" }));
  expect([...noticed]).toEqual(containing(["api_calls", "signups", "mrr", "dau"]));
});

test("monthly actives as the sum of daily actives are noticed", () => {
  const noticed = noticedIn(({ oracle }) => {
    const dau = dayByDay(oracle, "dau");
    return altered(oracle, (_, last) => {
      const days = Array.from({ length: 30 }, (__, back) => plusDays(last, -back));
      return { mau: days.reduce((sum, day) => sum + (dau(day) ?? 0), 0) };
    });
  });
  expect([...noticed]).toEqual(containing(["mau", "active_users_monthly"]));
});

test("events applied in the order of their arrival are noticed", () => {
  const noticed = noticedIn((one) => counted(one, { order: byArrival }));
  expect([...noticed]).toEqual(containing(["mrr", "nps", "signups"]));
});

test("a 7 as a detractor is noticed", () => {
  expect([...noticedIn((one) => counted(one, { detractorUpTo: 7 }))]).toEqual(containing(["nps", "nps_score"]));
});

test("a yearly price taken for a monthly one is noticed", () => {
  const timesAYear = { ...DEFINED.timesAYear, year: 12n };
  expect([...noticedIn((one) => counted(one, { timesAYear }))]).toEqual(containing(["mrr", "arr"]));
});

test("money that is rounded twice is noticed", () => {
  const noticed = noticedIn(({ oracle }) =>
    altered(oracle, (first, last) => {
      const { mrr = null } = oracle.window(first, last);
      return { arr: mrr === null ? null : Number((12 * mrr).toFixed(3)) };
    }),
  );
  expect([...noticed]).toEqual(["arr"].filter(isCompared));
});

test("a cancellation that takes effect at once is noticed", () => {
  expect([...noticedIn((one) => counted(one, { keepsRunningUntilEffective: false }))]).toEqual(containing(["mrr"]));
});

test("late events that are dropped are noticed", () => {
  const noticed = noticedIn((one) => createOracle(withoutLateOnes(one), one.random.setting));
  expect([...noticed]).toEqual(containing(["api_calls", "mrr", "total_users"]));
});

test("repeated deliveries that are counted again are noticed", () => {
  const noticed = noticedIn((one) => createOracle(withoutIds(one.deliveries), one.random.setting));
  expect([...noticed]).toEqual(containing(["api_calls", "errors"]));
});

test("a check that holds for ten minutes is noticed", () => {
  expect([...noticedIn((one) => counted(one, { healthGapSeconds: 600 }))]).toEqual(containing(["uptime"]));
});

test("an error rate that is the mean of the days' rates is noticed", () => {
  const noticed = noticedIn(({ oracle }) => {
    const rateOn = dayByDay(oracle, "error_rate");
    return altered(oracle, (first, last) => {
      const rates = daysBetween(first, last).flatMap((day) => rateOn(day) ?? []);
      return { error_rate: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0) / rates.length };
    });
  });
  expect([...noticed]).toEqual(containing(["error_rate"]));
});

test("a threshold of 400 ms for satisfied requests is noticed", () => {
  expect([...noticedIn((one) => counted(one, { satisfiedMs: 400 }))]).toEqual(containing(["apdex"]));
});

const ON = (area: Area) => areas.includes(area);

/** A rule of the definitions, broken; and a metric that shows it. */
const BROKEN: readonly (readonly [what: string, rule: Partial<Rules>, metric: string, area: Area])[] = [
  ["an instant ordered by ids alone", { kindOrdersAnInstant: false }, "mrr", "money"],
  ["the sequence of an instant ignored", { sequenceOrdersAnInstant: false }, "mrr", "money"],
  ["an id that starts another subscription", { givesIds: false }, "mrr", "money"],
  ["a person without team taken for another account", { peopleStandForTeams: false }, "mrr", "money"],
  ["a transfer taken for churn and a new account", { movesMoney: false }, "mrr_new", "money"],
  ["the latest rate for every day", { ratesHoldByDay: false }, "mrr", "money"],
  ["rates taken for expansion", { ratesAreApart: false }, "mrr_expansion", "money"],
  ["a pause taken for churn", { pausesAreApart: false }, "mrr_churn", "money"],
  ["a discount that never ends", { discountsEnd: false }, "mrr", "money"],
  ["a scheduled change that takes effect at once", { schedulesWait: false }, "mrr", "money"],
  ["a scheduled price that outlives the next one", { priceChangesReplaceScheduled: false }, "mrr", "money"],
  ["a trial that ends paying", { trialsSparePayers: false }, "mrr", "money"],
  ["one session for all who use its id", { sessionsArePersonal: false }, "agent_sessions", "people"],
  ["a failed call taken for a first one", { firstCallUnder: 600 }, "activations", "people"],
  ["0 before the first event of a metric's types", { nullByType: false }, "signups", "people"],
  ["one probe that speaks for all", { probesVote: false }, "uptime", "health"],
  ["a ticket that any later reply reopens", { reopenDays: 60 }, "open_tickets", "tickets"],
  ["a ticket that no reply reopens", { reopenDays: -1 }, "open_tickets", "tickets"],
];

test.each(BROKEN.filter(([, , , area]) => ON(area)))("%s is noticed", (_, rules, metric) => {
  expect([...noticedIn((one) => counted(one, rules))]).toContain(metric);
});

test.runIf(ON("money"))("ids ordered by UTF-16 units instead of bytes are noticed", async () => {
  const event = { type: "revenue", user_id: "a", event: "upgraded", occurred_at: "2026-06-05T09:00:00Z" };
  const parcels = ["\uFB00", "\u{1F600}"].map((id, n) => ({
    source: "api",
    event: { ...event, id, amount: `${n + 1}0` },
  }));
  const plan = {
    order: [0, 1],
    repeated: [],
    batchSizes: [9],
    twoIntakes: false,
    minutesBetween: 0,
    settleAfter: 1,
    rates: [],
    takenBack: [],
  };
  const setting = { timeZone: "UTC", currency: "USD", activationDays: 7, now: "2026-06-15T12:00:00Z" };
  await live({ setting, parcels, troubles: [], plan }, async (one) => {
    const order = (a: Happening, b: Happening): number => Number(a.at - b.at) || (a.id < b.id ? -1 : 1);
    expect(differences(one.answers, one.oracle)).toEqual([]);
    expect(differences(one.answers, counted(one, { order }))[0]).toBe(
      "mrr on 2026-06-05 (daily): engine 20, oracle 10",
    );
  });
});

test("an engine that has not rolled up the last events is noticed", async () => {
  const random = worlds[0];
  if (random === undefined) throw new Error("no world");
  const world = await createWorld(random.setting);
  try {
    const { deliveries } = await deliver(world, random);
    const late = {
      type: "request",
      method: "GET",
      route: "/a",
      status: 200,
      duration_ms: 1,
      occurred_at: random.setting.now,
    };
    await world.post([late]);
    const oracle = createOracle([...deliveries, { source: "api", event: late }], random.setting);
    const today = oracle.today;
    const lines = differences(await askEngine(world.reader), oracle);
    expect(lines.filter((line) => line.startsWith(`api_calls on ${today}`))).not.toEqual([]);
    await world.settle();
    expect(differences(await askEngine(world.reader), oracle)).toEqual([]);
  } finally {
    await world.close();
  }
});
