import { expect, test } from "vitest";
import { NOON, request, revenue, signup, valueOn, worldOf } from "./told.ts";
import { createTestWorld } from "../support/world.ts";

const verdictsOf = (verdicts: readonly { verdict: string }[]): string[] => verdicts.map(({ verdict }) => verdict);
const AT = "2026-06-10T09:00:00Z";

test("the same id again is a duplicate, with another payload a conflict, and each is counted once", async () => {
  const world = await createTestWorld(NOON);
  const one = request(AT, { id: "r" });
  const verdicts = await world.post([one, one, { ...one, status: 500 }]);
  const again = await world.post([Object.fromEntries(Object.entries(one).reverse())]);
  expect(verdictsOf([...verdicts, ...again])).toEqual(["accepted", "duplicate", "conflict", "duplicate"]);
  await world.settle();
  expect(await valueOn(world, "api_calls", "2026-06-10")).toBe(1);
});

test("an id is one per source, whatever the type", async () => {
  const world = await createTestWorld(NOON);
  const mine = await world.post([request(AT, { id: "x" }), { ...signup("a", AT), id: "x" }]);
  const theirs = await world.post([request(AT, { id: "x" })], { source: "segment" });
  expect(verdictsOf([...mine, ...theirs])).toEqual(["accepted", "conflict", "accepted"]);
});

test("a rejected event does not use up its id", async () => {
  const world = await createTestWorld(NOON);
  const bad = request(AT, { id: "x", status: 1000 });
  expect(verdictsOf(await world.post([bad, request(AT, { id: "x" })]))).toEqual(["rejected", "accepted"]);
});

test("a retry without `occurred_at` is a duplicate, though time has gone by", async () => {
  const world = await createTestWorld(NOON);
  const { occurred_at: _, ...event } = request(AT, { id: "x" });
  const first = await world.post([event]);
  world.moveClock("2026-06-15T12:10:00Z");
  const second = await world.post([event]);
  expect(verdictsOf([...first, ...second])).toEqual(["accepted", "duplicate"]);
  await world.settle();
  expect(await valueOn(world, "api_calls", "2026-06-15")).toBe(1);
});

test("events without ids cannot be told apart and are all counted", async () => {
  const world = await createTestWorld(NOON);
  expect(verdictsOf(await world.post([request(AT), request(AT)]))).toEqual(["accepted", "accepted"]);
  await world.settle();
  expect(await valueOn(world, "api_calls", "2026-06-10")).toBe(2);
});

test.each([
  ["request", "2026-03-17T12:00:00Z", "accepted"],
  ["request", "2026-03-17T11:59:59Z", "rejected"],
  ["signup", "2025-05-11T12:00:00Z", "accepted"],
  ["signup", "2025-05-11T11:59:59Z", "rejected"],
  ["signup", "2026-06-15T12:05:00Z", "accepted"],
  ["signup", "2026-06-15T12:05:01Z", "rejected"],
])("a %s at %s, asked at noon on 2026-06-15, is %s", async (type, at, verdict) => {
  const world = await createTestWorld(NOON);
  const event = type === "request" ? request(at) : signup("a", at);
  expect(verdictsOf(await world.post([event]))).toEqual([verdict]);
});

test("an import may bring what is older", async () => {
  const world = await createTestWorld(NOON);
  const old = [signup("a", "2020-01-01T09:00:00Z"), request("2020-02-01T09:00:00Z", { user_id: "a" })];
  expect(verdictsOf(await world.post(old, { source: "import", importing: true }))).toEqual(["accepted", "accepted"]);
  await world.settle();
  expect(await valueOn(world, "total_users", "2026-06-10")).toBe(1);
});

test("late events are counted on the day on which they happened", async () => {
  const world = await worldOf([revenue("a", "subscription_started", "2026-06-01T09:00:00Z", { amount: 30 })]);
  world.moveClock("2026-06-20T12:00:00Z");
  await world.post([request("2026-06-02T09:00:00Z", { user_id: "a", id: "late" })]);
  await world.settle();
  expect(await valueOn(world, "dau", "2026-06-02")).toBe(1);
  expect(await valueOn(world, "mau", "2026-06-20")).toBe(1);
});
