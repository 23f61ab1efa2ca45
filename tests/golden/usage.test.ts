import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { addLater, check, dayOf, request, signup, times, valueOn, valuesOn, worldOf } from "./told.ts";

test("4xx answers are no failures and have a rate of their own", async () => {
  const at = "2026-06-10T09:00:00Z";
  const world = await worldOf([
    ...[200, 301, 404, 429, 500].map((status) => request(at, { status })),
    request(at, { failed: true }),
    request(at, { failed: false }),
    request(at),
  ]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ api_calls: 8, error_rate: 25 });
  expect(await valueOn(world, "client_error_rate", "2026-06-10")).toBe(25);
});

test("the q-quantile is the value of rank ⌈q·n⌉, within 1 %", async () => {
  const world = await worldOf(times(20, (n) => request("2026-06-10T09:00:00Z", { duration_ms: (n + 1) * 100 })));
  const day = await dayOf(world, "2026-06-10");
  expect(Math.abs((day.latency_p50 ?? 0) / 1000 - 1)).toBeLessThanOrEqual(0.01);
  expect(Math.abs((day.latency_p95 ?? 0) / 1900 - 1)).toBeLessThanOrEqual(0.01);
  expect(Math.abs((day.latency_p99 ?? 0) / 2000 - 1)).toBeLessThanOrEqual(0.01);
});

test("the quantile of a window is that of its requests, not the mean of its days", async () => {
  const world = await worldOf([
    ...times(99, () => request("2026-06-10T09:00:00Z", { duration_ms: 10 })),
    request("2026-06-11T09:00:00Z", { duration_ms: 10_000 }),
  ]);
  const { window } = await world.reader.series("latency_p95", 7);
  expect(Math.abs((window.value ?? 0) / 10 - 1)).toBeLessThanOrEqual(0.01);
});

test("a request of no duration at all is counted and its quantile is 0", async () => {
  const world = await worldOf([request("2026-06-10T09:00:00Z", { duration_ms: 0 })]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ api_calls: 1, latency_p50: 0, latency_p99: 0 });
});

test("a failed request satisfies nobody, however fast it was", async () => {
  const world = await worldOf([
    request("2026-06-10T09:00:00Z", { duration_ms: 1 }),
    request("2026-06-10T09:00:00Z", { duration_ms: 1, status: 500 }),
  ]);
  expect(await valueOn(world, "apdex", "2026-06-10")).toBe(0.5);
});

test("top features go by method and route pattern; a raw path is templated", async () => {
  const at = "2026-06-10T09:00:00Z";
  const world = await worldOf(
    [
      request(at, { route: "/users/:id", duration_ms: 100 }),
      request(at, { route: undefined, path: "/users/42", duration_ms: 300 }),
      request(at, { route: undefined, path: "/users/0b7f2a54-90d1-4c6e-8a2f-3d1e5c7b9a10", duration_ms: 200 }),
      request(at, { route: undefined, path: "/users/somebody@example.com", duration_ms: 200 }),
      request(at, { route: "/users/:id", method: "POST" }),
    ].map((event) => JSON.parse(JSON.stringify(event)) as Record<string, unknown>),
  );
  const { top_features } = await world.reader.summary(7);
  expect(top_features.map(({ feature, usage_count }) => [feature, usage_count])).toEqual([
    ["GET /users/:id", 4],
    ["POST /users/:id", 1],
  ]);
  expect(top_features[0]?.avg_response_time_ms).toBeCloseTo(200, 6);
  expect(Math.abs((top_features[0]?.p95_response_time_ms ?? 0) / 300 - 1)).toBeLessThanOrEqual(0.01);
});

/** Numbers in a route would become `:id`. */
const inLetters = (number: number): string => [...String(number)].map((digit) => "abcdefghij"[Number(digit)]).join("");

test("a day keeps at most 1,000 patterns, and counts the rest as other", async () => {
  const at = "2026-06-10T09:00:00Z";
  const world = await worldOf([request(at, { route: "/often" }), request(at, { route: "/often" })]);
  for (const start of [0, 520]) {
    const more = times(520, (n) => request(at, { route: `/route-${inLetters(start + n)}`, id: `r${start + n}` }));
    await world.post(more);
  }
  await world.settle();
  const { top_features } = await world.reader.summary(7);
  expect(top_features.map(({ usage_count }) => usage_count).slice(0, 3)).toEqual([41, 2, 1]);
  expect(top_features[0]?.feature).toMatch(/other/);
  expect(top_features[1]?.feature).toBe("GET /often");
  expect((await dayOf(world, "2026-06-10")).api_calls).toBe(1042);
});

