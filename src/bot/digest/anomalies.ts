import type { Day } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import {
  HALF,
  amountObservation,
  countObservation,
  judgeLastDay,
  shareObservation,
  type Judgement,
  type Observation,
} from "../../metrics/anomaly.ts";

export interface Anomaly {
  readonly metric: MetricName;
  readonly value: number;
  /** What a usual day of that weekday would have been. */
  readonly usual: number;
  readonly bad: boolean;
}

export interface Anomalies {
  /** False with fewer than four comparable weeks of any metric: then nothing can be called unusual or usual. */
  readonly judged: boolean;
  /** What needs a look first, then the farthest from usual. */
  readonly found: readonly Anomaly[];
}

type Watched = Extract<keyof Day, MetricName>;

/** Levels (MRR, open tickets) are not watched: they move with their own past, not with the weekday. */
const WATCHED: readonly { readonly metric: Watched; readonly observe: (day: Day) => Observation | null }[] = [
  { metric: "error_rate", observe: (day) => shareObservation(day.error_rate, day.api_calls) },
  { metric: "latency_p95", observe: (day) => amountObservation(day.latency_p95) },
  { metric: "signups", observe: (day) => countObservation(day.signups) },
  { metric: "dau", observe: (day) => countObservation(day.dau) },
  { metric: "api_calls", observe: (day) => countObservation(day.api_calls) },
  { metric: "agent_sessions", observe: (day) => countObservation(day.agent_sessions) },
  { metric: "tickets_opened", observe: (day) => countObservation(day.tickets_opened) },
];

/** What was unusual on the last of `days` (consecutive, oldest first). */
export function findAnomalies(days: readonly Day[]): Anomalies {
  const judgements = WATCHED.flatMap(({ metric, observe }) => {
    const judgement = judgeLastDay(days.map(observe));
    const value = days.at(-1)?.[metric] ?? null;
    return judgement === null || value === null ? [] : [{ metric, value, judgement }];
  });
  const found = judgements
    .filter(({ judgement }) => judgement.unusual)
    .map(({ metric, value, judgement }) => ({ anomaly: anomalyOf(metric, value, judgement), judgement }))
    .toSorted(
      (a, b) =>
        Number(b.anomaly.bad) - Number(a.anomaly.bad) ||
        Math.abs(b.judgement.deviations) - Math.abs(a.judgement.deviations),
    )
    .map(({ anomaly }) => anomaly);
  return { judged: judgements.length > 0, found };
}

function anomalyOf(metric: MetricName, value: number, { factor }: Judgement): Anomaly {
  const { better, unit } = metricOf(metric);
  return {
    metric,
    value,
    usual: unit === "count" ? Math.round((value + HALF) / factor - HALF) : value / factor,
    bad: better === "lower" ? factor > 1 : factor < 1,
  };
}
