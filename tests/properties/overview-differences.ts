import type {
  ActivationFunnel,
  ErrorOverview,
  RevenueBreakdown,
  Series,
  SupportOverview,
} from "../../src/metrics/answers.ts";
import type { WindowAsked } from "../../src/core/window-wish.ts";
import type { Overviews } from "../../src/metrics/read/overviews.ts";
import { minorDigitsOf } from "../oracle/amount.ts";
import { daysBetween } from "../oracle/calendar.ts";
import type { Oracle } from "../oracle/numbers.ts";
import { areas, type Area } from "./areas.ts";
import { isSame } from "./differences.ts";

/** All that the overviews say about one world. */
export interface OverviewAnswers {
  readonly funnels: readonly ActivationFunnel[];
  readonly revenues: readonly RevenueBreakdown[];
  readonly supports: readonly SupportOverview[];
  readonly errors: readonly ErrorOverview[];
  readonly split: Readonly<Record<string, Series>>;
}

const WINDOWS: readonly WindowAsked[] = [1, 7, 36, { kind: "running", unit: "month", ago: 1 }];

export async function askOverviews(overviews: Overviews): Promise<OverviewAnswers> {
  const over = <T>(ask: (asked: WindowAsked) => Promise<T>): Promise<T[]> =>
    Promise.all(WINDOWS.map((asked) => ask(asked)));
  return {
    funnels: await over(overviews.activationFunnel),
    revenues: await over(overviews.revenueBreakdown),
    supports: await over(overviews.supportOverview),
    errors: await over(overviews.errorOverview),
    split: {
      mrr: await overviews.seriesBy("mrr", 36, "plan"),
      users: await overviews.seriesBy("total_users", 36, "plan"),
      errors: await overviews.seriesBy("errors", 36, "severity"),
      calls: await overviews.seriesBy("api_calls", 36, "route"),
      latency: await overviews.seriesBy("latency_p95", 36, "route"),
      tickets: await overviews.seriesBy("tickets_opened", 36, "priority"),
    },
  };
}

type Value = number | null | undefined;
type Compare = (name: string, said: Value, counted: Value) => void;

/** One line for each number of the overviews on which engine and oracle differ. */
export function overviewDifferences(said: OverviewAnswers, oracle: Oracle): string[] {
  const found: string[] = [];
  const compare: Compare = (name, ours, counted) => {
    if (!isSame(name, ours, counted)) found.push(`${name}: engine ${ours}, oracle ${counted}`);
  };
  const isOn = (area: Area): boolean => areas.includes(area);
  if (isOn("people")) for (const one of said.funnels) compareFunnel(one, oracle, compare);
  if (isOn("money")) for (const one of said.revenues) compareTiers(one, oracle, compare);
  if (isOn("tickets")) for (const one of said.supports) compareSupport(one, oracle, compare);
  if (isOn("people")) for (const one of said.errors) compareErrors(one, oracle, compare);
  if (isOn("money")) compareSplit(said.split, oracle, compare);
  return found;
}

/** Compares what cannot be known before the first event of some types, such as a count. */
const sinceFirst =
  (types: readonly string[], { end }: { readonly end: string }, oracle: Oracle, compare: Compare): Compare =>
  (name, said, counted) =>
    compare(name, said, oracle.hasHappened(types, end) ? counted : null);

function compareFunnel(said: ActivationFunnel, oracle: Oracle, compare: Compare): void {
  const { start, end, days } = said.date_range;
  const where = `of the funnel over ${days} days`;
  const counted = oracle.funnel(start, end);
  const count = sinceFirst(["signup"], said.date_range, oracle, compare);
  count(`sign-ups ${where}`, said.total_signups, counted.signups);
  count(`activated ${where}`, said.activated_users, counted.activated);
  count(`pending ${where}`, said.pending, counted.pending);
  compare(`rate ${where}`, said.activation_rate, oracle.window(start, end)["activation_rate"]);
  for (const [place, step] of counted.steps.entries()) {
    count(`${step.milestone} ${where}`, said.steps[place]?.users, step.users);
    count(`${step.milestone} from the step before ${where}`, said.steps[place]?.users_from_previous, step.fromPrevious);
    compare(`hours to ${step.milestone} ${where}`, said.steps[place]?.median_hours, step.medianHours);
  }
}

function compareTiers(said: RevenueBreakdown, oracle: Oracle, compare: Compare): void {
  const { end, start, days } = said.date_range;
  const counted = oracle.tiers(end);
  const whole = oracle.window(start, end);
  compare(`plans over ${days} days`, said.tiers.length, counted.size);
  for (const [plan, tier] of counted) {
    const own = said.tiers.find((one) => one.plan === plan);
    compare(`users of ${plan} on ${end}`, own?.users, tier.users);
    compare(`customers of ${plan} on ${end}`, own?.customers, tier.customers);
    compare(`mrr of ${plan} on ${end}`, own?.mrr, tier.mrr);
    compare(`arpu of ${plan} on ${end}`, own?.arpu, tier.arpu);
  }
  compare(`free users on ${end}`, said.free_users, counted.get("free")?.users);
  compare(`total mrr on ${end}`, said.total_mrr, whole["mrr"]);
  compare(`paused customers on ${end}`, said.paused_customers, whole["paused_customers"]);
  for (const name of ["churn_rate", "gross_mrr_churn", "net_mrr_churn", "grr", "nrr", "quick_ratio", "ltv"] as const)
    compare(`${name} over ${days} days`, said[name], whole[name]);
  for (const [kind, value] of Object.entries(said.movements))
    compare(`${kind} over ${days} days`, value, whole[`mrr_${kind}`]);
}

