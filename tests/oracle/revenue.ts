import { minorUnits } from "./amount.ts";
import { dayOf, daysBetween, instantOf, plusDays } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import type { Rules, Setting } from "./setting.ts";

type Status = "none" | "trial" | "live" | "paused" | "ended";

interface Subscription {
  status: Status;
  /** Something other than a cancellation has happened to it. */
  begun: boolean;
  minor: bigint;
  quantity: bigint;
  period: string;
  currency: string;
  endsAt: bigint | null;
  plan: string | null;
  /** When it last changed. */
  changedAt: bigint;
  readonly id: string;
}

function price(subscription: Subscription, { body }: Fact): void {
  if (body["currency"] !== undefined) subscription.currency = String(body["currency"]);
  if (body["amount"] !== undefined)
    subscription.minor = minorUnits(body["amount"] as string | number, subscription.currency) ?? 0n;
  if (body["quantity"] !== undefined) subscription.quantity = BigInt(Number(body["quantity"]));
  if (body["billing_period"] !== undefined) subscription.period = String(body["billing_period"]);
}

function cancel(subscription: Subscription, { at, body }: Fact, rules: Rules): void {
  if (subscription.status === "ended") return;
  const effective = body["effective_at"] === undefined ? at : instantOf(String(body["effective_at"]));
  if (!subscription.begun && body["effective_at"] !== undefined) subscription.endsAt = effective;
  else if (effective > at && rules.keepsRunningUntilEffective) subscription.endsAt = effective;
  else [subscription.status, subscription.endsAt] = ["ended", null];
}

function endWhatIsDue(subscription: Subscription, at: bigint): void {
  if (subscription.endsAt !== null && subscription.endsAt <= at)
    [subscription.status, subscription.endsAt] = ["ended", null];
}

function apply(subscription: Subscription, event: Fact, rules: Rules): void {
  const name = event.body["event"];
  if (name === "refunded" || name === "one_time") return;
  price(subscription, event);
  if (event.body["plan"] !== undefined) subscription.plan = String(event.body["plan"]);
  subscription.changedAt = event.at;
  if (subscription.begun) endWhatIsDue(subscription, event.at);
  else if (name !== "canceled") {
    subscription.begun = true;
    const { endsAt } = subscription;
    if (endsAt !== null && endsAt < event.at) return endWhatIsDue(subscription, event.at);
  }
  if (name === "subscription_started" || name === "renewed" || name === "resumed")
    [subscription.status, subscription.endsAt] = ["live", null];
  else if (name === "upgraded" || name === "downgraded")
    subscription.status = subscription.status === "paused" ? "paused" : "live";
  else if (name === "trial_started") subscription.status = "trial";
  else if (name === "paused") subscription.status = subscription.status === "ended" ? "ended" : "paused";
  else if (name === "canceled") cancel(subscription, event, rules);
}

function atEndOf(events: readonly Fact[], day: string, setting: Setting, rules: Rules): Subscription {
  const subscription: Subscription = {
    status: "none",
    begun: false,
    minor: 0n,
    quantity: 1n,
    period: "month",
    currency: setting.currency,
    endsAt: null,
    plan: null,
    changedAt: 0n,
    id: String(events[0]?.body["subscription_id"] ?? ""),
  };
  for (const event of events.filter((one) => one.day <= day).sort(rules.order)) apply(subscription, event, rules);
  const { endsAt } = subscription;
  if (endsAt !== null && dayOf(endsAt, setting.timeZone) <= day) subscription.status = "ended";
  return subscription;
}

const arrOf = (one: Subscription, rules: Rules): bigint =>
  one.minor * one.quantity * (rules.timesAYear[one.period] ?? 0n);

/** An account at the end of one day. Money is a year's, in minor units. */
export interface AccountDay {
  readonly arr: bigint;
  /** It would pay, were some subscription not paused. */
  readonly pausedOnly: boolean;
  readonly unconverted: number;
  /** Of the live subscription that weighs most; null when none is live. */
  readonly plan: string | null;
}

export type Account = ReadonlyMap<string, AccountDay>;

const NOTHING: AccountDay = { arr: 0n, pausedOnly: false, unconverted: 0, plan: null };

