import { standingUsers, tiers, type StandingUsers, type Tier } from "./breakdown.ts";
import { dayOf, daysBetween, instantOf, plusDays } from "./calendar.ts";
import { uptime } from "./health.ts";
import { funnel, type Funnel } from "./funnel.ts";
import { judge, type Fact, type Judgement } from "./intake.ts";
import { moneyNumbers } from "./money.ts";
import { movementsOf, type MovementBook } from "./movements.ts";
import { nps } from "./nps.ts";
import { activationRate, activations, activity, sessionStarts, signups, totalUsers, trailing } from "./people.ts";
import { revenueOf, type Revenue } from "./revenue.ts";
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
  /** The local day of the first event of all. */
  readonly firstDay: string | null;
  readonly revenue: Revenue;
  readonly movements: MovementBook;
  /** Every number of one local day. */
  day(day: string): Numbers;
  /** Every number of the days from `first` to `last`. */
  window(first: string, last: string): Numbers;
  features(first: string, last: string): Map<string, Feature>;
  tiers(day: string): Map<string, Tier>;
  standing(day: string): StandingUsers;
  funnel(first: string, last: string): Funnel;
  support(first: string, last: string): Support;
  errors(first: string, last: string): readonly Fact[];
  /** Whether an event of one of the types happened up to the end of the day. */
  hasHappened(types: readonly string[], day: string): boolean;
}

interface Known {
  readonly facts: readonly Fact[];
  /** Requests and started sessions. */
  readonly active: readonly Fact[];
  readonly revenue: Revenue;
  readonly movements: MovementBook;
  readonly tickets: readonly TicketHistory[];
  readonly setting: Setting;
  readonly rules: Rules;
}

function usageNumbers({ facts, setting, rules }: Known, days: readonly string[]): Numbers {
  const requests = requestsOn(facts, days);
  const { up, degraded, observed } = uptime(facts, days[0] ?? "", days.at(-1) ?? "", setting, rules);
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
    uptime_observed: observed,
  };
}

function peopleNumbers({ facts, active, setting, rules }: Known, days: readonly string[]): Numbers {
  const end = days.at(-1) ?? "";
  const sumOver = (length: number): number => days.reduce((sum, day) => sum + trailing(active, day, length), 0);
  const monthly = sumOver(30);
  return {
    signups: signups(facts, days, rules),
    total_users: totalUsers(facts, end, rules),
    dau: trailing(active, end, 1),
    wau: trailing(active, end, 7),
    mau: trailing(active, end, 30),
    stickiness: monthly === 0 ? null : (100 * sumOver(1)) / monthly,
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

/** What each number that cannot be unknown by its own denominator is made of. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  dau: ["request", "agent_session"],
  wau: ["request", "agent_session"],
  mau: ["request", "agent_session"],
  api_calls: ["request"],
  failed_requests: ["request"],
  client_errors: ["request"],
  errors: ["request", "error"],
  signups: ["signup"],
  total_users: ["signup"],
  activations: ["signup"],
  agent_sessions: ["agent_session"],
  nps_responses: ["nps"],
  nps_promoters: ["nps"],
  nps_passives: ["nps"],
  nps_detractors: ["nps"],
  tickets_opened: ["ticket"],
  tickets_resolved: ["ticket"],
  tickets_reopened: ["ticket"],
  open_tickets: ["ticket"],
};

/** Told beside a number rather than as one: 0 where there is nothing. */
const ASIDES = ["unconverted", "unpriced"];

function typesOf(name: string, isMoney: boolean): readonly string[] {
  return MADE_OF[name] ?? (isMoney ? ["revenue"] : []);
}

const hasHappened = ({ facts, rules }: Known, types: readonly string[], last: string): boolean =>
  types.length === 0 || facts.some(({ type, day }) => day <= last && (types.includes(type) || !rules.nullByType));

function numbersOf(known: Known, days: readonly string[]): Numbers {
  const end = days.at(-1) ?? "";
  const money = moneyNumbers(days, known.revenue, known.movements);
  const all = {
    ...peopleNumbers(known, days),
    ...money,
    ...usageNumbers(known, days),
    ...voiceNumbers(known, days),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => {
      if (hasHappened(known, typesOf(name, name in money), end)) return [name, value];
      return [name, ASIDES.includes(name) ? 0 : null];
    }),
  );
}

function knowing(facts: readonly Fact[], today: string, setting: Setting, rules: Rules): Known {
  const revenue = revenueOf(facts, plusDays(today, 1), setting, rules);
  return {
    facts,
    active: activity(facts, rules),
    revenue,
    movements: movementsOf(revenue),
    tickets: ticketHistories(facts, rules),
    setting,
    rules,
  };
}

/** Counts everything in the most naive way that definitions.md allows. Shares no code with the engine. */
export function createOracle(deliveries: readonly Delivery[], setting: Setting, rules: Rules = DEFINED): Oracle {
  const { judgements, facts } = judge(deliveries, setting);
  const today = dayOf(instantOf(setting.now), setting.timeZone);
  const known = knowing(facts, today, setting, rules);
  const { revenue, movements, tickets } = known;
  const counted = new Map<string, Numbers>();
  const over = (first: string, last: string): Numbers => {
    const key = `${first} ${last}`;
    const numbers = counted.get(key) ?? numbersOf(known, daysBetween(first, last));
    counted.set(key, numbers);
    return numbers;
  };
  return {
    judgements,
    today,
    firstDay: facts.reduce<string | null>((first, { day }) => (first === null || day < first ? day : first), null),
    revenue,
    movements,
    day: (day) => over(day, day),
    window: over,
    features: (first, last) => features(requestsOn(facts, daysBetween(first, last))),
    tiers: (day) => tiers(facts, day, revenue),
    standing: (day) => standingUsers(facts, day, revenue),
    funnel: (first, last) => funnel(facts, daysBetween(first, last), setting, rules),
    support: (first, last) => support(tickets, daysBetween(first, last)),
    errors: (first, last) => facts.filter((fact) => fact.type === "error" && fact.day >= first && fact.day <= last),
    hasHappened: (types, day) => hasHappened(known, types, day),
  };
}
