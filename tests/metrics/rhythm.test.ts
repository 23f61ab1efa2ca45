import { expect, test } from "vitest";
import { hoursOfWeek, isSilent } from "../../src/metrics/freshness/rhythm.ts";

/** Monday 7 September 2026, 00:00 UTC, in hours since 1970. */
const MONDAY = Date.UTC(2026, 8, 7) / 3_600_000;
const WEEK = 168;
const ZONE = "Europe/Berlin";
const hourOfWeek = hoursOfWeek(ZONE);

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Rhythm = (hour: number) => number;

const isDay = (hour: number) => hourOfWeek(hour) % 24 >= 8 && hourOfWeek(hour) % 24 < 20;
const isWeekend = (hour: number) => hourOfWeek(hour) >= 120;

/** How many arrivals an hour has, on average. */
const RHYTHMS: Readonly<Record<string, Rhythm>> = {
  "a busy application": () => 50,
  "two an hour, all the time": () => 2,
  "one in two hours, all the time": () => 0.5,
  "one in eight hours, all the time": () => 0.125,
  "office hours on weekdays": (hour) => (isDay(hour) && !isWeekend(hour) ? 3 : 0),
  "busy days, quiet nights and weekends": (hour) => (isDay(hour) ? 2 : 0.1) * (isWeekend(hour) ? 0.15 : 1),
  "payments of a small company": (hour) => (isDay(hour) ? 0.4 : 0.05) * (isWeekend(hour) ? 0.3 : 1),
  "one upload a night": (hour) => (hourOfWeek(hour) % 24 === 6 ? 1_000 : 0),
  "one upload a working day": (hour) => (hourOfWeek(hour) % 24 === 6 && !isWeekend(hour) ? 1_000 : 0),
};

function arrivals(rhythm: Rhythm, from: number, to: number, random: () => number): number[] {
  const hours = Array.from({ length: to - from }, (_, index) => from + index);
  return hours.filter((hour) => random() < 1 - Math.exp(-rhythm(hour)));
}

const WEEKS = 12;
const SOURCES = 20;

test("of sources that go on reporting, fewer than 0.5 % are called silent at a morning's look", () => {
  let looks = 0;
  const falsely: Record<string, number> = {};
  for (const [name, rhythm] of Object.entries(RHYTHMS)) {
    falsely[name] = 0;
    for (let nth = 0; nth < SOURCES; nth += 1) {
      const all = arrivals(rhythm, MONDAY, MONDAY + WEEKS * WEEK, randomFrom(nth * 7919 + name.length));
      for (let day = 6 * 7; day < WEEKS * 7; day += 1) {
        const now = MONDAY + day * 24 + 7;
        looks += 1;
        if (
          isSilent(
            all.filter((hour) => hour < now),
            now,
            hourOfWeek,
          ) === true
        )
          falsely[name] += 1;
      }
    }
  }
  const wrong = Object.values(falsely).reduce((sum, one) => sum + one, 0);
  console.log(
    JSON.stringify({ promise: "freshness", looks, falseSilent: wrong, percent: (100 * wrong) / looks, falsely }),
  );
  expect(wrong / looks).toBeLessThan(0.005);
});

test("a source that stops is called silent, the sooner the busier it is, and not after a quiet weekend", () => {
  const found: Record<string, number | null> = {};
  for (const [name, rhythm] of Object.entries(RHYTHMS)) {
    const hours = Array.from({ length: SOURCES }, (_, nth) => {
      const stopped = MONDAY + 8 * WEEK + 24 + 7 + nth;
      const all = arrivals(rhythm, MONDAY, stopped, randomFrom(nth * 104_729 + name.length));
      for (let after = 1; after < 2 * WEEK; after += 1)
        if (isSilent(all, stopped + after, hourOfWeek) === true) return after;
      return Infinity;
    });
    found[name] = hours.toSorted((one, other) => one - other)[SOURCES / 2] ?? null;
    expect([name, hours.every((one) => one < 2 * WEEK)]).toEqual([name, true]);
  }
  console.log(JSON.stringify({ promise: "freshness", medianHoursUntilCalledSilent: found }));
  expect(found["a busy application"]).toBeLessThanOrEqual(2);
  expect(found["one upload a night"]).toBeLessThanOrEqual(25);
});

test("a source that is quiet on weekends is not silent on a Sunday evening, and is on a Monday without a word", () => {
  const friday = MONDAY + 8 * WEEK + 4 * 24 + 18;
  const all = arrivals((hour) => (RHYTHMS["office hours on weekdays"] as Rhythm)(hour), MONDAY, friday, randomFrom(1));
  expect(isSilent(all, friday + 50, hourOfWeek)).toBe(false);
  expect(isSilent(all, friday + 72, hourOfWeek)).toBe(true);
});

test("what is new, rare or long gone is not judged", () => {
  const steady = arrivals(() => 50, MONDAY, MONDAY + 10 * WEEK, randomFrom(2));
  expect(isSilent([], MONDAY, hourOfWeek)).toBeNull();
  expect(
    isSilent(
      steady.filter((hour) => hour < MONDAY + 300),
      MONDAY + 320,
      hourOfWeek,
    ),
  ).toBeNull();
  expect(
    isSilent(
      steady.filter((_, index) => index % 100 === 0),
      MONDAY + 10 * WEEK,
      hourOfWeek,
    ),
  ).toBeNull();
  expect(isSilent(steady, MONDAY + 13 * WEEK, hourOfWeek)).toBeNull();
  // An import of years of history arrives in one hour.
  expect(isSilent([MONDAY, MONDAY + 1], MONDAY + 9, hourOfWeek)).toBeNull();
});

test("an outage weeks ago does not deafen it", () => {
  const steady = arrivals(() => 50, MONDAY, MONDAY + 7 * WEEK, randomFrom(3));
  const withOutage = steady.filter((hour) => hour < MONDAY + 5 * WEEK || hour > MONDAY + 5 * WEEK + 48);
  expect(isSilent(withOutage, MONDAY + 7 * WEEK + 6, hourOfWeek)).toBe(true);
});
