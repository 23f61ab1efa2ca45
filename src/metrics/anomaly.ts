/** A day of one metric on the logarithmic scale, on which growth and seasons add up. */
export interface Observation {
  readonly log: number;
  /** Standard deviation that chance alone gives `log`: 1 / √n for n counted things. */
  readonly noise: number;
}

export interface Judgement {
  /** How far from a usual day of that weekday, as a factor: 2 is twice as much, 0.7 is 30 % less. */
  readonly factor: number;
  /** The same distance in standard deviations. */
  readonly deviations: number;
  readonly unusual: boolean;
}

const WEEK = 7;
const FEWEST_WEEKS = 4;
const USUAL_WEEKS = 5;
const MOST_WEEKS = 8;
const DEVIATIONS = 3.5;
const SMALLEST_CHANGE = 0.15;
/** Turns a median absolute deviation into the standard deviation of a normal distribution. */
const MAD_TO_DEVIATION = 1.4826;
/** A deviation estimated from n days is widened by 1 + (14 / n)²: found by simulation, so that short histories raise no more alarms. */
const SHORT_HISTORY = 14;

/** How many days before the one in question the rule looks at. */
export const DAYS_COMPARED = MOST_WEEKS * WEEK;

/** Added to counts, so that none of something has a logarithm too. */
export const HALF = 0.5;

export function countObservation(count: number | null): Observation | null {
  if (count === null) return null;
  return { log: Math.log(count + HALF), noise: 1 / Math.sqrt(count + HALF) };
}

/** A share in percent of `of` things. */
export function shareObservation(percent: number | null, of: number | null): Observation | null {
  if (percent === null || of === null) return null;
  const count = (percent / 100) * of;
  return { log: Math.log((count + HALF) / (of + 1)), noise: 1 / Math.sqrt(count + HALF) };
}

export function amountObservation(amount: number | null): Observation | null {
  return amount === null || amount <= 0 ? null : { log: Math.log(amount), noise: 0 };
}

/**
 * Whether the last day is unusual: more than 3.5 deviations and more than 15 % from the median of the same weekdays of the
 * last five weeks, carried on with the weekly growth of the last eight. The deviation is the pooled median absolute
 * deviation of all those days from their own weekdays, at least that of chance. Null with fewer than four comparable weeks.
 */
export function judgeLastDay(days: readonly (Observation | null)[]): Judgement | null {
  const last = days.at(-1) ?? null;
  const history = days.slice(0, -1).slice(-DAYS_COMPARED);
  if (last === null) return null;
  const carried = carriedOn(history);
  const weekdays = sameWeekdays(carried, history.length).slice(-USUAL_WEEKS);
  if (weekdays.length < FEWEST_WEEKS) return null;
  const usual = median(weekdays);
  const chance = Math.max(last.noise, last.noise * Math.exp((last.log - usual) / 2));
  const deviation = Math.max(spreadOf(carried), chance, Number.EPSILON);
  const deviations = (last.log - usual) / deviation;
  const factor = Math.exp(last.log - usual);
  const unusual = Math.abs(deviations) > DEVIATIONS && Math.abs(factor - 1) > SMALLEST_CHANGE;
  return { factor, deviations, unusual };
}

/** How single days of a metric differ from each other, on the logarithmic scale. */
export interface DailySpread {
  /** The pooled median absolute deviation of days from their own weekdays, as a standard deviation. */
  readonly deviation: number;
  /** A usual day of the weekday so many days before the next one. */
  usual(daysBack: number): number;
}

/** Of the days before the next one, the newest last; null with fewer than four weeks of its weekday. */
export function dailySpreadOf(days: readonly (Observation | null)[]): DailySpread | null {
  const history = days.slice(-DAYS_COMPARED);
  const carried = carriedOn(history);
  if (sameWeekdays(carried, history.length).length < FEWEST_WEEKS) return null;
  const usual = (daysBack: number) => {
    const weekday = sameWeekdays(carried, history.length + WEEK - (daysBack % WEEK));
    return weekday.length === 0 ? 0 : median(weekday);
  };
  return { deviation: spreadOf(carried), usual };
}

/** Each day as it would be by the weekly growth of all when the next one comes. */
function carriedOn(history: readonly (Observation | null)[]): (number | null)[] {
  const growth = weeklyGrowth(history);
  return history.map((day, index) => (day === null ? null : day.log + (growth * (history.length - index)) / WEEK));
}

/** The median slope over all pairs of same weekdays (Theil and Sen): a few odd days do not bend it. */
function weeklyGrowth(history: readonly (Observation | null)[]): number {
  const slopes = history.flatMap((day, index) => {
    if (day === null) return [];
    const earlier = Array.from({ length: Math.floor(index / WEEK) }, (_, weeks) => weeks + 1);
    return earlier.flatMap((weeks) => {
      const before = history[index - weeks * WEEK] ?? null;
      return before === null ? [] : [(day.log - before.log) / weeks];
    });
  });
  return slopes.length === 0 ? 0 : median(slopes);
}

/** The known values of the days that are whole weeks before or after the day at `index`, without itself. */
function sameWeekdays(values: readonly (number | null)[], index: number): number[] {
  const known: number[] = [];
  for (let other = index % WEEK; other < values.length; other += WEEK) {
    const value = values[other] ?? null;
    if (value !== null && other !== index) known.push(value);
  }
  return known;
}

function spreadOf(carried: readonly (number | null)[]): number {
  const residuals = carried.flatMap((value, index) => {
    const others = sameWeekdays(carried, index);
    return value === null || others.length === 0 ? [] : [value - median(others)];
  });
  if (residuals.length === 0) return 0;
  const centre = median(residuals);
  const widened = MAD_TO_DEVIATION * (1 + (SHORT_HISTORY / residuals.length) ** 2);
  return widened * median(residuals.map((residual) => Math.abs(residual - centre)));
}

/** Of at least one value. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}
