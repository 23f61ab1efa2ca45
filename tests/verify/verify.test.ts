import fc from "fast-check";
import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { DEFAULT_POLICIES, type Policies } from "../../src/core/workspace.ts";
import { createVerifier } from "../../src/metrics/verify/verifier.ts";
import { answer, check, milestone, request, revenue, session, signup, ticket, times, worldOf } from "../golden/told.ts";
import { live } from "../properties/live.ts";
import { verifyWorld } from "../properties/third-answer.ts";
import { randomWorld } from "../properties/worlds.ts";
import type { World } from "../support/world.ts";

const aLittleOfAll = () =>
  worldOf([
    signup("u1", "2026-06-01T10:00:00Z"),
    signup("u2", "2026-06-09T10:00:00Z"),
    milestone("u1", "profile_completed", "2026-06-02T10:00:00Z"),
    session("u1", "s1", "2026-06-02T11:00:00Z"),
    ...times(20, (index) =>
      request(`2026-06-${10 + (index % 4)}T0${index % 10}:00:00Z`, {
        user_id: `u${index % 3}`,
        duration_ms: 10 + index,
      }),
    ),
    request("2026-06-12T10:00:00Z", { status: 500 }),
    revenue("u1", "subscription_started", "2026-06-03T10:00:00Z", {
      amount: "1200",
      billing_period: "year",
      plan: "pro",
    }),
    revenue("u2", "subscription_started", "2026-06-10T10:00:00Z", { amount: "29" }),
    revenue("u2", "canceled", "2026-06-12T10:00:00Z"),
    answer("u1", 10, "2026-06-11T10:00:00Z"),
    answer("u2", 3, "2026-06-12T10:00:00Z"),
    ...times(30, (index) => check("api", index === 7 ? "down" : "healthy", `2026-06-11T10:${10 + index}:00Z`)),
    ticket("k1", "opened", "2026-06-10T10:00:00Z"),
    ticket("k1", "resolved", "2026-06-12T16:00:00Z"),
  ]);

const change = (world: World, statement: string) => world.db.work.run((sql) => sql.unsafe(statement));

const named = (differences: readonly { metric: string; when: string }[]): string[] => [
  ...new Set(differences.map(({ metric, when }) => `${metric} ${when}`)),
];

test("numbers that are right are all compared and none differs", async () => {
  const world = await aLittleOfAll();
  const found = await verifyWorld(world, 14);
  expect(found.differences).toEqual([]);
  expect(found.compared).toBeGreaterThan(14 * 60);
  expect([found.leftOut, found.sealedThrough, found.unsettled]).toEqual([0, null, 0]);
});

test("on random worlds nothing differs", { timeout: 60_000 }, async () => {
  for (const random of fc.sample(randomWorld, { numRuns: 10, seed: 20_261_125 })) {
    await live(random, async (_, world) => expect((await verifyWorld(world, 36)).differences).toEqual([]));
  }
});

test("a stored number that was changed behind the roller's back differs, with both values, on its day and wherever it enters", async () => {
  const world = await aLittleOfAll();
  await change(world, "update metric_values set value = value + 1 where metric = 'api_calls' and day = '2026-06-12'");
  const { differences } = await verifyWorld(world, 7);
  expect(differences).toContainEqual({ metric: "api_calls", when: "2026-06-12", stored: 7, recomputed: 6 });
  expect(named(differences)).toEqual(
    expect.arrayContaining([
      "api_calls 2026-06-08 to 2026-06-14",
      "error_rate 2026-06-12",
      "error_rate 2026-06-08 to 2026-06-14",
    ]),
  );
  expect(differences.filter(({ metric }) => ["mrr", "dau", "nps", "uptime"].includes(metric))).toEqual([]);
});

test.each([
  ["metric_values where metric = 'mrr_new'", ["mrr", "arr", "new_revenue"]],
  ["metric_values where metric = 'nps_detractors'", ["nps", "nps_responses"]],
  ["metric_values where metric = 'mau'", ["mau", "stickiness"]],
  ["metric_values where metric = 'up_seconds'", ["uptime"]],
  ["metric_values where metric = 'tickets_resolved'", ["tickets_resolved", "open_tickets"]],
  ["metric_values where metric = 'signups'", ["signups", "total_users"]],
  ["latency_histograms where feature_no = 0", ["latency_p95"]],
  ["latency_histograms where feature_no > 0", ["top feature 1: calls"]],
  ["account_spans", ["churn_rate"]],
  ["support_tickets", ["resolution_hours", "resolution_hours_median", "resolution_hours_p90"]],
  ["users where user_id = 'u1'", ["activation_rate"]],
])("rows lost from %s are noticed", async (rows, metrics) => {
  const world = await aLittleOfAll();
  await change(world, `delete from ${rows}`);
  const found = (await verifyWorld(world, 14)).differences.map(({ metric }) => metric);
  expect(found).toEqual(expect.arrayContaining(metrics));
});

test("an event that has arrived but was not worked out yet is worked out first and is no difference", async () => {
  const world = await aLittleOfAll();
  await world.post([request("2026-06-13T10:00:00Z", { id: "late", user_id: "u9" })]);
  expect((await verifyWorld(world, 14)).differences).toEqual([]);
});