test("a check's state lasts until the next check, at most five minutes; beyond that nothing is observed", async () => {
  const world = await worldOf([
    check("web", "healthy", "2026-06-10T09:00:00Z"),
    check("web", "down", "2026-06-10T09:03:00Z"),
    check("web", "healthy", "2026-06-10T09:04:00Z"),
    check("web", "down", "2026-06-10T10:00:00Z"),
    check("web", "healthy", "2026-06-10T10:01:00Z"),
  ]);
  const up = 180 + 300 + 300;
  expect(await valueOn(world, "uptime", "2026-06-10")).toBeCloseTo((100 * up) / (up + 60 + 60), 9);
});

test("degraded is up", async () => {
  const world = await worldOf([
    check("web", "degraded", "2026-06-10T09:00:00Z"),
    check("web", "down", "2026-06-10T09:04:00Z"),
    check("web", "healthy", "2026-06-10T09:05:00Z"),
  ]);
  expect(await valueOn(world, "uptime", "2026-06-10")).toBeCloseTo(90, 9);
});

test("the uptime without a service is the time up of all of them by the time observed", async () => {
  const world = await worldOf([
    check("web", "healthy", "2026-06-10T09:00:00Z"),
    check("db", "down", "2026-06-10T09:00:00Z"),
    check("db", "healthy", "2026-06-10T09:01:00Z"),
    check("mail", "down", "2026-06-11T09:00:00Z"),
  ]);
  expect(await valueOn(world, "uptime", "2026-06-10")).toBeCloseTo((100 * 600) / 660, 9);
  expect((await world.reader.summary(7)).api_uptime).toBeCloseTo((100 * 600) / 960, 9);
});

test("a check's state runs on over midnight", async () => {
  const world = await worldOf([
    check("web", "down", "2026-06-10T23:58:00Z"),
    check("web", "healthy", "2026-06-11T00:01:00Z"),
  ]);
  expect(await valuesOn(world, "uptime", ["2026-06-10", "2026-06-11"])).toEqual([
    0,
    expect.closeTo((100 * 300) / 360, 9),
  ]);
});

test("a check's state never runs past now, and runs on as time goes by", async () => {
  const world = await worldOf([
    check("web", "down", "2026-06-15T11:58:00Z"),
    check("web", "healthy", "2026-06-15T11:59:00Z"),
  ]);
  expect(await valueOn(world, "uptime", "2026-06-15")).toBe(50);
  world.moveClock("2026-06-15T12:30:00Z");
  await world.settle();
  expect(await valueOn(world, "uptime", "2026-06-15")).toBeCloseTo((100 * 300) / 360, 9);
});

test("of several checks of a service at the same instant the worst counts, whatever their ids", async () => {
  const world = await worldOf([
    check("web", "down", "2026-06-10T09:00:00Z", { id: "a" }),
    check("web", "healthy", "2026-06-10T09:00:00Z", { id: "Z" }),
    check("web", "degraded", "2026-06-10T09:00:00Z", { id: "z" }),
    check("web", "healthy", "2026-06-10T09:05:00Z", { id: "b" }),
    check("web", "degraded", "2026-06-10T09:05:00Z", { id: "c" }),
  ]);
  expect(await valuesOn(world, "uptime", ["2026-06-10"])).toEqual([50]);
  expect(await valuesOn(world, "degraded", ["2026-06-10"])).toEqual([50]);
});

test("a service is down while at least half of the probes that observe it say so", async () => {
  const at = (minute: number) => `2026-06-10T09:0${minute}:00Z`;
  const world = await worldOf([
    check("web", "down", at(0), { probe: "fra" }),
    check("web", "healthy", at(0), { probe: "nyc" }),
    check("web", "healthy", at(0)),
    check("web", "down", at(2), { probe: "nyc" }),
    check("web", "healthy", at(3), { probe: "nyc" }),
    check("web", "degraded", at(4), { probe: "nyc" }),
    check("web", "healthy", at(4), { probe: "fra" }),
  ]);
  // Down from minute 2 to 3 (two of three). From 5, when the check without a probe no longer speaks, one of two is degraded.
  expect(await valueOn(world, "uptime", "2026-06-10")).toBeCloseTo((100 * 8) / 9, 9);
  expect(await valueOn(world, "degraded", "2026-06-10")).toBeCloseTo((100 * 4) / 9, 9);
});

