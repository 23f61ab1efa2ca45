import { instantOf, NS_PER_SECOND, plusDays, startOfDay } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import type { Rules, Setting } from "./setting.ts";

const smaller = (...all: bigint[]): bigint => all.reduce((a, b) => (a < b ? a : b));
const larger = (...all: bigint[]): bigint => all.reduce((a, b) => (a > b ? a : b));

type Status = "healthy" | "degraded" | "down";

/** What a probe said of a service from one instant to another. */
interface Spell {
  readonly from: bigint;
  readonly to: bigint;
  readonly status: Status;
}

const WORST: readonly Status[] = ["down", "degraded", "healthy"];

/** The spells of one probe, none over another. */
function spellsOf(checks: readonly Fact[], end: bigint, rules: Rules): Spell[] {
  const instants = [...new Set(checks.map(({ at }) => at))].sort((a, b) => (a < b ? -1 : 1));
  return instants.map((from, place) => {
    const said = checks.filter(({ at }) => at === from).map(({ body }) => body["status"]);
    const lapse = from + BigInt(rules.healthGapSeconds) * NS_PER_SECOND;
    const status = WORST.find((one) => said.includes(one)) ?? "healthy";
    return { from, to: smaller(instants[place + 1] ?? lapse, lapse, end), status };
  });
}

/** What the probes together say; null when none of them observes. */
function verdict(said: readonly Status[], rules: Rules): Status | null {
  if (said.length === 0) return null;
  if (!rules.probesVote) return WORST.find((one) => said.includes(one)) ?? null;
  const isHalf = (...bad: Status[]): boolean => 2 * said.filter((one) => bad.includes(one)).length >= said.length;
  if (isHalf("down")) return "down";
  return isHalf("down", "degraded") ? "degraded" : "healthy";
}

interface Times {
  up: bigint;
  degraded: bigint;
  observed: bigint;
}

/** Adds how long a service was what between two instants. */
function addService(times: Times, probes: readonly (readonly Spell[])[], from: bigint, to: bigint, rules: Rules): void {
  const spells = probes.flat();
  const edges = [from, to, ...spells.flatMap((one) => [one.from, one.to])].filter((at) => at >= from && at <= to);
  const sorted = [...new Set(edges)].sort((a, b) => (a < b ? -1 : 1));
  sorted.forEach((start, place) => {
    const lasted = (sorted[place + 1] ?? start) - start;
    const said = spells.filter((one) => one.from <= start && start < one.to).map(({ status }) => status);
    const state = verdict(said, rules);
    if (state === null) return;
    times.observed += lasted;
    if (state !== "down") times.up += lasted;
    if (state === "degraded") times.degraded += lasted;
  });
}

function groups(checks: readonly Fact[], field: string): Fact[][] {
  const by = new Map<string, Fact[]>();
  for (const check of checks) {
    const key = String(check.body[field] ?? "");
    by.set(key, [...(by.get(key) ?? []), check]);
  }
  return [...by.values()];
}

export interface Uptime {
  readonly up: number | null;
  readonly degraded: number | null;
  readonly observed: number | null;
}

/**
 * Percent over the days from `first` to `last`: the time up and that of it degraded, of the time observed; and the time observed, of all the
 * time of the services that were ever checked. Null when there is nothing to divide by.
 */
export function uptime(facts: readonly Fact[], first: string, last: string, setting: Setting, rules: Rules): Uptime {
  const from = startOfDay(first, setting.timeZone);
  const to = smaller(startOfDay(plusDays(last, 1), setting.timeZone), instantOf(setting.now));
  const checks = facts.filter((fact) => fact.type === "health_check");
  const times: Times = { up: 0n, degraded: 0n, observed: 0n };
  for (const service of groups(checks, "service")) {
    const probes = groups(service, "probe").map((own) => spellsOf(own, to, rules));
    addService(times, probes, from, to, rules);
  }
  const length =
    larger(to - from, 0n) *
    BigInt(
      groups(
        checks.filter(({ day }) => day <= last),
        "service",
      ).length,
    );
  const share = (part: bigint, whole: bigint): number | null =>
    whole === 0n ? null : (100 * Number(part)) / Number(whole);
  return {
    up: share(times.up, times.observed),
    degraded: share(times.degraded, times.observed),
    observed: share(times.observed, length),
  };
}
