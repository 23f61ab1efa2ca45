import { shownMoney } from "./amount.ts";
import { byBytes } from "./ids.ts";
import type { Fact } from "./intake.ts";
import { signupOf, usersOf } from "./people.ts";
import { accountsOn, heaviest, type Revenue } from "./revenue.ts";

const laterOf = (one: Fact, other: Fact): Fact => {
  if (one.at !== other.at) return one.at > other.at ? one : other;
  // The table of requests keeps no ids: at the same instant they come first, the larger team last.
  const [a, b] = [one, other].map((fact) => (fact.type === "request" ? "" : fact.id));
  if (a !== b) return byBytes(a ?? "", b ?? "") > 0 ? one : other;
  return byBytes(one.team ?? "", other.team ?? "") > 0 ? one : other;
};

/** The accounts that may say how a user stands at the end of a day: the team's, then their own. */
function accountsOfUser(facts: readonly Fact[], user: string, day: string): string[] {
  const naming = facts.filter((fact) => fact.user === user && fact.team !== null && fact.day <= day);
  return [...(naming.length === 0 ? [] : [`team ${naming.reduce(laterOf).team}`]), `user ${user}`];
}

const usersBy = (facts: readonly Fact[], day: string, { rules }: Revenue): string[] =>
  usersOf(facts).filter((user) => (signupOf(facts, user, rules)?.day ?? "9999") <= day);

export interface Tier {
  readonly users: number;
  readonly customers: number;
  readonly mrr: number;
  readonly arpu: number | null;
}

const NO_PLAN = "(none)";

/** Users, customers and MRR by plan at the end of a day; plans without users and customers are left out. */
export function tiers(facts: readonly Fact[], day: string, revenue: Revenue): Map<string, Tier> {
  const { currency } = revenue.setting;
  const planOf = (accounts: readonly string[]): string => {
    const [first] = accounts.flatMap((account) => heaviest(account, day, revenue) ?? []);
    return first?.plan ?? NO_PLAN;
  };
  const userPlans = usersBy(facts, day, revenue).map((user) => planOf(accountsOfUser(facts, user, day)));
  const paying = [...accountsOn(day, revenue)]
    .filter(([, yearly]) => yearly > 0n)
    .map(([account, yearly]) => ({ plan: planOf([account]), yearly }));
  const plans = new Set([...userPlans, ...paying.map(({ plan }) => plan)]);
  return new Map(
    [...plans].map((plan) => {
      const own = paying.filter((one) => one.plan === plan);
      const yearly = own.reduce((sum, one) => sum + one.yearly, 0n);
      return [
        plan,
        {
          users: userPlans.filter((one) => one === plan).length,
          customers: own.length,
          mrr: shownMoney(yearly, 12n, currency),
          arpu: own.length === 0 ? null : shownMoney(yearly, 12n * BigInt(own.length), currency),
        },
      ];
    }),
  );
}

export interface StandingUsers {
  readonly trial: number;
  readonly paused: number;
  readonly pastDue: number;
}

/** Users whose subscription needs a second look, each counted once: by the account that gives their plan, if any does. */
export function standingUsers(facts: readonly Fact[], day: string, revenue: Revenue): StandingUsers {
  const own = (account: string) => revenue.standings(day).filter((one) => one.account === account);
  const kinds = usersBy(facts, day, revenue).map((user) => {
    const accounts = accountsOfUser(facts, user, day);
    const live = accounts.find((account) => own(account).some(({ status }) => status === "live"));
    if (live !== undefined)
      return own(live).some(({ status, isPastDue }) => status === "live" && isPastDue) ? "past due" : "live";
    for (const account of accounts) {
      if (own(account).some(({ status }) => status === "paused")) return "paused";
      if (own(account).some(({ isInTrial }) => isInTrial)) return "trial";
    }
    return "none";
  });
  const count = (kind: string): number => kinds.filter((one) => one === kind).length;
  return { trial: count("trial"), paused: count("paused"), pastDue: count("past due") };
}
