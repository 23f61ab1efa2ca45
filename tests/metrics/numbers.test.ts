import fc from "fast-check";
import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { ONE, parseExact, toNumber } from "../../src/metrics/read/exact.ts";
import { mergeHistograms, parseHistogram, quantileMs } from "../../src/metrics/read/histogram.ts";
import { npsInterval } from "../../src/metrics/read/nps-interval.ts";
import { numbersOf, type Loaded } from "../../src/metrics/read/numbers.ts";
import { valueOver } from "../../src/metrics/read/value.ts";
import { catalogue } from "../../src/metrics/catalogue.ts";
import { histogramOf } from "./stored-world.ts";

const duration = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 600_000, noNaN: true }));
const durations = fc.array(duration, { minLength: 1, maxLength: 200 });
const quantile = fc.constantFrom(0.5, 0.95, 0.99);

function asStored(durationsMs: readonly number[]) {
  const { buckets, counts } = histogramOf(durationsMs);
  return parseHistogram(`{${buckets}}`, `{${counts}}`);
}

test("a quantile is within 1 % of the duration of rank ⌈q·n⌉, however the durations were split over days", () => {
  fc.assert(
    fc.property(fc.array(durations, { minLength: 1, maxLength: 5 }), quantile, (days, q) => {
      const sorted = days.flat().sort((a, b) => a - b);
      const exact = sorted[Math.ceil(Number((q * sorted.length).toFixed(6))) - 1] ?? NaN;
      const answer = quantileMs(mergeHistograms(days.map(asStored)), q) ?? NaN;
      expect(Math.abs(answer - exact)).toBeLessThanOrEqual(exact * 0.010_000_1);
    }),
  );
});

test("the 95th percentile of 20 requests is the 19th, not the 20th for a rounding error", () => {
  const answer = quantileMs(asStored([...Array.from({ length: 19 }, () => 1), 1000]), 0.95);
  expect(answer).toBeLessThan(1.02);
});

test("a histogram without requests has no quantile", () => {
  expect(quantileMs(parseHistogram("{}", "{}"), 0.5)).toBeNull();
});

test("an NPS interval contains its center strictly within ±100, narrows with answers and mirrors when answers do", () => {
  const people = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(people, people, people, (promoters, passives, detractors) => {
      const interval = npsInterval({ promoters, passives, detractors });
      if (promoters + passives + detractors === 0) {
        expect(interval).toBeNull();
        return;
      }
      const [center, margin] = [interval?.center ?? NaN, interval?.margin ?? NaN];
      expect(Math.abs(center)).toBeLessThan(100);
      expect(margin).toBeGreaterThan(0);
      const mirrored = npsInterval({ promoters: detractors, passives, detractors: promoters });
      expect(mirrored?.center).toBeCloseTo(-center, 9);
      expect(mirrored?.margin).toBeCloseTo(margin, 9);
      const tenfold = npsInterval({ promoters: 10 * promoters, passives: 10 * passives, detractors: 10 * detractors });
      expect(tenfold?.margin).toBeLessThan(margin);
    }),
  );
});

test("an NPS interval is the adjusted Wald interval of 95 %", () => {
  const of = (promoters: number, passives: number, detractors: number) =>
    npsInterval({ promoters, passives, detractors });
  expect([of(50, 30, 20)?.center.toFixed(1), of(50, 30, 20)?.margin.toFixed(1)]).toEqual(["29.1", "15.1"]);
  expect([of(10, 0, 0)?.center.toFixed(1), of(10, 0, 0)?.margin.toFixed(1)]).toEqual(["76.9", "29.4"]);
});

test("fractions of stored numerics are told to the sixth decimal", () => {
  expect(toNumber(parseExact("2.25"))).toBe(2.25);
  expect(toNumber(parseExact("0.5"))).toBe(0.5);
  expect(toNumber(parseExact(".25"))).toBe(0.25);
});

test("stored numerics are read exactly to the eighteenth decimal", () => {
  expect([parseExact("12"), parseExact("-1.5")]).toEqual([12n * ONE, (-3n * ONE) / 2n]);
  expect([parseExact("0.000000000000000001"), parseExact("0.0000000000000000019")]).toEqual([1n, 1n]);
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (whole) => {
      expect(toNumber(parseExact(whole.toString()))).toBe(Number(whole));
    }),
  );
});

const monday = Temporal.PlainDate.from("2026-06-15");
const oneDay = { start: monday, end: monday, days: 1 };

function loadedWith(name: string, annual: bigint): Loaded {
  return {
    segments: [oneDay],
    firstDays: new Map([["revenue", monday]]),
    timeZone: "UTC",
    now: null,
    stored: new Map([[name, { sums: [annual * ONE], lasts: [0n], running: [0n, annual * ONE] }]]),
    histograms: [],
    activation: [],
    churn: new Map(),
    retention: new Map(),
    lifetime: new Map(),
    trials: new Map(),
    grossMargin: 100,
    ticketHours: new Map(),
  };
}

test("money is the nearest minor unit to the exact value, and halves go up", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (annual) => {
      const value = valueOver(catalogue.mrr, numbersOf(loadedWith("mrr_new", annual))(oneDay), "JPY") ?? NaN;
      const perUnit = 12_000_000n;
      const double = 2n * (annual - BigInt(value) * perUnit);
      expect(double >= -perUnit && double < perUnit).toBe(true);
    }),
  );
});

test("asking for a window that no segments make up is a bug, not a number", () => {
  const over = numbersOf(loadedWith("mrr_new", 1n));
  const tuesday = monday.add({ days: 1 });
  expect(() => over({ start: monday, end: tuesday, days: 2 })).toThrow(RangeError);
});
