import { Temporal, type Window } from "../../core/time.ts";
import type { Daily, Series, Summary, WindowNumbers } from "../answers.ts";
import { isMetricName, metricOf, type MetricName } from "../catalogue.ts";
import { SUMMARY_FIELDS } from "../read/window.ts";
import type { RankedFeature } from "./features-store.ts";
import type { NumberName, SpanNumbers } from "./recount.ts";

type Value = number | string | null;

/** One number on which the stored answer and the raw rows disagree. */
export interface Difference {
  readonly metric: string;
  /** An ISO date, or "first to last". */
  readonly when: string;
  readonly stored: Value;
  readonly recomputed: Value;
}

/** What was compared so far. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Numbers that were compared. */
  readonly compared: number;
  /** Numbers that could not be, because raw rows are gone. */
  readonly leftOut: number;
}

interface Answered {
  readonly daily: Daily;
  readonly summary: Summary;
  readonly series: readonly (readonly [MetricName, Series])[];
}

export interface Recounted {
  readonly window: Window;
  readonly previous: Window;
  readonly of: (window: Window) => SpanNumbers;
  readonly features: (window: Window) => readonly RankedFeature[];
  /** Whether all rows from which the number is made are still there. */
  readonly isWhole: (name: NumberName | "top_features", window: Window) => boolean;
}

/** Compares each number that the reader answers with the recounted one. */
export function compareAnswers({ daily, summary, series }: Answered, recounted: Recounted): Comparison {
  const tally = createTally(recounted);
  const { window, previous } = recounted;
  for (const [metric, { points, window: over, previous: before }] of series) {
    for (const { date, value } of points) tally.number(metric, dayOf(date), value);
    tally.number(metric, window, over.value);
    tally.number(metric, previous, before?.value ?? null);
  }
  for (const { date, ...values } of daily.days) {
    for (const [name, value] of Object.entries(values)) if (isMetricName(name)) tally.number(name, dayOf(date), value);
  }
  compareSummary(summary, window, tally);
  if (summary.previous !== null) compareSummary(summary.previous, previous, tally);
  return tally.result();
}

function dayOf(date: string): Window {
  const day = Temporal.PlainDate.from(date);
  return { start: day, end: day, days: 1 };
}

function compareSummary(said: Omit<WindowNumbers, "date_range">, window: Window, tally: Tally): void {
  for (const [field, metric] of Object.entries(SUMMARY_FIELDS) as [keyof typeof SUMMARY_FIELDS, MetricName][])
    tally.number(metric, window, said[field]);
  tally.number("unconverted", window, said.unconverted);
  tally.number("nps_center", window, said.nps_interval?.center ?? null);
  tally.number("nps_margin", window, said.nps_interval?.margin ?? null);
  tally.features(said.top_features, window);
}

interface Tally {
  number(name: NumberName, window: Window, stored: number | null): void;
  features(stored: WindowNumbers["top_features"], window: Window): void;
  result(): Comparison;
}

function createTally(recounted: Recounted): Tally {
  const differences: Difference[] = [];
  let [compared, leftOut] = [0, 0];
  const note = (metric: string, window: Window, [stored, recomputed]: readonly [Value, Value], allowed: number) => {
    compared += 1;
    if (!isSame(stored, recomputed, allowed)) differences.push({ metric, when: inWords(window), stored, recomputed });
  };
  return {
    number(name, window, stored) {
      if (!recounted.isWhole(name, window)) leftOut += 1;
      else note(name, window, [stored, recounted.of(window)[name]], allowedFor(name));
    },
    features(stored, window) {
      if (!recounted.isWhole("top_features", window)) return void (leftOut += 1);
      const ranked = recounted.features(window);
      const longer = Math.max(stored.length, ranked.length);
      for (let index = 0; index < longer; index += 1) {
        const [said, own] = [stored[index], ranked[index]];
        const name = `top feature ${index + 1}`;
        note(name, window, [said?.feature ?? null, own?.feature ?? null], 0);
        note(`${name}: calls`, window, [said?.usage_count ?? null, own?.calls ?? null], 0);
        note(`${name}: mean`, window, [said?.avg_response_time_ms ?? null, own?.mean_ms ?? null], NOISE);
        note(`${name}: p95`, window, [said?.p95_response_time_ms ?? null, own?.p95_ms ?? null], ONE_PERCENT);
      }
    },
    result: () => ({ differences: withoutRepeats(differences), compared, leftOut }),
  };
}

/** Relative error of floating point, and of sums that are kept to a thousandth. */
const NOISE = 1e-6;

/** What the histograms promise, and the noise. */
const ONE_PERCENT = 0.01 + NOISE;

function allowedFor(name: NumberName): number {
  if (!isMetricName(name)) return NOISE;
  const { kind, unit } = metricOf(name);
  if (kind === "quantile") return ONE_PERCENT;
  return kind === "ratio" || kind === "cohort" ? (unit === "money" ? 0 : NOISE) : 0;
}

function isSame(stored: Value, recomputed: Value, allowed: number): boolean {
  if (typeof stored !== "number" || typeof recomputed !== "number") return stored === recomputed;
  return Math.abs(stored - recomputed) <= allowed * Math.max(1, Math.abs(recomputed));
}

function inWords({ start, end, days }: Window): string {
  return days === 1 ? start.toString() : `${start.toString()} to ${end.toString()}`;
}

/** The same wrong number shows in several answers. */
function withoutRepeats(differences: readonly Difference[]): Difference[] {
  return [...new Map(differences.map((one) => [JSON.stringify(one), one])).values()];
}
