import { expect, it } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import { openLiveApi, type LiveApi } from "./live-api.ts";

const OVERVIEWS = ["activation-funnel", "revenue-breakdown", "support-overview", "error-overview"];

async function apiWith(...events: readonly object[]): Promise<LiveApi> {
  const api = openLiveApi(await createTestDatabase());
  const { answer } = await api.send("/api/events", JSON.stringify({ events }));
  expect(answer).toMatchObject({ accepted: events.length });
  await api.roller.drain();
  return api;
}

const at = (day: number, hour = 12) =>
  `2026-11-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00Z`;

it("tells who signed up, who reached which milestone, and who has time left", async () => {
  const { ask } = await apiWith(
    { type: "signup", user_id: "a", occurred_at: at(2) },
    { type: "activation", user_id: "a", milestone: "profile_completed", occurred_at: at(2, 14) },
    { type: "request", user_id: "a", method: "GET", route: "/a", status: 200, duration_ms: 1, occurred_at: at(3) },
    { type: "agent_session", user_id: "a", session_id: "s", action: "started", occurred_at: at(4) },
    { type: "signup", user_id: "b", occurred_at: at(3) },
    { type: "activation", user_id: "b", milestone: "profile_completed", occurred_at: at(3, 18) },
    { type: "signup", user_id: "late", occurred_at: at(18) },
  );
  expect((await ask("/api/metrics/activation-funnel")).answer).toMatchObject({
    total_signups: 3,
    completed_profile: 2,
    first_api_call: 1,
    first_agent_session: 1,
    activated_users: 1,
    activation_rate: 50,
    pending: 1,
    steps: [
      { milestone: "profile_completed", users: 2, median_hours: 4 },
      { milestone: "first_api_call", users: 1, median_hours: 24 },
      { milestone: "first_agent_session", users: 1, median_hours: 48 },
    ],
  });
});

it("tells users, customers and revenue by plan, and the movements", async () => {
  const { ask } = await apiWith(
    { type: "signup", user_id: "a", team_id: "t", occurred_at: at(2) },
    { type: "signup", user_id: "b", team_id: "t", occurred_at: at(2) },
    { type: "signup", user_id: "c", occurred_at: at(2) },
    { type: "revenue", event: "subscription_started", team_id: "t", plan: "pro", amount: "30.00", occurred_at: at(3) },
    { type: "revenue", event: "upgraded", team_id: "t", plan: "enterprise", amount: "90.00", occurred_at: at(9) },
    { type: "revenue", event: "subscription_started", team_id: "x", plan: "pro", amount: "10.00", occurred_at: at(9) },
  );
  const { answer } = await ask("/api/metrics/revenue-breakdown");
  expect(answer).toMatchObject({
    pro_users: 0,
    enterprise_users: 2,
    total_mrr: 100,
    avg_revenue_per_user: 50,
    tiers: [
      { plan: "enterprise", users: 2, customers: 1, mrr: 90, arpu: 90 },
      { plan: "pro", users: 0, customers: 1, mrr: 10, arpu: 10 },
      { plan: "(none)", users: 1, customers: 0, mrr: 0, arpu: null },
    ],
    movements: { new: 40, expansion: 60, contraction: 0, churn: 0, reactivation: 0 },
  });
});

it("tells the tickets opened by what they are at the end of the window, and the hours they took", async () => {
  const ticket = (ticket_id: string, action: string, occurred_at: string, more = {}) => {
    return { type: "ticket", ticket_id, action, occurred_at, ...more };
  };
  const { ask } = await apiWith(
    ticket("a", "opened", at(10), { priority: "high", category: "bug", user_id: "u" }),
    ticket("a", "replied", at(10, 13), { by: "agent", user_id: "u" }),
    ticket("a", "replied", at(10, 14), { by: "agent", user_id: "helper" }),
    ticket("a", "resolved", at(10, 16)),
    ticket("a", "reopened", at(11)),
    ticket("a", "closed", at(12)),
    ticket("b", "opened", at(10)),
    ticket("b", "prioritized", at(11), { priority: "urgent", category: "billing" }),
    ticket("b", "resolved", at(20, 8)),
  );
  expect((await ask("/api/metrics/support-overview")).answer).toMatchObject({
    opened: 2,
    status: { open: 1, in_progress: 0, resolved: 0, closed: 1 },
    priority: { urgent: 1, high: 1, medium: 0, low: 0 },
    by_category: { bug: 1, feature_request: 0, billing: 1, general: 0 },
    first_response_hours: { mean: 2, median: 2, p90: 2 },
    resolution_hours: { mean: 4, median: 4, p90: 4 },
    full_resolution_hours: { mean: 48, median: 48, p90: 48 },
  });
});

it("tells the errors of 7 days by type and endpoint, the largest first, 20 at most", async () => {
  const error = (error_type: string, more = {}) => ({
    type: "error",
    message: "m",
    error_type,
    occurred_at: at(15),
    ...more,
  });
  const { ask } = await apiWith(
    ...Array.from({ length: 25 }, (_, n) => error(`T${String(n).padStart(2, "0")}`)),
    error("T07", { severity: "critical", endpoint: "/a" }),
    error("old", { occurred_at: at(2) }),
  );
  const { answer } = await ask("/api/metrics/error-overview");
  expect(answer).toMatchObject({ total_errors: 26, critical_errors: 1, error_rate: null, api_uptime: null });
  expect(answer["by_type"]).toHaveLength(20);
  expect((answer["by_type"] as object[]).slice(0, 2)).toEqual([
    { type: "T07", count: 2 },
    { type: "T00", count: 1 },
  ]);
  expect(answer["by_endpoint"]).toEqual([{ endpoint: "/a", count: 1 }]);
  const split = (await ask("/api/metrics/series/errors?days=7&by=type")).answer;
  expect(split).toMatchObject({ groups_left_out: 5, window: { value: 26 } });
  expect((split["groups"] as { group: string; window: object }[])[0]).toMatchObject({
    group: "T07",
    window: { value: 2 },
  });
});

