import { instantOf, NS_PER_SECOND, plusDays, startOfDay } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import type { Rules, Setting } from "./setting.ts";

const smaller = (...all: bigint[]): bigint => all.reduce((a, b) => (a < b ? a : b));
const larger = (...all: bigint[]): bigint => all.reduce((a, b) => (a > b ? a : b));

/** Nanoseconds between `from` and `to` in which the services were up, and in which they were observed at all. */
function observed(
  facts: readonly Fact[],
  from: bigint,
  to: bigint,
  setting: Setting,
  rules: Rules,
): { up: bigint; degraded: bigint; all: bigint } {
  const checks = facts.filter((fact) => fact.type === "health_check");
  const now = instantOf(setting.now);
  let up = 0n;
  let degraded = 0n;
  let all = 0n;
  for (const service of new Set(checks.map((check) => check.body["service"]))) {
    const own = checks.filter((check) => check.body["service"] === service).sort(rules.order);
    own.forEach((check, index) => {
      const lapse = check.at + BigInt(rules.healthGapSeconds) * NS_PER_SECOND;
      const until = smaller(own[index + 1]?.at ?? lapse, lapse, now, to);
      const lasted = larger(until - larger(check.at, from), 0n);
      all += lasted;
      if (check.body["status"] !== "down") up += lasted;
      if (check.body["status"] === "degraded") degraded += lasted;
    });
  }
  return { up, degraded, all };
}

/** The time up, and that of it degraded. Percent over the days from `first` to `last`; null when nothing was observed. A window looks only at what happened before its end. */
export function uptime(
  facts: readonly Fact[],
  first: string,
  last: string,
  setting: Setting,
  rules: Rules,
): { readonly up: number | null; readonly degraded: number | null } {
  const from = startOfDay(first, setting.timeZone);
  const to = startOfDay(plusDays(last, 1), setting.timeZone);
  const { up, degraded, all } = observed(facts, from, to, setting, rules);
  const share = (part: bigint): number | null => (all === 0n ? null : (100 * Number(part)) / Number(all));
  return { up: share(up), degraded: share(degraded) };
}
