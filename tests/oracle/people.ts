import { NS_PER_HOUR, plusDays, startOfDay } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import type { Rules, Setting } from "./setting.ts";

const MILESTONES = ["profile_completed", "first_api_call", "first_agent_session"];

const ofType = (facts: readonly Fact[], type: string): Fact[] => facts.filter((fact) => fact.type === type);

export function earliest(facts: readonly Fact[], rules: Rules): Fact | undefined {
  return [...facts].sort(rules.order)[0];
}

export const usersOf = (facts: readonly Fact[]): string[] => [...new Set(facts.flatMap((fact) => fact.user ?? []))];

export const signupOf = (facts: readonly Fact[], user: string, rules: Rules): Fact | undefined =>
  earliest(
    ofType(facts, "signup").filter((fact) => fact.user === user),
    rules,
  );

/** A session is a person's: the same id at somebody else is another one. */
export function sessionStarts(facts: readonly Fact[], rules: Rules): Fact[] {
  const starts = ofType(facts, "agent_session").filter((fact) => fact.body["action"] === "started");
  const keyOf = ({ user, body }: Fact): string =>
    JSON.stringify([rules.sessionsArePersonal ? user : null, body["session_id"]]);
  const sessions = [...new Set(starts.map(keyOf))];
  return sessions.flatMap(
    (session) =>
      earliest(
        starts.filter((fact) => keyOf(fact) === session),
        rules,
      ) ?? [],
  );
}

/** What makes people active: requests and started sessions. */
export const activity = (facts: readonly Fact[], rules: Rules): Fact[] => [
  ...ofType(facts, "request"),
  ...sessionStarts(facts, rules),
];

export function signups(facts: readonly Fact[], days: readonly string[], rules: Rules): number {
  return usersOf(facts).filter((user) => days.includes(signupOf(facts, user, rules)?.day ?? "never")).length;
}

export function totalUsers(facts: readonly Fact[], day: string, rules: Rules): number {
  return usersOf(facts).filter((user) => (signupOf(facts, user, rules)?.day ?? "9999") <= day).length;
}

/** Distinct people who were active on one of the days that end with `day`. */
export function trailing(active: readonly Fact[], day: string, days: number): number {
  const first = plusDays(day, 1 - days);
  return usersOf(active.filter((fact) => fact.day >= first && fact.day <= day)).length;
}

const isFirstCall = ({ body }: Fact, rules: Rules): boolean =>
  Number(body["status"]) < rules.firstCallUnder && body["failed"] !== true;

/** What first counts as the user's milestone, said or derived from what they did; also when it was before the sign-up. */
export function milestoneOf(facts: readonly Fact[], user: string, milestone: string, rules: Rules): Fact | undefined {
  const said = ofType(facts, "activation").filter((fact) => fact.body["milestone"] === milestone);
  const derived =
    milestone === "first_api_call"
      ? ofType(facts, "request").filter((request) => isFirstCall(request, rules))
      : milestone === "first_agent_session"
        ? sessionStarts(facts, rules)
        : [];
  return earliest(
    [...said, ...derived].filter((fact) => fact.user === user),
    rules,
  );
}

/** The moment at which somebody reached the last milestone, if within the allowed time after signing up. */
export function activatedAt(facts: readonly Fact[], user: string, setting: Setting, rules: Rules): Fact | undefined {
  const signup = signupOf(facts, user, rules);
  if (signup === undefined) return undefined;
  const limit = signup.at + BigInt(setting.activationDays * rules.activationHoursADay) * NS_PER_HOUR;
  const reached = MILESTONES.map((milestone) => milestoneOf(facts, user, milestone, rules));
  let last = signup;
  for (const one of reached) {
    if (one === undefined || one.at > limit) return undefined;
    if (one.at > last.at) last = one;
  }
  return last;
}

export function activations(facts: readonly Fact[], days: readonly string[], setting: Setting, rules: Rules): number {
  return usersOf(facts).filter((user) => days.includes(activatedAt(facts, user, setting, rules)?.day ?? "never"))
    .length;
}

/** Percent; null when nobody who signed up in the days has had all their time. */
export function activationRate(
  facts: readonly Fact[],
  days: readonly string[],
  setting: Setting,
  rules: Rules,
): number | null {
  const last = days.at(-1) ?? "";
  const end = startOfDay(plusDays(last, 1), setting.timeZone);
  const known = facts.filter((fact) => fact.day <= last);
  const mature = usersOf(known).filter((user) => {
    const signup = signupOf(known, user, rules);
    if (signup === undefined || !days.includes(signup.day)) return false;
    return signup.at + BigInt(setting.activationDays * rules.activationHoursADay) * NS_PER_HOUR <= end;
  });
  if (mature.length === 0) return null;
  return (100 * mature.filter((user) => activatedAt(known, user, setting, rules) !== undefined).length) / mature.length;
}
