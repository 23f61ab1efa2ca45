import {
  amountObservation,
  countObservation,
  DAYS_COMPARED,
  HALF,
  judgeLastDay,
  shareObservation,
  type Observation,
} from "../../metrics/anomaly.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { SMALLEST_BASE_FOR_PERCENT } from "../../metrics/clear-change.ts";
import { baseOf, FEWEST_REQUESTS, type Condition, type Watch } from "./condition.ts";

export interface DayValue {
  /** ISO date. */
  readonly date: string;
  readonly value: number | null;
  /** How many things a rate or a duration was taken from; null: it stands for itself, or nobody knows. */
  readonly base: number | null;
}

/** Days in a row, the oldest first, the last of them finished and published; and the day so far. */
export interface Numbers {
  readonly days: readonly DayValue[];
  readonly today: DayValue;
}

/**
 * `hovers`: it does not fire, and is not clearly back either; whatever was, stays. `unknown`: no data, too little, or
 * nothing to compare with.
 */
export type Verdict = "fires" | "hovers" | "calm" | "unknown";

export interface Reading {
  readonly verdict: Verdict;
  /** The day that it speaks of, as an ISO date; null before the first. */
  readonly day: string | null;
  readonly value: number | null;
  /** A week before, or what is usual; null where neither is compared. */
  readonly compared: number | null;
}

/** So many days are needed, one more because the newest may not be published yet. */
export const DAYS_READ = DAYS_COMPARED + 2;

/** What fired is back when it is better than its limit by a twentieth of it: a value that hovers there is told once. */
const HYSTERESIS = 0.05;
const WEEK = 7;

export function judge({ metric, condition, span }: Watch, { days, today }: Numbers): Reading {
  const judged = span === "today" ? today : days.at(-1);
  if (judged === undefined) return { verdict: "unknown", day: null, value: null, compared: null };
  const { date: day, value } = judged;
  const unknown: Reading = { verdict: "unknown", day, value, compared: null };
  if (value === null || (baseOf(metric) !== null && judged.base !== null && judged.base < FEWEST_REQUESTS))
    return unknown;
  switch (condition.kind) {
    case "above":
    case "below":
      return { verdict: againstBound(condition, value), day, value, compared: null };
    case "change":
      return againstLastWeek(metric, condition.percent, days, { ...unknown, value });
    case "unusual":
      return againstUsual(metric, days, { ...unknown, value });
  }
}

function againstBound({ kind, bound }: Extract<Condition, { bound: number }>, value: number): Verdict {
  const over = kind === "above" ? value - bound : bound - value;
  if (over > 0) return "fires";
  return over > -HYSTERESIS * Math.abs(bound) ? "hovers" : "calm";
}

type Known = Reading & { readonly value: number };

function againstLastWeek(metric: MetricName, percent: number, days: readonly DayValue[], known: Known): Reading {
  const compared = days.at(-1 - WEEK)?.value ?? null;
  const isTooSmall = metricOf(metric).unit === "count" && (compared ?? 0) < SMALLEST_BASE_FOR_PERCENT;
  if (compared === null || compared <= 0 || isTooSmall) return { ...known, compared };
  const change = (100 * Math.abs(known.value - compared)) / compared;
  const verdict = change > percent ? "fires" : change > percent * (1 - HYSTERESIS) ? "hovers" : "calm";
  return { ...known, verdict, compared };
}

function againstUsual(metric: MetricName, days: readonly DayValue[], known: Known): Reading {
  const judgement = judgeLastDay(days.slice(-1 - DAYS_COMPARED).map((day) => observationOf(metric, day)));
  if (judgement === null) return known;
  const { factor, unusual } = judgement;
  const compared =
    metricOf(metric).unit === "count"
      ? Math.max(0, Math.round((known.value + HALF) / factor - HALF))
      : known.value / factor;
  return { ...known, verdict: unusual ? "fires" : "calm", compared };
}

function observationOf(metric: MetricName, { value, base }: DayValue): Observation | null {
  switch (metricOf(metric).unit) {
    case "percent":
      return shareObservation(value, base);
    case "count":
      return countObservation(value);
    case "milliseconds":
    case "money":
    case "score":
    case "ratio":
    case "hours":
      return amountObservation(value);
  }
}
