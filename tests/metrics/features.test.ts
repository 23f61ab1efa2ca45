import { expect, test } from "vitest";
import { createStoredWorld } from "./stored-world.ts";

/** 20 June 2026 in Berlin: a window of 2 days is 18-19 June, the one before 16-17 June. */
const NOW = "2026-06-20T08:00:00Z";

test("top features are the ten with most calls, ties by name bytewise, without the row of all requests", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.requests(
    "*",
    "2026-06-18",
    Array.from({ length: 99 }, () => 5),
  );
  await world.requests("GET /b", "2026-06-18", [10, 20]);
  await world.requests("GET /B", "2026-06-19", [10, 20]);
  await world.requests("other", "2026-06-19", [7, 8, 9]);
  await world.requests("POST /a", "2026-06-18", [10]);
  await world.requests("POST /a", "2026-06-19", [20, 30, 40]);
  for (let n = 0; n < 10; n += 1) await world.requests(`GET /rare/${n}`, "2026-06-19", [1]);
  await world.requests("GET /b", "2026-06-17", [1, 2, 3]);
  await world.requests("GET /today", "2026-06-20", [1, 2, 3, 4, 5, 6, 7]);

  const answer = await world.reader(NOW).summary(2);

  expect(answer.top_features.map(({ feature, usage_count }) => [feature, usage_count])).toEqual([
    ["POST /a", 4],
    ["other", 3],
    ["GET /B", 2],
    ["GET /b", 2],
    ["GET /rare/0", 1],
    ["GET /rare/1", 1],
    ["GET /rare/2", 1],
    ["GET /rare/3", 1],
    ["GET /rare/4", 1],
    ["GET /rare/5", 1],
  ]);
  expect(answer.top_features[0]?.avg_response_time_ms).toBe(25);
  expect(Math.abs((answer.top_features[0]?.p95_response_time_ms ?? 0) - 40)).toBeLessThanOrEqual(0.4);
  expect(answer.previous?.top_features.map(({ feature, usage_count }) => [feature, usage_count])).toEqual([
    ["GET /b", 3],
  ]);
});

test("a day that is rolled up again changes the top features of the next answer", async () => {
  const world = await createStoredWorld();
  await world.firstEventAt("2026-01-01T12:00:00Z");
  await world.requests("GET /a", "2026-06-18", [1]);
  await world.revision("2026-06-18", "usage", "2026-06-19T00:01:00Z");
  const reader = world.reader(NOW);
  const countsOf = async () => (await reader.summary(2)).top_features.map((use) => use.usage_count);
  expect(await countsOf()).toEqual([1]);
  expect(await countsOf()).toEqual([1]);

  await world.db.work.transaction(async (sql) => {
    await sql`update latency_histograms set calls = 2, counts = '{2}' where feature_no > 0`;
    await sql`update day_revisions set revision = revision + 1 where kind = 'usage'`;
  });
  expect(await countsOf()).toEqual([2]);
});
