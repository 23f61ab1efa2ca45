import { expect, test } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import { API, AT, intakeOn, rowsOf } from "./support.ts";

interface Sample {
  readonly event: Record<string, unknown>;
  readonly table: string;
  readonly stored: Record<string, unknown>;
  readonly dirty: Record<string, unknown>[];
}

const day = (kind: string) => [{ kind, day: "2026-11-20", subject: null }];
const subject = (kind: string, name: string) => [{ kind, day: null, subject: name }];

const SAMPLES: Record<string, Sample> = {
  request: {
    event: {
      type: "request",
      method: "get",
      path: "/users/42/posts?token=x",
      status: 503,
      duration_ms: 12.5,
      failed: true,
    },
    table: "usage_logs l join features f using (feature_no)",
    stored: {
      method: "GET",
      route: "/users/:id/posts",
      status: 503,
      duration_ms: 12.5,
      failed: true,
      latency_bucket: 127,
      voided: false,
      user_no: null,
    },
    dirty: day("usage"),
  },
  error: {
    event: {
      type: "error",
      error_type: "TypeError",
      message: "x is not a function",
      endpoint: "/a/7?b=c",
      method: "post",
    },
    table: "error_logs",
    stored: {
      error_type: "TypeError",
      message: "x is not a function",
      severity: "error",
      endpoint: "/a/:id",
      method: "POST",
    },
    dirty: day("errors"),
  },
  signup: {
    event: { type: "signup", user_id: "ada", plan: "pro" },
    table: "signups join users using (user_no)",
    stored: { user_id: "ada", user_no: 1 },
    dirty: subject("person", "1"),
  },
  activation: {
    event: { type: "activation", user_id: "ada", milestone: "profile_completed" },
    table: "user_activations",
    stored: { user_no: 1, milestone: "profile_completed" },
    dirty: subject("person", "1"),
  },
  revenue: {
    event: {
      type: "revenue",
      event: "canceled",
      user_id: "ada",
      team_id: "acme",
      subscription_id: "s1",
      plan: "pro",
      amount: "29.90",
      currency: "usd",
      billing_period: "yearly",
      quantity: 3,
      effective_at: "2026-12-01T00:00:00+01:00",
      stripe_event_id: "evt_1",
      discount: { amount: "5.00" },
      discount_until: "2027-01-01T00:00:00Z",
      trial_ends_at: "2026-12-01T00:00:00Z",
      sequence: -7,
    },
    table: "revenue_events",
    stored: {
      account: "t1",
      event: "canceled",
      subscription_id: "s1",
      plan: "pro",
      amount: "29.90",
      currency: "USD",
      billing_period: "year",
      quantity: "3",
      effective: "2026-11-30T23:00:00+00:00",
      stripe_event_id: "evt_1",
      discount_percent: null,
      discount_amount: "5.00",
      discount_removed: false,
      sequence: "-7",
    },
    dirty: [...subject("account", "t1"), ...day("teams")],
  },
  agent_session: {
    event: {
      type: "agent_session",
      session_id: "s1",
      user_id: "ada",
      action: "ended",
      agent_id: "a",
      status: "ok",
      messages: 3,
      tokens: 4_000_000_000,
    },
    table: "agent_session_events",
    stored: {
      session_id: "s1",
      user_no: 1,
      action: "ended",
      agent_id: "a",
      status: "ok",
      messages: "3",
      tokens: "4000000000",
    },
    dirty: subject("session", "s1"),
  },
  health_check: {
    event: { type: "health_check", service: "api", status: "degraded", response_time_ms: 3.25, probe: "fra" },
    table: "health_checks",
    stored: { service: "api", status: "degraded", response_time_ms: 3.25, probe: "fra" },
    dirty: day("health"),
  },
  nps: {
    event: { type: "nps", user_id: "ada", score: 9, feedback: "", trigger: "monthly" },
    table: "nps_surveys",
    stored: { user_no: 1, score: 9, feedback: "", trigger: "monthly" },
    dirty: day("nps"),
  },
  ticket: {
    event: {
      type: "ticket",
      action: "opened",
      ticket_id: "T1",
      user_id: "ada",
      subject: "help",
      description: "it broke",
      priority: "high",
      category: "bug",
      by: "customer",
    },
    table: "ticket_events",
    stored: {
      ticket_id: "T1",
      action: "opened",
      subject: "help",
      description: "it broke",
      priority: "high",
      category: "bug",
      by: "customer",
    },
    dirty: subject("ticket", "T1"),
  },
  track: {
    event: { type: "track", name: "clicked", properties: { a: [1, { b: "é" }] } },
    table: "track_events",
    stored: { name: "clicked", properties: { a: [1, { b: "é" }] } },
    dirty: [],
  },
};

test.each(Object.entries(SAMPLES))(
  "a `%s` event lands in its table and marks what it changes",
  async (type, sample) => {
    const db = await createTestDatabase();
    const intake = intakeOn(db);
    const event = { ...sample.event, id: "e1", occurred_at: AT, metadata: { where: "here" } };
    const [verdict] = await intake.accept([event], API);
    expect(verdict?.verdict).toBe("accepted");
    const extra = type === "revenue" ? ", to_json(effective_at) #>> '{}' as effective" : "";
    const rows = await rowsOf(db, `select *, occurred_at::text as at ${extra} from ${sample.table}`);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...sample.stored,
      at: "2026-11-19 23:30:00.123456+00",
      metadata: { where: "here" },
    });
    expect(await rowsOf(db, "select kind, day::text, subject from dirty")).toEqual(sample.dirty);
    expect(await rowsOf(db, "select count(*)::integer as n from ingest_keys")).toEqual([{ n: 1 }]);
  },
);

test("an event with required fields only is accepted, happened now, and writes no key", async () => {
  const db = await createTestDatabase();
  const verdicts = await intakeOn(db).accept([{ type: "track", name: "n", metadata: null, user_id: null }], API);
  expect(verdicts).toEqual([{ verdict: "accepted" }]);
  expect(await rowsOf(db, "select occurred_at::text as at, user_no, event_id from track_events")).toEqual([
    { at: "2026-11-20 12:00:00+00", user_no: null, event_id: null },
  ]);
  expect(await rowsOf(db, "select count(*)::integer as n from ingest_keys")).toEqual([{ n: 0 }]);
});

test("a user id that is an e-mail address is kept as a keyed hash, the same in every instance", async () => {
  const db = await createTestDatabase();
  await Promise.all(
    [1, 2, 3].map((n) => intakeOn(db).accept([{ type: "signup", id: `s${n}`, user_id: "ada@example.com" }], API)),
  );
  const users = await rowsOf(db, "select user_id from users");
  expect(users).toHaveLength(1);
  expect(users[0]?.["user_id"]).toMatch(/^email_[\w-]{43}$/);
});

test("a ticket id is made when none is given, and a retry gets the same", async () => {
  const db = await createTestDatabase();
  const opened = { type: "ticket", action: "opened", id: "t-1", subject: "help" };
  const [first] = await intakeOn(db).accept([opened], API);
  const [again] = await intakeOn(db).accept([opened], API);
  const [elsewhere] = await intakeOn(db).accept([opened], { source: "shop" });
  const ticketId = first?.verdict === "accepted" ? first.ticketId : undefined;
  expect(ticketId).toMatch(/^tkt_[0-9a-f]{20}$/);
  expect(again).toEqual({ verdict: "duplicate", ticketId });
  expect(elsewhere).not.toMatchObject({ ticketId });
});
