import { describe, expect, it } from "vitest";
import { openClient, recordedLines, startBellwether, startUnrulyServer, sumOf } from "./support.ts";
import { createClient } from "../../src/client/client.ts";

describe("what an application tells", () => {
  it("arrives with every field, whichever helper told it", async () => {
    const bellwether = await startBellwether();
    const { client } = openClient(bellwether);
    client.record({ type: "signup", userId: "u1", teamId: "t1", plan: "pro", occurredAt: "2026-11-19T08:00:00+01:00" });
    client.trackUserActivation({ userId: "u1", milestone: "profile_completed", metadata: { step: 2 } });
    client.trackRevenueEvent({
      teamId: "t1",
      event: "subscription_started",
      subscriptionId: "s1",
      plan: "pro",
      amount: "29.90",
      currency: "USD",
      billingPeriod: "month",
      quantity: 2,
      stripeEventId: "evt_1",
    });
    client.trackRevenueEvent({
      teamId: "t1",
      event: "canceled",
      subscriptionId: "s1",
      effectiveAt: new Date("2026-12-01T00:00:00Z"),
    });
    client.submitNpsSurvey({ userId: "u1", score: 9, feedback: "Grüße 👋", trigger: "after_export" });
    client.logHealthCheck({ service: "api", status: "degraded", responseTimeMs: 812.5 });
    client.track("report_exported", { userId: "u1", properties: { format: "pdf" } });
    client.record({ type: "error", errorType: "TypeError", message: "x is not a function", endpoint: "GET /a" });
    client.record({ type: "agent_session", userId: "u1", sessionId: "as1", action: "started", agentId: "a1" });
    client.recordRequest({
      method: "GET",
      route: "/projects/:id",
      status: 200,
      durationMs: 41.23456,
      userId: "u1",
      teamId: "t1",
    });
    expect(await client.flush()).toBe(true);
    expect(client.stats()).toEqual({
      recorded: 10,
      accepted: 10,
      duplicates: 0,
      rejected: 0,
      dropped: 0,
      waiting: 0,
      retries: 0,
    });
    const { read } = bellwether.db;
    expect(await read.run((sql) => sql`select duration_ms::float8 as ms, status from usage_logs`)).toEqual([
      { ms: expect.closeTo(41.235, 2), status: 200 },
    ]);
    expect(
      await read.run(
        (sql) => sql`select event, amount::text as amount, effective_at is not null as later
          from revenue_events order by event`,
      ),
    ).toEqual([
      { event: "canceled", amount: null, later: true },
      { event: "subscription_started", amount: "29.90", later: false },
    ]);
    expect(await read.run((sql) => sql`select score, feedback, trigger from nps_surveys`)).toEqual([
      { score: 9, feedback: "Grüße 👋", trigger: "after_export" },
    ]);
    expect(await read.run((sql) => sql`select occurred_at = '2026-11-19T07:00:00Z' as told from signups`)).toEqual([
      { told: true },
    ]);
  });

  it("opens a ticket whose id is known at once", async () => {
    const bellwether = await startBellwether();
    const { client } = openClient(bellwether);
    const made = client.createSupportTicket({ userId: "u1", subject: "Export fails", priority: "high" });
    const own = client.createSupportTicket({ userId: "u1", subject: "Another", ticketId: "T-17" });
    const [first, again] = [1, 2].map(() =>
      client.createSupportTicket({ id: "web-9", occurredAt: "2026-11-20T08:00:00Z", userId: "u1", subject: "Once" }),
    );
    client.record({ type: "ticket", action: "replied", ticketId: made, by: "agent" });
    await client.flush();
    expect(made).toMatch(/^tkt_[0-9a-f]{20}$/);
    expect([own, again]).toEqual(["T-17", first]);
    expect(client.stats()).toMatchObject({ accepted: 4, duplicates: 1, rejected: 0 });
    const rows = await bellwether.db.read.run((sql) => sql`select distinct ticket_id from ticket_events`);
    expect(new Set(rows.map((row) => row["ticket_id"]))).toEqual(new Set([made, own, first]));
  });

  it("is known by the same ticket id in every process of one source, and by another in another", () => {
    const at = (source: string) =>
      createClient({ url: undefined, key: undefined, source, log: null }).createSupportTicket({
        id: "1",
        subject: "s",
      });
    expect(at("web")).toBe(at("web"));
    expect(at("web")).not.toBe(at("desktop"));
  });

  it("goes in batches, of which none is larger than told", async () => {
    const server = await startUnrulyServer();
    const { client } = openClient(
      { url: `${server.url}/mounted/here/`, key: "k" },
      { eventsPerBatch: 100, gzipFromBytes: 8_192 },
    );
    for (let n = 0; n < 250; n += 1) client.track("tick");
    expect(await client.flush()).toBe(true);
    const sizes = server.bodies.map((body) => (JSON.parse(body) as { events: unknown[] }).events.length);
    expect(sizes).toEqual([100, 100, 50]);
    expect(server.heads.map((head) => head["content-encoding"])).toEqual(["gzip", "gzip", undefined]);
  });

  it("goes by itself when the batch is full, and when it has waited", async () => {
    const server = await startUnrulyServer();
    const full = openClient({ url: server.url, key: "k" }, { eventsPerBatch: 3, waitMs: 1_000_000 }).client;
    for (let n = 0; n < 3; n += 1) full.track("tick");
    await expect.poll(() => full.stats().accepted).toBe(3);
    const patient = openClient({ url: server.url, key: "k" }, { waitMs: 1 }).client;
    patient.track("tick");
    await expect.poll(() => patient.stats().accepted).toBe(1);
    patient.track("tock");
    await expect.poll(() => patient.stats().accepted).toBe(2);
  });

  it("is what it was when it was told, whatever becomes of the object", async () => {
    const server = await startUnrulyServer();
    const { client } = openClient({ url: server.url, key: "k" });
    const properties = { step: 1 };
    client.track("wizard", { properties });
    properties.step = 2;
    await client.flush();
    expect(server.bodies[0]).toContain('"step":1');
  });
});