test("what arrives while it counts shows neither as a difference nor in the numbers", async () => {
  const world = await aLittleOfAll();
  const { db, workspace } = world;
  const verifier = createVerifier({
    db,
    workspace,
    clock: { now: () => Temporal.Instant.from(world.now()) },
    settle: () => world.settle(),
  });
  let posted: Promise<unknown> | undefined;
  const found = await verifier.verify(14, (share) => {
    if (share > 0.3)
      posted ??= world
        .post([request("2026-06-13T10:00:00Z", { id: "meanwhile", user_id: "u9" })])
        .then(() => world.settle());
  });
  await posted;
  expect(posted).toBeDefined();
  expect([found.differences, found.unsettled]).toEqual([[], 0]);
});

test("when the rollups do not follow, the differences are told and how many changes wait", async () => {
  const world = await aLittleOfAll();
  const { db, workspace } = world;
  await world.post([request("2026-06-13T10:00:00Z", { id: "late" })]);
  const verifier = createVerifier({
    db,
    workspace,
    clock: { now: () => Temporal.Instant.from(world.now()) },
    settle: async () => {},
  });
  const found = await verifier.verify(7);
  expect(found.unsettled).toBeGreaterThan(0);
  expect(named(found.differences)).toContain("api_calls 2026-06-13");
});

test("days whose requests are no longer kept are left out and said, and the rest is compared all the same", async () => {
  const world = await worldOf([
    ...times(6, (index) => request(`2026-05-${20 + index}T10:00:00Z`, { user_id: `u${index}` })),
    ...times(6, (index) => request(`2026-06-0${2 + index}T10:00:00Z`, { user_id: `u${index}` })),
    revenue("u1", "subscription_started", "2026-05-21T10:00:00Z", { amount: "29" }),
  ]);
  const before = await verifyWorld(world, 30);
  expect([before.differences, before.sealedThrough]).toEqual([[], null]);
  await change(world, dropRequestsBefore("2026_06"));
  const found = await verifyWorld(world, 30);
  expect(found.differences).toEqual([]);
  expect(found.sealedThrough?.toString()).toBe("2026-05-25");
  expect(found.leftOut).toBeGreaterThan(100);
  expect(found.compared + found.leftOut).toBeLessThanOrEqual(before.compared);
  await change(world, "delete from metric_values where metric = 'mrr_new'");
  expect(named((await verifyWorld(world, 30)).differences)).toContain("mrr 2026-05-21");
});

/** As retention does: whole months. */
const dropRequestsBefore = (month: string) => `
  do $$
  declare name text;
  begin
    for name in select inhrelid::regclass::text from pg_inherits
      where inhparent = 'usage_logs'::regclass and inhrelid::regclass::text < 'usage_logs_${month}'
    loop
      execute format('drop table %s', name);
    end loop;
  end $$`;

test.each<Partial<Policies>>([
  { mauWindow: "28" },
  { mauWindow: "calendar_month" },
  { cancelAt: "request" },
  { pausedCounts: true },
  { npsDays: 7 },
  { activationMilestones: ["profile_completed"] },
  { healthGapSeconds: 10 },
  { discounts: "ignored" },
  { reopenDays: 1 },
])("it follows the policy %o", async (policies) => {
  const world = await worldOf(
    [
      ...times(40, (index) =>
        request(
          Temporal.Instant.from("2026-06-14T10:00:00Z")
            .subtract({ hours: 24 * index })
            .toString(),
          { user_id: `u${index}` },
        ),
      ),
      signup("u1", "2026-06-03T10:00:00Z"),
      milestone("u1", "profile_completed", "2026-06-04T10:00:00Z"),
      revenue("u1", "subscription_started", "2026-06-01T10:00:00Z", { amount: "29" }),
      revenue("u1", "canceled", "2026-06-04T10:00:00Z", { effective_at: "2026-06-20T10:00:00Z" }),
      revenue("u2", "subscription_started", "2026-06-01T10:00:00Z", { amount: "10" }),
      revenue("u2", "paused", "2026-06-05T10:00:00Z"),
      revenue("u3", "subscription_started", "2026-06-01T10:00:00Z", { amount: "50", discount: { percent: "10" } }),
      ticket("k1", "opened", "2026-06-02T10:00:00Z"),
      ticket("k1", "resolved", "2026-06-03T10:00:00Z"),
      ticket("k1", "replied", "2026-06-05T10:00:00Z", { by: "customer" }),
      answer("u1", 10, "2026-06-01T10:00:00Z"),
      answer("u2", 0, "2026-06-12T10:00:00Z"),
      check("api", "healthy", "2026-06-12T10:00:00Z"),
      check("api", "down", "2026-06-12T10:02:00Z"),
    ],
    { now: "2026-06-15T12:00:00Z", policies },
  );
  expect((await verifyWorld(world, 40)).differences).toEqual([]);
  const elsewhere = { ...world, workspace: { ...world.workspace, policies: DEFAULT_POLICIES } };
  expect((await verifyWorld(elsewhere, 40)).differences).not.toEqual([]);
});
