import { expect } from "vitest";
import type { Day } from "../../src/metrics/answers.ts";
import type { MetricName } from "../../src/metrics/catalogue.ts";
import { createTestWorld, type World, type WorldSetting } from "../support/world.ts";

export type Told = Readonly<Record<string, unknown>>;

/** Noon in UTC on a Monday: the last complete day is 2026-06-14. */
export const NOON: WorldSetting = { now: "2026-06-15T12:00:00Z" };

/** Gives each event the id `e1`, `e2`, … unless it has one. */
export function withIds(events: readonly Told[]): Told[] {
  return events.map((event, index) => ({ id: `e${index + 1}`, ...event }));
}

/** A world in which these events, all of them good, have happened and been counted. */
export async function worldOf(events: readonly Told[], setting: WorldSetting = NOON): Promise<World> {
  const world = await createTestWorld(setting);
  const verdicts = await world.post(withIds(events));
  expect(verdicts.filter(({ verdict }) => verdict !== "accepted")).toEqual([]);
  await world.settle();
  return world;
}

export async function addLater(world: World, events: readonly Told[]): Promise<void> {
  await world.post(events.map((event, index) => ({ id: `late${index + 1}`, ...event })));
  await world.settle();
}

const DAYS_BACK = 60;

export async function valueOn(world: World, metric: MetricName, date: string): Promise<number | null> {
  const { points, today } = await world.reader.series(metric, DAYS_BACK, { step: "day" });
  const point = [...points, today].find((one) => one.date === date);
  if (point === undefined) throw new Error(`${date} is not among the last ${DAYS_BACK} days`);
  return point.value;
}

/** The metric's values on some days, in their order. */
export async function valuesOn(world: World, metric: MetricName, dates: readonly string[]): Promise<(number | null)[]> {
  return Promise.all(dates.map((date) => valueOn(world, metric, date)));
}

export async function valueOver(world: World, metric: MetricName, days: number): Promise<number | null> {
  const { window } = await world.reader.series(metric, days);
  return window.value;
}

export async function dayOf(world: World, date: string): Promise<Day> {
  const { days, today } = await world.reader.daily(DAYS_BACK);
  const day = [...days, today].find((one) => one.date === date);
  if (day === undefined) throw new Error(`${date} is not among the last ${DAYS_BACK} days`);
  return day;
}

export const request = (occurred_at: string, more: Told = {}): Told => ({
  type: "request",
  method: "GET",
  route: "/a",
  status: 200,
  duration_ms: 10,
  occurred_at,
  ...more,
});

export const signup = (user_id: string, occurred_at: string): Told => ({ type: "signup", user_id, occurred_at });

export const milestone = (user_id: string, name: string, occurred_at: string): Told => ({
  type: "activation",
  user_id,
  milestone: name,
  occurred_at,
});

export const session = (user_id: string, session_id: string, occurred_at: string, action = "started"): Told => ({
  type: "agent_session",
  user_id,
  session_id,
  action,
  occurred_at,
});

export const revenue = (user_id: string, event: string, occurred_at: string, more: Told = {}): Told => ({
  type: "revenue",
  user_id,
  event,
  occurred_at,
  ...more,
});

export const check = (service: string, status: string, occurred_at: string, more: Told = {}): Told => ({
  type: "health_check",
  service,
  status,
  occurred_at,
  ...more,
});

export const answer = (user_id: string, score: number, occurred_at: string, more: Told = {}): Told => ({
  type: "nps",
  user_id,
  score,
  occurred_at,
  ...more,
});

export const ticket = (ticket_id: string, action: string, occurred_at: string, more: Told = {}): Told => ({
  type: "ticket",
  ticket_id,
  action,
  occurred_at,
  ...more,
});

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
