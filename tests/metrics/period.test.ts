import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { windowsOf } from "../../src/bot/digest/edition.ts";
import { Temporal } from "../../src/core/time.ts";
import { PERIOD_METRICS, type PeriodNumbers } from "../../src/metrics/read/period.ts";
import { between } from "../../src/core/window-wish.ts";
import { revenue, ticket, times, worldOf } from "../golden/told.ts";
import type { Oracle } from "../oracle/numbers.ts";
import { isSame } from "../properties/differences.ts";
import { live } from "../properties/live.ts";
import { randomWorld } from "../properties/worlds.ts";

const day = (text: string) => Temporal.PlainDate.from(text);

function differences(
  { values, date_range: { start, end } }: PeriodNumbers & { date_range: { start: string; end: string } },
  oracle: Oracle,
): string[] {
  if (oracle.firstDay === null || end < oracle.firstDay) return [];
  const counted = oracle.window(start, end);
  return PERIOD_METRICS.flatMap((name) =>
    isSame(name, values[name], counted[name]) ? [] : [`${name} of ${start}/${end}: ${values[name]}, ${counted[name]}`],
  );
}

describe("the numbers of a week and of a month", () => {
  test("are those that counting by hand gives, and those before them too", async () => {
    let compared = 0;
    const property = fc.asyncProperty(randomWorld, (random) =>
      live(random, async ({ oracle, answers }, { reader }) => {
        const morning = day(answers.daily.date_range.end).add({ days: 1 });
        for (const { window, before } of [windowsOf("weekly", morning), windowsOf("monthly", morning)]) {
          const period = await reader.period({ window, before, daysBefore: 56 });
          expect([...differences(period, oracle), ...differences(period.previous, oracle)]).toEqual([]);
          const { totals } = await reader.movements(window, 3);
          const counted = oracle.window(window.start.toString(), window.end.toString());
          const told = (...kinds: readonly string[]) =>
            Math.abs(
              totals.filter(({ movement }) => kinds.includes(movement)).reduce((sum, { change }) => sum + change, 0),
            );
          for (const kind of ["new", "reactivation", "expansion", "contraction"] as const)
            expect([kind, told(kind)]).toEqual([kind, expect.closeTo(counted[`mrr_${kind}`] ?? 0, 2)]);
          expect(told("churn", "paused")).toBeCloseTo(counted["mrr_churn"] ?? 0, 2);
          compared += 1;
        }
      }),
    );
    await fc.assert(property, { numRuns: 6, seed: 7 });
    expect(compared).toBe(12);
  });

  test("of a week are those that the summary of seven days says that morning", async () => {
    const world = await worldOf([
      ...times(5, (n) => revenue(`a${n}`, "subscription_started", "2026-06-02T09:00:00Z", { amount: 30 })),
      revenue("a0", "upgraded", "2026-06-10T09:00:00Z", { amount: 90 }),
      revenue("a1", "canceled", "2026-06-12T09:00:00Z"),
      ticket("T1", "opened", "2026-06-09T09:00:00Z"),
    ]);
    const [summary, period] = await Promise.all([
      world.reader.summary(7),
      world.reader.period({ ...windowsOf("weekly", day("2026-06-15")), daysBefore: 56 }),
    ]);
    expect(period.values).toMatchObject({
      mrr: summary.mrr,
      churn_rate: summary.churn_rate,
      open_tickets: summary.open_tickets,
      mau: summary.active_users_monthly,
    });
    expect(period.values.mrr).toBe(180);
    expect(period.previous.values.mrr).toBe(summary.previous?.mrr);
    expect(period.days.at(-1)).toEqual((await world.reader.daily(1)).days[0]);
    expect(period.days).toHaveLength(63);
  });

  test("of a month are of the calendar, whatever its length", () => {
    const of = (morning: string) => {
      const { window, before } = windowsOf("monthly", day(morning));
      return [window.start, window.end, window.days, before.start, before.end, before.days].map(String);
    };
    expect(of("2026-03-01")).toEqual(["2026-02-01", "2026-02-28", "28", "2026-01-01", "2026-01-31", "31"]);
    expect(of("2028-03-01")).toEqual(["2028-02-01", "2028-02-29", "29", "2028-01-01", "2028-01-31", "31"]);
    expect(of("2026-01-01")).toEqual(["2025-12-01", "2025-12-31", "31", "2025-11-01", "2025-11-30", "30"]);
  });
});

