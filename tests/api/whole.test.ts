import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/db/client.ts";
import { daily, series, summary } from "../../src/metrics/answers.ts";
import { metricNames } from "../../src/metrics/catalogue.ts";
import { createTestDatabase } from "../support/database.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { NOW, openLiveApi as open } from "./live-api.ts";
import { post } from "./support.ts";

const signup = (id: string, at = "2026-11-19T12:00:00Z") => ({
  type: "signup",
  id,
  user_id: `user-${id}`,
  occurred_at: at,
});
const batch = (...events: unknown[]) => JSON.stringify({ events });

describe("events", () => {
  it("are stored before the answer; the same again is a duplicate and another payload a conflict", async () => {
    const db = await createTestDatabase();
    const { send } = open(db);
    expect(await send("/api/events", batch(signup("1")))).toMatchObject({
      status: 200,
      answer: { accepted: 1, duplicates: 0, rejected: [], warnings: [] },
    });
    expect(await db.read.run((sql) => sql`select event_id from signups`)).toEqual([{ event_id: "1" }]);
    const again = await send("/api/events", batch(signup("1"), { ...signup("1"), user_id: "another" }, signup("2")));
    expect(again.answer).toMatchObject({ accepted: 1, duplicates: 1, rejected: [{ index: 1, code: "conflict" }] });
  });

  it("that are bad never block the others, whatever is wrong with them", async () => {
    const db = await createTestDatabase();
    const { send } = open(db);
    const bad = [
      '{"type":"signup","id":"nul","user_id":"a\\u0000b"}',
      '{"type":"signup","id":"lone","user_id":"a\\ud800b"}',
      '{"type":"signup","id":"\\udc00","user_id":"u"}',
      `{"type":"track","id":"deep","name":"n","properties":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`,
      '{"type":"request","id":"huge","method":"GET","route":"/","status":200,"duration_ms":1e400}',
      '{"type":"signup","id":"far","user_id":"u","occurred_at":"+275760-09-13T00:00:00Z"}',
      `{"type":"error","id":"long","error_type":"${"x".repeat(1_000_000)}","message":"m"}`,
      '{"type":"signup","id":"__proto__","user_id":"u","__proto__":{"admin":true}}',
      '{"type":"nonsense","id":"x"}',
      "null",
      "[]",
      "7",
      '"text"',
      "{}",
    ];
    const good = Array.from({ length: 94 }, (_, n) => JSON.stringify(signup(String(n))));
    const { status, answer } = await send("/api/events", `{"events":[${[...bad, ...good].join(",")}]}`);
    expect(status).toBe(200);
    expect(answer["accepted"]).toBe(94);
    expect((answer["rejected"] as { index: number }[]).map(({ index }) => index)).toEqual(bad.map((_, index) => index));
    expect(await db.read.run((sql) => sql`select count(*)::int as n from signups`)).toEqual([{ n: 94 }]);
  });

  it("over the one-event routes tell a ticket's id, the same on a retry", async () => {
    const { send } = open(await createTestDatabase());
    const ticket = JSON.stringify({ id: "t1", action: "opened", user_id: "u1", subject: "Export fails" });
    const first = await send("/api/track/ticket", ticket);
    expect(first).toMatchObject({ status: 200, answer: { verdict: "accepted", ticket_id: expect.any(String) } });
    const retry = await send("/api/track/ticket", ticket);
    expect(retry.answer).toEqual({ verdict: "duplicate", ticket_id: first.answer["ticket_id"] });
    expect(
      await send("/api/track/ticket", JSON.stringify({ id: "t1", action: "opened", user_id: "u2", subject: "x" })),
    ).toMatchObject({
      status: 409,
      answer: { code: "conflict" },
    });
    expect(await send("/api/track/nps", '{"user_id":"u1","score":11}')).toMatchObject({ status: 400 });
    expect(await send("/api/track/nps", '{"user_id":"u1\\u0000","score":1}')).toMatchObject({ status: 400 });
  });

  it("can be taken back by an admin, once", async () => {
    const db = await createTestDatabase();
    const { send, access, api } = open(db);
    await send("/api/events", batch(signup("1")));
    const request = JSON.stringify({ source: "api", id: "1", reason: "a test account" });
    expect(await send("/api/events/void", request)).toMatchObject({
      status: 200,
      answer: { status: "voided", type: "signup" },
    });
    expect(await send("/api/events/void", request)).toMatchObject({
      status: 200,
      answer: { status: "already_voided" },
    });
    const unknown = JSON.stringify({ source: "api", id: "none", reason: "x" });
    expect(await send("/api/events/void", unknown)).toMatchObject({ status: 404, answer: { code: "not_found" } });
    for (const body of [
      "{}",
      "[]",
      '{"source":"api","id":"1"}',
      '{"source":"api","id":7,"reason":"x"}',
      '{"source":"api","id":"\\u0000","reason":"x"}',
    ]) {
      expect(await send("/api/events/void", body)).toMatchObject({ status: 400, answer: { code: "invalid_body" } });
    }
    const { key } = await access.create({ scope: "ingest" });
    expect((await api.request("/api/events/void", post(request, key))).status).toBe(403);
    const [audit] = await db.read.run((sql) => sql`select actor from audit_log`);
    expect(audit?.["actor"]).toBe("key configured");
  });
});

