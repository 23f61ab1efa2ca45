import { expect, test } from "vitest";
import type { Policies } from "../../src/core/workspace.ts";
import {
  answer,
  check,
  milestone,
  NOON,
  request,
  revenue,
  signup,
  ticket,
  valueOn,
  valueOver,
  worldOf,
  type Told,
} from "./told.ts";

const under = (policies: Partial<Policies>, events: readonly Told[]) => worldOf(events, { ...NOON, policies });

test.each([
  ["30", ["2026-05-16", "2026-05-18", "2026-06-01"], 3],
  ["28", ["2026-05-16", "2026-05-18", "2026-06-01"], 2],
  ["calendar_month", ["2026-05-16", "2026-05-18", "2026-06-01"], 1],
] as const)(
  "with MAU_WINDOW %s the people active on %s are a MAU of %i on 2026-06-14",
  async (mauWindow, days, mau) => {
    const world = await under(
      { mauWindow },
      days.map((day) => request(`${day}T09:00:00Z`, { user_id: day })),
    );
    expect(await valueOn(world, "mau", "2026-06-14")).toBe(mau);
  },
);

test("with MAU_WINDOW calendar_month the first of a month still counts on its 31st, and no more on the day after", async () => {
  const world = await under({ mauWindow: "calendar_month" }, [request("2026-05-01T09:00:00Z", { user_id: "a" })]);
  expect(await valueOn(world, "mau", "2026-05-31")).toBe(1);
  expect(await valueOn(world, "mau", "2026-06-01")).toBe(0);
});

const cancelledAhead = [
  revenue("a", "subscription_started", "2026-06-01T09:00:00Z", { amount: 30 }),
  revenue("a", "canceled", "2026-06-03T09:00:00Z", { effective_at: "2026-06-10T09:00:00Z" }),
];

test.each([
  ["effective", 30, 0],
  ["request", 0, 0],
] as const)("with CANCEL_AT %s the MRR between request and effect is %i", async (cancelAt, between, after) => {
  const world = await under({ cancelAt }, cancelledAhead);
  expect(await valueOn(world, "mrr", "2026-06-05")).toBe(between);
  expect(await valueOn(world, "mrr", "2026-06-10")).toBe(after);
});

test.each([
  [false, 0, 1, 30],
  [true, 30, 0, 0],
])("with PAUSED_COUNTS %s a paused subscription is an MRR of %i", async (pausedCounts, mrr, paused, stopped) => {
  const world = await under({ pausedCounts }, [
    revenue("a", "subscription_started", "2026-06-01T09:00:00Z", { amount: 30 }),
    revenue("a", "paused", "2026-06-10T09:00:00Z"),
  ]);
  expect(await valueOn(world, "mrr", "2026-06-10")).toBe(mrr);
  expect(await valueOn(world, "paused_customers", "2026-06-10")).toBe(paused);
  expect(await valueOn(world, "mrr_paused", "2026-06-10")).toBe(stopped);
});

test.each([
  [100, 80],
  [75, 60],
  [82.5, 66],
])(
  "with a GROSS_MARGIN of %d %% an ARPU of 20 and a churn of 25 %% are a lifetime value of %d",
  async (grossMargin, ltv) => {
    const accounts = ["a", "b", "c", "d"].map((user) =>
      revenue(user, "subscription_started", "2026-05-01T09:00:00Z", { amount: 20 }),
    );
    const world = await under({ grossMargin }, [...accounts, revenue("d", "canceled", "2026-06-10T09:00:00Z")]);
    expect(await valueOver(world, "ltv", 7)).toBe(ltv);
  },
);

test.each([
  [30, 1, 100],
  [7, 0, null],
  [60, 2, 0],
])("with NPS_DAYS %i there are %i answers", async (npsDays, responses, score) => {
  const world = await under({ npsDays }, [
    answer("a", 10, "2026-06-01T09:00:00Z"),
    answer("b", 0, "2026-05-01T09:00:00Z"),
  ]);
  expect(await valueOn(world, "nps_responses", "2026-06-14")).toBe(responses);
  expect(await valueOn(world, "nps", "2026-06-14")).toBe(score);
});

test.each([
  [["profile_completed", "first_api_call", "first_agent_session"], 0],
  [["invited", "profile_completed"], 1],
])(
  "with ACTIVATION_MILESTONES %s there are %i activations, and the funnel has these steps",
  async (milestones, count) => {
    const world = await under({ activationMilestones: milestones }, [
      signup("a", "2026-06-01T09:00:00Z"),
      milestone("a", "profile_completed", "2026-06-01T10:00:00Z"),
      milestone("a", "invited", "2026-06-02T09:00:00Z"),
    ]);
    expect(await valueOver(world, "activations", 30)).toBe(count);
    const funnel = await world.overviews.activationFunnel(30);
    expect(funnel.steps.map((step) => step.milestone)).toEqual(milestones);
    expect(funnel.activated_users).toBe(count);
  },
);

test.each([
  [1, 0],
  [7, 1],
  [30, 2],
])("with %i REOPEN_DAYS a customer's reply reopens %i of two tickets", async (reopenDays, reopened) => {
  const world = await under({ reopenDays }, [
    ...["a", "b"].flatMap((id) => [
      ticket(id, "opened", "2026-05-20T09:00:00Z"),
      ticket(id, "resolved", "2026-05-21T09:00:00Z"),
    ]),
    ticket("a", "replied", "2026-05-24T09:00:00Z", { by: "customer" }),
    ticket("b", "replied", "2026-06-10T09:00:00Z", { by: "customer" }),
  ]);
  expect(await valueOn(world, "open_tickets", "2026-06-10")).toBe(reopened);
});

test.each([
  [300, 5],
  [3600, 60],
])("with a HEALTH_GAP of %i s a single check speaks for %i minutes", async (healthGapSeconds, minutes) => {
  const world = await under({ healthGapSeconds }, [
    check("web", "healthy", "2026-06-10T09:00:00Z"),
    check("db", "down", "2026-06-10T09:00:00Z"),
    check("db", "healthy", "2026-06-10T09:01:00Z"),
  ]);
  expect(await valueOn(world, "uptime", "2026-06-10")).toBeCloseTo((100 * 2 * minutes) / (2 * minutes + 1), 6);
});
