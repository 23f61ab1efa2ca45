import type { Daily, Series, Summary } from "../../src/metrics/answers.ts";
import { metricNames, type MetricName } from "../../src/metrics/catalogue.ts";
import type { Reader } from "../../src/metrics/read/reader.ts";

import { areas } from "./areas.ts";
import { askedWindows, type AskedWindow } from "./asked-windows.ts";

/** All that the engine says about one world, read once and compared as often as needed. */
export interface EngineAnswers {
  readonly daily: Daily;
  readonly summaries: readonly { readonly asked: AskedWindow; readonly summary: Summary }[];
  readonly series: ReadonlyMap<MetricName, Series>;
  /** What is told by the month, and by the 30 days that end with each day. */
  readonly rates: readonly { readonly metric: MetricName; readonly monthly: Series; readonly trailing: Series }[];
}

export const DAYS = 36;
const RATES = ["churn_rate", "grr", "nrr", "gross_mrr_churn", "net_mrr_churn"] as const;

export async function askEngine(reader: Reader): Promise<EngineAnswers> {
  const series = new Map<MetricName, Series>();
  await Promise.all(
    metricNames.map(async (metric) => series.set(metric, await reader.series(metric, DAYS, { step: "day" }))),
  );
  const daily = await reader.daily(DAYS);
  return {
    daily,
    summaries: await Promise.all(
      askedWindows(daily.today.date).map(async (asked) => ({ asked, summary: await reader.summary(asked.asked) })),
    ),
    series,
    rates: await Promise.all(
      (areas.includes("money") ? RATES : []).map(async (metric) => ({
        metric,
        monthly: await reader.series(metric, DAYS),
        trailing: await reader.series(metric, DAYS, { step: "trailing" }),
      })),
    ),
  };
}
