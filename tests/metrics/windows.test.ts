import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Temporal, type Window } from "../../src/core/time.ts";
import { wishName } from "../../src/core/window-name.ts";
import { readCompare, readWindow, type WindowParts } from "../../src/core/window-reading.ts";
import { comparedWith, settledOn, windowOn, type Compare, type WindowWish } from "../../src/core/window-wish.ts";
import { windowSaid } from "../../src/core/window-words.ts";

const TODAY = Temporal.PlainDate.from("2026-12-01");
const day = (text: string) => Temporal.PlainDate.from(text);
const textOf = (window: Window | null) =>
  window === null ? null : `${window.start.toString()} ${window.end.toString()} ${window.days}`;

function windowOf(parts: WindowParts, today = TODAY) {
  const reading = readWindow(parts, { absent: 30 });
  if (!reading.ok) return `${reading.code}: ${reading.complaint}`;
  const found = windowOn(today, reading.value);
  return found.ok ? `${textOf(found.window) ?? ""}${found.window.complete ? "" : " cut"}` : found.complaint;
}

function comparedTo(parts: WindowParts, compare: Compare, today = TODAY) {
  const reading = readWindow(parts, { absent: 30 });
  const found = reading.ok ? windowOn(today, reading.value) : null;
  return found?.ok === true ? textOf(comparedWith(found.window, compare)) : null;
}

describe("a window", () => {
  test.each([
    [{}, "2026-11-01 2026-11-30 30"],
    [{ days: "1" }, "2026-11-30 2026-11-30 1"],
    [{ days: "366" }, "2025-11-30 2026-11-30 366"],
    [{ month: "2026-10" }, "2026-10-01 2026-10-31 31"],
    [{ month: "2024-02" }, "2024-02-01 2024-02-29 29"],
    [{ quarter: "2026-Q3" }, "2026-07-01 2026-09-30 92"],
    [{ quarter: "2026-q4" }, "2026-10-01 2026-11-30 61 cut"],
    [{ year: "2024" }, "2024-01-01 2024-12-31 366"],
    [{ year: "2026" }, "2026-01-01 2026-11-30 334 cut"],
    [{ from: "2026-10-05", to: "2026-10-05" }, "2026-10-05 2026-10-05 1"],
    [{ from: "2026-11-20", to: "2026-12-24" }, "2026-11-20 2026-11-30 11 cut"],
    [{ from: "2000-01-01", to: "2000-12-31" }, "2000-01-01 2000-12-31 366"],
  ])("of %j has these days", (parts, expected) => {
    expect(windowOf(parts)).toBe(expected);
  });

  test.each([
    [{ days: "0" }, "invalid_days: `days` must be a whole number from 1 to 366; you wrote `0`."],
    [{ days: "" }, "invalid_days: `days` must be a whole number from 1 to 366; you left it empty."],
    [{ days: "367" }, "invalid_days: `days` must be a whole number from 1 to 366; you wrote `367`."],
    [{ days: "07" }, "invalid_days: `days` must be a whole number from 1 to 366; you wrote `07`."],
    [{ month: "2026-13" }, "invalid_window: `month` must be written like `2026-10`; you wrote `2026-13`."],
    [{ month: "October" }, "invalid_window: `month` must be written like `2026-10`; you wrote `October`."],
    [{ quarter: "2026-Q5" }, "invalid_window: `quarter` must be written like `2026-Q3`; you wrote `2026-Q5`."],
    [{ year: "26" }, "invalid_window: `year` must be written like `2026`; you wrote `26`."],
    [{ from: "2026-10-01" }, "invalid_window: `from` needs `to`, the last day: `from=2026-10-01&to=2026-10-31`."],
    [{ to: "2026-10-01" }, "invalid_window: `to` needs `from`, the first day: `from=2026-10-01&to=2026-10-31`."],
    [
      { from: "2026-02-29", to: "2026-03-01" },
      "invalid_window: `from` must be a day such as `2026-10-01`; you wrote `2026-02-29`.",
    ],
    [{ from: "2026-10-02", to: "2026-10-01" }, "`from` must not be after `to`."],
    [{ from: "2025-10-01", to: "2026-10-02" }, "A window has 366 days at most; this one has 367."],
    [{ from: "2026-11-01", to: "9999-12-31" }, /^A window has 366 days at most; this one has \d+\.$/],
    [
      { from: "1999-12-31", to: "2000-01-02" },
      "Nothing before 2000-01-01 is on record; the window begins on 1999-12-31.",
    ],
    [{ year: "1999" }, "Nothing before 2000-01-01 is on record; the window begins on 1999-01-01."],
    [{ year: "0000" }, /^Nothing before 2000-01-01 is on record/],
    [{ month: "2026-12" }, "December 2026 has no complete day yet: the last complete day is 2026-11-30."],
    [{ year: "9999" }, "9999 has no complete day yet: the last complete day is 2026-11-30."],
    [
      { from: "2026-12-01", to: "2026-12-05" },
      "1 Dec - 5 Dec has no complete day yet: the last complete day is 2026-11-30.",
    ],
  ])("of %j is refused with a sentence", (parts, expected) => {
    expect(windowOf(parts)).toEqual(typeof expected === "string" ? expected : expect.stringMatching(expected));
  });

  test.each([
    [{ days: "7", month: "2026-10" }],
    [{ days: "7", from: "2026-10-01", to: "2026-10-02" }],
    [{ month: "2026-10", year: "2026" }],
    [{ quarter: "2026-Q3", to: "2026-10-02" }],
  ])("of %j contradicts itself", (parts) => {
    expect(windowOf(parts)).toMatch(/^invalid_window: .* contradict each other\. /);
  });
});