describe("what is wrong with an event", () => {
  it("concerns that event alone, is counted, and is said without a value of it", async () => {
    const bellwether = await startBellwether();
    const { client, lines } = openClient(bellwether);
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    client.track("circular", { properties: circular });
    client.track("bigint", { properties: { n: 1n } });
    client.recordRequest({ method: "GET", route: "/", status: Number.NaN, durationMs: 1 });
    client.recordRequest({ method: "GET", route: "/", status: 200, durationMs: Number.POSITIVE_INFINITY });
    client.recordRequest({ method: undefined as never, route: "/", status: 200, durationMs: 1 });
    client.record({ type: "signup", userId: "u1", occurredAt: new Date(Number.NaN) });
    client.track("x".repeat(300_000));
    client.record({ type: "signup", userId: "half \ud800 a pair" });
    client.record({ type: "signup", userId: "somebody@example.com", constructor: 1 } as never);
    client.submitNpsSurvey({ userId: "u2", score: 11 });
    client.record({ type: "signup", userId: "u3" });
    client.recordRequest({ method: 'G"ET', route: '/"}', status: 200, durationMs: -3 });
    await client.flush();
    expect(client.stats()).toEqual({
      recorded: 12,
      accepted: 1,
      duplicates: 0,
      rejected: 4,
      dropped: 7,
      waiting: 0,
      retries: 0,
    });
    expect(JSON.stringify(lines.said)).not.toMatch(/somebody|half|u2/);
  });

  it("is, when the same id comes with something else, that the first counts", async () => {
    const bellwether = await startBellwether();
    const { client, lines } = openClient(bellwether);
    client.record({ type: "signup", id: "s", userId: "u1" });
    client.record({ type: "signup", id: "s", userId: "u1" });
    client.record({ type: "signup", id: "s", userId: "u2" });
    await client.flush();
    expect(client.stats()).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1 });
    expect(lines.said.filter(({ level }) => level === "warn")).toEqual([
      { level: "warn", line: expect.stringContaining("conflict") },
    ]);
  });
});

describe("a client", () => {
  it.each([
    [undefined, "k"],
    ["http://127.0.0.1:1", undefined],
    ["http://127.0.0.1:1", " "],
    ["nonsense", "k"],
    ["ftp://127.0.0.1", "k"],
  ])("without an address or a key (%s, %s) is off, says so once, and counts", async (url, key) => {
    const log = recordedLines();
    const client = createClient({ url, key, log });
    client.track("tick");
    expect(client.createSupportTicket({ subject: "s" })).toMatch(/^tkt_/);
    expect(await client.flush()).toBe(true);
    await client.close();
    expect(client.stats()).toMatchObject({ recorded: 2, dropped: 2, waiting: 0 });
    expect(log.said).toEqual([{ level: "info", line: expect.stringMatching(/^bellwether: off, /) }]);
  });

  it("says once that it is on, without the key or a password of the address", () => {
    const log = recordedLines();
    const client = createClient({ url: "https://me:secret@bellwether.example/x?y=1", key: "bw_private", log });
    expect(log.said).toEqual([{ level: "info", line: "bellwether: events go to https://bellwether.example" }]);
    expect(client.stats().recorded).toBe(0);
  });

  it("sends what waits when it is closed, and then takes nothing more", async () => {
    const server = await startUnrulyServer();
    const { client } = openClient({ url: server.url, key: "k" }, { waitMs: 1_000_000 });
    for (let n = 0; n < 7; n += 1) client.track("tick");
    await client.close();
    client.track("late");
    await client.close();
    expect(client.stats()).toMatchObject({ recorded: 8, accepted: 7, dropped: 1, waiting: 0 });
  });

  it("is not stopped by a log that throws", async () => {
    const refuse = () => {
      throw new Error("the disk is full");
    };
    const client = createClient({ url: undefined, key: "k", log: { info: refuse, warn: refuse } });
    client.track("tick");
    expect(sumOf(client.stats())).toBe(1);
  });
});
