import { RATE_DIGITS, scaled, tenTo, worthOf } from "./amount.ts";
import { byBytes } from "./ids.ts";
import { dayOf, daysBetween, plusDays, startOfDay } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import { yearly } from "./price.ts";
import type { Rules, Setting } from "./setting.ts";
import { stateWhen, type Status, type Subscription } from "./subscription.ts";
import { subscriptionsOf, type Cash } from "./subscriptions.ts";

/** A subscription at the end of a day. */
export interface Standing {
  readonly subscription: Subscription;
  readonly account: string;
  readonly status: Status;
  /** A year's price in millionths of the minor unit of `currency`. */
  readonly yearly: bigint;
  readonly currency: string;
  readonly isPriced: boolean;
  readonly isPastDue: boolean;
  readonly isInTrial: boolean;
  readonly plan: string | null;
  readonly changedAt: bigint;
}

export interface Revenue {
  /** At the end of the day, in the order of their ids. */
  readonly standings: (day: string) => readonly Standing[];
  readonly subscriptions: readonly Subscription[];
  readonly cash: readonly Cash[];
  /** A year's money of the own currency at the rate that holds on the day; 0 without a rate. */
  readonly value: (micro: bigint, currency: string, day: string) => bigint;
  readonly hasRate: (currency: string, day: string) => boolean;
  /** The first local day with an event of money, and the last that is looked at. */
  readonly days: readonly string[];
  readonly setting: Setting;
  readonly rules: Rules;
}

const idOf = ({ name }: Subscription): string => name ?? "";

function standingOn(subscription: Subscription, day: string, setting: Setting, rules: Rules): Standing[] {
  const isOver = (at: bigint): boolean => dayOf(at, setting.timeZone) <= day;
  const state = stateWhen(subscription, isOver);
  if (state === undefined || state.account === null) return [];
  const { account, status, terms, pastDue, trial, changedAt } = state;
  return [
    {
      subscription,
      account,
      status,
      yearly: yearly(terms, (until) => !rules.discountsEnd || !isOver(until), rules),
      currency: terms.currency,
      isPriced: terms.price !== null,
      isPastDue: pastDue,
      isInTrial: status === "trial" && (trial?.endsAt == null || !isOver(trial.endsAt)),
      plan: terms.plan,
      changedAt,
    },
  ];
}

function rateBook(setting: Setting, rules: Rules): (currency: string, day: string) => bigint | null {
  return (currency, day) => {
    if (currency === setting.currency) return tenTo(RATE_DIGITS);
    const own = (setting.rates ?? []).filter((one) => one.currency === currency);
    const known = rules.ratesHoldByDay ? own.filter((one) => one.day <= day) : own;
    const newest = known.reduce<string>((last, one) => (one.day > last ? one.day : last), "");
    const rate = known.findLast((one) => one.day === newest);
    return rate === undefined ? null : scaled(rate.rate, RATE_DIGITS);
  };
}

function remembered<T>(make: (day: string) => T): (day: string) => T {
  const known = new Map<string, T>();
  return (day) => {
    const before = known.get(day);
    if (before !== undefined) return before;
    const made = make(day);
    known.set(day, made);
    return made;
  };
}

/** All that is known of money up to the end of `lastDay`. */
export function revenueOf(facts: readonly Fact[], lastDay: string, setting: Setting, rules: Rules): Revenue {
  const horizon = startOfDay(plusDays(lastDay, 1), setting.timeZone);
  const { all, cash } = subscriptionsOf(facts, horizon, setting, rules);
  const rateOn = rateBook(setting, rules);
  const inOrder = [...all].sort((a, b) => byBytes(idOf(a), idOf(b)));
  const days = facts.filter(({ type }) => type === "revenue").map(({ day }) => day);
  const first = days.sort()[0];
  return {
    standings: remembered((day) => inOrder.flatMap((one) => standingOn(one, day, setting, rules))),
    subscriptions: inOrder,
    cash,
    value: (micro, currency, day) => worthOf(micro, currency, rateOn(currency, day) ?? 0n, setting.currency),
    hasRate: (currency, day) => rateOn(currency, day) !== null,
    days: first === undefined ? [] : daysBetween(first, lastDay),
    setting,
    rules,
  };
}

/** A year's revenue of a subscription as it stood, at the rates of a day: 0 unless it is live. */
export const liveWorth = (standing: Standing, day: string, { value }: Revenue): bigint =>
  standing.status === "live" ? value(standing.yearly, standing.currency, day) : 0n;

export const total = (worths: readonly bigint[]): bigint => worths.reduce((sum, one) => sum + one, 0n);

/** A year's revenue of each account that has a subscription, at the end of the day. */
export function accountsOn(day: string, revenue: Revenue): Map<string, bigint> {
  const accounts = new Map<string, bigint>();
  for (const one of revenue.standings(day))
    accounts.set(one.account, (accounts.get(one.account) ?? 0n) + liveWorth(one, day, revenue));
  return accounts;
}

/** It has no revenue, and one of its subscriptions is paused. */
export function pausedOn(day: string, revenue: Revenue): Set<string> {
  const accounts = accountsOn(day, revenue);
  const paused = revenue.standings(day).filter(({ status }) => status === "paused");
  return new Set(paused.map(({ account }) => account).filter((account) => accounts.get(account) === 0n));
}

/** The account's live subscription that weighs most; undefined when none is live. */
export function heaviest(account: string, day: string, revenue: Revenue): Standing | undefined {
  const live = revenue.standings(day).filter((one) => one.account === account && one.status === "live");
  const [first] = live.sort((a, b) => {
    const [one, other] = [liveWorth(a, day, revenue), liveWorth(b, day, revenue)];
    if (one !== other) return one > other ? -1 : 1;
    if (a.changedAt !== b.changedAt) return a.changedAt > b.changedAt ? -1 : 1;
    return byBytes(idOf(a.subscription), idOf(b.subscription));
  });
  return first;
}
