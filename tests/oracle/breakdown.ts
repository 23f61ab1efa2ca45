import { shownMoney } from "./amount.ts";
import { plusDays } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import { signupOf, usersOf } from "./people.ts";
import { accountOn, customers, totalArr, type Account } from "./revenue.ts";
import type { Rules, Setting } from "./setting.ts";

const laterOf = (one: Fact, other: Fact): Fact => {
  if (one.at !== other.at) return one.at > other.at ? one : other;
  // The table of requests keeps no ids: at the same instant they come first, the larger team last.
  const [a, b] = [one, other].map((fact) => (fact.type === "request" ? "" : fact.id));
  if (a !== b) return Buffer.compare(Buffer.from(a ?? ""), Buffer.from(b ?? "")) > 0 ? one : other;
  return Buffer.compare(Buffer.from(one.team ?? ""), Buffer.from(other.team ?? "")) > 0 ? one : other;
};

/** The account of a user at the end of a day. */
function accountOfUser(facts: readonly Fact[], user: string, day: string): string {
  const naming = facts.filter((fact) => fact.user === user && fact.team !== null && fact.day <= day);
  if (naming.length === 0) return `user ${user}`;
  return `team ${naming.reduce(laterOf).team}`;
}

export interface Tier {
  readonly users: number;
  readonly customers: number;
  readonly mrr: number;
  readonly arpu: number | null;
}

/** Users, customers and MRR by plan at the end of a day; plans with nothing at all are left out, `free` never. */
export function tiers(
  facts: readonly Fact[],
  accounts: ReadonlyMap<string, Account>,
  day: string,
  setting: Setting,
  rules: Rules,
): Map<string, Tier> {
  const planOf = (account: string): string => accountOn(accounts.get(account) ?? new Map(), day).plan ?? "free";
  const users = usersOf(facts).filter((user) => (signupOf(facts, user, rules)?.day ?? "9999") <= day);
  const userPlans = users.map((user) => planOf(accountOfUser(facts, user, day)));
  const paying = [...accounts].map(([name, account]) => ({ plan: planOf(name), arr: accountOn(account, day).arr }));
  const plans = new Set(["free", ...userPlans, ...paying.filter(({ arr }) => arr > 0n).map(({ plan }) => plan)]);
  return new Map(
    [...plans].map((plan) => {
      const own = paying.filter((one) => one.plan === plan && one.arr > 0n);
      const arr = own.reduce((sum, one) => sum + one.arr, 0n);
      return [
        plan,
        {
          users: userPlans.filter((one) => one === plan).length,
          customers: own.length,
          mrr: shownMoney(arr, 12n, setting.currency),
          arpu: own.length === 0 ? null : shownMoney(arr, 12n * BigInt(own.length), setting.currency),
        },
      ];
    }),
  );
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const percent = (part: bigint, whole: bigint): number | null =>
  whole === 0n ? null : (100 * Number(part)) / Number(whole);

/** Of the MRR of the accounts that pay before the days: what they still pay of it, and what they pay in all, at the end. */
export function retention(
  accounts: readonly Account[],
  days: readonly string[],
): { readonly grr: number | null; readonly nrr: number | null } {
  const before = plusDays(days[0] ?? "", -1);
  const end = days.at(-1) ?? "";
  const pairs = accounts
    .map((account) => ({ start: accountOn(account, before).arr, end: accountOn(account, end).arr }))
    .filter(({ start }) => start > 0n);
  const sum = (pick: (pair: { start: bigint; end: bigint }) => bigint): bigint =>
    pairs.reduce((total, pair) => total + pick(pair), 0n);
  const whole = sum(({ start }) => start);
  return {
    grr: percent(
      sum(({ start, end: after }) => smaller(start, after)),
      whole,
    ),
    nrr: percent(
      sum(({ end: after }) => after),
      whole,
    ),
  };
}

/** ARPU ÷ churn of the 30 days that end with the day, at a gross margin of 100 %. */
export function lifetimeValue(accounts: readonly Account[], day: string, setting: Setting): number | null {
  const month = Array.from({ length: 30 }, (_, back) => plusDays(day, back - 29));
  const opening = accounts.filter((account) => accountOn(account, plusDays(day, -30)).arr > 0n);
  const lost = opening.filter((account) =>
    month.some((one) => accountOn(account, one).arr === 0n && !accountOn(account, one).pausedOnly),
  );
  const paying = customers(accounts, day);
  if (paying === 0 || lost.length === 0) return null;
  const arr = totalArr(accounts, day) * BigInt(opening.length);
  return shownMoney(arr, 12n * BigInt(paying) * BigInt(lost.length), setting.currency);
}

export const pausedCustomers = (accounts: readonly Account[], day: string): number =>
  accounts.filter((account) => accountOn(account, day).pausedOnly).length;
