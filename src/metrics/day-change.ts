import type { Day } from "./answers.ts";
import { countObservation, dailySpreadOf } from "./anomaly.ts";
import { metricOf, type MetricName } from "./catalogue.ts";
import { changeOf, type ClearChange, type Evidence, type Measured } from "./clear-change.ts";

/** The numbers of a day that a digest sets beside those of a week before. */
export type DayMetric = Extract<keyof Day, MetricName>;

/** How the last of some days in a row differs from the one `daysBack` before it; null when either is unknown. */
export function dayChange(metric: DayMetric, days: readonly Day[], daysBack: number): ClearChange | null {
  const [now, before] = [days.at(-1), days.at(-1 - daysBack)];
  if (now === undefined || before === undefined) return null;
  const unit = metricOf(metric).unit;
  const measured = (day: Day, back: number): Measured => ({
    value: day[metric],
    evidence: evidenceOf(metric, day, { days, back }),
  });
  return changeOf(unit, measured(now, 0), measured(before, daysBack));
}

interface Among {
  readonly days: readonly Day[];
  /** How far before the last. */
  readonly back: number;
}

function evidenceOf(metric: DayMetric, day: Day, { days, back }: Among): Evidence {
  switch (metric) {
    case "dau":
    case "api_calls":
    case "agent_sessions": {
      const spread = dailySpreadOf(days.slice(0, -1).map((one) => countObservation(one[metric])));
      return { kind: "volume", usual: spread?.usual(back) ?? 0, deviation: spread?.deviation ?? null };
    }
    case "error_rate": {
      const whole = day.api_calls ?? 0;
      return { kind: "share", part: ((day.error_rate ?? 0) / 100) * whole, whole };
    }
    case "nps":
    case "latency_p50":
    case "latency_p95":
    case "latency_p99":
      return { kind: "too little" };
    default:
      return metricOf(metric).kind === "count" && metricOf(metric).unit === "count"
        ? { kind: "count" }
        : metricOf(metric).kind === "distinct"
          ? { kind: "count" }
          : { kind: "exact" };
  }
}
