import { lifetimeValue, pausedCustomers, retention, tiers, type Tier } from "./breakdown.ts";
import { shownMoney } from "./amount.ts";
import { dayOf, daysBetween, instantOf, plusDays } from "./calendar.ts";
import { uptime } from "./health.ts";
import { funnel, type Funnel } from "./funnel.ts";
import { judge, type Fact, type Judgement } from "./intake.ts";
import { nps } from "./nps.ts";
import { activationRate, activations, sessionStarts, signups, totalUsers, trailing } from "./people.ts";
import {
  accountsOf,
  addMovements,
  churnRate,
  customers,
  movement,
  totalArr,
  unconverted,
  type Account,
} from "./revenue.ts";
import { DEFINED, type Delivery, type Rules, type Setting } from "./setting.ts";
import { support, type Support } from "./support.ts";
import { movesOn, openAtEndOf, ticketHistories, type TicketHistory } from "./tickets.ts";
import {
  apdex,
  clientErrorRate,
  clientErrors,
  errorRate,
  errorsOn,
  failures,
  features,
  latency,
  requestsOn,
  type Feature,
} from "./usage.ts";

export type Numbers = Readonly<Record<string, number | null>>;

export interface Oracle {
  readonly judgements: readonly Judgement[];
  readonly today: string;
  readonly firstDay: string | null;
  readonly accounts: readonly Account[];
  /** Every number of one local day. */
  day(day: string): Numbers;
  /** Every number of the days from `first` to `last`. */
  window(first: string, last: string): Numbers;
  features(first: string, last: string): Map<string, Feature>;
  tiers(day: string): Map<string, Tier>;
  funnel(first: string, last: string): Funnel;
  support(first: string, last: string): Support;
  errors(first: string, last: string): readonly Fact[];
}

interface Known {
  readonly facts: readonly Fact[];
  readonly accounts: readonly Account[];
  readonly named: ReadonlyMap<string, Account>;
  readonly tickets: readonly TicketHistory[];
  readonly setting: Setting;
  readonly rules: Rules;
}

const quotient = (top: bigint, bottom: bigint, scale: number): number | null =>
  bottom === 0n ? null : (scale * Number(top)) / Number(bottom);

function moneyNumbers({ accounts, setting }: Known, days: readonly string[]): Numbers {
  const end = days.at(-1) ?? "";
  const moved = addMovements(days.flatMap((day) => accounts.map((account) => movement(account, day))));
  const monthly = (arr: bigint): number => shownMoney(arr, 12n, setting.currency);
  const arr = totalArr(accounts, end);
  const paying = customers(accounts, end);
  const opening = totalArr(accounts, plusDays(days[0] ?? "", -1));
  const lost = moved.churn + moved.contraction;
  return {
    mrr: monthly(arr),
    arr: shownMoney(arr, 1n, setting.currency),
    customers: paying,
    arpu: paying === 0 ? null : shownMoney(arr, 12n * BigInt(paying), setting.currency),
    mrr_new: monthly(moved.new),
    mrr_expansion: monthly(moved.expansion),
    mrr_contraction: monthly(moved.contraction),
    mrr_churn: monthly(moved.churn),
    mrr_reactivation: monthly(moved.reactivation),
    new_revenue: monthly(moved.new + moved.reactivation),
    churned_revenue: monthly(moved.churn),
    churn_rate: churnRate(accounts, days),
    gross_mrr_churn: quotient(lost, opening, 100),
    net_mrr_churn: quotient(lost - moved.expansion - moved.reactivation, opening, 100),
    quick_ratio: quotient(moved.new + moved.expansion + moved.reactivation, lost, 1),
    unconverted: unconverted(accounts, end),
    unconverted_subscriptions: unconverted(accounts, end),
    paused_customers: pausedCustomers(accounts, end),
    ...retention(accounts, days),
    ltv: lifetimeValue(accounts, end, setting),
  };
}

