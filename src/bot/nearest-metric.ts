import { nearestWord } from "../core/nearest-word.ts";
import { metricNames, type MetricName } from "../metrics/catalogue.ts";

/** Of shorter words too many names have a part. */
const SHORTEST_PART = 3;

/** The metric that was probably meant: mistyped, or called by a part of its name. Null when none is near. */
export function nearestMetric(typed: string): MetricName | null {
  const near = nearestWord(typed, metricNames);
  if (near !== null) return metricNames.find((name) => name === near) ?? null;
  const word = typed.toLowerCase();
  if (word.length < SHORTEST_PART) return null;
  const part = nearestWord(word, [...new Set(metricNames.flatMap((name) => name.split("_")))]) ?? word;
  // `churn` is `churn_rate` rather than `mrr_churn`.
  const having = [
    ...metricNames.filter((name) => name.startsWith(`${part}_`)),
    ...metricNames.filter((name) => name.split("_").includes(part)),
  ];
  return having[0] ?? null;
}