describe("what a window is set beside", () => {
  test.each([
    [{ days: "7" }, "2026-11-17 2026-11-23 7"],
    [{ month: "2026-10" }, "2026-09-01 2026-09-30 30"],
    [{ month: "2026-03" }, "2026-02-01 2026-02-28 28"],
    [{ quarter: "2026-Q1" }, "2025-10-01 2025-12-31 92"],
    [{ quarter: "2026-Q4" }, "2026-07-01 2026-08-30 61"],
    [{ year: "2025" }, "2024-01-01 2024-12-31 366"],
    [{ year: "2026" }, "2025-01-01 2025-11-30 334"],
    [{ from: "2026-10-10", to: "2026-10-12" }, "2026-10-07 2026-10-09 3"],
    [{ from: "2026-11-20", to: "2026-12-24" }, "2026-11-09 2026-11-19 11"],
  ])("of %j is the unit before it, or as many days", (parts, expected) => {
    expect(comparedTo(parts, "previous")).toBe(expected);
  });

  test("a month that is cut has as many days of the month before, and no more than that has", () => {
    expect(windowOf({ month: "2026-03" }, day("2026-03-11"))).toBe("2026-03-01 2026-03-10 10 cut");
    expect(comparedTo({ month: "2026-03" }, "previous", day("2026-03-11"))).toBe("2026-02-01 2026-02-10 10");
    expect(windowOf({ month: "2026-03" }, day("2026-03-31"))).toBe("2026-03-01 2026-03-30 30 cut");
    expect(comparedTo({ month: "2026-03" }, "previous", day("2026-03-31"))).toBe("2026-02-01 2026-02-28 28");
  });

  test.each([
    [{ days: "7" }, "2025-11-24 2025-11-30 7"],
    [{ month: "2026-10" }, "2025-10-01 2025-10-31 31"],
    [{ month: "2024-02" }, "2023-02-01 2023-02-28 28"],
    [{ month: "2025-02" }, "2024-02-01 2024-02-29 29"],
    [{ quarter: "2026-Q4" }, "2025-10-01 2025-11-30 61"],
    [{ year: "2025" }, "2024-01-01 2024-12-31 366"],
    [{ from: "2024-02-29", to: "2024-02-29" }, "2023-02-28 2023-02-28 1"],
    [{ from: "2024-02-01", to: "2024-02-29" }, "2023-02-01 2023-02-28 28"],
    [{ from: "2026-10-10", to: "2026-10-12" }, "2025-10-10 2025-10-12 3"],
  ])("of %j a year earlier is the same", (parts, expected) => {
    expect(comparedTo(parts, "year")).toBe(expected);
  });

  test("a year before 29 February is 28 February, and as many days end there", () => {
    const today = day("2028-03-01");
    expect(windowOf({ days: "7" }, today)).toBe("2028-02-23 2028-02-29 7");
    expect(comparedTo({ days: "7" }, "year", today)).toBe("2027-02-22 2027-02-28 7");
  });

  test("is nothing when nothing is asked for, and only three words are known", () => {
    expect(comparedTo({ days: "7" }, "none")).toBeNull();
    expect(readCompare(undefined, "none")).toEqual({ ok: true, value: "none" });
    expect(readCompare("month", "none")).toMatchObject({
      ok: false,
      code: "invalid_window",
      complaint: "`compare` must be `previous`, `year` or `none`; you wrote `month`.",
    });
  });

  test("always ends before the window begins, and never has more days than its unit", () => {
    const dates = fc.integer({ min: 0, max: 9_000 }).map((days) => day("2001-01-01").add({ days }));
    const units = fc.constantFrom<WindowWish>(
      ...(["week", "month", "quarter", "year"] as const).flatMap((unit) =>
        [0, 1, 2].map((ago) => ({ kind: "running", unit, ago }) as const),
      ),
      { kind: "days", days: 1 },
      { kind: "days", days: 366 },
    );
    fc.assert(
      fc.property(dates, units, (today, wish) => {
        const found = windowOn(today, wish);
        if (!found.ok) return;
        const previous = comparedWith(found.window, "previous");
        const year = comparedWith(found.window, "year");
        expect(previous === null ? 0 : Temporal.PlainDate.compare(previous.end, found.window.start)).toBe(-1);
        expect(year === null ? 0 : year.end.until(found.window.end).days).toBeGreaterThanOrEqual(364);
        for (const one of [previous, year]) expect(one?.days).toBeLessThanOrEqual(366);
        expect(Temporal.PlainDate.compare(found.window.end, today)).toBe(-1);
      }),
    );
  });
});

