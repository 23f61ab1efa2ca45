import { expect, test } from "vitest";
import { latencyBucket } from "../../src/core/latency-bucket.ts";
import { createWorkshop, openAllMonths, type Workshop } from "./workshop.ts";

const request = (occurred_at: string, fields: object = {}) => ({
  type: "request",
  method: "GET",
  route: "/x",
  status: 200,
  duration_ms: 10,
  occurred_at,
  ...fields,
});

const started = (occurred_at: string, session_id: string, user_id: string) => ({
  type: "agent_session",
  action: "started",
  occurred_at,
  session_id,
  user_id,
});

async function milestones({ db }: Workshop) {
  const rows = await db.read.run(
    (sql) => sql<{ user_id: string; request: string | null; session: string | null }[]>`
      select user_id, to_char(first_request_at, 'MM-DD') as request, to_char(first_session_at, 'MM-DD') as session
      from users order by user_id collate "C"`,
  );
  return Object.fromEntries(rows.map((row) => [row.user_id, [row.request, row.session]]));
}

async function voidRequests({ db }: Workshop, day: string): Promise<void> {
  await db.work.run(async (sql) => {
    await sql`update usage_logs set voided = true where (occurred_at at time zone 'UTC')::date = ${day}::text::date`;
    await sql`insert into dirty (kind, day, cause) values ('usage', ${day}::text::date, 'an event was taken back: sent twice by mistake')`;
  });
}

test("requests are counted with their failures, client errors and Apdex points", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    request("2026-03-02T00:00:00Z", { duration_ms: 500 }),
    request("2026-03-02T01:00:00Z", { duration_ms: 501 }),
    request("2026-03-02T02:00:00Z", { duration_ms: 2_001 }),
    request("2026-03-02T03:00:00Z", { status: 404 }),
    request("2026-03-02T04:00:00Z", { status: 503 }),
    request("2026-03-02T23:59:59.999999Z", { failed: true }),
    request("2026-03-03T00:00:00Z"),
  );
  await shop.roller.drain();
  expect(await shop.stored("api_calls")).toEqual({ "2026-03-02": 6, "2026-03-03": 1 });
  expect(await shop.stored("failed_requests")).toEqual({ "2026-03-02": 2 });
  expect(await shop.stored("client_errors")).toEqual({ "2026-03-02": 1 });
  expect(await shop.stored("apdex_points")).toEqual({ "2026-03-02": 2.5, "2026-03-03": 1 });
});

test("histograms hold all requests under feature 0 and each pattern under its own", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  const at = "2026-03-02T00:00:00Z";
  await shop.send(
    request(at),
    request(at, { duration_ms: 0 }),
    request(at, { route: "/y", duration_ms: 300, status: 500 }),
  );
  await shop.roller.drain();
  const rows = await shop.db.read.run(
    (sql) => sql<object[]>`
      select route, calls::int, failed::int, duration_ms_sum as ms, array_to_json(buckets) as buckets, array_to_json(counts) as counts
      from latency_histograms join features using (feature_no) order by feature_no`,
  );
  const [fast, slow] = [latencyBucket(10), latencyBucket(300)];
  expect([...rows]).toEqual([
    { route: "*", calls: 3, failed: 1, ms: 310, buckets: [-32_768, fast, slow], counts: [1, 1, 1] },
    { route: "/x", calls: 2, failed: 0, ms: 10, buckets: [-32_768, fast], counts: [1, 1] },
    { route: "/y", calls: 1, failed: 1, ms: 300, buckets: [slow], counts: [1] },
  ]);
});

