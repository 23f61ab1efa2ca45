import { expect, test } from "vitest";
import { daily as dailyShape, series as seriesShape } from "../../src/metrics/answers.ts";
import { metricNames, metricOf } from "../../src/metrics/catalogue.ts";
import { createStoredWorld } from "./stored-world.ts";

/** 20 June 2026 in Berlin. */
const NOW = "2026-06-20T08:00:00Z";

test("days that end before the first event are null, later ones without data are 0 where something is counted", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-06-17T22:00:00Z");
  const answer = await world.reader(NOW).daily(4);
  expect(dailyShape.parse(answer)).toEqual(answer);
  expect(
    answer.days.map((day) => [day.date, day.signups, day.dau, day.mrr, day.open_tickets, day.nps_responses]),
  ).toEqual([
    ["2026-06-16", null, null, null, null, null],
    ["2026-06-17", null, null, null, null, null],
    ["2026-06-18", 0, 0, 0, 0, 0],
    ["2026-06-19", 0, 0, 0, 0, 0],
  ]);
});

test("an event in the last microsecond of a local day makes that day the first", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-06-17T21:59:59.999999Z");
  const reader = world.reader(NOW);
  expect((await reader.firstDay())?.toString()).toBe("2026-06-17");
  expect((await reader.daily(4)).days.map((day) => day.signups)).toEqual([null, 0, 0, 0]);
});

test("there is no first day before the first event", async () => {
  const world = await createStoredWorld();
  expect(await world.reader(NOW).firstDay()).toBeNull();
});

test("ratios, quantiles and scores are null without requests, checks and answers", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T00:00:00Z");
  const [day] = (await world.reader(NOW).daily(1)).days;
  expect(day).toMatchObject({
    error_rate: null,
    latency_p50: null,
    latency_p95: null,
    latency_p99: null,
    uptime: null,
    nps: null,
    nps_responses: 0,
  });
});

test("on the first day the window is null and today is not", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-06-20T07:00:00Z");
  await world.value("signups", "2026-06-20", 3);
  const answer = await world.reader(NOW).summary(30);
  expect([answer.new_signups, answer.total_users, answer.mrr, answer.previous?.new_signups]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(answer.today).toMatchObject({ signups: 3, total_users: 3, dau: 0 });
});

test("a window that begins before the first event counts what there is", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-06-18T12:00:00Z");
  await world.value("signups", "2026-06-18", 3);
  await world.value("dau", "2026-06-18", 2);
  await world.value("dau", "2026-06-19", 4);
  await world.value("mau", "2026-06-18", 2);
  await world.value("mau", "2026-06-19", 6);
  const reader = world.reader(NOW);
  const answer = await reader.summary(30);
  expect([answer.new_signups, answer.previous?.new_signups]).toEqual([3, null]);
  expect((await reader.series("stickiness", 30)).window.value).toBe(75);
});

test("every metric answers as a series that parses, with and without data", async () => {
  const world = await createStoredWorld();
  for (const now of [NOW, "2026-06-21T08:00:00Z"]) {
    if (now !== NOW) await world.firstEventAt("2026-06-01T00:00:00Z");
    for (const name of metricNames) {
      const answer = await world.reader(now).series(name, 3, { step: "day" });
      expect(seriesShape.parse(answer), name).toEqual(answer);
      expect(answer.points).toHaveLength(3);
      expect(answer.unit).toBe(metricOf(name).unit);
      expect(answer.currency).toBe(answer.unit === "money" ? "USD" : undefined);
    }
  }
});
