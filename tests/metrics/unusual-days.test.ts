import { describe, expect, test } from "vitest";
import { countObservation, DAYS_COMPARED, judgeLastDay } from "../../src/metrics/anomaly.ts";
import { createChance, meanOf, SHAPES, simulate, type Nature } from "./simulated-series.ts";

const SEED = 20_261_125;
const SERIES_EACH = 50;
const DAYS = 120;
const FIRST_JUDGED = 29;
const DROP = 0.3;
/** Of noise and chance together, in the day's own terms. */
const CALM = 0.04;
const WEEK = 7;
const USUAL_WEEKS = 5;

type Verdict = "unusual" | "usual" | "not judged";
/** Judges the last of the days before and of that day; null is a day without data. */
type Rule = (days: readonly (number | null)[]) => { readonly verdict: Verdict; readonly isDown: boolean };

const rule: Rule = (days) => {
  const judgement = judgeLastDay(days.map(countObservation));
  if (judgement === null) return { verdict: "not judged", isDown: false };
  return { verdict: judgement.unusual ? "unusual" : "usual", isDown: judgement.factor < 1 };
};

/** What one builds first: so many standard deviations from the mean of the last 28 days, whatever the weekday. */
const naive =
  (threshold: number): Rule =>
  (days) => {
    const last = days.at(-1) ?? null;
    const known = days.slice(-29, -1).filter((value) => value !== null);
    if (last === null || known.length < 20) return { verdict: "not judged", isDown: false };
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
    const isUnusual = Math.abs(last - mean) > threshold * deviation;
    return { verdict: isUnusual ? "unusual" : "usual", isDown: last < mean };
  };

/** Nothing happened on that day, nor did the level step in the five weeks that are its measure. */
function isQuiet({ holidays, steps }: Nature, day: number): boolean {
  return !holidays.has(day) && [...steps.keys()].every((from) => day < from || day >= from + USUAL_WEEKS * WEEK);
}

/** Where a drop of 30 % must be found: see the test's name. */
function isCalm(nature: Nature, day: number): boolean {
  const deviation = Math.hypot(nature.noise, 1 / Math.sqrt((1 - DROP) * meanOf(nature, day)));
  const hasStepped = [...nature.steps.keys()].some((from) => day >= from && day < from + DAYS_COMPARED);
  const odd = Array.from({ length: USUAL_WEEKS }, (_, weeks) => day - WEEK * (weeks + 1)).filter(
    (other) => nature.holidays.has(other) || nature.gaps.has(other),
  );
  return day >= DAYS_COMPARED && deviation <= CALM && !hasStepped && odd.length <= 2;
}

/** Every day of 400 series, and beside it every third calm day again as if it were 30 % down. */
function tryOut(judge: Rule) {
  const chance = createChance(SEED);
  const shapes = Object.entries(SHAPES).map(([shape, make]) => {
    const figures = { shape, seriesDays: 0, falseAlarms: 0, drops: 0, found: 0 };
    for (let series = 0; series < SERIES_EACH; series += 1) {
      const nature = make(chance, DAYS);
      const values = simulate(nature, DAYS, chance);
      for (let day = FIRST_JUDGED; day < DAYS; day += 1) {
        const before = values.slice(Math.max(0, day - DAYS_COMPARED), day);
        if (isQuiet(nature, day)) {
          const { verdict } = judge([...before, values[day] ?? null]);
          figures.seriesDays += Number(verdict !== "not judged");
          figures.falseAlarms += Number(verdict === "unusual");
        }
        if (day % 3 > 0 || !isCalm(nature, day)) continue;
        const noise = Math.exp(nature.noise * chance.normal());
        const { verdict, isDown } = judge([...before, chance.poisson((1 - DROP) * meanOf(nature, day) * noise)]);
        if (verdict === "not judged") continue;
        figures.drops += 1;
        figures.found += Number(verdict === "unusual" && isDown);
      }
    }
    return figures;
  });
  const sum = (of: "seriesDays" | "falseAlarms" | "drops" | "found") =>
    shapes.reduce((total, figures) => total + figures[of], 0);
  const [seriesDays, falseAlarms, drops, found] = [sum("seriesDays"), sum("falseAlarms"), sum("drops"), sum("found")];
  return { seriesDays, falseAlarms, share: falseAlarms / seriesDays, drops, found, shapes };
}

describe("the rule for unusual days on 400 simulated series: level, growth, weekly season, low counts, noisy, holidays, steps, gaps", () => {
  const outcome = tryOut(rule);

  test("raises at most 5 false alarms in 1,000 series-days, over all and in each shape", () => {
    console.log(JSON.stringify({ series: SERIES_EACH * outcome.shapes.length, seed: SEED, ...outcome }));
    expect(outcome.seriesDays).toBeGreaterThan(30_000);
    expect(outcome.share).toBeLessThanOrEqual(0.005);
    for (const { seriesDays, falseAlarms } of outcome.shapes)
      expect(falseAlarms / seriesDays).toBeLessThanOrEqual(0.005);
  });

  test("always finds a day that is 30 % down, where noise and chance together move a day by at most 4 % (one standard deviation), eight weeks are known, no step lies in them and at most two of the last five same weekdays were holidays or without data", () => {
    expect(outcome.drops).toBeGreaterThan(1_500);
    expect(outcome.found).toBe(outcome.drops);
  });

  test("control: standard deviations without the weekday fail the one bound or the other", () => {
    const [strict, lax] = [tryOut(naive(3.5)), tryOut(naive(2))];
    const told = ({ seriesDays, falseAlarms, drops, found }: typeof strict) => ({
      seriesDays,
      falseAlarms,
      drops,
      found,
    });
    console.log(JSON.stringify({ control: "naive", "3.5": told(strict), "2": told(lax) }));
    expect(strict.found).toBeLessThan(strict.drops / 2);
    expect(lax.share).toBeGreaterThan(0.005);
    expect(lax.found).toBeLessThan(lax.drops);
  });
});
