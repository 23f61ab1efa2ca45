import fc from "fast-check";
import { createTask } from "node-cron";
import { describe, expect, test } from "vitest";
import { dueDeliveries, firingOf, type Schedule } from "../../src/core/schedule.ts";
import { Temporal } from "../../src/core/time.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "Europe/London",
  "America/New_York",
  "America/Los_Angeles",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Santiago",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Asia/Gaza",
  "Africa/Cairo",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Atlantic/Azores",
] as const;
const TIMES = ["00:00", "00:30", "02:30", "09:00", "23:45"] as const;
const FIRST = Date.UTC(2010, 0, 1);
const END = Date.UTC(2027, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What Intl alone says: the offset of a zone at an instant. Nothing of it is shared with the code under test. */
function offsetTeller(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-US-u-ca-gregory-hc-h23", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0 } = part as Record<string, number>;
    return Date.UTC(year, month - 1, day, hour, minute, second) - at;
  };
}

interface Change {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The clock changes of a zone, by halving the days on which the offset changed. */
function clockChanges(zone: string): { readonly changes: readonly Change[]; offsetAt(at: number): number } {
  const tell = offsetTeller(zone);
  const changes: Change[] = [];
  const start = FIRST - 3 * DAY;
  const first = tell(start);
  let before = first;
  for (let at = start; at < END + 3 * DAY; at += DAY) {
    const after = tell(at + DAY);
    if (after === before) continue;
    let [low, high] = [at, at + DAY];
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
      if (tell(middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high, before, after });
    before = after;
  }
  return { changes, offsetAt: (at) => changes.findLast((change) => change.at <= at)?.after ?? first };
}

const isoDay = (local: number) => new Date(local).toISOString().slice(0, 10);
const minutesOf = (at: string) => Number(at.slice(0, 2)) * 60 + Number(at.slice(3));

/** For each day that the zone has: the first minute whose wall clock shows `at` or later on that day or after it. */
function expectedFirings(at: string, { changes, offsetAt }: ReturnType<typeof clockChanges>): Map<string, number> {
  const firings = new Map<string, number>();
  for (let day = FIRST; day < END; day += DAY) {
    const wall = day + minutesOf(at) * MINUTE;
    const skipped = changes.some((change) => change.at + change.before <= day && change.at + change.after >= day + DAY);
    if (skipped) continue;
    const near = changes.filter((change) => Math.abs(change.at - wall) < 2 * DAY);
    const offsets = [...new Set(near.length === 0 ? [offsetAt(wall)] : near.flatMap((one) => [one.before, one.after]))];
    const exact = offsets.map((offset) => wall - offset).filter((instant) => instant + offsetAt(instant) === wall);
    const jump = near.find((change) => change.at + change.before <= wall && change.at + change.after > wall);
    const firing = exact.length > 0 ? Math.min(...exact) : jump?.at;
    if (firing === undefined) throw new Error(`the oracle has no answer for ${isoDay(day)} ${at}`);
    firings.set(isoDay(day), firing);
  }
  return firings;
}

const QUARTER = 15 * MINUTE;

/** The minutes that matter: around each firing, every quarter of an hour near a clock change, and one other a day. */
function ticks(firings: Iterable<number>, changes: readonly Change[]): number[] {
  const all = new Set<number>();
  for (const firing of firings) for (const minutes of [-1, 0, 1, 333]) all.add(firing + minutes * MINUTE);
  for (const { at } of changes) {
    for (const minutes of [-1, 0, 1]) all.add(at + minutes * MINUTE);
    const quarter = Math.floor(at / QUARTER) * QUARTER;
    for (let n = -10; n <= 10; n += 1) all.add(quarter + n * QUARTER);
  }
  return [...all].sort((one, other) => one - other);
}

interface Fired {
  readonly missed: number;
  readonly doubled: number;
  readonly atAnotherTime: number;
}

function judge(expected: ReadonlyMap<string, number>, fired: readonly { day: string; at: number }[]): Fired {
  const seen = new Map<string, number[]>();
  for (const { day, at } of fired) seen.set(day, [...(seen.get(day) ?? []), at]);
  let [missed, doubled, atAnotherTime] = [0, 0, 0];
  for (const [day, at] of expected) {
    const times = seen.get(day) ?? [];
    if (times.length === 0) missed += 1;
    if (times.length > 1) doubled += times.length - 1;
    if (times.length > 0 && times[0] !== at) atAnotherTime += 1;
  }
  for (const [day, times] of seen) if (!expected.has(day)) doubled += times.length;
  return { missed, doubled, atAnotherTime };
}

/** Everywhere, or (faster) in the days around each clock change: elsewhere one day is like the next. */
const EVERY_DAY = process.env["DIGEST_EVERY_DAY"] === "1";

/** Days that follow each other, as firings by day. */
function runsOfDays(expected: ReadonlyMap<string, number>, changes: readonly Change[]): Map<string, number>[] {
  if (EVERY_DAY) return [new Map(expected)];
  const runs: Map<string, number>[] = [];
  let last = 0;
  for (const [day, firing] of expected) {
    if (changes.every((change) => Math.abs(change.at - firing) > 1.5 * DAY)) continue;
    if (firing - last > 3 * DAY) runs.push(new Map());
    runs.at(-1)?.set(day, firing);
    last = firing;
  }
  return runs;
}

interface Firing {
  readonly day: string;
  readonly at: number;
}

/** What our rule and what node-cron alone fire while a fake clock runs through those days. */
function letTimePass(
  run: ReadonlyMap<string, number>,
  time: string,
  zone: string,
  clock: ReturnType<typeof clockChanges>,
) {
  const [from, to] = [Math.min(...run.values()), Math.max(...run.values())];
  const [hours, minutes] = time.split(":").map(Number);
  const cron = createTask(`${minutes} ${hours} * * *`, () => {}, { timezone: zone });
  const createdAt = Temporal.Instant.fromEpochMilliseconds(from - MINUTE);
  let schedule: Schedule = { scheduleNo: 1, at: time, timeZone: zone, createdAt, lastDay: null };
  const ours: Firing[] = [];
  const crons: Firing[] = [];
  const near = clock.changes.filter((change) => change.at > from && change.at < to);
  for (const at of ticks(run.values(), near)) {
    for (const due of dueDeliveries([schedule], Temporal.Instant.fromEpochMilliseconds(at))) {
      ours.push({ day: due.day.toString(), at });
      schedule = { ...schedule, lastDay: due.day };
    }
    if (cron.match(new Date(at))) crons.push({ day: isoDay(at + clock.offsetAt(at)), at });
  }
  void cron.destroy();
  return { ours, crons };
}

test(
  "15 zones, 5 times, 2010 to 2026: each digest fires once, at its minute; node-cron alone misses and doubles some",
  () => {
    const total = { due: 0, fired: 0, missed: 0, doubled: 0, atAnotherTime: 0 };
    const cronAlone = { missed: 0, doubled: 0 };
    for (const zone of ZONES) {
      const clock = clockChanges(zone);
      for (const time of TIMES) {
        for (const run of runsOfDays(expectedFirings(time, clock), clock.changes)) {
          const { ours, crons } = letTimePass(run, time, zone, clock);
          const [judged, judgedCron] = [judge(run, ours), judge(run, crons)];
          total.due += run.size;
          total.fired += run.size - judged.missed;
          total.missed += judged.missed;
          total.doubled += judged.doubled;
          total.atAnotherTime += judged.atAnotherTime;
          cronAlone.missed += judgedCron.missed;
          cronAlone.doubled += judgedCron.doubled;
        }
      }
    }
    const figures = {
      promise: "G11",
      everyDay: EVERY_DAY,
      zones: ZONES.length,
      times: TIMES.length,
      ...total,
      cronAlone,
    };
    console.log(JSON.stringify(figures));
    expect(total).toEqual({ due: total.due, fired: total.due, missed: 0, doubled: 0, atAnotherTime: 0 });
    expect(total.due).toBeGreaterThan(EVERY_DAY ? 465_000 : 5_000);
    expect(cronAlone.missed).toBeGreaterThan(100);
    expect(cronAlone.doubled).toBeGreaterThan(100);
  },
  EVERY_DAY ? 1_200_000 : 60_000,
);

/** 1 is Monday. */
const weekdayOf = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** What our rule fires while a fake clock runs through all the years, ticking around each due time and each clock change. */
function letYearsPass(expected: ReadonlyMap<string, number>, schedule: Schedule, changes: readonly Change[]): Firing[] {
  let standing = schedule;
  const ours: Firing[] = [];
  for (const now of ticks(expected.values(), changes)) {
    for (const due of dueDeliveries([standing], Temporal.Instant.fromEpochMilliseconds(now))) {
      ours.push({ day: due.day.toString(), at: now });
      standing = { ...standing, lastDay: due.day };
    }
  }
  return ours;
}

test.each([
  {
    edition: "weekly",
    time: "02:30",
    recurrenceAt: (place: number) => ({ every: "week", weekday: (place % 7) + 1 }) as const,
  },
  { edition: "monthly", time: "00:00", recurrenceAt: () => ({ every: "month" }) as const },
])("15 zones, 2010 to 2026: each $edition digest fires once, at its minute", ({ edition, time, recurrenceAt }) => {
  const total = { due: 0, missed: 0, doubled: 0, atAnotherTime: 0 };
  let controlDoubled = 0;
  for (const [place, zone] of ZONES.entries()) {
    const clock = clockChanges(zone);
    const recurrence = recurrenceAt(place);
    const isDue = (day: string) =>
      recurrence.every === "month" ? day.endsWith("-01") : weekdayOf(day) === recurrence.weekday;
    const expected = new Map([...expectedFirings(time, clock)].filter(([day]) => isDue(day)));
    const createdAt = Temporal.Instant.fromEpochMilliseconds(Math.min(...expected.values()) - MINUTE);
    const schedule = { scheduleNo: 1, at: time, timeZone: zone, recurrence, createdAt, lastDay: null };
    const near = clock.changes.filter((change) => change.at > FIRST && change.at < END);
    const judged = judge(expected, letYearsPass(expected, schedule, near));
    total.due += expected.size;
    total.missed += judged.missed;
    total.doubled += judged.doubled;
    total.atAnotherTime += judged.atAnotherTime;
    if (place === 0) {
      const everyDay = { ...schedule, recurrence: { every: "day" } } as const;
      controlDoubled = judge(expected, letYearsPass(expected, everyDay, near)).doubled;
    }
  }
  console.log(JSON.stringify({ promise: "G11", edition, zones: ZONES.length, ...total }));
  expect(total).toEqual({ due: total.due, missed: 0, doubled: 0, atAnotherTime: 0 });
  expect(total.due).toBeGreaterThan(edition === "weekly" ? 13_000 : 3_000);
  expect(controlDoubled).toBeGreaterThan(1_000);
});

const at = (text: string) => Temporal.Instant.from(text);

function scheduled(parts: Partial<Schedule> = {}): Schedule {
  const createdAt = at("2026-11-01T00:00:00Z");
  return { scheduleNo: 1, at: "09:00", timeZone: "Europe/Berlin", createdAt, lastDay: null, ...parts };
}

const named = (schedule: Schedule, now: string) =>
  dueDeliveries([schedule], at(now)).map(({ day, standing }) => `${day.toString()} ${standing}`);

const day = (text: string) => Temporal.PlainDate.from(text);

describe("what is owed", () => {
  test("nothing before the time, and the day's digest from that minute on", () => {
    const schedule = scheduled({ lastDay: day("2026-11-19") });
    expect(named(schedule, "2026-11-20T07:59:59Z")).toEqual([]);
    expect(named(schedule, "2026-11-20T08:00:00Z")).toEqual(["2026-11-20 on time"]);
  });

  test("a new schedule fires at its first due time after it was made, not at the one that has passed", () => {
    const schedule = scheduled({ createdAt: at("2026-11-20T08:00:00Z") });
    expect(named(schedule, "2026-11-20T08:01:00Z")).toEqual([]);
    expect(named(schedule, "2026-11-21T08:00:00Z")).toEqual(["2026-11-21 on time"]);
  });

  test("what was missed is late for six hours and then missed", () => {
    const schedule = scheduled({ lastDay: day("2026-11-19") });
    expect(named(schedule, "2026-11-20T08:03:00Z")).toEqual(["2026-11-20 late"]);
    expect(named(schedule, "2026-11-20T14:00:00Z")).toEqual(["2026-11-20 late"]);
    expect(named(schedule, "2026-11-20T14:00:01Z")).toEqual(["2026-11-20 missed"]);
  });

  test("what was due before the first look may have been sent already, however little it is late", () => {
    const schedules = [scheduled({ lastDay: day("2026-11-19") })];
    const standings = dueDeliveries(schedules, at("2026-11-20T08:00:00Z"), true).map(({ standing }) => standing);
    expect(standings).toEqual(["late"]);
  });

  test("an evening's digest is caught up after midnight as that evening's", () => {
    const schedule = scheduled({ at: "23:00", lastDay: day("2026-11-19") });
    expect(named(schedule, "2026-11-21T01:00:00Z")).toEqual(["2026-11-20 late"]);
  });

  test("after three days of silence each day is named once", () => {
    const schedule = scheduled({ lastDay: day("2026-11-17") });
    expect(named(schedule, "2026-11-20T09:00:00Z")).toEqual([
      "2026-11-18 missed",
      "2026-11-19 missed",
      "2026-11-20 late",
    ]);
  });

  test("a weekly one is owed on its weekday alone, and a monthly one on the first", () => {
    const weekly = scheduled({ recurrence: { every: "week", weekday: 5 }, lastDay: day("2026-11-13") });
    expect(named(weekly, "2026-11-19T12:00:00Z")).toEqual([]);
    expect(named(weekly, "2026-11-20T08:00:00Z")).toEqual(["2026-11-20 on time"]);
    const monthly = scheduled({ recurrence: { every: "month" }, lastDay: day("2026-11-01") });
    expect(named(monthly, "2026-11-30T12:00:00Z")).toEqual([]);
    expect(named(monthly, "2026-12-01T08:01:00Z")).toEqual(["2026-12-01 on time"]);
  });

  test("a weekly one that was made on its weekday after its time is owed a week later", () => {
    const recurrence = { every: "week", weekday: 5 } as const;
    const schedule = scheduled({ recurrence, createdAt: at("2026-11-20T09:00:00Z") });
    expect(named(schedule, "2026-11-26T12:00:00Z")).toEqual([]);
    expect(named(schedule, "2026-11-27T08:00:00Z")).toEqual(["2026-11-27 on time"]);
  });

  test("of the months in which nobody ran, each of the last two is named once", () => {
    const schedule = scheduled({ recurrence: { every: "month" }, createdAt: at("2026-01-10T00:00:00Z") });
    expect(named(schedule, "2026-11-01T08:01:00Z")).toEqual(["2026-10-01 missed", "2026-11-01 on time"]);
  });

  test("a time that clocks jump over fires when they have jumped", () => {
    expect(firingOf(day("2026-03-29"), "02:30", "Europe/Berlin")?.toString()).toBe("2026-03-29T01:00:00Z");
  });

  test("a time that comes twice fires the first time", () => {
    expect(firingOf(day("2026-10-25"), "02:30", "Europe/Berlin")?.toString()).toBe("2026-10-25T00:30:00Z");
  });

  test("a day that a zone left out has no firing", () => {
    expect(firingOf(day("2011-12-30"), "09:00", "Pacific/Apia")).toBeNull();
  });

  test("firings of a schedule come strictly one after another", () => {
    const instant = fc
      .integer({ min: FIRST / DAY, max: END / DAY })
      .map((days) => Temporal.Instant.fromEpochMilliseconds(days * DAY));
    const wall = fc
      .integer({ min: 0, max: 1439 })
      .map((n) => `${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}`);
    fc.assert(
      fc.property(instant, wall, fc.constantFrom(...ZONES), (from, time, timeZone) => {
        const first = from.toZonedDateTimeISO(timeZone).toPlainDate();
        const firings = Array.from({ length: 5 }, (_, n) => firingOf(first.add({ days: n }), time, timeZone)).filter(
          (one) => one !== null,
        );
        for (const [index, one] of firings.slice(1).entries())
          expect(one.epochMilliseconds).toBeGreaterThan(firings[index]?.epochMilliseconds ?? 0);
      }),
    );
  });
});
