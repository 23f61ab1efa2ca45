import type { GroupName, Metric, Terms } from "../catalogue.ts";

/** The metric as it is worked out for one group of a kind that is stored; null when it cannot be. */
export function groupMetric(metric: Metric, by: GroupName): Metric | null {
  const grouping = metric.groups?.[by];
  if (grouping?.from !== "stored") return null;
  if (!("terms" in grouping)) return metric;
  return withTerms(metric, grouping.terms, grouping.denominator ?? {});
}

function withTerms(metric: Metric, terms: Terms, denominator: Terms): Metric | null {
  switch (metric.kind) {
    case "count":
    case "level":
    case "distinct":
      return { ...metric, terms };
    case "ratio":
      return {
        ...metric,
        numerator: { ...metric.numerator, terms },
        denominator: { ...metric.denominator, terms: denominator },
      };
    case "cohort":
    case "quantile":
    case "hours":
      return null;
  }
}
