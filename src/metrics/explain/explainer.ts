import type { Database, Sql } from "../../db/client.ts";
import type { Clock, Temporal, Window } from "../../core/time.ts";
import type { WindowAsked } from "../../core/window-wish.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Explanation } from "../explained.ts";
import { metricOf, type Metric, type MetricName } from "../catalogue.ts";
import { askedAt, dateRange } from "../read/asked.ts";
import { loadWithToday } from "../read/load-with-today.ts";
import { intervalOf, SUMMARY_LEVELS, tellsUnconverted, unconvertedAt } from "../read/window.ts";
import { monthlyOf } from "../read/monthly.ts";
import type { Numbers } from "../read/numbers.ts";
import { usualStep, windowUntilToday } from "../read/step.ts";
import { valueOver } from "../read/value.ts";
import { readRevisions } from "../rollup/queue-store.ts";
import { buildUp } from "./build-up.ts";
import { loadInput, loadLost, loadMovements, loadRestatements, type Movements } from "./explain-store.ts";
import { policyInForce } from "./policy-words.ts";
import { inputRange, movementsBehind, restatedThrough } from "./reach-of-inputs.ts";

export interface ExplainOptions {
  readonly days: WindowAsked;
  /** Last day of as many `days`, at most today; yesterday unless given. Only beside a number of days. */
  readonly date?: Temporal.PlainDate;
  /** Whether the accounts that moved the number are named. */
  readonly names: boolean;
}

/** Shows how a number comes about. Answers change nothing. Throws `Problem` `database_unavailable` (503). */
export interface Explainer {
  explain(metric: MetricName, options: ExplainOptions): Promise<Explanation>;
}

interface ExplainerParts {
  readonly db: Pick<Database, "read">;
  readonly clock: Clock;
  readonly workspace: Workspace;
}

const ACCOUNTS_NAMED = 5;
const RESTATEMENTS_TOLD = 5;

export function createExplainer({ db, clock, workspace }: ExplainerParts): Explainer {
  return {
    async explain(metric, { days, date, names }) {
      const { now, window: asked, today } = askedAt(clock.now(), workspace, days, "none");
      const window = date === undefined ? asked : endingWith(date, asked.days, today.start);
      return db.read.run((sql) => explain({ sql, workspace, name: metric, window, now, today: today.start, names }));
    },
  };
}

/** A window whose last day may be one that is not over. */
type ExplainedWindow = Window & { readonly complete: boolean };

function endingWith(end: Temporal.PlainDate, days: number, today: Temporal.PlainDate): ExplainedWindow {
  return { start: end.subtract({ days: days - 1 }), end, days, complete: !end.equals(today) };
}

interface Asked {
  readonly sql: Sql;
  readonly workspace: Workspace;
  readonly name: MetricName;
  readonly window: ExplainedWindow;
  readonly now: Temporal.Instant;
  readonly today: Temporal.PlainDate;
  readonly names: boolean;
}

async function explain(asked: Asked): Promise<Explanation> {
  const { sql, workspace, name, window, today } = asked;
  const metric = metricOf(name);
  const range = inputRange(metric, window, workspace);
  const [numbers, inputs, accounts, restatements, revisions] = await Promise.all([
    numbersFor(asked),
    Promise.all(metric.inputs.map((event) => loadInput(sql, event, range, workspace.timeZone))),
    accountsOf(asked, metric),
    restatementsFor(asked),
    readRevisions(sql, [window.end.toString()]),
  ]);
  return {
    ...described(name, metric, workspace),
    ...numbers,
    policies: (metric.policies ?? []).map((policy) => policyInForce(policy, workspace)),
    inputs,
    inputs_range: { start: range.start?.toString() ?? null, end: range.end.toString() },
    accounts,
    restatements,
    partial: window.end.equals(today),
    day_revision: revisions[0]?.revision ?? 0,
    date_range: dateRange(window, workspace),
  };
}

function described(name: MetricName, metric: Metric, { currency }: Workspace) {
  const { label, meaning, formula, source, kind, unit, version = 1 } = metric;
  return { metric: name, label, meaning, formula, source, definition_version: version, kind, unit, currency };
}

async function numbersFor({ sql, workspace, name, window, now, today }: Asked) {
  const metric = metricOf(name);
  const { currency } = workspace;
  const isMoney = tellsUnconverted(metric);
  const {
    over,
    today: soFar,
    computedAt,
  } = await loadWithToday(sql, workspace, {
    metrics: [name],
    todayMetrics: [name],
    levels: isMoney ? SUMMARY_LEVELS : [],
    windows: [window],
    today: windowUntilToday(usualStep(name), today),
    now,
  });
  const numbers = over(window);
  const answered = name === "nps" ? answersOf : () => ({});
  return {
    value: valueOver(metric, numbers, currency),
    ...answered(numbers),
    built: buildUp(metric, numbers, currency),
    ...(isMoney ? { unconverted: unconvertedAt(numbers) } : {}),
    today: { date: today.toString(), value: valueOver(metric, soFar, currency), ...answered(soFar) },
    computed_at: computedAt,
  };
}

/** What an NPS is always told with. */
function answersOf(numbers: Numbers): Pick<Explanation, "nps_responses" | "nps_interval"> {
  return { nps_responses: valueOver(metricOf("nps_responses"), numbers, ""), nps_interval: intervalOf(numbers) };
}

async function accountsOf(asked: Asked, metric: Metric): Promise<Explanation["accounts"]> {
  const { sql, workspace, window, names } = asked;
  if (!names) return null;
  const found = await movementsFor(sql, metric, window);
  if (found === null) return null;
  return {
    total: found.total,
    largest: found.largest.map((row) => ({ ...row, change: monthlyOf(row.change, workspace.currency) })),
  };
}

async function movementsFor(sql: Sql, metric: Metric, window: Window): Promise<Movements | null> {
  if (metric.kind === "cohort" && metric.cohort === "churn") return loadLost(sql, window, ACCOUNTS_NAMED);
  const kinds = movementsBehind(metric);
  return kinds.length === 0 ? null : loadMovements(sql, window, kinds, ACCOUNTS_NAMED);
}

async function restatementsFor({ sql, name, window }: Asked): Promise<Explanation["restatements"]> {
  const all = restatedThrough(name);
  const levels = all.filter((one) => metricOf(one).kind === "level");
  const { total, newest } = await loadRestatements(sql, window, { all, levels }, RESTATEMENTS_TOLD);
  return {
    total,
    newest: newest.map((row) => {
      const { label, unit, kind } = metricOf(row.metric);
      return { ...row, label, unit, is_change: kind === "level" };
    }),
  };
}
