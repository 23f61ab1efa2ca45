import { feedback } from "./catalogue/feedback.ts";
import type { EventType } from "../events/event-type.ts";
import type { GroupName, Kind, Metric } from "./catalogue/metric.ts";
import { people } from "./catalogue/people.ts";
import { billing } from "./catalogue/billing.ts";
import { retention } from "./catalogue/retention.ts";
import { revenue } from "./catalogue/revenue.ts";
import { usage } from "./catalogue/usage.ts";

export type {
  Better,
  CohortMetric,
  CountMetric,
  Group,
  GroupName,
  Kind,
  Metric,
  Over,
  PolicyName,
  QuantileMetric,
  RatioMetric,
  RatioPart,
  StoredName,
  Terms,
  Unit,
} from "./catalogue/metric.ts";

/**
 * Every metric, declared once. From here come the reader's arithmetic, the choices of `/metrics`, formats, chart axes,
 * the catalogue endpoint and `daily_metrics`.
 */
export const catalogue = {
  ...people,
  ...revenue,
  ...retention,
  ...billing,
  ...usage,
  ...feedback,
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof catalogue;

/** The names of the metrics of one kind. */
export type NameOf<K extends Kind> = {
  [Name in MetricName]: (typeof catalogue)[Name]["kind"] extends K ? Name : never;
}[MetricName];

export const metricNames = Object.keys(catalogue) as readonly MetricName[];

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(catalogue, name);
}

/** The metric, typed as any metric: for code that treats all kinds alike. */
export function metricOf(name: MetricName): Metric {
  return catalogue[name];
}

/** Types of events without which there is no data: the first event of any of them begins the metric. */
export function beginningOf(metric: Metric): readonly EventType[] {
  return metric.beginsWith ?? metric.inputs;
}

/** What the metric can be split by. */
export function groupsOf(name: MetricName): GroupName[] {
  return Object.keys(metricOf(name).groups ?? {}) as GroupName[];
}

/** Name of the metric's column in `daily_metrics`. */
export function columnOf(name: MetricName): string {
  return metricOf(name).column ?? name;
}

export interface CatalogueRow {
  readonly name: MetricName;
  readonly label: string;
  readonly meaning: string;
  readonly formula: string;
  readonly source: string;
  readonly unit: Metric["unit"];
  readonly kind: Kind;
  readonly better: Metric["better"];
  readonly group: Metric["group"];
  readonly needs: string;
  /** What it can be split by. */
  readonly by: readonly GroupName[];
}

/** The catalogue as people and programs may see it: for the endpoint, help and generated docs. */
export function catalogueRows(): CatalogueRow[] {
  return metricNames.map((name) => {
    const { label, meaning, formula, source, unit, kind, better, group, needs } = metricOf(name);
    return { name, label, meaning, formula, source, unit, kind, better, group, needs, by: groupsOf(name) };
  });
}
