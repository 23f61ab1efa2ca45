import { DEFAULT_POLICIES } from "../src/core/workspace.ts";
import {
  columnOf,
  metricNames,
  metricOf,
  type Group,
  type Kind,
  type Metric,
  type MetricName,
} from "../src/metrics/catalogue.ts";
import { policyInForce } from "../src/metrics/explain/policy-words.ts";

const GROUPS: Readonly<Record<Group, string>> = {
  people: "People",
  revenue: "Revenue",
  usage: "Usage",
  health: "Health",
  satisfaction: "Satisfaction",
  support: "Support",
};

/** What the number of several days is, by kind. */
const KINDS: Readonly<Record<Kind, string>> = {
  count: "adds up: the number of several days is their sum",
  level: "stands at some height at the end of each day; the number of several days is that of the last",
  distinct:
    "counts different people, who are the same from day to day: never added up, the number of several days is that of the last",
  ratio:
    "is one number divided by another; over several days both are taken over all of them first, so it is never the mean of days",
  cohort: "follows people or accounts through the days asked for: those of all days together, not a mean of days",
  hours: "is taken over the tickets of the days asked for, one by one",
  quantile: "is the value of a rank among all requests of the days asked for",
};

const USUAL = { timeZone: "UTC", currency: "USD", activationDays: 7, policies: DEFAULT_POLICIES };

/** Every metric as people may look it up: made from the catalogue. */
export function metricsPage(): string {
  const groups = (Object.keys(GROUPS) as Group[]).flatMap((group) => {
    const names = metricNames.filter((name) => metricOf(name).group === group);
    return [`## ${GROUPS[group]}`, "", ...names.flatMap((name) => section(name, metricOf(name)))];
  });
  return [
    "# Metrics",
    "",
    "What each number means and how it is worked out. Made from `src/metrics/catalogue`: run `npm run docs` after a change there.",
    "`metrics explain <metric>` shows the same with your own numbers: its parts, its inputs, and what was corrected afterwards.",
    "",
    "A day is a calendar day in the workspace's time zone. No data is `null`, never zero. Today is partial and never compared with a whole day.",
    "Money is shown per month in the workspace's currency unless a metric says otherwise.",
    "",
    "| kind | a metric of this kind |",
    "|---|---|",
    ...Object.entries(KINDS).map(([kind, words]) => `| ${kind} | ${words} |`),
    "",
    ...groups,
  ].join("\n");
}

function section(name: MetricName, metric: Metric): string[] {
  const { label, meaning, formula, unit, kind, better, needs, source, inputs, policies = [], version = 1 } = metric;
  const rows: (readonly [string, string])[] = [
    ["formula", formula],
    ["unit", unit === "money" ? `money, ${metric.perYear === true ? "per year" : "per month"}` : unit],
    ["kind", kind],
    ["better", better],
    ["from", inputs.map((type) => `\`${type}\` events`).join(", ")],
    ["without data", needs],
    ...policies.map((policy) => {
      const usual = policyInForce(policy, USUAL);
      return ["policy", `\`${usual.policy}\`, unless changed ${usual.value}: ${usual.meaning}`] as const;
    }),
    ["source", source],
    ["definition", `version ${version}`],
    ...(kind === "cohort" ? [] : [["`daily_metrics`", `\`${columnOf(name)}\``] as const]),
  ];
  return [
    `### ${label}: \`${name}\``,
    "",
    meaning,
    "",
    "| | |",
    "|---|---|",
    ...rows.map(([what, words]) => `| ${what} | ${words.replaceAll("|", "\\|")} |`),
    "",
  ];
}