it("splits a series by what the catalogue says, and only by that", async () => {
  const { ask } = await apiWith(
    { type: "health_check", service: "web", status: "healthy", occurred_at: at(19) },
    { type: "health_check", service: "db", status: "down", occurred_at: at(19) },
    { type: "health_check", service: "db", status: "degraded", occurred_at: "2026-11-19T12:01:00Z" },
  );
  const { answer } = await ask("/api/metrics/series/uptime?days=2&by=service");
  expect(answer).toMatchObject({
    by: "service",
    groups_left_out: 0,
    window: { value: expect.closeTo((100 * 10) / 11, 6) },
    groups: [
      { group: "web", window: { value: 100 }, points: [{ date: "2026-11-18", value: null }, { value: 100 }] },
      { group: "db", window: { value: expect.closeTo((100 * 5) / 6, 6) } },
    ],
  });
  const rows = (await ask("/api/metrics")).answer["metrics"] as { name: string; by: string[] }[];
  for (const { name, by } of rows) {
    for (const group of by) {
      expect(await ask(`/api/metrics/series/${name}?days=2&by=${group}`)).toMatchObject({
        status: 200,
        answer: { by: group },
      });
    }
    const refused = await ask(`/api/metrics/series/${name}?by=weekday`);
    expect(refused).toMatchObject({ status: 400, answer: { code: "unknown_group" } });
    for (const group of by) expect(refused.answer["detail"]).toContain(`\`${group}\``);
  }
});

it("keeps the groups that ended within the window, so that the groups of each day add up to the whole", async () => {
  const revenue = (team_id: string, event: string, day: number, more = {}) => ({
    type: "revenue",
    team_id,
    event,
    occurred_at: at(day),
    ...more,
  });
  const { ask } = await apiWith(
    revenue("stays", "subscription_started", 11, { plan: "pro", amount: "29.00" }),
    revenue("leaves", "subscription_started", 12, { plan: "max", amount: "80.00" }),
    revenue("leaves", "canceled", 17),
    revenue("gone", "subscription_started", 12, { plan: "old", amount: "10.00" }),
    revenue("gone", "canceled", 13),
    { type: "signup", user_id: "one", team_id: "leaves", occurred_at: at(12) },
  );
  const valuesOf = async (metric: string) => {
    const { answer } = await ask(`/api/metrics/series/${metric}?days=4&by=plan`);
    const groups = answer["groups"] as { group: string; points: { value: number | null }[] }[];
    return groups.map(({ group, points }) => [group, ...points.map(({ value }) => value)]);
  };
  expect(await valuesOf("mrr")).toEqual([
    ["pro", 29, 29, 29, 29],
    ["max", 80, 0, 0, 0],
  ]);
  expect(await valuesOf("arpu")).toEqual([
    ["pro", 29, 29, 29, 29],
    ["max", 80, null, null, null],
  ]);
  expect(await valuesOf("total_users")).toEqual([
    ["(none)", 0, 1, 1, 1],
    ["max", 1, 0, 0, 0],
  ]);
});

it("refuses to add up what does not add up, with the reason", async () => {
  const { ask } = openLiveApi(await createTestDatabase());
  expect((await ask("/api/metrics/series/signups?aggregate=sum")).status).toBe(200);
  for (const [metric, reason] of [
    ["mau", "twice"],
    ["mrr", "already holds"],
    ["error_rate", "of their parts"],
    ["latency_p95", "all that happened"],
  ]) {
    const { status, answer } = await ask(`/api/metrics/series/${metric}?aggregate=sum`);
    expect([status, answer["code"]]).toEqual([400, "not_additive"]);
    expect(answer["detail"]).toContain(reason);
  }
  expect(await ask("/api/metrics/series/dau?aggregate=mean")).toMatchObject({
    status: 400,
    answer: { code: "invalid_aggregate" },
  });
});

it("never tells an NPS without the number of its answers", async () => {
  const { ask } = await apiWith({ type: "nps", user_id: "a", score: 9, occurred_at: at(19) });
  const { answer } = await ask("/api/metrics/series/nps?days=1");
  expect(answer).toMatchObject({
    points: [{ value: 100, nps_responses: 1 }],
    window: { value: 100, nps_responses: 1, nps_interval: { margin: expect.any(Number) } },
  });
  expect((await ask("/api/metrics/series/mrr?days=1")).answer["window"]).toEqual({ value: null });
});

it.each(OVERVIEWS)("%s refuses days out of range, and answers before the first event", async (name) => {
  const { ask } = openLiveApi(await createTestDatabase());
  for (const days of ["0", "367", "1.5", "-1", "x", "", "1e2"]) {
    const { status, answer } = await ask(`/api/metrics/${name}?days=${days}`);
    expect([days, status, answer["code"]]).toEqual([days, 400, "invalid_days"]);
  }
  expect((await ask(`/api/metrics/${name}?days=366`)).status).toBe(200);
});
