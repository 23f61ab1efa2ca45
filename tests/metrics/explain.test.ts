import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { CAUSE } from "../../src/events/cause.ts";
import { explanation as schema } from "../../src/metrics/explained.ts";
import { type Built, type Explanation } from "../../src/metrics/explained.ts";
import { metricNames, metricOf, type MetricName } from "../../src/metrics/catalogue.ts";
import { policyInForce } from "../../src/metrics/explain/policy-words.ts";
import { createTestWorld, type World } from "../support/world.ts";
import { createExplainedWorld } from "./explained-world.ts";

type Term = Extract<Built, { rule: "sum" }>["terms"][number];

const sum = (terms: readonly Term[]) => terms.reduce((total, { sign, value }) => total + sign * value, 0);

/** What the rule makes of the parts, without looking at the value. */
function recomputed({ built }: Explanation): number | null {
  switch (built?.rule) {
    case "sum":
      return sum(built.terms);
    case "level":
      return built.start + sum(built.terms);
    case "ratio": {
      const { numerator, denominator, scale } = built;
      return denominator.value > 0 ? (scale * numerator.value) / denominator.value : null;
    }
    case "share":
      return built.whole.value > 0 ? (built.scale * built.part.value) / built.whole.value : null;
    case "lifetime": {
      const { mrr, customers, gross_margin, lost, opening } = built;
      return lost === 0 || customers === 0 ? null : ((mrr / customers) * (gross_margin / 100) * opening) / lost;
    }
    case "tickets":
      return built.tickets === 0 ? null : built.total_hours / built.tickets;
    case "rank":
    case undefined:
      return null;
  }
}

/** The durations of all requests of the window, sorted. */
async function durations(world: World, { date_range }: Explanation) {
  const rows = await world.db.read.run(
    (sql) => sql<{ duration_ms: number }[]>`
      select duration_ms from usage_logs
      where (occurred_at at time zone 'Europe/Berlin')::date between ${date_range.start}::text::date and ${date_range.end}::text::date
      order by 1`,
  );
  return rows.map((row) => row.duration_ms);
}

