import { bucketDurationMs, ZERO_BUCKET } from "../core/latency-bucket.ts";
import { minorDigits } from "../core/money.ts";
import type { Workspace } from "../core/workspace.ts";
import {
  beginningOf,
  columnOf,
  metricNames,
  metricOf,
  type Metric,
  type RatioMetric,
  type RatioPart,
  type StoredName,
  type Terms,
} from "./catalogue.ts";
import { EVENT_TYPES } from "../events/event-type.ts";
import { readingFor } from "./read/reading.ts";

/** More than any number is good to, and few enough to read. */
const DECIMALS = 6;

/**
 * The query behind `daily_metrics`: one row for each local day from the first event to today. What is counted or at some
 * level is null on days before the first event of a type that it is made of. Cohorts and the hours of tickets are left
 * out: they belong to a window, not to a day.
 */
export function dailyViewSql({ timeZone, currency }: Pick<Workspace, "timeZone" | "currency">): string {
  const { levels, days } = readingFor(metricNames);
  const stored = [...levels, ...days];
  const columns = columnsOf(currency).map(({ name, expression }) => `${expression} as ${name}`);
  const [beginning, today] = [
    `at time zone ${literal(timeZone)})::date`,
    `(now() at time zone ${literal(timeZone)})::date`,
  ];
  return `with span as (
  select min((first.value::timestamptz ${beginning}) as first_day, ${today} as today,
    ${EVENT_TYPES.map((type) => `min((first.value::timestamptz ${beginning}) filter (where first.key = ${literal(type)}) as first_${type}`).join(",\n    ")}
  from settings, jsonb_each_text(value) as first where name = 'first_events' having count(*) > 0
), stored as (
  select day,
    ${stored.map((name) => `sum(value) filter (where metric = ${literal(name)}) as ${name}`).join(",\n    ")}
  from metric_values where by = '' group by day
), daily as (
  select coalesce(calendar.day, stored.day) as day,
    ${stored.map((name) => `coalesce(${name}, 0) as ${name}`).join(",\n    ")}
  from (select generate_series(first_day, today, interval '1 day')::date as day from span) as calendar
  full join stored on stored.day = calendar.day
), running as (
  select *, floor(extract(epoch from least((day + 1)::timestamp at time zone ${literal(timeZone)}, now()) - day::timestamp at time zone ${literal(timeZone)})) as day_seconds,
    ${levels.map((name) => `sum(${name}) over (order by day) as ${name}_so_far`).join(",\n    ")}
  from daily
)
select day as date, day = today as partial,
  ${columns.join(",\n  ")}
from running, span
where day between first_day and today`;
}

/** Its columns of numbers, in their order. */
export function dailyColumns(): string[] {
  return columnsOf("USD").map(({ name }) => name);
}

function columnsOf(currency: string): { readonly name: string; readonly expression: string }[] {
  return metricNames.flatMap((metric) => {
    const expression = columnSql(metricOf(metric), currency);
    return expression === null
      ? []
      : [{ name: columnOf(metric), expression: sinceItBegan(metricOf(metric), expression) }];
  });
}

function sinceItBegan(metric: Metric, expression: string): string {
  const firsts = beginningOf(metric).map((type) => `first_${type}`);
  return `case when day >= ${firsts.length === 1 ? firsts.join("") : `least(${firsts.join(", ")})`} then ${expression} end`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function columnSql(metric: Metric, currency: string): string | null {
  switch (metric.kind) {
    case "count":
    case "distinct":
      return inUnit(metric, termsSql(metric.terms, onTheDay), currency);
    case "level":
      return inUnit(metric, termsSql(metric.terms, soFar), currency);
    case "ratio":
      return ratioSql(metric, currency);
    case "quantile":
      return quantileSql(metric.q);
    case "cohort":
    case "hours":
      return null;
  }
}

const onTheDay = (name: StoredName): string => name;
const soFar = (name: StoredName): string => `${name}_so_far`;
const before = (name: StoredName): string => `(${name}_so_far - ${name})`;

function termsSql(terms: Terms, read: (name: StoredName) => string): string {
  const entries = Object.entries(terms) as [StoredName, 1 | -1][];
  const added = entries.map(([name, sign], index) => `${sign < 0 ? "- " : index === 0 ? "" : "+ "}${read(name)}`);
  return entries.length === 1 ? added.join("") : `(${added.join(" ")})`;
}

function inUnit(metric: Metric, exact: string, currency: string): string {
  return metric.unit === "money" ? moneySql(metric, exact, "1", currency) : `${exact}::bigint`;
}

/** Annual millionths of the minor unit as major units, rounded half up once, by whole-number division. */
function moneySql(metric: Metric, exact: string, divisor: string, currency: string): string {
  const digits = minorDigits(currency);
  const whole = `${metric.perYear === true || metric.once === true ? 1_000_000 : 12_000_000} * ${divisor}`;
  return `round(sign(${exact}) * div(2 * abs(${exact}) + ${whole}, 2 * ${whole}) / ${10 ** digits}, ${digits})`;
}

/** Of a single day the sum and the last value are the same. */
function ratioSql(metric: RatioMetric, currency: string): string {
  const [numerator, denominator] = [partSql(metric.numerator), partSql(metric.denominator)];
  const value =
    metric.unit === "money"
      ? moneySql(metric, numerator, denominator, currency)
      : `round(${metric.scale}.0 * ${numerator} / ${denominator}, ${DECIMALS})`;
  return `case when ${denominator} > 0 then ${value} end`;
}

function partSql({ over, terms }: RatioPart): string {
  switch (over) {
    case "sum":
    case "last":
      return termsSql(terms, onTheDay);
    case "closing":
      return termsSql(terms, soFar);
    case "opening":
      return termsSql(terms, before);
    case "lasting":
      return `(${termsSql(terms, soFar)} * day_seconds)`;
  }
}

function quantileSql(q: number): string {
  const first = bucketDurationMs(0);
  const growth = bucketDurationMs(1) / first;
  return `(select round(case when bucket = ${ZERO_BUCKET} then 0 else (${first} * power(${growth}::float8, bucket))::numeric end, ${DECIMALS})
   from (select bucket, sum(count) over (order by bucket) as up_to_here, sum(count) over () as requests
         from latency_histograms as histogram, unnest(histogram.buckets, histogram.counts) as filled (bucket, count)
         where histogram.feature_no = 0 and histogram.day = running.day) as counted
   where up_to_here >= ceil(${q} * requests) order by bucket limit 1)`;
}
