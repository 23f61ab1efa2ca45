import fc from "fast-check";
import { expect, test } from "vitest";
import { dayRange, labelTicks } from "../../src/charts/day-labels.ts";
import { spread } from "../../src/charts/line-names.ts";
import { hasArea, rowScale, valueScale } from "../../src/charts/value-scale.ts";
import { daysUntil20November, lineOf, MOVEMENTS, STEPS_TO_PAYING } from "./example-charts.ts";

const ticks = (values: readonly (number | null)[], more = {}) =>
  valueScale(lineOf(values, more)).ticks.map(({ text }) => text);

test("money is shortened, with as many decimals as the steps need", () => {
  expect(ticks([14_900, 16_412])).toEqual(["$14.5k", "$15.0k", "$15.5k", "$16.0k", "$16.5k"]);
  expect(ticks([0, 1_900_000], { currency: "EUR" })).toEqual(["€0", "€0.5M", "€1.0M", "€1.5M", "€2.0M"]);
});

test("percentages carry their sign and never pass 100", () => {
  expect(ticks([0.31, 0.7], { unit: "percent" })).toEqual(["0 %", "0.2 %", "0.4 %", "0.6 %", "0.8 %"]);
  expect(ticks([99.1, 99.98], { unit: "percent" }).at(-1)).toBe("100.00 %");
});

test("durations turn from milliseconds to seconds", () => {
  expect(ticks([80, 310], { unit: "milliseconds" })).toEqual(["0 ms", "100 ms", "200 ms", "300 ms", "400 ms"]);
  expect(ticks([80, 3_100], { unit: "milliseconds" })).toEqual(["0 s", "1 s", "2 s", "3 s", "4 s"]);
});

test("counts have whole steps, also when they are small", () => {
  expect(ticks([0, 1, 2], { unit: "count" })).toEqual(["0", "1", "2"]);
  expect(ticks([0, 0], { unit: "count" })).toEqual(["0", "1"]);
  expect(ticks([0, 0])).toEqual(["$0", "$1"]);
});

test("bars always start at zero; a line far from zero need not", () => {
  expect(valueScale(lineOf([14_900, 16_412], { kind: "bar" })).min).toBe(0);
  expect(valueScale(lineOf([14_900, 16_412])).min).toBeGreaterThan(14_000);
  expect(valueScale(lineOf([100, 1_000])).min).toBe(0);
});

test("stacked bars leave room for the sum of what is above and of what is below zero", () => {
  const chart = lineOf([], {
    kind: "stacked-bar",
    labels: daysUntil20November(1),
    series: [
      { label: "new", values: [300] },
      { label: "expansion", values: [250] },
      { label: "churn", values: [-380] },
    ],
  });
  const { min, max } = valueScale(chart);
  expect(max).toBeGreaterThanOrEqual(550);
  expect(min).toBeLessThanOrEqual(-380);
});

test("every number lies on the axis, whatever the numbers are", () => {
  const number = fc.oneof(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.integer({ min: -20, max: 20 }),
    fc.constant(null),
  );
  const kinds = fc.constantFrom("line", "bar" as const);
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), kinds, (values, kind) => {
      const scale = valueScale(lineOf(values, { kind, unit: "ratio" }));
      expect(scale.max).toBeGreaterThan(scale.min);
      expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
      expect(scale.ticks.length).toBeLessThanOrEqual(8);
      const tolerance = (scale.max - scale.min) * 1e-6;
      for (const value of values) {
        if (value === null) continue;
        expect(value).toBeLessThanOrEqual(scale.max + tolerance);
        expect(value).toBeGreaterThanOrEqual(scale.min - tolerance);
      }
    }),
  );
});

test("days are few and end with the last one; a year is told by its months", () => {
  const month = labelTicks(daysUntil20November(30), 7);
  expect(month.length).toBeLessThanOrEqual(7);
  expect(month.at(-1)).toEqual({ index: 29, text: "20 Nov" });
  const year = labelTicks(daysUntil20November(365), 7).map(({ text }) => text);
  expect(year).toEqual(["Jan 2026", "Mar", "May", "Jul", "Sep", "Nov"]);
});

test("a range over new year names both years", () => {
  expect(dayRange(["2025-12-30", "2025-12-31", "2026-01-01"])).toBe("30 Dec 2025 - 1 Jan 2026");
  expect(dayRange(["free", "pro"])).toBeNull();
});

test("names that would overlap move apart and stay in order", () => {
  const placed = spread([{ y: 100 }, { y: 101 }, { y: 99 }], 16, 110).map(({ y }) => y);
  expect(placed).toEqual([78, 94, 110]);
});

test("an area stands under a single line only, and only on zero", () => {
  const line = {
    kind: "line",
    title: "MRR",
    unit: "money",
    currency: "USD",
    labels: ["2026-11-01", "2026-11-02"],
  } as const;
  expect(hasArea({ ...line, series: [{ label: "MRR", values: [100, 900] }] })).toBe(true);
  expect(hasArea({ ...line, series: [{ label: "MRR", values: [15_000, 16_000] }] })).toBe(false);
  const two = [
    { label: "a", values: [0, 9] },
    { label: "b", values: [1, 2] },
  ];
  expect(hasArea({ ...line, series: two })).toBe(false);
});

test("a waterfall stands where its levels are, and one that begins at nothing shows zero", () => {
  const { min, max } = rowScale(MOVEMENTS);
  expect(min).toBeGreaterThan(15_000);
  expect(min).toBeLessThanOrEqual(15_841);
  expect(max).toBeGreaterThanOrEqual(15_841 + 632 + 278);
  const first = {
    ...MOVEMENTS,
    steps: [{ label: "Start", role: "level" as const, value: 0 }, ...MOVEMENTS.steps.slice(1, 2)],
  };
  expect(rowScale(first).min).toBe(0);
});

test("the longest bar of a funnel takes all the room", () => {
  expect(rowScale(STEPS_TO_PAYING)).toMatchObject({ min: 0, max: 412 });
});