function compareSupport(said: SupportOverview, oracle: Oracle, compare: Compare): void {
  const { start, end, days } = said.date_range;
  const counted = oracle.support(start, end);
  const counts = [
    [said.status, counted.status],
    [said.priority, counted.priority],
    [said.by_category, counted.category],
  ] as const;
  const count = sinceFirst(["ticket"], said.date_range, oracle, compare);
  count(`tickets over ${days} days`, said.opened, counted.opened);
  for (const [ours, theirs] of counts) {
    for (const [name, value] of Object.entries(ours)) count(`${name} over ${days} days`, value, theirs[name] ?? 0);
  }
  const spreads = [
    ["first response", said.first_response_hours, counted.firstResponse],
    ["resolution", said.resolution_hours, counted.resolution],
    ["full resolution", said.full_resolution_hours, counted.fullResolution],
  ] as const;
  for (const [name, ours, theirs] of spreads) {
    for (const part of ["mean", "median", "p90"] as const)
      compare(`${part} of ${name} over ${days} days`, ours[part], theirs[part]);
  }
}

function compareErrors(said: ErrorOverview, oracle: Oracle, compare: Compare): void {
  const { start, end, days } = said.date_range;
  const counted = oracle.errors(start, end);
  const by = (field: string, value: string) => counted.filter(({ body }) => body[field] === value).length;
  const known = sinceFirst(["request", "error"], said.date_range, oracle, compare);
  known(`errors over ${days} days`, said.total_errors, counted.length);
  known(`critical errors over ${days} days`, said.critical_errors, by("severity", "critical"));
  compare(`error rate over ${days} days`, said.error_rate, oracle.window(start, end)["error_rate"]);
  for (const { type, count } of said.by_type) compare(`errors of ${type}`, count, by("error_type", type));
  for (const { endpoint, count } of said.by_endpoint) compare(`errors on ${endpoint}`, count, by("endpoint", endpoint));
}

/** Of what the oracle knows and of what was said: neither may hold a group that the other lacks. */
function namesOf(counted: Iterable<string>, said: OverviewAnswers["split"][string] | undefined): Set<string> {
  return new Set([...counted, ...(said?.groups ?? []).map(({ group }) => group)]);
}

function compareSplit(split: OverviewAnswers["split"], oracle: Oracle, compare: Compare): void {
  const { start, end } = split["mrr"]?.date_range ?? { start: "", end: "" };
  const first = oracle.firstDay ?? "";
  for (const day of daysBetween(first > start ? first : start, end)) {
    const tiers = oracle.tiers(day);
    const at = (name: string, group: string): Value =>
      split[name]?.groups?.find((one) => one.group === group)?.points.find(({ date }) => date === day)?.value;
    const minorUnit = 1 / 10 ** minorDigitsOf(oracle.revenue.setting.currency);
    const money = sinceFirst(["revenue"], { end: day }, oracle, compare);
    for (const group of namesOf(tiers.keys(), split["mrr"])) {
      const [said, counted] = [at("mrr", group), tiers.get(group)?.mrr ?? 0];
      // A remainder under one minor unit is no group, also when it would be shown as one.
      if (said !== undefined || counted > minorUnit) money(`mrr of ${group} on ${day}`, said, counted);
    }
    const users = sinceFirst(["signup"], { end: day }, oracle, compare);
    for (const group of namesOf(tiers.keys(), split["users"])) {
      const [said, counted] = [at("users", group), tiers.get(group)?.users ?? 0];
      if (said !== undefined || counted !== 0) users(`users of ${group} on ${day}`, said, counted);
    }
  }
  const counted = oracle.features(start, end);
  for (const { group, window } of split["calls"]?.groups ?? [])
    compare(`calls of ${group}`, window.value, counted.get(group)?.calls);
  for (const { group, window } of split["latency"]?.groups ?? [])
    compare(`p95 of ${group}`, window.value, counted.get(group)?.p95);
  const severe = oracle.errors(start, end);
  for (const { group, window } of split["errors"]?.groups ?? []) {
    compare(
      `errors that are ${group}`,
      window.value,
      severe.filter(({ body }) => (body["severity"] ?? "error") === group).length,
    );
  }
  for (const { group, window } of split["tickets"]?.groups ?? [])
    compare(`tickets that are ${group}`, window.value, oracle.support(start, end).priority[group]);
}