describe("numbers", () => {
  it("have the shape that the description promises, before the first event and after", async () => {
    const { send, ask, roller } = open(await createTestDatabase());
    const check = async () => {
      expect(summary.safeParse((await ask("/api/metrics/summary?days=7")).answer).error).toBeUndefined();
      const days = daily.parse((await ask("/api/metrics/daily?days=366")).answer);
      expect(days.days).toHaveLength(366);
      for (const name of metricNames) {
        const { status, answer } = await ask(`/api/metrics/series/${name}?days=3`);
        expect([name, status, series.safeParse(answer).error]).toEqual([name, 200, undefined]);
      }
    };
    await check();
    await send("/api/events", batch(signup("1"), signup("2"), signup("3", NOW)));
    await roller.drain();
    await check();
    expect((await ask("/api/metrics/summary")).answer).toMatchObject({ new_signups: 2, today: { signups: 1 } });
  });

  it("of one day are worked out anew on demand", async () => {
    const { send, roller } = open(await createTestDatabase());
    await send("/api/events", batch(signup("1"), signup("2"), signup("3", NOW)));
    const calculate = (date: string) => send(`/api/metrics/calculate-daily?date=${date}`);
    const first = await calculate("2026-11-19");
    expect(first).toMatchObject({
      status: 200,
      answer: { success: true, date: "2026-11-19", metrics: { signups: 2 }, revision: expect.any(Number) },
    });
    expect(Object.keys(first.answer["metrics"] as object)).toEqual(["signups", "dau", "mau", "mrr", "arr"]);
    const second = await calculate("2026-11-19");
    expect(second.answer["metrics"]).toEqual(first.answer["metrics"]);
    expect(second.answer["revision"]).toBeGreaterThan(first.answer["revision"] as number);
    expect((await calculate("2026-11-20")).answer).toMatchObject({ metrics: { signups: 1 } });
    await roller.drain();
    for (const date of [
      "2026-11-21",
      "2026-02-30",
      "2026-13-01",
      "yesterday",
      "",
      "20261119",
      "0001-01-01",
      "9999-12-31",
    ]) {
      expect(await calculate(date)).toMatchObject({ status: 400, answer: { code: "invalid_date" } });
    }
    expect(await send("/api/metrics/calculate-daily")).toMatchObject({ status: 400, answer: { code: "invalid_date" } });
  });
});

