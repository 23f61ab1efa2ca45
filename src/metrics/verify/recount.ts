import type { MetricName } from "../catalogue.ts";
import { countActivity, type ActivityNumbers } from "./activity-store.ts";
import { rankLatencies, type LatencyNumbers } from "./latency-store.ts";
import { timeFirstResponses, type FirstResponseNumbers } from "./first-response-store.ts";
import { addUpMoves, type MovedNumbers } from "./moved-store.ts";
import { findMoves } from "./movements-store.ts";
import { countNps, type NpsNumbers } from "./nps-store.ts";
import { countPeople, type PeopleNumbers } from "./people-store.ts";
import type { FirstDays } from "./raw-store.ts";
import { replayRevenue } from "./replay-store.ts";
import { dropReplay } from "./replay-tables-store.ts";
import { countRequests, type RequestNumbers } from "./requests-store.ts";
import { followAccounts, type RetentionNumbers } from "./retention-store.ts";
import { addUpRevenue, type RevenueNumbers } from "./revenue-store.ts";
import type { Placed, Recount, Span } from "./span.ts";
import { countTickets, type TicketNumbers } from "./tickets-store.ts";
import { layOutTimeline } from "./timeline-store.ts";
import { countTrialsAndCash, type TrialNumbers } from "./trials-store.ts";
import { measureUptime, type UptimeNumbers } from "./uptime-store.ts";

type Recounted = RequestNumbers &
  LatencyNumbers &
  ActivityNumbers &
  PeopleNumbers &
  RevenueNumbers &
  MovedNumbers &
  RetentionNumbers &
  TrialNumbers &
  NpsNumbers &
  TicketNumbers &
  FirstResponseNumbers &
  UptimeNumbers;

/** A metric of the catalogue that nobody recounts does not compile. */
export type NumberName = MetricName | keyof Recounted;

/** Every number of one span; null is no data. */
export type SpanNumbers = Readonly<Record<NumberName, number | null>>;

type Step = readonly [what: string, count: (recount: Recount) => Promise<readonly Placed<object>[]>];

/** Makes tables that later steps read. */
const preparing =
  (...parts: readonly ((recount: Recount) => Promise<void>)[]) =>
  async (recount: Recount): Promise<readonly Placed<object>[]> => {
    for (const part of parts) await part(recount);
    return [];
  };

const STEPS: readonly Step[] = [
  ["requests", countRequests],
  ["latencies", rankLatencies],
  ["active people", countActivity],
  ["signups", countPeople],
  ["subscriptions", preparing(replayRevenue, layOutTimeline)],
  ["MRR movements", preparing(findMoves)],
  ["revenue", addUpRevenue],
  ["movements of windows", addUpMoves],
  ["retention", followAccounts],
  ["trials and cash", countTrialsAndCash],
  ["NPS answers", countNps],
  ["tickets", countTickets],
  ["first responses", timeFirstResponses],
  ["health checks", measureUptime],
];

export const RECOUNT_STEPS = STEPS.length;

/**
 * Every number of the spans by plain SQL from the raw rows, in the order of the spans. Makes temporary tables and functions
 * and removes them; when it throws outside a transaction, the session keeps them until the next time.
 */
export async function recountSpans(recount: Recount, onStep: (counted: string) => void): Promise<SpanNumbers[]> {
  const numbers = recount.spans.map((): Partial<Recounted> => ({}));
  for (const [what, count] of STEPS) {
    for (const { place, ...found } of await count(recount)) Object.assign(numbers[place - 1] ?? {}, found);
    onStep(what);
  }
  await dropReplay(recount);
  return numbers.map((found, index) => {
    const complete = found as Recounted satisfies Record<MetricName, number | null>;
    return withoutUnknown(complete, recount.spans[index], recount.firstDays);
  });
}

/** What counts and levels are made of: without an event of these types by the end of the span there is no data. */
const MADE_OF: Partial<Record<keyof Recounted, readonly (keyof FirstDays)[]>> = {
  ...madeOf(["request"], ["api_calls", "failed_requests", "client_errors"]),
  ...madeOf(["request", "error"], ["errors"]),
  ...madeOf(["request", "agent_session"], ["dau", "wau", "mau"]),
  ...madeOf(["agent_session"], ["agent_sessions"]),
  ...madeOf(["signup"], ["signups", "total_users", "activations"]),
  ...madeOf(["revenue"], ["mrr", "arr", "customers", "past_due_mrr", "paused_customers", "active_trials"]),
  ...madeOf(["revenue"], ["unconverted_subscriptions", "unpriced_subscriptions", "new_revenue", "churned_revenue"]),
  ...madeOf(["revenue"], ["mrr_new", "mrr_expansion", "mrr_contraction", "mrr_churn", "mrr_reactivation"]),
  ...madeOf(["revenue"], ["mrr_paused", "mrr_resumed", "mrr_fx", "trials_started", "cash_collected", "refunds"]),
  ...madeOf(["nps"], ["nps_responses", "nps_promoters", "nps_passives", "nps_detractors"]),
  ...madeOf(["ticket"], ["tickets_opened", "tickets_resolved", "open_tickets"]),
};

function madeOf(types: readonly (keyof FirstDays)[], names: readonly (keyof Recounted)[]) {
  return Object.fromEntries(names.map((name) => [name, types]));
}

function withoutUnknown(numbers: Recounted, span: Span | undefined, firstDays: FirstDays): SpanNumbers {
  const end = span?.end.toString() ?? "";
  const isKnown = (types: readonly (keyof FirstDays)[]) => types.some((type) => (firstDays[type] ?? "~") <= end);
  const unknown = Object.entries(MADE_OF).filter(([, types]) => !isKnown(types));
  return { ...numbers, ...Object.fromEntries(unknown.map(([name]) => [name, null])) };
}