test("a day keeps its 1,000 most used patterns and counts the rest as other", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await openAllMonths(shop);
  await shop.db.work.run(async (sql) => {
    await sql`insert into features (method, route) select 'GET', '/r' || n from generate_series(1, 1005) as n`;
    await sql`
      insert into usage_logs (occurred_at, feature_no, duration_ms, latency_bucket, status, source_no)
      select '2026-03-02T12:00:00Z', feature_no, 1, 0, 200, 1
      from features, generate_series(1, case when route in ('/r1001', '/r1005') then 2 else 1 end) where feature_no > 1`;
    await sql`insert into dirty (kind, day) values ('usage', '2026-03-02')`;
  });
  await shop.roller.drain();
  const [kept] = await shop.db.read.run(
    (sql) => sql`
      select count(*) filter (where feature_no > 1)::int as patterns, sum(calls) filter (where feature_no = 1)::int as other,
        sum(calls) filter (where feature_no = 0)::int as everything,
        bool_or(route = '/r1005') as busy, bool_or(route = '/r999') as last
      from latency_histograms join features using (feature_no)`,
  );
  expect(kept).toEqual({ patterns: 1_000, other: 5, everything: 1_007, busy: true, last: false });
});

test("active people are those with a request or a started session; anonymous requests are nobody", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    ...["a", "a", "b"].map((user_id) => request("2026-03-02T10:00:00Z", { user_id })),
    ...[1, 2, 3, 4, 5].map(() => request("2026-03-02T10:00:00Z", { team_id: "t" })),
    started("2026-03-02T11:00:00Z", "s1", "c"),
    { type: "agent_session", action: "ended", session_id: "s2", user_id: "d", occurred_at: "2026-03-02T11:00:00Z" },
  );
  await shop.roller.drain();
  expect(await shop.stored("dau")).toEqual({ "2026-03-02": 3 });
});

test("a session counts once, at its earliest start, also when that arrives late", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(started("2026-03-05T10:00:00Z", "s", "a"), started("2026-03-06T10:00:00Z", "s", "a"));
  await shop.roller.drain();
  expect(await shop.stored("agent_sessions")).toEqual({ "2026-03-05": 1 });
  await shop.send(started("2026-03-03T10:00:00Z", "s", "a"));
  await shop.roller.drain();
  expect(await shop.stored("agent_sessions")).toEqual({ "2026-03-03": 1 });
  expect(await shop.stored("dau")).toEqual({ "2026-03-03": 1 });
  expect(await milestones(shop)).toEqual({ a: [null, "03-03"] });
});

test("the same session id of two people is two sessions", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(started("2026-03-05T10:00:00Z", "s", "a"), started("2026-03-03T10:00:00Z", "s", "b"));
  await shop.roller.drain();
  expect(await shop.stored("agent_sessions")).toEqual({ "2026-03-03": 1, "2026-03-05": 1 });
  expect(await shop.stored("dau")).toEqual({ "2026-03-03": 1, "2026-03-05": 1 });
});

test("weekly and monthly actives are distinct people of the 7 and 30 days that end with the day", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    request("2026-01-31T10:00:00Z", { user_id: "a" }),
    request("2026-02-28T10:00:00Z", { user_id: "a" }),
    request("2026-03-06T10:00:00Z", { user_id: "b" }),
  );
  await shop.roller.drain();
  const [wau, mau] = [await shop.stored("wau"), await shop.stored("mau")];
  const days = ["2026-02-06", "2026-02-07", "2026-03-01", "2026-03-06", "2026-03-07", "2026-03-10"];
  expect(days.map((day) => wau[day] ?? 0)).toEqual([1, 0, 1, 2, 1, 1]);
  expect(days.map((day) => mau[day] ?? 0)).toEqual([1, 1, 1, 2, 2, 2]);
  expect(Object.keys(mau).at(-1)).toBe("2026-03-10");
});

test("people beyond the first block of bits are counted as well", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await openAllMonths(shop);
  await shop.db.work.run(async (sql) => {
    await sql`insert into users (user_id) select 'u' || n from generate_series(1, 20000) as n`;
    await sql`
      insert into usage_logs (occurred_at, user_no, feature_no, duration_ms, latency_bucket, status, source_no)
      select '2026-03-02T12:00:00Z', n, 1, 1, 0, 200, 1 from unnest(array[1, 8191, 8192, 16383, 16384, 20000]) as n`;
    await sql`insert into dirty (kind, day) values ('usage', '2026-03-02')`;
  });
  await shop.roller.drain();
  expect(await shop.stored("dau")).toEqual({ "2026-03-02": 6 });
  expect((await shop.stored("mau"))["2026-03-10"]).toBe(6);
});