function usageNumbers({ facts, setting, rules }: Known, days: readonly string[]): Numbers {
  const requests = requestsOn(facts, days);
  const { up, degraded } = uptime(facts, days[0] ?? "", days.at(-1) ?? "", setting, rules);
  return {
    api_calls: requests.length,
    agent_sessions: sessionStarts(facts, rules).filter((start) => days.includes(start.day)).length,
    errors: errorsOn(facts, days),
    failed_requests: failures(requests),
    client_errors: clientErrors(requests),
    error_rate: errorRate(requests),
    client_error_rate: clientErrorRate(requests),
    latency_p50: latency(requests, 50),
    latency_p95: latency(requests, 95),
    latency_p99: latency(requests, 99),
    apdex: apdex(requests, rules),
    uptime: up,
    degraded,
  };
}

function peopleNumbers({ facts, setting, rules }: Known, days: readonly string[], firstDay: string): Numbers {
  const end = days.at(-1) ?? "";
  const counted = days.filter((day) => day >= firstDay);
  const meanDau = counted.reduce((sum, day) => sum + trailing(facts, day, 1, rules), 0) / counted.length;
  const mau = trailing(facts, end, 30, rules);
  return {
    signups: signups(facts, days, rules),
    total_users: totalUsers(facts, end, rules),
    dau: trailing(facts, end, 1, rules),
    wau: trailing(facts, end, 7, rules),
    mau,
    stickiness: mau === 0 ? null : (100 * meanDau) / mau,
    activations: activations(facts, days, setting, rules),
    activation_rate: activationRate(facts, days, setting, rules),
  };
}

function voiceNumbers({ facts, tickets, rules }: Known, days: readonly string[]): Numbers {
  const end = days.at(-1) ?? "";
  const answers = nps(facts, end, rules);
  const { resolution, firstResponse } = support(tickets, days);
  return {
    nps: answers.score,
    nps_responses: answers.responses,
    nps_promoters: answers.promoters,
    nps_passives: answers.responses - answers.promoters - answers.detractors,
    nps_detractors: answers.detractors,
    nps_center: answers.interval?.center ?? null,
    nps_margin: answers.interval?.margin ?? null,
    tickets_opened: movesOn(tickets, "opened", days),
    tickets_resolved: movesOn(tickets, "resolved", days),
    tickets_reopened: movesOn(tickets, "reopened", days),
    open_tickets: openAtEndOf(tickets, end),
    resolution_hours: resolution.mean,
    resolution_hours_median: resolution.median,
    resolution_hours_p90: resolution.p90,
    first_response_hours: firstResponse.median,
    first_response_hours_p90: firstResponse.p90,
  };
}

function numbersOf(known: Known, days: readonly string[], firstDay: string | null): Numbers {
  const all = {
    ...peopleNumbers(known, days, firstDay ?? "9999"),
    ...moneyNumbers(known, days),
    ...usageNumbers(known, days),
    ...voiceNumbers(known, days),
  };
  if (firstDay !== null && (days.at(-1) ?? "") >= firstDay) return all;
  return Object.fromEntries(Object.keys(all).map((name) => [name, name === "unconverted" ? 0 : null]));
}

/** Counts everything in the most naive way that definitions.md allows. Shares no code with the engine. */
export function createOracle(deliveries: readonly Delivery[], setting: Setting, rules: Rules = DEFINED): Oracle {
  const { judgements, facts } = judge(deliveries, setting);
  const today = dayOf(instantOf(setting.now), setting.timeZone);
  const named = accountsOf(facts, plusDays(today, 1), setting, rules);
  const known: Known = {
    facts,
    accounts: [...named.values()],
    named,
    tickets: ticketHistories(facts, rules),
    setting,
    rules,
  };
  const firstDay = facts.reduce<string | null>((first, { day }) => (first === null || day < first ? day : first), null);
  return {
    judgements,
    today,
    firstDay,
    accounts: known.accounts,
    day: (day) => numbersOf(known, [day], firstDay),
    window: (first, last) => numbersOf(known, daysBetween(first, last), firstDay),
    features: (first, last) => features(requestsOn(facts, daysBetween(first, last))),
    tiers: (day) => tiers(facts, named, day, setting, rules),
    funnel: (first, last) => funnel(facts, daysBetween(first, last), setting, rules),
    support: (first, last) => support(known.tickets, daysBetween(first, last)),
    errors: (first, last) => facts.filter((fact) => fact.type === "error" && fact.day >= first && fact.day <= last),
  };
}
