import fc from "fast-check";
import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { afterWorkingMs, readBusinessHours, workingMs, type BusinessHours } from "../../src/tickets/business-hours.ts";

const at = (text: string) => Temporal.Instant.from(text);
const HOUR = 3_600_000;

function office(text: string, timeZone = "Europe/Berlin"): BusinessHours {
  const hours = readBusinessHours(text, timeZone);
  if (hours === null) throw new Error(`not understood: ${text}`);
  return hours;
}

const weekdays = office("mon-fri 09:00-17:00");

test("around the clock, working time is elapsed time", () => {
  expect(workingMs(at("2026-11-20T15:00Z"), at("2026-11-23T10:00Z"), null)).toBe(67 * HOUR);
});

test("a question on Friday afternoon that is answered on Monday morning waited two working hours", () => {
  expect(workingMs(at("2026-11-20T16:00+01:00"), at("2026-11-23T10:00+01:00"), weekdays)).toBe(2 * HOUR);
});

test("a night and a weekend hold no working time", () => {
  expect(workingMs(at("2026-11-20T17:00+01:00"), at("2026-11-23T09:00+01:00"), weekdays)).toBe(0);
});

test("four working hours from Friday at four end on Monday at noon", () => {
  const due = afterWorkingMs(at("2026-11-20T16:00+01:00"), 4 * HOUR, weekdays);
  expect(due.equals(at("2026-11-23T12:00+01:00"))).toBe(true);
});

test("a shift in which the clocks change is as long as it really is", () => {
  const nights = office("sun 00:00-06:00");
  expect(workingMs(at("2026-10-25T00:00+02:00"), at("2026-10-25T06:00+01:00"), nights)).toBe(7 * HOUR);
  expect(workingMs(at("2026-03-29T00:00+01:00"), at("2026-03-29T06:00+02:00"), nights)).toBe(5 * HOUR);
});

test("a week may begin on any day", () => {
  expect([...office("sat-mon 10:00-11:00").weekdays]).toEqual([6, 7, 1]);
  expect([...office("wed 10:00-11:00").weekdays]).toEqual([3]);
});

test.each(["", "mon-fri", "mon-fri 17:00-09:00", "mon-fri 9-17", "mon-fri 25:00-26:00", "day 09:00-17:00"])(
  "%j is no business hours",
  (text) => {
    expect(readBusinessHours(text, "UTC")).toBeNull();
  },
);

/** The same by asking each quarter of an hour whether the team is at work. */
function countedMs(from: Temporal.Instant, to: Temporal.Instant, hours: BusinessHours): number {
  let quarters = 0;
  for (let now = from; Temporal.Instant.compare(now, to) < 0; now = now.add({ minutes: 15 })) {
    const local = now.toZonedDateTimeISO(hours.timeZone);
    const time = local.toPlainTime();
    const isOpen = Temporal.PlainTime.compare(time, hours.from) >= 0 && Temporal.PlainTime.compare(time, hours.to) < 0;
    if (isOpen && hours.weekdays.has(local.dayOfWeek)) quarters += 1;
  }
  return quarters * 900_000;
}

const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland");
const forms = fc.constantFrom("mon-fri 09:00-17:00", "sat-tue 00:15-23:45", "sun 07:00-12:30", "wed-wed 10:00-10:15");
/** Around the clock changes of Berlin and New York. */
const quarters = fc.integer({ min: 0, max: 4 * 24 * 40 }).map((n) => at("2026-10-15T00:00Z").add({ minutes: 15 * n }));

test("working time is what counting the open quarters of an hour gives, also over clock changes", () => {
  fc.assert(
    fc.property(zones, forms, quarters, fc.nat({ max: 4 * 24 * 12 }), (zone, form, from, length) => {
      const hours = office(form, zone);
      const to = from.add({ minutes: 15 * length });
      expect(workingMs(from, to, hours)).toBe(countedMs(from, to, hours));
    }),
    { numRuns: 150 },
  );
});

test("as much working time has passed at a due time as was asked for, and not a moment earlier", () => {
  fc.assert(
    fc.property(zones, forms, quarters, fc.integer({ min: 1, max: 60 }), (zone, form, from, length) => {
      const hours = office(form, zone);
      const due = afterWorkingMs(from, length * 900_000, hours);
      expect(workingMs(from, due, hours)).toBe(length * 900_000);
      expect(workingMs(from, due.subtract({ milliseconds: 1 }), hours)).toBe(length * 900_000 - 1);
    }),
    { numRuns: 150 },
  );
});