function accountDay(
  subscriptions: readonly (readonly Fact[])[],
  day: string,
  setting: Setting,
  rules: Rules,
): AccountDay {
  const states = subscriptions.map((events) => atEndOf(events, day, setting, rules));
  const own = states.filter((one) => one.currency === setting.currency);
  const arr = own.filter((one) => one.status === "live").reduce((sum, one) => sum + arrOf(one, rules), 0n);
  return {
    arr,
    pausedOnly: arr === 0n && own.some((one) => one.status === "paused" && arrOf(one, rules) > 0n),
    unconverted: states.filter((one) => one.status === "live" && one.currency !== setting.currency).length,
    plan: planOf(
      states.filter((one) => one.status === "live"),
      (one) => (one.currency === setting.currency ? arrOf(one, rules) : 0n),
    ),
  };
}

function planOf(live: readonly Subscription[], weightOf: (one: Subscription) => bigint): string | null {
  const [heaviest] = [...live].sort((a, b) => {
    if (weightOf(a) !== weightOf(b)) return weightOf(a) > weightOf(b) ? -1 : 1;
    if (a.changedAt !== b.changedAt) return a.changedAt > b.changedAt ? -1 : 1;
    return Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
  });
  return heaviest === undefined ? null : (heaviest.plan ?? "unnamed");
}

const groupBy = (facts: readonly Fact[], keyOf: (fact: Fact) => string): Fact[][] => [
  ...facts
    .reduce(
      (groups, fact) => groups.set(keyOf(fact), [...(groups.get(keyOf(fact)) ?? []), fact]),
      new Map<string, Fact[]>(),
    )
    .values(),
];

/** Every account, by "team …" or "user …", on every day from its first revenue event to `lastDay`. */
export function accountsOf(
  facts: readonly Fact[],
  lastDay: string,
  setting: Setting,
  rules: Rules,
): Map<string, Account> {
  const revenue = facts.filter((fact) => fact.type === "revenue");
  const nameOf = ({ team, user }: Fact): string => (team === null ? `user ${user}` : `team ${team}`);
  const named = groupBy(revenue, nameOf).map((events): [string, Account] => {
    const subscriptions = groupBy(events, ({ body }) => JSON.stringify(body["subscription_id"] ?? null));
    const firstDay = events.map((event) => event.day).sort()[0] ?? lastDay;
    const days = daysBetween(firstDay, lastDay);
    return [
      events[0] === undefined ? "" : nameOf(events[0]),
      new Map(days.map((day) => [day, accountDay(subscriptions, day, setting, rules)])),
    ];
  });
  return new Map(named);
}

export const accountOn = (account: Account, day: string): AccountDay => account.get(day) ?? NOTHING;

export interface Movements {
  readonly new: bigint;
  readonly reactivation: bigint;
  readonly expansion: bigint;
  readonly contraction: bigint;
  readonly churn: bigint;
}

const STILL: Movements = { new: 0n, reactivation: 0n, expansion: 0n, contraction: 0n, churn: 0n };

export function movement(account: Account, day: string): Movements {
  const before = accountOn(account, plusDays(day, -1)).arr;
  const after = accountOn(account, day).arr;
  const hasPaid = [...account].some(([earlier, { arr }]) => earlier < day && arr > 0n);
  if (before === after) return STILL;
  if (before === 0n) return hasPaid ? { ...STILL, reactivation: after } : { ...STILL, new: after };
  if (after === 0n) return { ...STILL, churn: before };
  return after > before ? { ...STILL, expansion: after - before } : { ...STILL, contraction: before - after };
}

export function addMovements(all: readonly Movements[]): Movements {
  const sum = (kind: keyof Movements): bigint => all.reduce((total, one) => total + one[kind], 0n);
  return {
    new: sum("new"),
    reactivation: sum("reactivation"),
    expansion: sum("expansion"),
    contraction: sum("contraction"),
    churn: sum("churn"),
  };
}

export const totalArr = (accounts: readonly Account[], day: string): bigint =>
  accounts.reduce((sum, account) => sum + accountOn(account, day).arr, 0n);

export const customers = (accounts: readonly Account[], day: string): number =>
  accounts.filter((account) => accountOn(account, day).arr > 0n).length;

export const unconverted = (accounts: readonly Account[], day: string): number =>
  accounts.reduce((sum, account) => sum + accountOn(account, day).unconverted, 0);

/** Percent of the accounts that paid before the days and stopped within them, other than by a pause. */
export function churnRate(accounts: readonly Account[], days: readonly string[]): number | null {
  const paying = accounts.filter((account) => accountOn(account, plusDays(days[0] ?? "", -1)).arr > 0n);
  const lost = paying.filter((account) =>
    days.some((day) => {
      const { arr, pausedOnly } = accountOn(account, day);
      return arr === 0n && !pausedOnly;
    }),
  );
  return paying.length === 0 ? null : (100 * lost.length) / paying.length;
}