describe("in words", () => {
  const meant = (text: string, today = TODAY) => {
    const wish = windowSaid(text);
    return wish === null ? null : wishName(settledOn(today, wish), today);
  };

  test.each([
    ["last month", "November 2026"],
    ["this month", "December 2026"],
    ["Previous Month", "November 2026"],
    ["last quarter", "Q3 2026"],
    ["this quarter", "Q4 2026"],
    ["last year", "2025"],
    ["year to date", "2026"],
    ["ytd", "2026"],
    ["last week", "Week 23 Nov - 29 Nov"],
    ["Q3", "Q3 2026"],
    ["q3 2025", "Q3 2025"],
    ["2025 Q3", "Q3 2025"],
    ["2025-Q3", "Q3 2025"],
    ["October", "October 2026"],
    ["oct", "October 2026"],
    ["Sept. 2025", "September 2025"],
    ["december", "December 2026"],
    ["2026-10", "October 2026"],
    ["2025", "2025"],
    ["last 30 days", "Last 30 days"],
    ["last  7\u00a0days", "Last 7 days"],
    ["7 days", "Last 7 days"],
    ["7d", "Last 7 days"],
    ["2 weeks", "Last 14 days"],
    ["30", "Last 30 days"],
    ["yesterday", "Yesterday"],
    ["2026-10-01 to 2026-10-15", "1 Oct - 15 Oct"],
    ["from 2025-10-01 to 2025-10-15", "1 Oct - 15 Oct 2025"],
    ["2026-10-01..2026-10-15", "1 Oct - 15 Oct"],
    ["2025-12-20 – 2026-01-05", "20 Dec 2025 - 5 Jan 2026"],
    ["2026-10-05", "5 Oct"],
  ])("%s is %s on 1 December 2026", (text, name) => {
    expect(meant(text)).toBe(name);
  });

  test("a month or quarter without its year is the latest that has begun", () => {
    expect(meant("December", day("2026-11-30"))).toBe("December 2025");
    expect(meant("Q4", day("2026-09-30"))).toBe("Q4 2025");
    expect(meant("Q1", day("2026-01-01"))).toBe("Q1 2026");
  });

  test.each([
    "month",
    "last",
    "last 30",
    "tomorrow",
    "mrr",
    "Q5",
    "13 2025",
    "last Tuesday",
    "367 days",
    "0",
    "",
    "no",
  ])("%j is no window", (text) => {
    expect(windowSaid(text)).toBeNull();
  });

  test("looks at the first 100 characters alone, however long the text is", () => {
    expect(windowSaid(`last month${" ".repeat(90)}${"9".repeat(1_000_000)}`)).toEqual(windowSaid("last month"));
    expect(windowSaid(`last ${" ".repeat(90)}month`)).toEqual(windowSaid("last month"));
    expect(windowSaid(`last ${" ".repeat(91)}month`)).toBeNull();
  });

  test("what an address refuses is understood of a person", () => {
    const read = (parts: WindowParts) => readWindow(parts, { absent: 30, words: true });
    expect(read({ month: "October" })).toEqual({ ok: true, value: { kind: "latest", unit: "month", number: 10 } });
    expect(read({ month: "last" })).toEqual({ ok: true, value: { kind: "running", unit: "month", ago: 1 } });
    expect(read({ quarter: "3" })).toEqual({ ok: true, value: { kind: "latest", unit: "quarter", number: 3 } });
    expect(read({ quarter: "Q3 2025" })).toEqual({ ok: true, value: { kind: "quarter", year: 2025, quarter: 3 } });
    expect(read({ quarter: "October" })).toMatchObject({ ok: false });
  });
});
