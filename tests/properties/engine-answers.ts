import type { Daily, Series, Summary } from "../../src/metrics/answers.ts";
import { metricNames, type MetricName } from "../../src/metrics/catalogue.ts";
import type { Reader } from "../../src/metrics/read/reader.ts";

/** All that the engine says about one world, read once and compared as often as needed. */
export interface EngineAnswers {
  readonly daily: Daily;
  readonly summaries: readonly Summary[];
  readonly series: ReadonlyMap<MetricName, Series>;
}

export const DAYS = 36;
const SUMMARY_DAYS = [1, 7, 30];

export async function askEngine(reader: Reader): Promise<EngineAnswers> {
  const series = new Map<MetricName, Series>();
  await Promise.all(
    metricNames.map(async (metric) => series.set(metric, await reader.series(metric, DAYS, { step: "day" }))),
  );
  return {
    daily: await reader.daily(DAYS),
    summaries: await Promise.all(SUMMARY_DAYS.map((days) => reader.summary(days))),
    series,
  };
}
