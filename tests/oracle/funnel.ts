import { NS_PER_HOUR, plusDays, startOfDay } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import { activatedAt, milestoneOf, signupOf, usersOf } from "./people.ts";
import type { Rules, Setting } from "./setting.ts";

const STEPS = ["profile_completed", "first_api_call", "first_agent_session"];

export interface Funnel {
  readonly signups: number;
  readonly activated: number;
  readonly pending: number;
  readonly steps: readonly {
    readonly milestone: string;
    readonly users: number;
    /** Those of them who reached the step before as well. */
    readonly fromPrevious: number;
    readonly medianHours: number | null;
  }[];
}

/** The value in the middle, or the mean of the two in the middle. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Of the people who signed up on one of the days, who reached what in time, as far as was known at the days' end. */
export function funnel(facts: readonly Fact[], days: readonly string[], setting: Setting, rules: Rules): Funnel {
  const last = days.at(-1) ?? "";
  const end = startOfDay(plusDays(last, 1), setting.timeZone);
  const known = facts.filter((fact) => fact.day <= last);
  const allowed = BigInt(setting.activationDays * rules.activationHoursADay) * NS_PER_HOUR;
  const cohort = usersOf(known).flatMap((user) => {
    const signup = signupOf(known, user, rules);
    return signup !== undefined && days.includes(signup.day) ? [{ user, signup }] : [];
  });
  /** Hours from the sign-up to the milestone, null when it was not reached in time. */
  const waitedFor = (milestone: string, { user, signup }: (typeof cohort)[number]): number | null => {
    const reached = milestoneOf(known, user, milestone, rules);
    if (reached === undefined || reached.at > signup.at + allowed) return null;
    const waited = reached.at > signup.at ? reached.at - signup.at : 0n;
    return Number(waited) / Number(NS_PER_HOUR);
  };
  return {
    signups: cohort.length,
    activated: cohort.filter(({ user }) => activatedAt(known, user, setting, rules) !== undefined).length,
    pending: cohort.filter(({ signup }) => signup.at + allowed > end).length,
    steps: STEPS.map((milestone, place) => {
      const hours = cohort.flatMap((member) => waitedFor(milestone, member) ?? []);
      const before = STEPS[place - 1];
      const both = cohort.filter(
        (member) =>
          waitedFor(milestone, member) !== null && (before === undefined || waitedFor(before, member) !== null),
      );
      return { milestone, users: hours.length, fromPrevious: both.length, medianHours: median(hours) };
    }),
  };
}
