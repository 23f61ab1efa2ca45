import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createVoider } from "../../src/events/void.ts";
import { createTestWorld } from "../support/world.ts";
import {
  addLater,
  dayOf,
  milestone,
  NOON,
  request,
  session,
  signup,
  times,
  valueOn,
  valuesOn,
  valueOver,
  withIds,
  worldOf,
  type Told,
} from "./told.ts";

const BERLIN = { timeZone: "Europe/Berlin", now: "2026-04-20T12:00:00Z" };

/** All three milestones; the last is reached at `last`. */
const activated = (user: string, at: string, last: string): Told[] => [
  milestone(user, "profile_completed", at),
  request(at, { user_id: user }),
  session(user, `session of ${user}`, last),
];

test("somebody who signs up twice signed up at the earlier time, also when that arrives later", async () => {
  const world = await worldOf([signup("a", "2026-06-10T09:00:00Z")]);
  await addLater(world, [signup("a", "2026-06-08T09:00:00Z"), signup("a", "2026-06-12T09:00:00Z")]);
  expect(await valuesOn(world, "signups", ["2026-06-08", "2026-06-10", "2026-06-12"])).toEqual([1, 0, 0]);
  expect(await valuesOn(world, "total_users", ["2026-06-08", "2026-06-14"])).toEqual([1, 1]);
});

test("a milestone reached exactly N × 24 h after the sign-up is in time, a microsecond later is not", async () => {
  const world = await worldOf(
    [
      signup("edge", "2026-06-01T09:00:00Z"),
      ...activated("edge", "2026-06-02T09:00:00Z", "2026-06-03T09:00:00Z"),
      signup("late", "2026-06-01T09:00:00Z"),
      ...activated("late", "2026-06-02T09:00:00Z", "2026-06-03T09:00:00.000001Z"),
    ],
    { ...NOON, activationDays: 2 },
  );
  expect(await valueOn(world, "activations", "2026-06-03")).toBe(1);
  expect((await world.reader.summary(14)).activation_rate).toBe(50);
});

test("who activates with the very last instant of the time, at midnight, had not yet done so when the day before ended", async () => {
  const world = await worldOf(
    [
      signup("edge", "2026-06-13T00:00:00Z"),
      ...activated("edge", "2026-06-13T09:00:00Z", "2026-06-15T00:00:00Z"),
      signup("early", "2026-06-13T00:00:00Z"),
      ...activated("early", "2026-06-13T09:00:00Z", "2026-06-14T23:59:59.999999Z"),
    ],
    { ...NOON, activationDays: 2 },
  );
  expect(await valueOver(world, "activation_rate", 7)).toBe(50);
  world.moveClock("2026-06-16T12:00:00Z");
  await world.settle();
  expect(await valueOver(world, "activation_rate", 7)).toBe(100);
  expect((await world.reader.summary(1)).previous?.activation_rate).toBeNull();
});

test("the time to activate is elapsed time: over a clock change it ends an hour off by the clock on the wall", async () => {
  const world = await worldOf(
    [
      signup("edge", "2026-03-28T12:00:00+01:00"),
      ...activated("edge", "2026-03-28T13:00:00+01:00", "2026-03-29T13:00:00+02:00"),
      signup("late", "2026-03-28T12:00:00+01:00"),
      ...activated("late", "2026-03-28T13:00:00+01:00", "2026-03-29T13:00:01+02:00"),
    ],
    { ...BERLIN, activationDays: 1 },
  );
  expect(await valueOn(world, "activations", "2026-03-29")).toBe(1);
});

test("the activation rate is over those whose N days ended at or before the end of the window", async () => {
  const world = await worldOf(
    [
      signup("just", "2026-06-13T00:00:00Z"),
      ...activated("just", "2026-06-13T01:00:00Z", "2026-06-13T02:00:00Z"),
      signup("not yet", "2026-06-13T00:00:00.000001Z"),
    ],
    { ...NOON, activationDays: 2 },
  );
  expect((await world.reader.summary(7)).activation_rate).toBe(100);
  expect((await world.reader.summary(7)).new_signups).toBe(2);
});

test("the end of the window is local midnight, also on a day of 23 hours", async () => {
  const world = await worldOf(
    [signup("just", "2026-03-29T00:00:00+01:00"), signup("not yet", "2026-03-29T00:00:01+01:00")],
    { timeZone: "Europe/Berlin", activationDays: 1, now: "2026-03-30T12:00:00Z" },
  );
  expect((await world.reader.summary(1)).activation_rate).toBe(null);
});

test("nobody whose N days have passed: the activation rate is no data", async () => {
  const world = await worldOf([signup("a", "2026-06-13T09:00:00Z")]);
  expect((await world.reader.summary(7)).activation_rate).toBe(null);
});

