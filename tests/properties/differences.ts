import type { FeatureUse, Summary, WindowNumbers } from "../../src/metrics/answers.ts";
import type { Numbers, Oracle } from "../oracle/numbers.ts";
import { daysBetween, plusDays } from "../oracle/calendar.ts";
import type { Feature } from "../oracle/usage.ts";
import { areas, isCompared } from "./areas.ts";
import type { AskedWindow } from "./asked-windows.ts";
import type { EngineAnswers } from "./engine-answers.ts";

type Value = number | null | undefined;

const SUMMARY_NAMES: Readonly<Record<string, string>> = {
  total_users: "total_users",
  new_signups: "signups",
  active_users_daily: "dau",
  active_users_monthly: "mau",
  activation_rate: "activation_rate",
  mrr: "mrr",
  arr: "arr",
  churn_rate: "churn_rate",
  arpu: "arpu",
  total_api_calls: "api_calls",
  total_agent_sessions: "agent_sessions",
  error_rate: "error_rate",
  api_uptime: "uptime",
  open_tickets: "open_tickets",
  avg_resolution_time_hours: "resolution_hours",
  nps_score: "nps",
  nps_responses: "nps_responses",
  unconverted: "unconverted",
  unpriced: "unpriced",
  api_uptime_observed: "uptime_observed",
};

/** Where the definitions leave room: quantiles of histograms by 1 %, else the noise of floating point. */
function isClose(name: string, engine: number, oracle: number): boolean {
  const allowed =
    name.startsWith("latency_") || name.startsWith("p95") ? 0.01 * oracle + 1e-4 : 1e-6 * Math.max(1, Math.abs(oracle));
  return Math.abs(engine - oracle) <= allowed;
}

export function isSame(name: string, engine: Value, oracle: Value): boolean {
  if (!isCompared(name)) return true;
  if (!areas.includes("people") && (engine ?? 0) === 0 && (oracle ?? 0) === 0) return true;
  if (typeof engine !== "number" || typeof oracle !== "number") return engine === oracle;
  return isClose(name, engine, oracle);
}

/** One line for each number on which the engine and the oracle differ; none when they agree. */
export function differences(engine: EngineAnswers, oracle: Oracle): string[] {
  const found: string[] = [];
  const cache = new Map<string, Numbers>();
  const over = (first: string, last: string): Numbers => {
    const key = `${first} ${last}`;
    const numbers = cache.get(key) ?? oracle.window(first, last);
    cache.set(key, numbers);
    return numbers;
  };
  const compare = (name: string, where: string, said: Value, counted: Value): void => {
    if (!isSame(name, said, counted)) found.push(`${name} ${where}: engine ${said}, oracle ${counted}`);
  };
  compareDaily(engine, over, compare);
  for (const { asked, summary } of engine.summaries) {
    found.push(...otherDays(asked, summary, oracle));
    compareSummary(summary, oracle, over, compare);
  }
  compareSeries(engine, over, compare);
  compareRates(engine, oracle, over, compare);
  return found;
}

type Over = (first: string, last: string) => Numbers;
type Compare = (name: string, where: string, said: Value, counted: Value) => void;

function compareDaily({ daily }: EngineAnswers, over: Over, compare: Compare): void {
  for (const { date, ...said } of daily.days) {
    for (const [name, value] of Object.entries(said))
      compare(name, `on ${date} (daily)`, value, over(date, date)[name]);
  }
  const { date, as_of: _, ...said } = daily.today;
  for (const [name, value] of Object.entries(said)) compare(name, `on ${date} (today)`, value, over(date, date)[name]);
}

type Said = Omit<WindowNumbers, "date_range"> & { readonly date_range: { start: string; end: string; days: number } };

function compareWindow(said: Said, oracle: Oracle, over: Over, compare: Compare): void {
  const { start, end, days } = said.date_range;
  const where = `over ${days} days to ${end} (summary)`;
  const counted = over(start, end);
  for (const [name, ours] of Object.entries(SUMMARY_NAMES)) {
    compare(name, where, said[name as keyof WindowNumbers] as Value, counted[ours]);
  }
  compare("nps_interval center", where, said.nps_interval?.center ?? null, counted["nps_center"]);
  compare("nps_interval margin", where, said.nps_interval?.margin ?? null, counted["nps_margin"]);
  compareFeatures(said.top_features, oracle.features(start, end), where, compare);
}