describe("in a filled world", () => {
  let world: World;
  beforeAll(async () => {
    world = await createExplainedWorld();
  });
  afterAll(() => world.close());
  const explain = (metric: MetricName, days = 30, names = true) => world.reader.explain(metric, { days, names });

  test.for([30, 7, 1])(
    "every metric is what its rule makes of its parts, and what the reader says, over %i days",
    async (days) => {
      for (const name of metricNames) {
        const explanation = schema.parse(await explain(name, days));
        const series = await world.reader.series(name, days);
        expect(explanation.value, name).toBe(series.window.value);
        expect(series.today, name).toMatchObject(explanation.today);
        expect(explanation.date_range, name).toEqual(series.date_range);
        const { built, value, unit } = explanation;
        if (built?.rule === "rank") {
          const sorted = await durations(world, explanation);
          expect([built.requests, built.rank], name).toEqual([sorted.length, Math.ceil(built.q * sorted.length)]);
          const exact = sorted[built.rank - 1] ?? 0;
          expect(Math.abs((value ?? 0) - exact), name).toBeLessThanOrEqual(exact / 100);
        } else if (built?.rule === "tickets" && built.take !== "mean") {
          expect(value === null, name).toBe(built.tickets === 0);
        } else if (value === null) {
          expect(recomputed(explanation), name).toBeNull();
        } else if (unit === "money") {
          expect(Math.abs((recomputed(explanation) ?? NaN) - value), name).toBeLessThanOrEqual(0.005 + 1e-9);
        } else {
          expect(recomputed(explanation), name).toBeCloseTo(value, 9);
        }
      }
    },
  );

  test("a value that is not the sum of its parts would be found (control)", async () => {
    const explanation = await explain("mrr");
    const { built } = explanation;
    if (built?.rule !== "level") throw new Error("MRR is a level");
    const wrong = { ...explanation, built: { ...built, start: built.start + 1 } };
    expect(Math.abs((recomputed(wrong) ?? 0) - (explanation.value ?? 0))).toBeGreaterThan(0.9);
  });

  test("every metric has something to say here, so that nothing passes for want of data", async () => {
    const silent = [];
    for (const name of metricNames) {
      const { value } = await explain(name);
      if (value === null || value === 0) silent.push(name);
    }
    expect(silent).toEqual([]);
  });

  test("hours are those of the tickets, the middle one or the one of its rank", async () => {
    const take = async (metric: MetricName) => {
      const { value, built } = await explain(metric);
      return [value, built];
    };
    const two = { rule: "tickets", tickets: 2, total_hours: 360 };
    expect(await take("resolution_hours")).toEqual([180, { ...two, take: "mean" }]);
    expect(await take("resolution_hours_median")).toEqual([180, { ...two, take: "median" }]);
    expect(await take("resolution_hours_p90")).toEqual([336, { ...two, take: "p90" }]);
  });

  test("customer churn names those who are gone at the end, with the day, and not who paused or came back", async () => {
    const { built, accounts, inputs } = await explain("churn_rate");
    expect(built).toMatchObject({ rule: "share", part: { value: 1 }, whole: { value: 5 } });
    expect(accounts).toEqual({
      total: 1,
      largest: [{ account: "umbrella", date: "2026-06-08", movement: "churn", change: -47 }],
    });
    expect(inputs).toEqual([{ event: "revenue", rows: 18, newest_at: "2026-06-18T10:00:00.000Z" }]);
  });

  test("MRR is its start and its movements, names the largest, and says what has no exchange rate", async () => {
    const { built, accounts, unconverted, value, currency } = await explain("mrr");
    expect(built).toMatchObject({ rule: "level", start: expect.closeTo(320.323, 3) });
    expect([value, currency, unconverted]).toEqual([532.32, "USD", 1]);
    expect(accounts?.total).toBe(11);
    expect(accounts?.largest[0]).toEqual({
      account: "acme",
      date: "2026-06-06",
      movement: "expansion",
      change: 220,
    });
    expect(accounts?.largest).toHaveLength(5);
  });

  test("names are left out when they are not asked for, and where there are none", async () => {
    expect((await explain("mrr", 30, false)).accounts).toBeNull();
    expect((await explain("churn_rate", 30, false)).accounts).toBeNull();
    expect((await explain("signups")).accounts).toBeNull();
  });

  test("inputs are the rows of the days on which the value rests", async () => {
    const rows = async (metric: MetricName, days: number) => {
      const { inputs, inputs_range } = await explain(metric, days);
      return [inputs_range.start, inputs_range.end, ...inputs.map((input) => input.rows)];
    };
    expect(await rows("api_calls", 2)).toEqual(["2026-06-18", "2026-06-19", 39]);
    expect(await rows("wau", 1)).toEqual(["2026-06-13", "2026-06-19", 39, 0]);
    expect(await rows("mau", 1)).toEqual(["2026-05-21", "2026-06-19", 66, 5]);
    expect(await rows("total_users", 1)).toEqual([null, "2026-06-19", 8]);
    expect(await rows("nps", 1)).toEqual(["2026-05-21", "2026-06-19", 8]);
    expect(await rows("stickiness", 1)).toEqual(["2026-05-21", "2026-06-19", 66, 5]);
    const [start] = await rows("stickiness", 7);
    expect(start).toBe("2026-05-15");
  });

  test("what was taken back is no input", async () => {
    await world.db.work.run((sql) => sql`update error_logs set voided_at = now()`);
    await world.roller.recompute([Temporal.PlainDate.from("2026-06-18")]);
    const { inputs } = await explain("errors");
    expect(inputs).toEqual([{ event: "error", rows: 0, newest_at: null }]);
  });

  test("a window may end on any day, and one that ends today is partial", async () => {
    const june3 = await world.reader.explain("api_calls", {
      days: 1,
      date: Temporal.PlainDate.from("2026-06-03"),
      names: true,
    });
    expect([june3.value, june3.partial, june3.date_range.start]).toEqual([15, false, "2026-06-03"]);
    const today = await world.reader.explain("api_calls", {
      days: 2,
      date: Temporal.PlainDate.from("2026-06-20"),
      names: true,
    });
    expect([today.value, today.partial, today.today.value]).toEqual([22, true, 1]);
    const mrr = await world.reader.explain("mrr", {
      days: 1,
      date: Temporal.PlainDate.from("2026-06-20"),
      names: true,
    });
    expect([mrr.value, recomputed(mrr)]).toEqual([532.32, expect.closeTo(532.323, 3)]);
  });
});

