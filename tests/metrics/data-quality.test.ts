import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FINDING_CODES } from "../../src/events/quality/finding.ts";
import { createDataQuality } from "../../src/metrics/quality/data-quality.ts";
import { createQualityLook } from "../../src/metrics/quality/looking.ts";
import { farDates } from "../../src/metrics/quality/far-dates.ts";
import { createVoider } from "../../src/events/void.ts";
import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { fixedClock, intakeOn, workspace } from "../events/support.ts";
import { openLiveApi } from "../api/live-api.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const IMPORT = { source: "api", importing: true };

async function lookAt(db: TestDatabase): Promise<void> {
  const look = createQualityLook({ db, workspace: { ...workspace, policies: DEFAULT_POLICIES }, settledSeconds: 0 });
  while (await look.atRevenue());
  await look.atTheRest();
}

async function findingsAfter(
  events: readonly Record<string, unknown>[],
  origin: { readonly source: string } = IMPORT,
): Promise<{ db: TestDatabase; found: Awaited<ReturnType<ReturnType<typeof createDataQuality>["list"]>> }> {
  const db = await createTestDatabase();
  const verdicts = await intakeOn(db).accept(events, origin);
  expect(verdicts.filter(({ verdict }) => verdict !== "accepted")).toEqual([]);
  await lookAt(db);
  return { db, found: await createDataQuality({ db }).list() };
}

const revenue = (event: string, hour: number, fields: Record<string, unknown> = {}) => ({
  type: "revenue",
  id: `${event} ${hour}`,
  event,
  team_id: "acme",
  occurred_at: `2026-11-20T0${hour}:00:00Z`,
  ...fields,
});

test("what looks wrong about revenue is listed by account, with count, event and the step to take", async () => {
  const { found } = await findingsAfter([
    revenue("subscription_started", 1, { amount: "30.00", subscription_id: "s1" }),
    revenue("upgraded", 2, { amount: "20.00", subscription_id: "s1" }),
    revenue("upgraded", 3, { amount: "10.00", subscription_id: "s1" }),
    revenue("canceled", 4, { subscription_id: "s9", team_id: "globex" }),
  ]);
  expect(found).toEqual([
    {
      code: "unknown_subscription",
      count: 1,
      account: "globex",
      eventId: "canceled 4",
      detail: "s9",
      firstAt: "2026-11-20T04:00:00+00:00",
      lastAt: "2026-11-20T04:00:00+00:00",
      reason: expect.stringMatching(/\.$/) as string,
      next: expect.stringMatching(/\.$/) as string,
    },
    expect.objectContaining({ code: "wrong_direction", count: 2, account: "acme", eventId: "upgraded 3" }) as unknown,
  ]);
});

test("a finding goes when its event is taken back, and comes once however often it is looked for", async () => {
  const { db, found } = await findingsAfter([revenue("canceled", 4, { subscription_id: "s9" })]);
  expect(found).toHaveLength(1);
  await lookAt(db);
  const quality = createDataQuality({ db });
  expect(await quality.list()).toEqual(found);
  const voider = createVoider({ db, clock: fixedClock, workspace });
  await voider.voidEvent({ source: "api", id: "canceled 4", reason: "a mistake", actor: "test" });
  await lookAt(db);
  expect(await quality.list()).toEqual([]);
});

test("a start that arrives after its cancellation, out of order, leaves nothing to say", async () => {
  const { db, found } = await findingsAfter([revenue("canceled", 4, { subscription_id: "s1" })]);
  expect(found.map(({ code }) => code)).toEqual(["unknown_subscription"]);
  await intakeOn(db).accept([revenue("subscription_started", 1, { subscription_id: "s1", amount: 1 })], IMPORT);
  await lookAt(db);
  expect(await createDataQuality({ db }).list()).toEqual([]);
});

const session = (action: string, fields: Record<string, unknown>) => ({
  type: "agent_session",
  action,
  session_id: "s1",
  occurred_at: new Date(Date.now() - 3_600_000).toISOString(),
  ...fields,
});

test("an end of no session, a milestone nobody configured, and ids that differ in case are found", async () => {
  const db = await createTestDatabase();
  const clock = { now: () => fixedClock.now().add({ hours: 24 * 365 * 30 }) };
  await intakeOn(db, { clock }).accept(
    [
      session("started", { user_id: "u1" }),
      session("ended", { user_id: "u2", id: "e2" }),
      session("ended", { id: "of the only one" }),
      session("ended", { session_id: "s2", id: "of nobody" }),
      {
        type: "activation",
        user_id: "U1",
        milestone: "profile_complete",
        id: "a1",
        occurred_at: "2026-11-19T00:00:00Z",
      },
      { type: "track", name: "n", user_id: "u1", team_id: "Acme", occurred_at: "2026-11-19T00:00:00Z" },
      { type: "track", name: "n", team_id: "ac me", occurred_at: "2026-11-19T00:00:00Z" },
    ],
    IMPORT,
  );
  await lookAt(db);
  const found = (await createDataQuality({ db }).list()).map(({ code, account, detail, eventId }) => {
    return [code, account, detail, eventId];
  });
  expect(found).toHaveLength(5);
  expect(found).toContainEqual(["unmatched_end", "u2", "s1", "e2"]);
  expect(found).toContainEqual(["unmatched_end", null, "s2", "of nobody"]);
  expect(found).toContainEqual(["unknown_milestone", null, "profile_complete", "a1"]);
  expect(found).toContainEqual(["near_duplicate_id", "u1", "U1, u1", null]);
  expect(found).toContainEqual(["near_duplicate_id", "ac me", "Acme, ac me", null]);
});

