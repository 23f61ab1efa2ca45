import { counts, isInTrial, type RevenuePolicies, type Subscription } from "./subscription.ts";
import type { Money, RateBook } from "./rate-book.ts";

/** The plan of a live subscription that never named one, and of everybody without a live subscription. */
export const NO_PLAN = "(none)";

export type AccountStanding = "live" | "past_due" | "paused" | "trial";

/** How an account stands at the end of a day. */
export interface AccountState {
  /** Of the live subscription that weighs most; null when none is live. */
  readonly plan: string | null;
  /** Null: it has no subscription, or none that has begun and not ended. */
  readonly standing: AccountStanding | null;
  /** Its MRR is above 0, at the rates of the day. */
  readonly pays: boolean;
  /** It pays nothing, and one of its subscriptions is paused. */
  readonly paused: boolean;
  /** It pays nothing, and would if nothing were paused. */
  readonly wouldPay: boolean;
  /** Live subscriptions left out because there is no exchange rate. */
  readonly unconverted: number;
  /** Live subscriptions whose price was never given. */
  readonly unpriced: number;
  /** Trials that are running. */
  readonly trials: number;
  /** The year's price of its live subscriptions. */
  readonly money: Money;
  /** Of those that are past due. */
  readonly due: Money;
  /** Of those that are paused. */
  readonly stopped: Money;
}

export const NOTHING: AccountState = {
  plan: null,
  standing: null,
  pays: false,
  paused: false,
  wouldPay: false,
  unconverted: 0,
  unpriced: 0,
  trials: 0,
  money: new Map(),
  due: new Map(),
  stopped: new Map(),
};

/** What a subscription adds to its account. */
export interface Contribution {
  readonly counts: boolean;
  readonly currency: string;
  /** Null: no price was given. */
  readonly price: bigint | null;
  readonly pastDue: boolean;
  readonly paused: boolean;
  readonly trial: boolean;
}

export function contributionOf(subscription: Subscription, policies: RevenuePolicies): Contribution {
  const isCounted = counts(subscription, policies);
  return {
    counts: isCounted,
    currency: subscription.terms.currency,
    price: subscription.price,
    pastDue: isCounted && subscription.pastDue,
    paused: subscription.standing === "paused" && !isCounted,
    trial: isInTrial(subscription),
  };
}

/** What it brings in a year, in its own currency. */
export function worthOf({ counts: isCounted, price }: Contribution): bigint {
  return isCounted ? (price ?? 0n) : 0n;
}

/** An account in the course of a replay: the sums of what its subscriptions add. */
export interface Account {
  readonly id: string;
  readonly counting: Set<Subscription>;
  readonly money: Map<string, bigint>;
  readonly due: Map<string, bigint>;
  /** Live subscriptions with a price, by currency. */
  readonly priced: Map<string, number>;
  /** What those that are paused would bring, as `money`. */
  readonly stopped: Map<string, bigint>;
  unpriced: number;
  pastDue: number;
  paused: number;
  trials: number;
  /** At the end of the latest day that was settled. */
  state: AccountState;
  /** It has paid at the end of an earlier day. */
  hasPaid: boolean;
  /** What it paid before it was paused; null while it is not. */
  beforePause: Money | null;
}

export function createAccount(id: string): Account {
  return {
    id,
    counting: new Set(),
    money: new Map(),
    due: new Map(),
    priced: new Map(),
    stopped: new Map(),
    unpriced: 0,
    pastDue: 0,
    paused: 0,
    trials: 0,
    state: NOTHING,
    hasPaid: false,
    beforePause: null,
  };
}

/** Adds (1) what the subscription contributes, or takes it away (-1). */
export function contribute(account: Account, subscription: Subscription, part: Contribution, sign: 1 | -1): void {
  if (part.counts) {
    if (sign > 0) account.counting.add(subscription);
    else account.counting.delete(subscription);
    if (part.price === null) account.unpriced += sign;
    else {
      addTo(account.money, part.currency, BigInt(sign) * part.price);
      if (part.pastDue) addTo(account.due, part.currency, BigInt(sign) * part.price);
      account.priced.set(part.currency, (account.priced.get(part.currency) ?? 0) + sign);
    }
  }
  if (part.pastDue) account.pastDue += sign;
  if (part.paused) {
    account.paused += sign;
    addTo(account.stopped, part.currency, BigInt(sign) * (part.price ?? 0n));
  }
  if (part.trial) account.trials += sign;
}

/** Amounts of 0 are not kept. */
export function addTo(money: Map<string, bigint>, currency: string, amount: bigint): void {
  const sum = (money.get(currency) ?? 0n) + amount;
  if (sum === 0n) money.delete(currency);
  else money.set(currency, sum);
}

export function stateAtEndOf(day: string, account: Account, book: RateBook): AccountState {
  const pays = book.valueOf(account.money, day) > 0n;
  let unconverted = 0;
  for (const [currency, subscriptions] of account.priced)
    if (!book.hasRate(currency, day)) unconverted += subscriptions;
  return {
    plan: planOf(account, day, book),
    standing: standingOf(account),
    pays,
    paused: !pays && account.paused > 0,
    wouldPay: !pays && book.valueOf(account.stopped, day) > 0n,
    unconverted,
    unpriced: account.unpriced,
    trials: account.trials,
    money: new Map(account.money),
    due: new Map(account.due),
    stopped: new Map(account.stopped),
  };
}

function standingOf({ counting, pastDue, paused, trials }: Account): AccountStanding | null {
  if (counting.size > 0) return pastDue > 0 ? "past_due" : "live";
  if (paused > 0) return "paused";
  return trials > 0 ? "trial" : null;
}

function planOf({ counting }: Account, day: string, book: RateBook): string | null {
  let heaviest: Subscription | null = null;
  let most = 0n;
  for (const subscription of counting) {
    const worth = book.worthOf(subscription.terms.currency, subscription.price ?? 0n, day);
    if (heaviest !== null && !outweighs([subscription, worth], [heaviest, most])) continue;
    heaviest = subscription;
    most = worth;
  }
  return heaviest === null ? null : (heaviest.terms.plan ?? NO_PLAN);
}

type Weighed = readonly [subscription: Subscription, worth: bigint];

/** By money, then by the latest change, then by the smaller id, bytewise. */
function outweighs([one, worth]: Weighed, [other, most]: Weighed): boolean {
  if (worth !== most) return worth > most;
  if (one.changedAt !== other.changedAt) return one.changedAt > other.changedAt;
  return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)) < 0;
}

export function isSameState(one: AccountState, other: AccountState): boolean {
  return (
    one.plan === other.plan &&
    one.standing === other.standing &&
    one.pays === other.pays &&
    one.paused === other.paused &&
    one.wouldPay === other.wouldPay &&
    one.unconverted === other.unconverted &&
    one.unpriced === other.unpriced &&
    one.trials === other.trials &&
    isSameMoney(one.money, other.money) &&
    isSameMoney(one.due, other.due) &&
    isSameMoney(one.stopped, other.stopped)
  );
}

function isSameMoney(one: Money, other: Money): boolean {
  return one.size === other.size && [...one].every(([currency, amount]) => other.get(currency) === amount);
}