function compareFeatures(
  said: readonly FeatureUse[],
  counted: Map<string, Feature>,
  where: string,
  compare: Compare,
): void {
  const largest = [...counted.values()].map((feature) => feature.calls).sort((a, b) => b - a);
  compare("top_features length", where, said.length, Math.min(10, largest.length));
  said.forEach((use, place) => {
    const own = counted.get(use.feature);
    compare(`rank ${place + 1} of top_features`, where, use.usage_count, largest[place]);
    compare(`calls of ${use.feature}`, where, use.usage_count, own?.calls);
    compare(`mean of ${use.feature}`, where, use.avg_response_time_ms, own?.mean);
    compare(`p95 of ${use.feature}`, where, use.p95_response_time_ms, own?.p95);
  });
}

/** Where the days of a window, or of those before it, are not the ones that were asked for. */
function otherDays(asked: AskedWindow, { date_range: range, previous }: Summary, { firstDay }: Oracle): string[] {
  const { before } = asked;
  const known = daysBetween(before.first, before.last).filter((day) => firstDay !== null && day >= firstDay);
  const told = [range.start, range.end, range.complete, ...Object.values(rangeOf(previous))];
  const counted = [asked.first, asked.last, asked.complete, before.first, before.last, known.length];
  return told.join(" ") === counted.join(" ") ? [] : [`days: engine ${told.join(" ")}, oracle ${counted.join(" ")}`];
}

function rangeOf(previous: Summary["previous"]) {
  const { start, end, days_known: known } = previous?.date_range ?? { start: "", end: "", days_known: 0 };
  return { start, end, known };
}

function compareSummary(summary: Summary, oracle: Oracle, over: Over, compare: Compare): void {
  compareWindow(summary, oracle, over, compare);
  if (summary.previous !== null) compareWindow(summary.previous, oracle, over, compare);
  const { date, as_of: _, ...said } = summary.today;
  for (const [name, value] of Object.entries(said))
    compare(name, `on ${date} (summary's today)`, value, over(date, date)[name]);
}

/** A day's own point of a cohort is that of a window whose end is elsewhere, so only windows are compared. */
const WINDOWS_ONLY = ["activation_rate"];

function compareSeries({ series }: EngineAnswers, over: Over, compare: Compare): void {
  for (const [metric, { points, window, previous, today, date_range: range }] of series) {
    const before = { first: plusDays(range.start, -range.days), last: plusDays(range.start, -1) };
    const counted = (first: string, last: string): Value => over(first, last)[metric];
    compare(metric, `over ${range.days} days to ${range.end} (series)`, window.value, counted(range.start, range.end));
    compare(
      metric,
      `over ${range.days} days to ${before.last} (series)`,
      previous?.value ?? null,
      counted(before.first, before.last),
    );
    if (WINDOWS_ONLY.includes(metric)) continue;
    for (const { date, value } of points) compare(metric, `on ${date} (series)`, value, counted(date, date));
    compare(metric, `on ${today.date} (series' today)`, today.value, counted(today.date, today.date));
  }
}

const endOfMonth = (day: string): string =>
  plusDays(
    plusDays(`${day.slice(0, 8)}01`, 31)
      .slice(0, 8)
      .concat("01"),
    -1,
  );

/** Churn, GRR and NRR by the calendar month, cut at yesterday, and over the 30 days that end with each day. */
function compareRates({ rates }: EngineAnswers, oracle: Oracle, over: Over, compare: Compare): void {
  const yesterday = plusDays(oracle.today, -1);
  for (const { metric, monthly, trailing } of rates) {
    for (const { date, value, complete } of monthly.points) {
      const end = endOfMonth(date);
      const isOver = end <= yesterday;
      compare(metric, `in the month of ${date}`, value, over(date, isOver ? end : yesterday)[metric]);
      compare(metric, `is complete in the month of ${date}`, Number(complete), Number(isOver));
    }
    for (const { date, value } of trailing.points)
      compare(metric, `trailing on ${date}`, value, over(plusDays(date, -29), date)[metric]);
  }
}
