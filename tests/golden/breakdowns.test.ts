import { expect, test } from "vitest";
import {
  addLater,
  answer,
  milestone,
  request,
  revenue,
  session,
  signup,
  ticket,
  times,
  valueOn,
  valueOver,
  worldOf,
} from "./told.ts";

const START = "2026-06-01T09:00:00Z";

test("GRR leaves out what accounts added, NRR counts it, and neither counts new accounts", async () => {
  const world = await worldOf([
    ...["keeps", "shrinks", "grows", "leaves"].map((user) =>
      revenue(user, "subscription_started", START, { amount: 100 }),
    ),
    revenue("shrinks", "downgraded", "2026-06-09T09:00:00Z", { amount: 60 }),
    revenue("grows", "upgraded", "2026-06-10T09:00:00Z", { amount: 250 }),
    revenue("leaves", "canceled", "2026-06-11T09:00:00Z"),
    revenue("new", "subscription_started", "2026-06-12T09:00:00Z", { amount: 999 }),
  ]);
  expect(await valueOver(world, "grr", 7)).toBe(65);
  expect(await valueOver(world, "nrr", 7)).toBe(102.5);
});

test("retention compares the ends of the window only: there and back is all kept", async () => {
  const world = await worldOf([
    revenue("a", "subscription_started", START, { amount: 100 }),
    revenue("a", "canceled", "2026-06-09T09:00:00Z"),
    revenue("a", "renewed", "2026-06-11T09:00:00Z"),
  ]);
  expect([await valueOver(world, "grr", 7), await valueOver(world, "nrr", 7)]).toEqual([100, 100]);
  expect(await valueOver(world, "grr", 30)).toBe(null);
});

test("the quick ratio is what was gained for what was lost, and no data when nothing was lost", async () => {
  const world = await worldOf([
    ...["a", "b"].map((user) => revenue(user, "subscription_started", START, { amount: 40 })),
    revenue("a", "upgraded", "2026-06-09T09:00:00Z", { amount: 70 }),
    revenue("b", "canceled", "2026-06-10T09:00:00Z"),
    revenue("c", "subscription_started", "2026-06-10T09:00:00Z", { amount: 50 }),
  ]);
  expect(await valueOver(world, "quick_ratio", 7)).toBe(2);
  expect(await valueOn(world, "quick_ratio", "2026-06-09")).toBe(null);
});

test("the lifetime value is ARPU by the churn of the last 30 days, and no data when nobody left in them", async () => {
  const world = await worldOf([
    ...times(10, (n) => revenue(`u${n}`, "subscription_started", "2026-05-01T09:00:00Z", { amount: 30 })),
    revenue("u0", "canceled", "2026-06-10T09:00:00Z"),
  ]);
  expect(await valueOver(world, "ltv", 1)).toBe(300);
  expect(await valueOver(world, "ltv", 30)).toBe(300);
  expect(await valueOn(world, "ltv", "2026-06-09")).toBe(null);
});

test("the plan of an account is that of its live subscription with the highest MRR, then the latest change, then the smaller id", async () => {
  const sub = (subscription_id: string, plan: string, amount: number, at = START) =>
    revenue("", "subscription_started", at, { user_id: undefined, team_id: "t", subscription_id, plan, amount });
  const planOf = async (...events: ReturnType<typeof sub>[]) => {
    const world = await worldOf(events.map(({ user_id: _, ...event }) => event));
    const { tiers } = await world.overviews.revenueBreakdown(7);
    return tiers.filter(({ customers }) => customers > 0).map(({ plan, mrr }) => [plan, mrr]);
  };
  expect(await planOf(sub("a", "pro", 10), sub("b", "enterprise", 20))).toEqual([["enterprise", 30]]);
  expect(await planOf(sub("a", "pro", 10, "2026-06-02T09:00:00Z"), sub("b", "enterprise", 10))).toEqual([["pro", 20]]);
  expect(await planOf(sub("b", "pro", 10), sub("a", "enterprise", 10))).toEqual([["enterprise", 20]]);
});

