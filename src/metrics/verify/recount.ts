import type { MetricName } from "../catalogue.ts";
import { countActivity, type ActivityNumbers } from "./activity-store.ts";
import { rankLatencies, type LatencyNumbers } from "./latency-store.ts";
import { timeFirstResponses, type FirstResponseNumbers } from "./first-response-store.ts";
import { countNps, type NpsNumbers } from "./nps-store.ts";
import { countPeople, type PeopleNumbers } from "./people-store.ts";
import { countRequests, type RequestNumbers } from "./requests-store.ts";
import { followAccounts, type RetentionNumbers } from "./retention-store.ts";
import { addUpRevenue, type RevenueNumbers } from "./revenue-store.ts";
import type { Placed, Recount, Span } from "./span.ts";
import { countTickets, type TicketNumbers } from "./tickets-store.ts";
import { measureUptime, type UptimeNumbers } from "./uptime-store.ts";

type Recounted = RequestNumbers &
  LatencyNumbers &
  ActivityNumbers &
  PeopleNumbers &
  RevenueNumbers &
  RetentionNumbers &
  NpsNumbers &
  TicketNumbers &
  FirstResponseNumbers &
  UptimeNumbers;

/** A metric of the catalogue that nobody recounts does not compile. */
export type NumberName = MetricName | keyof Recounted;

/** Every number of one span; null is no data. */
export type SpanNumbers = Readonly<Record<NumberName, number | null>>;

type Step = readonly [what: string, count: (recount: Recount) => Promise<readonly Placed<object>[]>];

const STEPS: readonly Step[] = [
  ["requests", countRequests],
  ["latencies", rankLatencies],
  ["active people", countActivity],
  ["sign-ups", countPeople],
  ["revenue", addUpRevenue],
  ["retention", followAccounts],
  ["NPS answers", countNps],
  ["tickets", countTickets],
  ["first responses", timeFirstResponses],
  ["health checks", measureUptime],
];

export const RECOUNT_STEPS = STEPS.length;

/** Every number of the spans by plain SQL from the raw rows, in the order of the spans. */
export async function recountSpans(recount: Recount, onStep: (counted: string) => void): Promise<SpanNumbers[]> {
  const numbers = recount.spans.map((): Partial<Recounted> => ({}));
  for (const [what, count] of STEPS) {
    for (const { place, ...found } of await count(recount)) Object.assign(numbers[place - 1] ?? {}, found);
    onStep(what);
  }
  return numbers.map((found, index) => {
    const complete = found as Recounted satisfies Record<MetricName, number | null>;
    return hasData(recount.spans[index], recount.firstDay) ? complete : withoutData(complete);
  });
}

function hasData(span: Span | undefined, firstDay: string | null): boolean {
  return span !== undefined && firstDay !== null && span.end.toString() >= firstDay;
}

/** Before the first event nothing is known; how many subscriptions lack a rate is no metric, and 0. */
function withoutData(numbers: Recounted): SpanNumbers {
  const names = Object.keys(numbers) as (keyof Recounted)[];
  const empty = Object.fromEntries(names.map((name) => [name, null])) as Record<keyof Recounted, null>;
  return { ...empty, unconverted: 0 };
}