test("uptime carries the share of the time that was observed, over all services that were ever checked", async () => {
  const world = await worldOf([
    check("web", "healthy", "2026-06-10T09:00:00Z"),
    check("db", "down", "2026-06-11T23:58:00Z"),
  ]);
  const day = 86_400;
  const dates = ["2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12", "2026-06-13"];
  expect(await valuesOn(world, "uptime_observed", dates)).toEqual([
    null,
    (100 * 300) / day,
    (100 * 120) / (2 * day),
    (100 * 180) / (2 * day),
    0,
  ]);
  const summary = await world.reader.summary(7);
  expect(summary.api_uptime_observed).toBeCloseTo((100 * 600) / (7 * 2 * day), 9);
  expect(summary.api_uptime).toBe(50);
  expect(await world.overviews.errorOverview(7)).toMatchObject({ api_uptime_observed: summary.api_uptime_observed });
  const { window, groups } = await world.overviews.seriesBy("uptime", 7, "service");
  expect(window.uptime_observed).toBe(summary.api_uptime_observed);
  expect(groups?.map((one) => [one.group, one.window])).toEqual([
    ["web", { value: 100, uptime_observed: expect.closeTo((100 * 300) / (7 * day), 9) }],
    ["db", { value: 0, uptime_observed: expect.closeTo((100 * 300) / (7 * day), 9) }],
  ]);
});

test("of today only what has passed is to be observed, and a monitor that fell silent is seen", async () => {
  const world = await worldOf([check("web", "healthy", "2026-06-15T00:00:00Z")]);
  expect(await valueOn(world, "uptime_observed", "2026-06-15")).toBeCloseTo((100 * 5) / 720, 9);
  world.moveClock("2026-06-15T18:00:00Z");
  expect(await valueOn(world, "uptime_observed", "2026-06-15")).toBeCloseTo((100 * 5) / 1080, 9);
});

test("a day of 23 hours has 23 hours to be observed", async () => {
  const world = await worldOf([check("web", "healthy", "2026-03-29T10:00:00Z")], {
    timeZone: "Europe/Berlin",
    now: "2026-04-02T12:00:00Z",
  });
  expect(await valueOn(world, "uptime_observed", "2026-03-29")).toBeCloseTo((100 * 5) / (23 * 60), 9);
});