test("users count under the plan of their account: that of the team of their latest event, else what they pay alone; no plan when none", async () => {
  const world = await worldOf([
    signup("member", START),
    signup("alone", START),
    signup("buyer", START),
    request("2026-06-02T09:00:00Z", { user_id: "member", team_id: "t" }),
    request("2026-06-02T09:00:00Z", { user_id: "stranger", team_id: "t" }),
    { type: "revenue", event: "subscription_started", team_id: "t", plan: "pro", amount: 10, occurred_at: START },
    revenue("buyer", "subscription_started", START, { plan: "workflow", amount: 20 }),
  ]);
  expect(await world.overviews.revenueBreakdown(7)).toMatchObject({
    pro_users: 1,
    workflow_users: 1,
    avg_revenue_per_user: 15,
    tiers: [
      { plan: "workflow", users: 1, customers: 1, mrr: 20, arpu: 20 },
      { plan: "pro", users: 1, customers: 1, mrr: 10, arpu: 10 },
      { plan: "(none)", users: 1, customers: 0, mrr: 0, arpu: null },
    ],
  });
  await addLater(world, [request("2026-06-03T09:00:00Z", { user_id: "member", team_id: "elsewhere" })]);
  const after = await world.overviews.revenueBreakdown(7);
  expect(after).toMatchObject({ pro_users: 0, tiers: [{}, { plan: "pro", users: 0 }, { plan: "(none)", users: 2 }] });
  expect(after).not.toHaveProperty("free_users");
  expect(after).not.toHaveProperty("enterprise_users");
});

test("a user who joins a team today is still without it in the window that ended yesterday", async () => {
  const world = await worldOf([
    signup("a", START),
    { type: "revenue", event: "subscription_started", team_id: "t", plan: "pro", amount: 10, occurred_at: START },
    request("2026-06-15T09:00:00Z", { user_id: "a", team_id: "t" }),
  ]);
  expect(await world.overviews.revenueBreakdown(7)).toMatchObject({
    pro_users: 0,
    tiers: [{ plan: "pro" }, { plan: "(none)", users: 1 }],
  });
});

test("trials are in no plan that pays, and a paused account is reported apart", async () => {
  const world = await worldOf([
    revenue("trying", "trial_started", START, { plan: "pro", amount: 10 }),
    revenue("paused", "subscription_started", START, { plan: "pro", amount: 10 }),
    revenue("paused", "paused", "2026-06-05T09:00:00Z"),
    ...["trying", "paused"].map((user) => signup(user, START)),
  ]);
  expect(await world.overviews.revenueBreakdown(7)).toMatchObject({
    tiers: [{ plan: "(none)", users: 2, customers: 0 }],
    standing: { trial_users: 1, paused_users: 1, past_due_users: 0 },
    customers: 0,
    paused_customers: 1,
  });
});

test("the funnel's medians are of those who reached the step in time, 0 hours for who did so before signing up", async () => {
  const world = await worldOf([
    ...["a", "b", "c", "late"].map((user) => signup(user, START)),
    milestone("a", "profile_completed", "2026-05-30T09:00:00Z"),
    milestone("b", "profile_completed", "2026-06-01T11:00:00Z"),
    milestone("c", "profile_completed", "2026-06-02T09:00:00Z"),
    milestone("late", "profile_completed", "2026-06-08T09:00:01Z"),
    request("2026-06-01T12:00:00Z", { user_id: "a" }),
    request("2026-06-01T14:00:00Z", { user_id: "b" }),
    session("a", "s", "2026-06-08T09:00:00Z"),
  ]);
  const { steps, ...funnel } = await world.overviews.activationFunnel(30);
  expect(steps).toEqual([
    { milestone: "profile_completed", users: 3, users_from_previous: 3, rate: 75, median_hours: 2 },
    { milestone: "first_api_call", users: 2, users_from_previous: 2, rate: 50, median_hours: 4 },
    { milestone: "first_agent_session", users: 1, users_from_previous: 1, rate: 25, median_hours: 168 },
  ]);
  expect(funnel).toMatchObject({ total_signups: 4, activated_users: 1, activation_rate: 25, pending: 0 });
});

test("of each step the funnel tells how many took the one before too, because they come in any order", async () => {
  const reached = (user_id: string, name: string) =>
    ({ type: "activation", user_id, milestone: name, occurred_at: "2026-06-01T11:00:00Z" }) as const;
  const world = await worldOf([
    ...["a", "b", "c"].map((user_id) => ({ type: "signup", user_id, occurred_at: "2026-06-01T09:00:00Z" })),
    reached("a", "profile_completed"),
    ...["a", "b", "c"].map((user) => reached(user, "first_api_call")),
    reached("b", "first_agent_session"),
  ]);
  const { steps } = await world.overviews.activationFunnel(30);
  expect(steps.map(({ users, users_from_previous }) => [users, users_from_previous])).toEqual([
    [1, 1],
    [3, 1],
    [1, 1],
  ]);
});

test("the funnel looks only at what happened before the window's end", async () => {
  const world = await worldOf([
    signup("a", "2026-06-14T09:00:00Z"),
    milestone("a", "profile_completed", "2026-06-15T09:00:00Z"),
  ]);
  expect(await world.overviews.activationFunnel(7)).toMatchObject({
    total_signups: 1,
    completed_profile: 0,
    pending: 1,
  });
});

