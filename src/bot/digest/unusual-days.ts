import type { Day } from "../../metrics/answers.ts";
import { DAYS_COMPARED } from "../../metrics/anomaly.ts";
import { findAnomalies, type Anomaly } from "./anomalies.ts";

export interface UnusualDay extends Anomaly {
  /** ISO date. */
  readonly date: string;
}

export interface UnusualDays {
  /** False when of no day anything can be called unusual or usual. */
  readonly judged: boolean;
  /** What needs a look first, then the newest. */
  readonly found: readonly UnusualDay[];
}

/** What was unusual on each of the last `count` of `days`, judged by those before it as the digest of its morning was. */
export function unusualDays(days: readonly Day[], count: number): UnusualDays {
  const judged = days.slice(-count).map((day, index) => {
    const until = days.length - Math.min(count, days.length) + index + 1;
    return { date: day.date, ...findAnomalies(days.slice(Math.max(until - DAYS_COMPARED - 1, 0), until)) };
  });
  const found = judged
    .toReversed()
    .flatMap(({ date, found: anomalies }) => anomalies.map((anomaly) => ({ ...anomaly, date })))
    .toSorted((one, other) => Number(other.bad) - Number(one.bad));
  return { judged: judged.some((day) => day.judged), found };
}
