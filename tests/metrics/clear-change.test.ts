import { describe, expect, test } from "vitest";
import { countObservation, dailySpreadOf } from "../../src/metrics/anomaly.ts";
import { changeOf, isClearCount, shareDifference, type Evidence } from "../../src/metrics/clear-change.ts";

const count: Evidence = { kind: "count" };
const share = (part: number, whole: number): Evidence => ({ kind: "share", part, whole });
const rate = (part: number, whole: number) => ({ value: (100 * part) / whole, evidence: share(part, whole) });

describe("the difference of two proportions", () => {
  /** Table II of Newcombe 1998, method 10: the score intervals of Wilson without continuity correction. */
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])("of %i/%i and %i/%i is Newcombe's", (one, of, other, ofOther, low, high) => {
    const interval = shareDifference({ part: one, whole: of }, { part: other, whole: ofOther });
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test("of nothing is none", () => {
    expect(shareDifference({ part: 0, whole: 0 }, { part: 1, whole: 2 })).toBeNull();
  });
});

describe("a change of a count", () => {
  /** By hand: 336 and 300 differ by 36 and 1.96 × √636 is 49.4; 400 differs by 64 and 1.96 × √736 is 53.2. */
  test.each([
    [336, 300, false],
    [400, 336, true],
    [3, 5, false],
    [4, 0, true],
    [3, 0, false],
    [1, 7, true],
    [1, 6, false],
    [10_000, 10_277, false],
    [10_000, 10_282, true],
  ])("from %i to %i", (before, now, clear) => {
    expect(isClearCount(now, before)).toBe(clear);
    expect(isClearCount(before, now)).toBe(clear);
  });

  test("has a percentage from 20 on, and the difference always", () => {
    const change = (before: number, now: number) =>
      changeOf("count", { value: now, evidence: count }, { value: before, evidence: count });
    expect(change(336, 300)).toEqual({ absolute: -36, percent: (100 * -36) / 336, clear: false });
    expect(change(20, 60)).toEqual({ absolute: 40, percent: 200, clear: true });
    expect(change(19, 60)).toEqual({ absolute: 41, percent: null, clear: true });
    expect(change(0, 60)).toEqual({ absolute: 60, percent: null, clear: true });
    expect(change(60, 60)).toEqual({ absolute: 0, percent: 0, clear: false });
  });

  test("is none without one of the two", () => {
    expect(changeOf("count", { value: null, evidence: count }, { value: 3, evidence: count })).toBeNull();
    expect(changeOf("count", { value: 3, evidence: count }, { value: null, evidence: count })).toBeNull();
  });

  test("is called clear of two months of the same only in one case of twenty", () => {
    let [state, called, pairs] = [7, 0, 0];
    const random = () => ((state = (state * 1_103_515_245 + 12_345) % 2_147_483_648), state / 2_147_483_648);
    const poisson = (mean: number) => {
      let [product, events] = [random(), 0];
      for (const limit = Math.exp(-mean); product > limit; events += 1) product *= random();
      return events;
    };
    for (const mean of [1, 3, 10, 40, 200])
      for (let pair = 0; pair < 2_000; pair += 1, pairs += 1)
        called += isClearCount(poisson(mean), poisson(mean)) ? 1 : 0;
    expect(called / pairs).toBeLessThan(0.06);
  });
});

describe("a change of a rate", () => {
  test("is clear when Newcombe's interval leaves out 0", () => {
    expect(changeOf("percent", rate(56, 70), rate(48, 80))).toMatchObject({
      absolute: expect.closeTo(20, 9),
      clear: true,
    });
    expect(changeOf("percent", rate(5, 56), rate(0, 29))).toMatchObject({ percent: null, clear: false });
    expect(changeOf("percent", rate(1, 94), rate(3, 92))?.clear).toBe(false);
    expect(changeOf("percent", rate(2, 10), rate(1, 10))?.percent).toBeNull();
  });

  test("of nothing is not clear", () => {
    const none = { value: 0, evidence: share(0, 0) };
    expect(changeOf("percent", rate(5, 10), none)?.clear).toBe(false);
  });
});

describe("what is known exactly", () => {
  test("changes clearly however little", () => {
    const exact = { kind: "exact" } as const;
    expect(changeOf("money", { value: 16_412, evidence: exact }, { value: 16_411, evidence: exact })?.clear).toBe(true);
    expect(changeOf("money", { value: 5, evidence: exact }, { value: 5, evidence: exact })?.clear).toBe(false);
  });

  test("a score has no percentage, and has changed when the intervals do not meet", () => {
    const interval = (low: number, high: number) => ({
      value: (low + high) / 2,
      evidence: { kind: "interval", low, high } as const,
    });
    expect(changeOf("score", interval(30, 50), interval(0, 29))).toMatchObject({ percent: null, clear: true });
    expect(changeOf("score", interval(30, 50), interval(0, 30))?.clear).toBe(false);
    const few: Evidence = { kind: "too little" };
    expect(changeOf("score", { value: 100, evidence: few }, interval(0, 30))?.clear).toBe(false);
  });

  test("a mean needs ten of each", () => {
    const mean = (value: number, of: number) => ({ value, evidence: { kind: "mean", variance: 4, of } as const });
    expect(changeOf("hours", mean(5, 10), mean(7, 10))?.clear).toBe(true);
    expect(changeOf("hours", mean(5, 10), mean(6.7, 10))?.clear).toBe(false);
    expect(changeOf("hours", mean(5, 9), mean(50, 10))?.clear).toBe(false);
  });
});

describe("a change of what is counted in a day", () => {
  /** Eight weeks: weekdays of 400, weekends of 200, each a few percent off. */
  const weeks = Array.from({ length: 56 }, (_, index) => {
    const usual = index % 7 < 5 ? 400 : 200;
    return Math.round(usual * (1 + (((index * 7) % 11) - 5) / 100));
  });
  const spread = dailySpreadOf(weeks.map(countObservation));
  const volume = (value: number, daysBack = 0) => ({
    value,
    evidence: { kind: "volume", usual: spread?.usual(daysBack) ?? 0, deviation: spread?.deviation ?? null } as const,
  });

  test("is clear beyond two spreads of the same weekday", () => {
    expect(spread?.deviation).toBeGreaterThan(0.02);
    expect(spread?.deviation).toBeLessThan(0.1);
    expect(changeOf("count", volume(420), volume(400, 7))?.clear).toBe(false);
    expect(changeOf("count", volume(560), volume(400, 7))?.clear).toBe(true);
  });

  test("is none when the weekday alone brings it about", () => {
    // The next day is a Monday, as the first was; two days before it is a Saturday.
    expect(changeOf("count", volume(400), volume(200, 2))?.clear).toBe(false);
    expect(changeOf("count", volume(400), volume(100, 2))?.clear).toBe(true);
  });

  test("takes an eighth for the spread of days while nobody knows it", () => {
    expect(dailySpreadOf(weeks.slice(0, 20).map(countObservation))).toBeNull();
    const unknown = (value: number) => ({ value, evidence: { kind: "volume", usual: 0, deviation: null } as const });
    expect(changeOf("count", unknown(1_200), unknown(1_000))?.clear).toBe(false);
    expect(changeOf("count", unknown(1_300), unknown(1_000))?.clear).toBe(true);
    expect(changeOf("count", unknown(13), unknown(10))?.clear).toBe(false);
  });
});