test("status, priority and category are those at the window's end of the tickets opened in it", async () => {
  const world = await worldOf([
    ticket("before", "opened", "2026-06-01T09:00:00Z"),
    ticket("a", "opened", "2026-06-09T09:00:00Z"),
    ticket("a", "prioritized", "2026-06-10T09:00:00Z", { priority: "urgent" }),
    ticket("a", "prioritized", "2026-06-15T09:00:00Z", { priority: "low", category: "bug" }),
    ticket("a", "resolved", "2026-06-15T10:00:00Z"),
  ]);
  expect(await world.overviews.supportOverview(7)).toMatchObject({
    opened: 1,
    status: { open: 1, in_progress: 0, resolved: 0, closed: 0 },
    priority: { urgent: 1, high: 0, medium: 0, low: 0 },
    by_category: { bug: 0, feature_request: 0, billing: 0, general: 1 },
  });
});

test("the p90 has rank ⌈0.9·n⌉ and the median of an even number is the mean of the middle two", async () => {
  const world = await worldOf(
    times(10, (n) => [
      ticket(`t${n}`, "opened", "2026-06-09T00:00:00Z"),
      ticket(`t${n}`, "resolved", `2026-06-09T${String(n + 1).padStart(2, "0")}:00:00Z`),
    ]).flat(),
  );
  expect((await world.overviews.supportOverview(7)).resolution_hours).toEqual({ mean: 5.5, median: 5.5, p90: 9 });
  expect(await valueOver(world, "resolution_hours_p90", 7)).toBe(9);
});

test("the first response is by somebody of the team who is not the requester", async () => {
  const world = await worldOf([
    ticket("t", "opened", "2026-06-09T09:00:00Z", { user_id: "asks" }),
    ticket("t", "replied", "2026-06-09T10:00:00Z", { by: "customer", user_id: "other" }),
    ticket("t", "replied", "2026-06-09T11:00:00Z", { by: "agent", user_id: "asks" }),
    ticket("t", "replied", "2026-06-09T14:00:00Z", { by: "agent", user_id: "helps" }),
    ticket("none", "opened", "2026-06-09T09:00:00Z"),
  ]);
  expect((await world.overviews.supportOverview(7)).first_response_hours).toEqual({ mean: 5, median: 5, p90: 5 });
});

test("promoters, passives and detractors are told apart", async () => {
  const world = await worldOf([9, 10, 8, 6].map((score, n) => answer(`u${n}`, score, "2026-06-10T09:00:00Z")));
  expect(await valueOn(world, "nps_promoters", "2026-06-10")).toBe(2);
  expect(await valueOn(world, "nps_passives", "2026-06-10")).toBe(1);
  expect(await valueOn(world, "nps_detractors", "2026-06-10")).toBe(1);
});

test("assigning and the first answer make a ticket in progress, reopening makes it open, medium and general unless said", async () => {
  const world = await worldOf([
    ticket("assigned", "opened", "2026-06-09T09:00:00Z"),
    ticket("assigned", "assigned", "2026-06-09T10:00:00Z"),
    ticket("answered", "opened", "2026-06-09T09:00:00Z"),
    ticket("answered", "replied", "2026-06-09T10:00:00Z", { by: "agent" }),
    ticket("reopened", "opened", "2026-06-09T09:00:00Z"),
    ticket("reopened", "assigned", "2026-06-09T10:00:00Z"),
    ticket("reopened", "reopened", "2026-06-09T11:00:00Z"),
  ]);
  expect(await world.overviews.supportOverview(7)).toMatchObject({
    status: { open: 1, in_progress: 2, resolved: 0, closed: 0 },
    priority: { urgent: 0, high: 0, medium: 3, low: 0 },
    by_category: { bug: 0, feature_request: 0, billing: 0, general: 3 },
  });
});

test("rates, scores and hours are not rounded", async () => {
  const world = await worldOf([
    ...times(3, (n) => request("2026-06-10T09:00:00Z", { status: n === 0 ? 500 : 200 })),
    ...[9, 9, 5].map((score, n) => answer(`u${n}`, score, "2026-06-10T09:00:00Z")),
    ticket("t", "opened", "2026-06-10T09:00:00Z"),
    ticket("t", "resolved", "2026-06-10T09:00:01Z"),
  ]);
  expect(await valueOver(world, "error_rate", 7)).toBeCloseTo(100 / 3, 10);
  expect(await valueOver(world, "nps", 7)).toBeCloseTo(100 / 3, 10);
  expect(await valueOver(world, "resolution_hours", 7)).toBeCloseTo(1 / 3600, 10);
});
