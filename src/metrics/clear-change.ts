import { HALF } from "./anomaly.ts";
import type { Unit } from "./catalogue.ts";

/** What a number rests on, as far as that says whether a difference can be chance. */
export type Evidence =
  /** It is known exactly: MRR, customers, whatever is not a sample. */
  | { readonly kind: "exact" }
  /** People or events that were counted. */
  | { readonly kind: "count" }
  /** Some of several: the part can be a fraction, as half a satisfied request is. */
  | { readonly kind: "share"; readonly part: number; readonly whole: number }
  /** Its own 95 % interval. */
  | { readonly kind: "interval"; readonly low: number; readonly high: number }
  /** The mean of so many things; `variance` is that of a single one. */
  | { readonly kind: "mean"; readonly variance: number; readonly of: number }
  /**
   * What is counted in one day, which differs from day to day by more than chance. On a logarithmic scale: `usual` is a usual
   * day of its weekday and `deviation` the spread of days; null with too short a history.
   */
  | { readonly kind: "volume"; readonly usual: number; readonly deviation: number | null }
  /** There is too little to tell anything by. */
  | { readonly kind: "too little" };

export interface Measured {
  readonly value: number | null;
  readonly evidence: Evidence;
}

/** How a number differs from an earlier one. */
export interface ClearChange {
  /** In the unit of the number: points of a percentage. */
  readonly absolute: number;
  /** Of the earlier number; null for a score, and where the earlier number rests on fewer than 20 or is not above 0. */
  readonly percent: number | null;
  /** Whether it is more than chance makes. */
  readonly clear: boolean;
}

/** 97.5 % of a normal distribution lie below. */
export const Z = 1.959964;
/** Below this a percentage says more than the numbers bear. */
export const SMALLEST_BASE_FOR_PERCENT = 20;
const FEWEST_FOR_A_MEAN = 10;
const SPREADS = 2;
/** Of days that nobody knows yet: an eighth more or less. */
const UNKNOWN_DEVIATION = 0.125;

/** Null when either side has no data. */
export function changeOf(unit: Unit, now: Measured, before: Measured): ClearChange | null {
  if (now.value === null || before.value === null) return null;
  const absolute = now.value - before.value;
  return {
    absolute,
    percent: unit !== "score" && isBase(unit, before) ? (100 * absolute) / before.value : null,
    clear: absolute !== 0 && isClear({ ...now, value: now.value }, { ...before, value: before.value }),
  };
}

function isBase(unit: Unit, { value, evidence }: Measured): boolean {
  if (value === null || value <= 0) return false;
  if (unit === "count") return value >= SMALLEST_BASE_FOR_PERCENT;
  return evidence.kind !== "share" || evidence.whole >= SMALLEST_BASE_FOR_PERCENT;
}

interface Known {
  readonly value: number;
  readonly evidence: Evidence;
}

/** Whether the difference is more than chance makes, by what both numbers rest on. */
function isClear(now: Known, before: Known): boolean {
  const [one, other] = [now.evidence, before.evidence];
  switch (one.kind) {
    case "exact":
      return other.kind === "exact";
    case "count":
      return other.kind === "count" && isClearCount(now.value, before.value);
    case "share":
      return other.kind === "share" && isClearShare(one, other);
    case "interval":
      return other.kind === "interval" && (one.low > other.high || one.high < other.low);
    case "mean":
      return other.kind === "mean" && isClearMean(now.value - before.value, one, other);
    case "volume":
      return other.kind === "volume" && isClearVolume([now.value, one], [before.value, other]);
    case "too little":
      return false;
  }
}

/** 0 is outside the 95 % interval of the difference of two Poisson counts, (a − b) ± 1.96 √(a + b). */
export function isClearCount(now: number, before: number): boolean {
  return Math.abs(now - before) > Z * Math.sqrt(now + before);
}

interface Share {
  readonly part: number;
  readonly whole: number;
}

function isClearShare(now: Share, before: Share): boolean {
  const interval = shareDifference(now, before);
  return interval !== null && (interval.low > 0 || interval.high < 0);
}

/**
 * 95 % interval of the difference of two independent proportions: method 10 of Newcombe, "Interval estimation for the
 * difference between independent proportions", Statistics in Medicine 17 (1998), 873-890. Null when one is of nothing.
 */
export function shareDifference(now: Share, before: Share): { readonly low: number; readonly high: number } | null {
  const [one, other] = [wilson(now), wilson(before)];
  if (one === null || other === null) return null;
  const difference = one.share - other.share;
  return {
    low: difference - Math.hypot(one.share - one.low, other.high - other.share),
    high: difference + Math.hypot(one.high - one.share, other.share - other.low),
  };
}

/** The score interval of Wilson (1927) without a correction for continuity. */
function wilson({ part, whole }: Share) {
  if (whole <= 0) return null;
  const share = Math.min(Math.max(part / whole, 0), 1);
  const spread = Z * Math.sqrt(Z ** 2 + 4 * whole * share * (1 - share));
  const low = (2 * whole * share + Z ** 2 - spread) / (2 * (whole + Z ** 2));
  const high = (2 * whole * share + Z ** 2 + spread) / (2 * (whole + Z ** 2));
  return { share, low: share === 0 ? 0 : low, high: share === 1 ? 1 : high };
}

type Mean = Extract<Evidence, { kind: "mean" }>;

/** 0 is outside the 95 % interval of the difference of two means, of which the deviations need not be the same. */
function isClearMean(difference: number, now: Mean, before: Mean): boolean {
  if (Math.min(now.of, before.of) < FEWEST_FOR_A_MEAN) return false;
  return Math.abs(difference) > Z * Math.sqrt(now.variance / now.of + before.variance / before.of);
}

type Volume = Extract<Evidence, { kind: "volume" }>;

/** Beyond two spreads of days, and more than counting alone brings about; what the weekdays differ by is no change. */
function isClearVolume([now, one]: readonly [number, Volume], [before, other]: readonly [number, Volume]): boolean {
  const difference = Math.log(now + HALF) - Math.log(before + HALF);
  const isKnown = one.deviation !== null;
  const beyondWeekdays = isKnown ? difference - (one.usual - other.usual) : difference;
  const chance = Z * Math.sqrt(1 / (now + HALF) + 1 / (before + HALF));
  const limit = Math.max(SPREADS * (one.deviation ?? UNKNOWN_DEVIATION), chance);
  return Math.abs(beyondWeekdays) > limit && Math.sign(beyondWeekdays) === Math.sign(difference);
}
