import type { Fact } from "./intake.ts";
import type { Rules } from "./setting.ts";

export const requestsOn = (facts: readonly Fact[], days: readonly string[]): Fact[] =>
  facts.filter((fact) => fact.type === "request" && days.includes(fact.day));

export const errorsOn = (facts: readonly Fact[], days: readonly string[]): number =>
  facts.filter((fact) => fact.type === "error" && days.includes(fact.day)).length;

const hasFailed = (request: Fact): boolean => request.body["failed"] === true || Number(request.body["status"]) >= 500;
const isClientError = (request: Fact): boolean =>
  !hasFailed(request) && Number(request.body["status"]) >= 400 && Number(request.body["status"]) < 500;
const durationOf = (request: Fact): number => Number(request.body["duration_ms"]);

const share = (part: number, all: number): number | null => (all === 0 ? null : (100 * part) / all);

export const failures = (requests: readonly Fact[]): number => requests.filter(hasFailed).length;
export const clientErrors = (requests: readonly Fact[]): number => requests.filter(isClientError).length;
export const errorRate = (requests: readonly Fact[]): number | null => share(failures(requests), requests.length);
export const clientErrorRate = (requests: readonly Fact[]): number | null =>
  share(clientErrors(requests), requests.length);

/** The value of rank ⌈q·n⌉, in milliseconds. `percent` is q × 100. */
export function latency(requests: readonly Fact[], percent: number): number | null {
  const durations = requests.map(durationOf).sort((a, b) => a - b);
  const rank = Math.ceil((percent * durations.length) / 100);
  return durations[rank - 1] ?? null;
}

export function apdex(requests: readonly Fact[], rules: Rules): number | null {
  if (requests.length === 0) return null;
  let points = 0;
  for (const request of requests) {
    if (hasFailed(request)) continue;
    if (durationOf(request) <= rules.satisfiedMs) points += 1;
    else if (durationOf(request) <= 4 * rules.satisfiedMs) points += 0.5;
  }
  return points / requests.length;
}

const STANDS_FOR_AN_ID = [
  /^\d+$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^[0-9a-f]{32,}$/i,
  /^[^@/]+@[^@/]+\.[^@/]+$/,
];

function routeOf(request: Fact): string {
  const route = request.body["route"];
  if (typeof route === "string") return route;
  const segments = String(request.body["path"]).split("/");
  return segments
    .map((segment) => (STANDS_FOR_AN_ID.some((pattern) => pattern.test(segment)) ? ":id" : segment))
    .join("/");
}

export interface Feature {
  readonly calls: number;
  readonly mean: number;
  readonly p95: number | null;
}

/** By `METHOD /route`. */
export function features(requests: readonly Fact[]): Map<string, Feature> {
  const named = requests.map((request) => ({ name: `${String(request.body["method"])} ${routeOf(request)}`, request }));
  return new Map(
    [...new Set(named.map(({ name }) => name))].map((name) => {
      const own = named.filter((one) => one.name === name).map((one) => one.request);
      const total = own.reduce((sum, request) => sum + durationOf(request), 0);
      return [name, { calls: own.length, mean: total / own.length, p95: latency(own, 95) }];
    }),
  );
}