test("without events there is no value, nothing to build it from, and no input", async () => {
  const world = await createTestWorld({ now: "2026-06-20T08:00:00Z" });
  for (const name of metricNames) {
    const explanation = schema.parse(await world.reader.explain(name, { days: 30, names: true }));
    expect([explanation.value, explanation.built, explanation.today.value], name).toEqual([null, null, null]);
    expect(
      explanation.inputs.every(({ rows, newest_at }) => rows === 0 && newest_at === null),
      name,
    ).toBe(true);
    expect(explanation.accounts?.largest ?? [], name).toEqual([]);
  }
});

test("each policy is told as it is decided", () => {
  const workspace = {
    timeZone: "UTC",
    currency: "USD",
    activationDays: 14,
    policies: { ...DEFAULT_POLICIES, pausedCounts: true },
  };
  expect(policyInForce("pausedCounts", workspace)).toEqual({
    policy: "paused_counts",
    value: "yes",
    meaning: "A paused subscription keeps its revenue.",
  });
  expect(policyInForce("activationDays", workspace).value).toBe("14 days");
  const told = metricNames
    .flatMap((name) => metricOf(name).policies ?? [])
    .map((name) => policyInForce(name, workspace));
  for (const { meaning } of told) expect(meaning).toMatch(/^[A-Z0-9].*\.$/);
});

describe("restatements", () => {
  async function worldWithLateEvents() {
    const world = await createTestWorld({ now: "2026-06-18T08:00:00Z", timeZone: "Europe/Berlin" });
    const pay = (account: string, amount: string, day: string) => {
      return {
        type: "revenue",
        event: "subscription_started",
        team_id: account,
        amount,
        occurred_at: `2026-${day}T10:00:00Z`,
      };
    };
    const join = (user: string, day: string) => ({
      type: "signup",
      user_id: user,
      occurred_at: `2026-${day}T10:00:00Z`,
    });
    await world.post([pay("a", "100", "05-01"), join("x", "06-10")]);
    await world.settle();
    world.moveClock("2026-06-20T08:00:00Z");
    await world.settle();
    await world.post([pay("late", "30", "05-15"), join("y", "06-10"), join("z", "06-10")]);
    await world.settle();
    return world;
  }

  test("of a count are those of the days of the window, with the cause", async () => {
    const world = await worldWithLateEvents();
    const { restatements } = await world.reader.explain("signups", { days: 30, names: true });
    expect(restatements).toEqual({
      total: 1,
      newest: [
        {
          metric: "signups",
          label: "Sign-ups",
          unit: "count",
          date: "2026-06-10",
          restated_on: "2026-06-20",
          before: 1,
          after: 3,
          is_change: false,
          cause: CAUSE.late,
        },
      ],
    });
    expect((await world.reader.explain("signups", { days: 5, names: true })).restatements.total).toBe(0);
  });

  test("of a level reach every later day: a week of June tells the late payment of May", async () => {
    const world = await worldWithLateEvents();
    const { restatements, value } = await world.reader.explain("mrr", { days: 7, names: true });
    expect(value).toBe(130);
    expect(restatements.newest).toEqual([
      expect.objectContaining({ date: "2026-05-15", before: 0, after: 30, is_change: true }),
    ]);
    const arpu = (await world.reader.explain("arpu", { days: 7, names: true })).restatements;
    expect(arpu.newest.map(({ metric }) => metric).toSorted()).toEqual(["customers", "mrr"]);
  });

  test("the level that people saw before is today's less what was restated since", async () => {
    const world = await worldWithLateEvents();
    const { restatements, value } = await world.reader.explain("mrr", { days: 1, names: true });
    const since = restatements.newest.reduce((total, row) => total + (row.after ?? 0) - (row.before ?? 0), 0);
    expect((value ?? 0) - since).toBe(100);
  });
});