test("an outage during which the checks stopped is not observed, and is no time up", async () => {
  const world = await worldOf([
    check("api", "healthy", "2026-06-10T09:50:00Z"),
    check("api", "healthy", "2026-06-10T09:55:00Z"),
    check("api", "down", "2026-06-10T10:00:00Z"),
    check("api", "healthy", "2026-06-10T13:00:00Z"),
    check("api", "healthy", "2026-06-10T13:05:00Z"),
  ]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({
    uptime: 80,
    uptime_observed: expect.closeTo((100 * 25) / 1440, 9),
  });
});

test("an older first check of a service, or one that is taken back, moves the day since which it is to be observed", async () => {
  const world = await worldOf([check("web", "healthy", "2026-06-12T09:00:00Z")]);
  await addLater(world, [check("web", "healthy", "2026-06-10T09:00:00Z")]);
  const dates = ["2026-06-09", "2026-06-11", "2026-06-13"];
  expect(await valuesOn(world, "uptime_observed", dates)).toEqual([null, 0, 0]);
  const stored = () =>
    world.db.read.run(async (sql) =>
      (await sql`select day::text as day from metric_values where metric = 'services_checked' and by = 'web'`).map(
        (row) => row["day"] as string,
      ),
    );
  expect(await stored()).toEqual(["2026-06-10"]);
  await world.db.work.run((sql) => sql`update health_checks set voided_at = now() where occurred_at < '2026-06-11'`);
  await world.roller.recompute([Temporal.PlainDate.from("2026-06-10")]);
  expect(await stored()).toEqual(["2026-06-12"]);
  expect(await valuesOn(world, "uptime_observed", dates)).toEqual([null, null, 0]);
});

test("a late check changes the day it belongs to and the end of the check before it", async () => {
  const world = await worldOf([check("web", "healthy", "2026-06-10T23:58:00Z")]);
  expect(await valuesOn(world, "uptime", ["2026-06-10", "2026-06-11"])).toEqual([100, 100]);
  await addLater(world, [check("web", "down", "2026-06-10T23:59:00Z")]);
  expect(await valuesOn(world, "uptime", ["2026-06-10", "2026-06-11"])).toEqual([50, 0]);
});

test("what is counted is no data until the first event of a type that it is made of, and 0 from that day on", async () => {
  const world = await worldOf([{ type: "track", name: "clicked", occurred_at: "2026-06-10T09:00:00Z" }]);
  const nothing = (day: Awaited<ReturnType<typeof dayOf>>) =>
    Object.entries(day).filter(([name, value]) => name !== "date" && value !== null);
  expect(nothing(await dayOf(world, "2026-06-11"))).toEqual([]);
  await addLater(world, [signup("u1", "2026-06-11T09:00:00Z")]);
  expect(nothing(await dayOf(world, "2026-06-10"))).toEqual([]);
  expect(nothing(await dayOf(world, "2026-06-12"))).toEqual([
    ["signups", 0],
    ["total_users", 1],
    ["activations", 0],
  ]);
  await addLater(world, [request("2026-06-12T09:00:00Z", { id: "r1" })]);
  expect(await dayOf(world, "2026-06-11")).toMatchObject({ dau: null, mau: null, api_calls: null, errors: null });
  expect(await dayOf(world, "2026-06-13")).toMatchObject({ dau: 0, wau: 0, mau: 0, api_calls: 0, errors: 0 });
  expect(await dayOf(world, "2026-06-13")).toMatchObject({ agent_sessions: null, mrr: null, open_tickets: null });
  expect((await world.reader.summary(3)).total_api_calls).toBe(1);
  expect(await world.reader.summary(3)).toMatchObject({ total_agent_sessions: null, nps_responses: null, arr: null });
});

test("an older event of the type gives the days since it data", async () => {
  const world = await worldOf([request("2026-06-12T09:00:00Z"), signup("u1", "2026-06-09T09:00:00Z")]);
  expect(await valuesOn(world, "api_calls", ["2026-06-10", "2026-06-11", "2026-06-12"])).toEqual([null, null, 1]);
  await addLater(world, [request("2026-06-10T09:00:00Z")]);
  expect(await valuesOn(world, "api_calls", ["2026-06-09", "2026-06-10", "2026-06-11"])).toEqual([null, 1, 0]);
});

test("today is apart from the days, and has what happened so far", async () => {
  const world = await worldOf([request("2026-06-15T09:00:00Z"), request("2026-06-14T09:00:00Z")]);
  const { days, today } = await world.reader.daily(3);
  expect(days.map(({ date }) => date)).toEqual(["2026-06-12", "2026-06-13", "2026-06-14"]);
  expect(today).toMatchObject({ date: "2026-06-15", api_calls: 1 });
  expect((await world.reader.summary(3)).total_api_calls).toBe(1);
});

test("where midnight comes twice the day begins at the first of them", async () => {
  const world = await worldOf(
    [
      check("web", "down", "2026-11-01T03:58:00Z"),
      check("web", "healthy", "2026-11-01T04:00:00Z"),
      check("web", "down", "2026-11-01T05:00:00Z"),
    ],
    { timeZone: "America/Havana", now: "2026-11-02T12:00:00Z" },
  );
  expect(await valuesOn(world, "uptime", ["2026-10-31", "2026-11-01"])).toEqual([0, 50]);
});

test("a check's state runs on into the day after one that the calendar skipped", async () => {
  const checks = [check("web", "healthy", "2011-12-30T09:57:00Z"), check("web", "down", "2011-12-30T09:59:00Z")];
  const world = await worldOf(checks, { timeZone: "Pacific/Apia", now: "2012-01-01T16:00:00Z" });
  expect(await valuesOn(world, "uptime", ["2011-12-29", "2011-12-31"])).toEqual([expect.closeTo(200 / 3, 9), 0]);
});