describe("a database that is away", () => {
  it.each(["refuse", "silence", "swallow", "hang-up"] as const)(
    "(%s) is 503 with Retry-After on every route that needs it, and all is well once it is back",
    async (fault) => {
      const proxy = await startFaultProxy((await createTestDatabase()).url);
      const db = await openDatabase(proxy.url, { allowFsyncOff: true });
      onTestFinished(() => db.close());
      const { send, ask, api } = open(db);
      expect((await send("/api/events", batch(signup("before")))).status).toBe(200);
      await proxy.set(fault);
      proxy.cut();
      const answers = await Promise.all([
        send("/api/events", batch(signup("during"))),
        send("/api/track/nps", '{"user_id":"u1","score":9}'),
        send("/api/events/void", '{"source":"api","id":"before","reason":"x"}'),
        ask("/api/metrics/summary"),
        ask("/api/metrics/series/mrr"),
        send("/api/metrics/calculate-daily?date=2026-11-19"),
      ]);
      for (const { status, answer, headers } of answers) {
        expect([status, answer["code"]]).toEqual([503, "database_unavailable"]);
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      }
      expect((await api.request("/healthz")).status).toBe(200);
      expect((await api.request("/readyz")).status).toBe(503);
      await proxy.set("pass");
      await expect
        .poll(async () => (await send("/api/events", batch(signup("during")))).status, { timeout: 10_000 })
        .toBe(200);
      const rows = await db.read.run((sql) => sql`select event_id from signups order by 1`);
      expect(rows).toEqual([{ event_id: "before" }, { event_id: "during" }]);
    },
  );
});

describe("any JSON at all", () => {
  const documented = new Set([200, 400, 409, 413]);
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\0", "\ud800", "__proto__", "constructor", "", "GET"),
  );
  const scalar = fc.oneof(
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(NOW, "opened", "1e400"),
  );
  const fields = [
    "id",
    "occurred_at",
    "user_id",
    "team_id",
    "metadata",
    "method",
    "route",
    "path",
    "status",
    "duration_ms",
    "failed",
    "error_type",
    "message",
    "severity",
    "plan",
    "milestone",
    "event",
    "amount",
    "currency",
    "billing_period",
    "quantity",
    "effective_at",
    "unit_amount",
    "discount",
    "discount_until",
    "trial_ends_at",
    "sequence",
    "probe",
    "session_id",
    "action",
    "agent_id",
    "messages",
    "tokens",
    "service",
    "response_time_ms",
    "score",
    "feedback",
    "ticket_id",
    "subject",
    "priority",
    "by",
    "name",
    "properties",
  ];
  const types = [
    "request",
    "error",
    "signup",
    "activation",
    "revenue",
    "agent_session",
    "health_check",
    "nps",
    "ticket",
    "track",
  ];
  const event = fc
    .tuple(
      fc.constantFrom(...types),
      fc.dictionary(fc.constantFrom(...fields), fc.oneof(scalar, fc.jsonValue({ maxDepth: 2 }))),
    )
    .map(([type, given]) => ({ ...given, type }));

  it(
    "gets a documented status and a verdict for each event, through the real intake",
    { timeout: 120_000 },
    async () => {
      const { send } = open(await createTestDatabase());
      const events = fc.array(fc.oneof({ weight: 4, arbitrary: event }, { weight: 1, arbitrary: fc.jsonValue() }), {
        minLength: 1,
        maxLength: 12,
      });
      await fc.assert(
        fc.asyncProperty(events, async (given) => {
          const { status, answer } = await send("/api/events", batch(...given));
          expect([status, answer]).toEqual([200, expect.objectContaining({ accepted: expect.any(Number) })]);
          const rejected = answer["rejected"] as unknown[];
          expect((answer["accepted"] as number) + (answer["duplicates"] as number) + rejected.length).toBe(
            given.length,
          );
        }),
        { numRuns: 150 },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("activation", "revenue", "ticket", "nps", "health-check"),
          event,
          async (name, given) => {
            const body = JSON.stringify({ ...given, type: undefined });
            expect(documented).toContain((await send(`/api/track/${name}`, body)).status);
          },
        ),
        { numRuns: 100 },
      );
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (body) => {
          expect(new Set([400, 404])).toContain((await send("/api/events/void", JSON.stringify(body))).status);
        }),
        { numRuns: 50 },
      );
    },
  );
});
