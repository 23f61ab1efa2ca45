import type { Random } from "./random.ts";

export interface Person {
  readonly id: string;
  readonly account: Account;
  readonly joinedOn: number;
  /** 0 to 1: how much the product becomes a habit. */
  readonly habit: number;
}

export type Plan = "free" | "pro" | "workflow" | "enterprise";

export interface Account {
  readonly id: string;
  plan: Plan;
  seats: number;
  paidSince: number | null;
}

/** What the made-up company has become by a day; each day's chapter of its story changes it. */
export interface Company {
  readonly people: Person[];
  readonly accounts: Account[];
  ticketsOpened: number;
}

/** A made-up event with the moment of its day, in seconds after the day's start. */
export interface Happening {
  /** Whole days after the story's first. */
  readonly day: number;
  readonly second: number;
  /** Stable name, so that telling the same day twice tells it once. */
  readonly id: string;
  readonly event: Readonly<Record<string, unknown>> & { readonly type: string };
}

/** The story's one bad afternoon: an outage of two and a half hours. */
export const OUTAGE = { daysBeforeEnd: 47, fromSecond: 13 * 3600, toSecond: 15.5 * 3600 } as const;
export const STORY_DAYS = 365;

const OUTAGE_DAY = STORY_DAYS - OUTAGE.daysBeforeEnd;

export function isOutage(day: number, second: number): boolean {
  return day === OUTAGE_DAY && second >= OUTAGE.fromSecond && second < OUTAGE.toSecond;
}

/** Weekends are quiet; `weekday` is 1 (Monday) to 7. */
export function seasonOf(weekday: number): number {
  return [1, 1.04, 1.06, 1.02, 0.9, 0.42, 0.38][weekday - 1] ?? 1;
}

/** A moment of the day, mostly in working hours. */
export function secondOfDay(random: Random): number {
  const hour = random.chance(0.85)
    ? 13.5 + (random.next() + random.next() + random.next() - 1.5) * 5.5
    : random.next() * 24;
  return Math.min(86_399, Math.max(0, Math.floor(hour * 3600)));
}

/** How likely a person uses the product on a day: a first rush, then what the habit leaves. */
export function activeChance(person: Person, day: number): number {
  const age = day - person.joinedOn;
  const rush = Math.exp(-age / 9);
  const paying = person.account.plan === "free" ? 0.55 : 1;
  return Math.min(0.95, 0.65 * rush + person.habit * 0.62 * paying);
}