test("the same ids from two sources are found, of requests too", async () => {
  const events = ["a", "b"].flatMap((id) => [
    {
      type: "request",
      id: `r${id}`,
      method: "GET",
      route: "/x",
      status: 200,
      duration_ms: 1,
      occurred_at: "2026-11-19T00:00:00Z",
    },
    { type: "track", id: `t${id}`, name: "n", occurred_at: "2026-11-19T00:00:00Z" },
  ]);
  const { db, found } = await findingsAfter(events);
  expect(found).toEqual([]);
  await intakeOn(db).accept(events, { source: "import" });
  await lookAt(db);
  const [shared] = await createDataQuality({ db }).list();
  expect(shared).toMatchObject({ code: "two_sources", detail: "api, import", count: 8 });
});

test("shared ids are looked for among the latest events alone, however few of those have an id", async () => {
  const check = {
    type: "health_check",
    id: "h1",
    service: "api",
    status: "healthy",
    occurred_at: "2026-11-19T00:00:00Z",
  };
  const request = { type: "request", id: "r1", method: "GET", route: "/x", status: 200, duration_ms: 1 };
  const early = [check, { ...request, occurred_at: "2026-11-19T00:00:00Z" }];
  const db = await createTestDatabase();
  await intakeOn(db).accept(early, IMPORT);
  await intakeOn(db).accept(early, { source: "import" });
  const since = "timestamptz '2026-11-19 01:00:00Z' + n * interval '1 second'";
  await db.work.run(async (sql) => {
    await sql.unsafe(`insert into health_checks (occurred_at, source_no, service, status)
      select ${since}, 1, 'api', 'healthy' from generate_series(1, 1000) as n`);
    await sql.unsafe(`insert into usage_logs (occurred_at, source_no, feature_no, duration_ms, latency_bucket, status)
      select ${since}, 1, 2, 1, 1, 200 from generate_series(1, 1000) as n`);
  });
  await lookAt(db);
  expect(await createDataQuality({ db }).list()).toEqual([]);
});

test("an event that is dated more than a year before all others is found", async () => {
  const { found } = await findingsAfter([
    { type: "signup", id: "old", user_id: "u1", occurred_at: "2016-11-20T00:00:00Z" },
    { type: "signup", id: "new", user_id: "u2", occurred_at: "2026-11-19T00:00:00Z" },
  ]);
  expect(found).toMatchObject([{ code: "far_date", count: 1, eventId: "old" }]);
});

test("a history that begins long before the rest is no slip of a date", () => {
  const history = Array.from({ length: 20 }, (_, n) => ({
    type: "signup",
    eventId: `e${n}`,
    at: `2016-01-${n + 10}T00:00:00Z`,
  }));
  const now = { type: "request", eventId: null, at: "2026-01-01T00:00:00Z" };
  expect(farDates([...history, now])).toEqual([]);
  expect(farDates([...history.slice(0, 2), now])).toMatchObject([{ count: 2 }]);
  expect(farDates([])).toEqual([]);
});

test("what outsiders invent makes at most 200 findings of a kind", { timeout: 60_000 }, async () => {
  const cancels = Array.from({ length: 900 }, (_, n) =>
    revenue("canceled", 1, { id: `c${n}`, team_id: `t${n}`, subscription_id: `s${n}` }),
  );
  const { found } = await findingsAfter(cancels);
  expect(found).toHaveLength(200);
});

test("findings and warnings are told over HTTP by the same codes", async () => {
  const db = await createTestDatabase();
  const live = openLiveApi(db);
  const event = revenue("canceled", 4, { subscription_id: "s9" });
  const { answer } = await live.send(
    "/api/events",
    JSON.stringify({ events: [{ type: "signup", user_id: "u" }, event] }),
  );
  expect(answer).toMatchObject({ accepted: 2, warnings: [{ index: 1, code: "unknown_subscription" }] });
  await lookAt(db);
  const { status, answer: listed } = await live.ask("/api/data-quality");
  expect(status).toBe(200);
  expect(listed["findings"]).toMatchObject([
    { code: "unknown_subscription", count: 1, event_id: "canceled 4", account: "acme" },
  ]);
  const one = await live.send("/api/track/activation", JSON.stringify({ user_id: "u", milestone: "profile_complete" }));
  expect(one.answer).toMatchObject({ verdict: "accepted", warnings: [{ code: "unknown_milestone" }] });
});

test("the documentation names every code", async () => {
  const page = await readFile(new URL("../../docs/data-quality.md", import.meta.url), "utf8");
  expect(FINDING_CODES.filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
});