test("the first request of a person is known, moves back with a late one, and makes the milestone", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    { type: "signup", user_id: "a", occurred_at: "2026-03-02T00:00:00Z" },
    { type: "activation", user_id: "a", milestone: "profile_completed", occurred_at: "2026-03-02T01:00:00Z" },
    started("2026-03-02T02:00:00Z", "s", "a"),
    request("2026-03-09T10:00:00Z", { user_id: "a" }),
  );
  await shop.roller.drain();
  expect(await milestones(shop)).toEqual({ a: ["03-09", "03-02"] });
  expect(await shop.stored("activations")).toEqual({});
  await shop.send(request("2026-03-05T10:00:00Z", { user_id: "a" }));
  await shop.roller.drain();
  expect(await milestones(shop)).toEqual({ a: ["03-05", "03-02"] });
  expect(await shop.stored("activations")).toEqual({ "2026-03-05": 1 });
});

test("taking back a person's first request finds their next one, or none", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    { type: "signup", user_id: "a", occurred_at: "2026-03-01T00:00:00Z" },
    request("2026-03-02T10:00:00Z", { user_id: "a" }),
    request("2026-03-02T11:00:00Z", { user_id: "b" }),
    started("2026-03-04T10:00:00Z", "s", "a"),
    request("2026-03-06T10:00:00Z", { user_id: "a" }),
  );
  await shop.roller.drain();
  await voidRequests(shop, "2026-03-02");
  await shop.roller.drain();
  expect(await milestones(shop)).toEqual({ a: ["03-06", "03-04"], b: [null, null] });
  const [reached] = await shop.db.read.run(
    (sql) => sql`select to_char(reached_at, 'MM-DD') as at from user_milestones where milestone = 'first_api_call'`,
  );
  expect(reached).toEqual({ at: "03-06" });
  expect(await shop.stored("api_calls")).toEqual({ "2026-03-06": 1 });
  expect(await shop.stored("dau")).toEqual({ "2026-03-04": 1, "2026-03-06": 1 });
});

test.each([
  ["Europe/Berlin", "2026-03-29", { "2026-03-28": 48, "2026-03-29": 46, "2026-03-30": 48 }],
  ["Europe/Berlin", "2026-10-25", { "2026-10-24": 48, "2026-10-25": 50, "2026-10-26": 48 }],
  ["America/New_York", "2026-03-08", { "2026-03-07": 48, "2026-03-08": 46, "2026-03-09": 48 }],
  ["America/New_York", "2026-11-01", { "2026-10-31": 48, "2026-11-01": 50, "2026-11-02": 48 }],
  ["America/Sao_Paulo", "2018-11-04", { "2018-11-03": 48, "2018-11-04": 46, "2018-11-05": 48 }],
  ["America/Sao_Paulo", "2019-02-16", { "2019-02-15": 48, "2019-02-16": 50, "2019-02-17": 48 }],
  ["Asia/Kathmandu", "2026-03-09", { "2026-03-08": 48, "2026-03-09": 48, "2026-03-10": 48 }],
  ["Pacific/Apia", "2011-12-30", { "2011-12-29": 48, "2011-12-31": 48 }],
  ["UTC", "2026-03-09", { "2026-03-08": 48, "2026-03-09": 48, "2026-03-10": 48 }],
])("in %s the days around %s have their true lengths and share no half-hour", async (timeZone, day, halfHours) => {
  const shop = await createWorkshop({ now: "2027-04-10T12:00:00Z", timeZone });
  await openAllMonths(shop);
  await shop.db.work.run(async (sql) => {
    await sql`
      insert into usage_logs (occurred_at, feature_no, duration_ms, latency_bucket, status, source_no)
      select at, 1, 1, 0, 200, 1
      from generate_series(${day}::text::timestamptz - interval '4 days', ${day}::text::timestamptz + interval '4 days',
        interval '30 minutes') as at`;
    await sql`insert into dirty (kind, day) select 'usage', ${day}::text::date + n from generate_series(-1, 1) as n`;
  });
  await shop.roller.pass();
  expect(await shop.stored("api_calls")).toEqual(halfHours);
});