test("milestones reached before the sign-up count as reached at it", async () => {
  const world = await worldOf([
    ...activated("a", "2026-06-01T09:00:00Z", "2026-06-02T09:00:00Z"),
    signup("a", "2026-06-05T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "activations", ["2026-06-02", "2026-06-05"])).toEqual([null, 1]);
});

test("who never signed up is never activated, counts as active, and is not among the users", async () => {
  const world = await worldOf([
    signup("b", "2026-06-05T09:00:00Z"),
    ...activated("a", "2026-06-05T09:00:00Z", "2026-06-05T10:00:00Z"),
  ]);
  expect(await dayOf(world, "2026-06-05")).toMatchObject({ activations: 0, dau: 1, total_users: 1 });
});

test("the first occurrence of a milestone counts, and repeats change nothing", async () => {
  const world = await worldOf([
    signup("a", "2026-06-01T09:00:00Z"),
    ...activated("a", "2026-06-01T10:00:00Z", "2026-06-02T10:00:00Z"),
    milestone("a", "profile_completed", "2026-06-04T10:00:00Z"),
    milestone("a", "first_agent_session", "2026-06-05T10:00:00Z"),
  ]);
  expect(await valuesOn(world, "activations", ["2026-06-02", "2026-06-04", "2026-06-05"])).toEqual([1, 0, 0]);
});

test("a team that sends the milestones and no requests has activations too", async () => {
  const world = await worldOf([
    signup("a", "2026-06-01T09:00:00Z"),
    milestone("a", "first_agent_session", "2026-06-01T10:00:00Z"),
    milestone("a", "first_api_call", "2026-06-02T10:00:00Z"),
    milestone("a", "profile_completed", "2026-06-03T10:00:00Z"),
  ]);
  expect(await valueOn(world, "activations", "2026-06-03")).toBe(1);
});

test("an earlier sign-up that arrives late can put an activation out of time", async () => {
  const world = await worldOf([
    signup("a", "2026-06-05T09:00:00Z"),
    ...activated("a", "2026-06-06T09:00:00Z", "2026-06-07T09:00:00Z"),
  ]);
  expect(await valueOn(world, "activations", "2026-06-07")).toBe(1);
  await addLater(world, [signup("a", "2026-05-20T09:00:00Z")]);
  expect(await valueOn(world, "activations", "2026-06-07")).toBe(0);
});

test("a request without a user is anonymous, whatever its team", async () => {
  const world = await worldOf([request("2026-06-10T09:00:00Z", { team_id: "t" })]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ dau: 0, mau: 0, api_calls: 1 });
});

test("a session is counted once, at its earliest start, also when that arrives later", async () => {
  const world = await worldOf([
    session("a", "s", "2026-06-10T09:00:00Z"),
    session("a", "s", "2026-06-11T09:00:00Z"),
    session("a", "s", "2026-06-11T10:00:00Z", "ended"),
  ]);
  expect(await valuesOn(world, "agent_sessions", ["2026-06-10", "2026-06-11"])).toEqual([1, 0]);
  expect(await valuesOn(world, "dau", ["2026-06-10", "2026-06-11"])).toEqual([1, 0]);
  await addLater(world, [session("a", "s", "2026-06-08T09:00:00Z")]);
  expect(await valuesOn(world, "agent_sessions", ["2026-06-08", "2026-06-10"])).toEqual([1, 0]);
  expect(await valuesOn(world, "dau", ["2026-06-08", "2026-06-10"])).toEqual([1, 0]);
});

test("one session id used by two people is two sessions, and both are active", async () => {
  const world = await worldOf([
    session("a", "1", "2026-06-10T09:00:00Z"),
    session("b", "1", "2026-06-10T10:00:00Z"),
    session("b", "1", "2026-06-11T10:00:00Z"),
  ]);
  expect(await valuesOn(world, "agent_sessions", ["2026-06-10", "2026-06-11"])).toEqual([2, 0]);
  expect(await valuesOn(world, "dau", ["2026-06-10", "2026-06-11"])).toEqual([2, 0]);
  await addLater(world, [session("b", "1", "2026-06-08T10:00:00Z")]);
  expect(await valuesOn(world, "agent_sessions", ["2026-06-08", "2026-06-10"])).toEqual([1, 1]);
});

test("an end without a user belongs to the only person who had started a session of that id by then", async () => {
  const ended = (session_id: string, occurred_at: string, tokens: number) => ({
    type: "agent_session",
    session_id,
    action: "ended",
    occurred_at,
    tokens,
  });
  const world = await worldOf([
    session("a", "own", "2026-06-10T09:00:00Z"),
    ended("own", "2026-06-10T09:30:00Z", 5),
    session("b", "own", "2026-06-11T09:00:00Z"),
    session("a", "shared", "2026-06-10T09:00:00Z"),
    session("b", "shared", "2026-06-10T09:00:00Z"),
    ended("shared", "2026-06-10T09:30:00Z", 7),
    ended("nobody's", "2026-06-10T09:30:00Z", 9),
  ]);
  const rows = await world.db.read.run(
    (sql) => sql<{ told: string }[]>`
      select concat_ws(' ', session_id, user_id, tokens, ended_at is not null) as told
      from agent_sessions join users using (user_no) order by 1`,
  );
  expect(rows.map(({ told }) => told)).toEqual(["own a 5 t", "own b f", "shared a f", "shared b f"]);
  expect(await valueOn(world, "agent_sessions", "2026-06-10")).toBe(3);
});

test("a request that was turned away or failed is no first API call, and a misspelt milestone is none", async () => {
  const world = await worldOf([
    signup("f1", "2026-06-01T12:00:00Z"),
    request("2026-06-02T12:00:00Z", { user_id: "f1", status: 401 }),
    request("2026-06-02T13:00:00Z", { user_id: "f1", failed: true }),
    milestone("f1", "Profile_Completed", "2026-06-02T12:00:00Z"),
    signup("f2", "2026-06-01T12:00:00Z"),
    request("2026-06-02T12:00:00Z", { user_id: "f2", status: 500 }),
    request("2026-06-02T18:00:00Z", { user_id: "f2", status: 302, id: "good" }),
    request("2026-06-03T18:00:00Z", { user_id: "f2", status: 404 }),
    request("2026-06-04T12:00:00Z", { user_id: "f2", id: "better" }),
  ]);
  const calls = async () => {
    const { completed_profile, first_api_call, steps } = await world.overviews.activationFunnel(30);
    return [completed_profile, first_api_call, steps[1]?.median_hours];
  };
  expect(await calls()).toEqual([0, 1, 30]);
  const voider = createVoider({
    db: world.db,
    clock: { now: () => Temporal.Instant.from(world.now()) },
    workspace: world.workspace,
  });
  await voider.voidEvent({ source: "api", id: "good", reason: "it was ours", actor: "an admin" });
  await world.settle();
  expect(await calls()).toEqual([0, 1, 72]);
  expect(await valueOn(world, "dau", "2026-06-02")).toBe(2);
});

test("the end of a session that never started is no session and no activity", async () => {
  const world = await worldOf([session("a", "s", "2026-06-10T09:00:00Z", "ended")]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ agent_sessions: 0, dau: 0 });
});

test("weekly and monthly actives are the different people of the 7 and 30 days that end with the day", async () => {
  const world = await worldOf([
    request("2026-05-12T09:00:00Z", { user_id: "a" }),
    request("2026-06-04T09:00:00Z", { user_id: "b" }),
    request("2026-06-10T09:00:00Z", { user_id: "b" }),
    request("2026-06-10T10:00:00Z", { user_id: "c" }),
  ]);
  expect(await valuesOn(world, "wau", ["2026-06-03", "2026-06-10", "2026-06-11"])).toEqual([0, 2, 2]);
  expect(await valuesOn(world, "mau", ["2026-06-10", "2026-06-11"])).toEqual([3, 2]);
});

test("a window's stickiness is the sum of its daily by the sum of its monthly actives", async () => {
  const world = await worldOf([
    request("2026-06-13T09:00:00Z", { user_id: "a" }),
    request("2026-06-14T09:00:00Z", { user_id: "a" }),
    request("2026-06-14T09:00:00Z", { user_id: "b" }),
  ]);
  expect(await valueOn(world, "stickiness", "2026-06-14")).toBe(100);
  expect(await valueOver(world, "stickiness", 2)).toBe(100);
});

test("a window's stickiness is at most 100 %, also while the active users fall steadily", async () => {
  const days = times(60, (n) => Temporal.PlainDate.from("2026-04-16").add({ days: n }).toString());
  const visits = days.flatMap((day, n) =>
    times(60 - n, (person) => request(`${day}T09:00:00Z`, { user_id: `u${person}` })),
  );
  const world = await createTestWorld(NOON);
  for (let from = 0; from < visits.length; from += 1000)
    await world.post(withIds(visits.slice(from, from + 1000)).map((event, n) => ({ ...event, id: `v${from + n}` })));
  await world.settle();
  const daily = days.map((_, n) => 60 - n);
  const monthly = days.map((_, n) => 60 - Math.max(n - 29, 0));
  const sum = (numbers: readonly number[]) => numbers.slice(-30).reduce((all, one) => all + one, 0);
  expect(await valueOver(world, "stickiness", 30)).toBeCloseTo((100 * sum(daily)) / sum(monthly), 9);
  for (const window of [1, 7, 60]) expect(await valueOver(world, "stickiness", window)).toBeLessThanOrEqual(100);
});

test("what is posted as a request is counted as it stands, a health probe included", async () => {
  const world = await worldOf([request("2026-06-10T09:00:00Z", { route: "/healthz", user_id: "kube-probe" })]);
  expect(await dayOf(world, "2026-06-10")).toMatchObject({ api_calls: 1, dau: 1 });
});

test("users that differ in case only, or by a team of the same name, are different", async () => {
  const world = await worldOf(
    withIds([
      request("2026-06-10T09:00:00Z", { user_id: "a", team_id: "b" }),
      request("2026-06-10T09:00:00Z", { user_id: "A", team_id: "a" }),
    ]),
  );
  expect(await valueOn(world, "dau", "2026-06-10")).toBe(2);
});

test("a fraction of a microsecond before midnight is still the day before", async () => {
  const world = await worldOf([signup("a", "2026-06-09T23:59:59.9999999Z")]);
  expect(await valuesOn(world, "signups", ["2026-06-09", "2026-06-10"])).toEqual([1, 0]);
});