describe("who moved MRR", () => {
  const START = "2026-06-01T09:00:00Z";
  const week = between(day("2026-06-08"), day("2026-06-14"));

  test("is told by name with plan and amount, each kind with what it came to", async () => {
    const world = await worldOf([
      revenue("", "subscription_started", START, { amount: 79, plan: "Pro", team_id: "Initech", user_id: "x" }),
      revenue("hooli", "subscription_started", START, { amount: 58, plan: "Pro" }),
      revenue("umbrella", "subscription_started", START, { amount: 47 }),
      revenue("napping", "subscription_started", START, { amount: 20, plan: "Pro" }),
      revenue("globex", "subscription_started", "2026-06-09T09:00:00Z", { amount: 79, plan: "Pro" }),
      revenue("x", "upgraded", "2026-06-10T09:00:00Z", { amount: 299, plan: "Workflow", team_id: "Initech" }),
      revenue("hooli", "upgraded", "2026-06-10T09:00:00Z", { amount: 100 }),
      revenue("hooli", "upgraded", "2026-06-12T09:00:00Z", { amount: 116 }),
      revenue("umbrella", "canceled", "2026-06-11T09:00:00Z"),
      revenue("napping", "paused", "2026-06-11T09:00:00Z"),
    ]);
    expect(await world.reader.movements(week, 10)).toEqual({
      totals: [
        { movement: "new", accounts: 1, change: 79 },
        { movement: "expansion", accounts: 2, change: 278 },
        { movement: "paused", accounts: 1, change: -20 },
        { movement: "churn", accounts: 1, change: -47 },
      ],
      largest: [
        { account: "Initech", movement: "expansion", change: 220, plan_before: "Pro", plan: "Workflow" },
        { account: "globex", movement: "new", change: 79, plan_before: null, plan: "Pro" },
        { account: "umbrella", movement: "churn", change: -47, plan_before: null, plan: null },
        { account: "napping", movement: "paused", change: -20, plan_before: "Pro", plan: null },
        { account: "hooli", movement: "expansion", change: 58, plan_before: "Pro", plan: "Pro" },
      ],
    });
  });

  test("names the largest of each kind, then the largest of all, and tells all totals", async () => {
    const world = await worldOf([
      ...times(30, (n) => revenue(`n${n}`, "subscription_started", "2026-06-09T09:00:00Z", { amount: 10 + n })),
      revenue("small", "subscription_started", START, { amount: 1 }),
      revenue("small", "canceled", "2026-06-11T09:00:00Z"),
    ]);
    const { totals, largest } = await world.reader.movements(week, 4);
    expect(totals).toEqual([
      { movement: "new", accounts: 30, change: 735 },
      { movement: "churn", accounts: 1, change: -1 },
    ]);
    expect(largest.map(({ account }) => account)).toEqual(["n29", "small", "n28", "n27"]);
  });
});

describe("tickets that wait", () => {
  test("are told with the oldest that is open, and the urgent ones that nobody answered", async () => {
    const world = await worldOf([
      ticket("done", "opened", "2026-06-01T09:00:00Z"),
      ticket("done", "resolved", "2026-06-02T09:00:00Z"),
      ticket("old", "opened", "2026-06-03T09:00:00Z"),
      ticket("hot", "opened", "2026-06-14T09:00:00Z", { priority: "urgent" }),
    ]);
    expect(await world.reader.waitingTickets()).toMatchObject({
      oldest: { ticket_id: "old" },
      urgent_unanswered: 1,
    });
  });

  test("are none where there are none", async () => {
    const world = await worldOf([]);
    expect(await world.reader.waitingTickets()).toEqual({ oldest: null, urgent_unanswered: 0 });
  });
});
