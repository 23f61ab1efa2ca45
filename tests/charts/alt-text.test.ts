import { expect, test } from "vitest";
import { altText } from "../../src/charts/alt-text.ts";
import { renderSvg } from "../../src/charts/svg.ts";
import { chartTable } from "../../src/charts/table.ts";
import { daysUntil20November, lineOf, MOVEMENTS, STEPS_TO_PAYING } from "./example-charts.ts";

test("a line is told from its start to its end, with highest and lowest", () => {
  expect(altText(lineOf([14_900, 14_700, 15_300, 16_412]))).toBe(
    "MRR, from $14,900 on 17 Nov to $16,412 on 20 Nov, highest at the end, lowest $14,700 on 18 Nov.",
  );
});

test("days of more than one year are told with it, also those of a year before", () => {
  const labels = daysUntil20November(366);
  const flat = labels.map((_, index) => 100 + index);
  expect(altText(lineOf(flat))).toContain("from $100 on 20 Nov 2025 to $465 on 20 Nov 2026, ");
  const before = { label: "a year before", values: [1, 2], days: ["2025-11-19", "2025-11-20"] };
  const compared = { ...lineOf([3, 4]), series: [{ label: "MRR", values: [3, 4] }, before] };
  expect(altText(compared)).toContain("MRR: from $3 on 19 Nov to $4 on 20 Nov, ");
  expect(altText(compared)).toContain("a year before: from $1 on 19 Nov 2025 to $2 on 20 Nov 2025, ");
});

test("gaps are counted, and the days without data are not told as zero", () => {
  const text = altText(lineOf([null, null, 5, 9, null, 7], { unit: "count", title: "Sign-ups" }));
  expect(text).toBe(
    "Sign-ups, from 5 on 17 Nov to 7 on 20 Nov, highest 9 on 18 Nov, lowest at the start. No data for 3 days.",
  );
});

test("the day that is not over is told apart and is neither the end nor the lowest", () => {
  const text = altText(lineOf([400, 410, 120], { unit: "count", title: "Active users", lastIsPartial: true }));
  expect(text).toBe(
    "Active users, from 400 on 18 Nov to 410 on 19 Nov, highest at the end, lowest at the start. 20 Nov is partial: 120 so far.",
  );
});

test("only the day that is not over: there is no complete day yet", () => {
  expect(altText(lineOf([null, 3], { unit: "count", title: "Sign-ups", lastIsPartial: true }))).toBe(
    "Sign-ups, no complete day yet. No data for 1 day. 20 Nov is partial: 3 so far.",
  );
});

test("nothing but gaps is no data yet", () => {
  expect(altText(lineOf([null, null]))).toBe("MRR: no data yet.");
});

test("a single day is told as such", () => {
  expect(altText(lineOf([14], { unit: "count", title: "Sign-ups" }))).toBe("Sign-ups, 14 on 20 Nov.");
});

test("numbers that never change are told once", () => {
  expect(altText(lineOf([11, 11, 11], { unit: "count", title: "Open tickets" }))).toBe(
    "Open tickets, 11 on every day with data, 18 Nov to 20 Nov.",
  );
});

test("several series are told one after the other, by name", () => {
  const chart = lineOf([], {
    title: "Active users",
    unit: "count",
    labels: daysUntil20November(2),
    series: [
      { label: "month", values: [1290, 1300] },
      { label: "day", values: [null, null] },
    ],
  });
  expect(altText(chart)).toBe(
    "Active users, 19 Nov - 20 Nov 2026. month: from 1,290 on 19 Nov to 1,300 on 20 Nov, highest at the end, lowest at the start. day: no data.",
  );
});

test("labels that are no dates are listed with their numbers", () => {
  const plans = { title: "Users by plan", unit: "count", kind: "bar", labels: ["free", "pro"] } as const;
  expect(altText(lineOf([812, 240], plans))).toBe("Users by plan, free 812, pro 240.");
});

test("the table has one row a day, says no data and marks the day that is not over", () => {
  const table = chartTable(lineOf([14_900, null, 16_412], { lastIsPartial: true }));
  expect(table.columns).toEqual([
    { label: "Day", align: "left" },
    { label: "MRR", align: "right" },
  ]);
  expect(table.rows).toEqual([
    ["18 Nov 2026", "$14,900"],
    ["19 Nov 2026", "no data"],
    ["20 Nov 2026 (partial)", "$16,412"],
  ]);
});

test("a waterfall is told step by step, with signs", () => {
  expect(altText(MOVEMENTS)).toBe(
    "MRR movements, 22 Oct - 20 Nov 2026: Start $15,841, New +$632, Reactivation $0, Expansion +$278, Contraction −$120, Churn −$219, End $16,412.",
  );
  expect(chartTable(MOVEMENTS)).toMatchObject({
    columns: [{ label: "" }, { label: "MRR movements", align: "right" }],
    rows: expect.arrayContaining([["Churn", "−$219"]]),
  });
});

test("a movement that is not known is no data, and not nothing", () => {
  const unknown = {
    ...MOVEMENTS,
    steps: [{ label: "New", role: "change" as const, value: null }, ...MOVEMENTS.steps.slice(6)],
  };
  expect(altText(unknown)).toContain("New no data, End $16,412");
});

test("a funnel is told with each step's share of the first", () => {
  expect(altText(STEPS_TO_PAYING)).toBe(
    "From sign-up to paying, 22 Oct - 20 Nov 2026: Signed up 412, Activated 206 (50 % of the first), Paying 48 (11.7 % of the first).",
  );
  expect(chartTable(STEPS_TO_PAYING).rows).toEqual([
    ["Signed up", "412", ""],
    ["Activated", "206", "50 %"],
    ["Paying", "48", "11.7 %"],
  ]);
});

test("few people have numbers and no percentages; nobody has neither", () => {
  const few = { ...STEPS_TO_PAYING, steps: [7, 3, null].map((count, at) => ({ label: `Step ${at}`, count })) };
  expect(altText(few)).toContain("Step 0 7, Step 1 3 (of 7), Step 2 no data.");
  const none = { ...STEPS_TO_PAYING, steps: [0, 0].map((count, at) => ({ label: `Step ${at}`, count })) };
  expect(altText(none)).toContain("Step 0 0, Step 1 0.");
  expect(altText({ ...STEPS_TO_PAYING, steps: [{ label: "Signed up", count: null }] })).toBe(
    "From sign-up to paying: no data yet.",
  );
});

test("a drawing and the words say that the last day is partial", () => {
  const chart = lineOf([1, 2, 3], { lastIsPartial: true });
  expect(altText(chart)).toContain("20 Nov is partial: $3 so far.");
  for (const kind of ["line", "bar"] as const) {
    const drawing = renderSvg({ ...chart, kind }, { id: "a" });
    expect(drawing).toContain(">partial</text>");
    expect(drawing).toContain("url(#a-hatch-");
  }
  const whole = renderSvg(lineOf([1, 2, 3]), { id: "a" });
  expect(whole).not.toContain("partial");
});
