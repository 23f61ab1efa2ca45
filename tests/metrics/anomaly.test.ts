import { describe, expect, test } from "vitest";
import {
  amountObservation,
  countObservation,
  DAYS_COMPARED,
  judgeLastDay,
  shareObservation,
} from "../../src/metrics/anomaly.ts";

/** Numbers that look random and are the same in every run (a linear congruential generator). */
function createChance(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  /** A count with that mean and its chance, by the normal approximation. */
  const count = (mean: number) => Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  return { normal, count };
}

const SEASON = [1, 1.05, 1.1, 1.05, 0.95, 0.5, 0.45];

interface World {
  /** Of a Monday. */
  readonly level: number;
  /** Relative deviation of a day beyond chance. */
  readonly noise: number;
  readonly weeklyGrowth: number;
}

/** Days of one series; the last is multiplied by `factor`. */
function daysOf(
  { level, noise, weeklyGrowth }: World,
  length: number,
  factor: number,
  chance: ReturnType<typeof createChance>,
) {
  return Array.from({ length }, (_, day) => {
    const mean = level * (SEASON[day % 7] ?? 1) * Math.exp((weeklyGrowth * day) / 7 + noise * chance.normal());
    return chance.count(mean * (day === length - 1 ? factor : 1));
  });
}

/** Share of series in which the last day was called unusual. */
function alarmShare(world: World, factor: number, series: number, length = DAYS_COMPARED + 1): number {
  const chance = createChance(20_261_122);
  const alarms = Array.from({ length: series }, () => {
    return judgeLastDay(daysOf(world, length, factor, chance).map(countObservation))?.unusual === true;
  });
  return alarms.filter(Boolean).length / series;
}

describe("the rule for unusual days", () => {
  const worlds = [30, 300, 3000].flatMap((level) =>
    [0, 0.05, 0.1, 0.2].flatMap((noise) => [0, 0.03].map((weeklyGrowth) => ({ level, noise, weeklyGrowth }))),
  );

  test("raises at most 5 false alarms in 1,000 series-days, with seasons, growth and noise", () => {
    const shares = worlds.map((world) => alarmShare(world, 1, 200));
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    console.log(JSON.stringify({ seriesDays: worlds.length * 200, falseAlarmShare: mean }));
    expect(mean).toBeLessThanOrEqual(0.005);
  });

  test("finds a day that is 30 % down in a series of 3,000 a day with 5 % noise", () => {
    const share = alarmShare({ level: 3000, noise: 0.05, weeklyGrowth: 0.03 }, 0.7, 200);
    console.log(JSON.stringify({ drop: 0.3, foundShare: share }));
    expect(share).toBeGreaterThan(0.9);
  });

  test("control: with a threshold of one deviation the same series would raise many false alarms", () => {
    const chance = createChance(7);
    const judged = Array.from({ length: 200 }, () =>
      judgeLastDay(
        daysOf({ level: 3000, noise: 0.05, weeklyGrowth: 0 }, DAYS_COMPARED + 1, 1, chance).map(countObservation),
      ),
    );
    expect(judged.filter((one) => Math.abs(one?.deviations ?? 0) > 1).length).toBeGreaterThan(30);
  });

  test("does not take a weekend for a fall", () => {
    const calm = Array.from({ length: DAYS_COMPARED + 1 }, (_, day) => Math.round(1000 * (SEASON[day % 7] ?? 1)));
    for (const length of [51, 52, 53, 54, 55, 56, 57]) {
      expect(judgeLastDay(calm.slice(0, length).map(countObservation))?.unusual).toBe(false);
    }
  });

  test("says how far from usual a day is, with the growth of the weeks before carried on", () => {
    const growing = Array.from({ length: DAYS_COMPARED + 1 }, (_, day) => ({
      log: Math.log(1000) + (0.05 * day) / 7,
      noise: 0.01,
    }));
    const doubled = growing.map((day, index) =>
      index === DAYS_COMPARED ? { ...day, log: day.log + Math.log(2) } : day,
    );
    expect(judgeLastDay(growing)?.factor).toBeCloseTo(1, 6);
    expect(judgeLastDay(doubled)?.factor).toBeCloseTo(2, 6);
    expect(judgeLastDay(doubled)?.unusual).toBe(true);
  });

  test("a change of 15 % or less is no alarm, however calm the series", () => {
    const calm = Array.from({ length: DAYS_COMPARED + 1 }, () => 1_000_000);
    const judge = (last: number) => judgeLastDay([...calm.slice(0, -1), last].map(countObservation))?.unusual;
    expect(judge(1_140_000)).toBe(false);
    expect(judge(860_000)).toBe(false);
    expect(judge(1_160_000)).toBe(true);
    expect(judge(840_000)).toBe(true);
  });

  test("small counts vary by chance: 3 after a usual 6 is no alarm, 40 is", () => {
    const six = Array.from({ length: DAYS_COMPARED }, () => 6);
    expect(judgeLastDay([...six, 3].map(countObservation))?.unusual).toBe(false);
    expect(judgeLastDay([...six, 40].map(countObservation))?.unusual).toBe(true);
  });

  test("an error rate is judged by the failures it stands for", () => {
    const judge = (percent: number, requests: number) => {
      const history = Array.from({ length: DAYS_COMPARED }, () => shareObservation(0.5, requests));
      return judgeLastDay([...history, shareObservation(percent, requests)])?.unusual;
    };
    expect(judge(2.5, 40_000)).toBe(true);
    expect(judge(1, 200)).toBe(false);
  });

  test("needs the day itself and four comparable weeks", () => {
    const days = Array.from({ length: 29 }, () => countObservation(100));
    expect(judgeLastDay(days)).not.toBeNull();
    expect(judgeLastDay(days.slice(1))).toBeNull();
    expect(judgeLastDay([...days, null])).toBeNull();
    expect(judgeLastDay([...days.slice(0, 7), null, ...days.slice(8)])).toBeNull();
    expect(judgeLastDay([...days.slice(0, 8), null, ...days.slice(9)])).not.toBeNull();
    expect(judgeLastDay([])).toBeNull();
    expect(amountObservation(null)).toBeNull();
    expect(shareObservation(null, 5)).toBeNull();
  });
});
