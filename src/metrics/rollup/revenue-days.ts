import {
  addTo,
  contribute,
  contributionOf,
  createAccount,
  stateAtEndOf,
  worthOf,
  type Account,
  type Contribution,
} from "./account.ts";
import { movementsOf, QUIET, type DayOfAccount } from "./movement.ts";
import type { RateBook } from "./rate-book.ts";
import { createTicks } from "./rate-ticks.ts";
import { createRecords, type FoldedDays } from "./revenue-records.ts";
import type { RevenuePolicies, Subscription } from "./subscription.ts";

/** Adds up what subscriptions do over a day, and settles days in their order. */
export interface RevenueDays {
  /** Before a subscription changes, any number of times. */
  begin(subscription: Subscription): void;
  /** After it changed. */
  done(subscription: Subscription): void;
  /** Settles all days before `day`; null: all. */
  advance(day: string | null): void;
  folded(): FoldedDays;
}

interface Morning {
  readonly account: string;
  readonly part: Contribution;
}

type Happened = { -readonly [Name in keyof DayOfAccount]: DayOfAccount[Name] } & {
  came: Map<string, bigint>;
  left: Map<string, bigint>;
};

export function createRevenueDays(book: RateBook, policies: RevenuePolicies): RevenueDays {
  const accounts = new Map<string, Account>();
  const parts = new Map<Subscription, { readonly part: Contribution; isIn: boolean }>();
  const records = createRecords();
  const ticks = createTicks(book);
  let current: string | null = null;
  let mornings = new Map<Subscription, Morning | null>();
  let touched = new Set<Account>();

  const touch = (id: string): Account => {
    const account = accounts.get(id) ?? createAccount(id);
    accounts.set(id, account);
    touched.add(account);
    return account;
  };
  const settle = (day: string): void => {
    const happened = whatHappened({ mornings, accounts, onMove: records.move });
    for (const account of touched) {
      const after = stateAtEndOf(day, account, book);
      const movements = movementsOf(account, after, happened.get(account.id) ?? QUIET, { day, book });
      records.account(account, after, day, movements);
      account.state = after;
      account.hasPaid ||= after.pays;
      ticks.await(account, day);
    }
    for (const subscription of mornings.keys()) records.subscription(subscription, parts.get(subscription)?.part, day);
    [mornings, touched] = [new Map(), new Set()];
  };

  return {
    begin(subscription) {
      const known = parts.get(subscription);
      if (!mornings.has(subscription))
        mornings.set(subscription, known ? { account: subscription.account, part: known.part } : null);
      if (!known?.isIn) return;
      contribute(touch(subscription.account), subscription, known.part, -1);
      known.isIn = false;
    },
    done(subscription) {
      if (parts.get(subscription)?.isIn) return;
      const part = contributionOf(subscription, policies);
      parts.set(subscription, { part, isIn: true });
      contribute(touch(subscription.account), subscription, part, 1);
    },
    advance(day) {
      for (;;) {
        if (current !== null && (day === null || current < day) && (touched.size > 0 || mornings.size > 0))
          settle(current);
        const next = ticks.first();
        if (next === null || (day !== null && next >= day)) break;
        touched = ticks.take(next);
        current = next;
      }
      if (day === null) return;
      current = day;
      for (const account of ticks.take(day)) touched.add(account);
    },
    folded: records.folded,
  };
}

interface DayParts {
  /** How each subscription that was touched stood at the end of the day before; null: it was not there. */
  readonly mornings: ReadonlyMap<Subscription, Morning | null>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly onMove: (subscription: Subscription) => void;
}

/** What came to each account, what left it, and what became of its pauses. */
function whatHappened({ mornings, accounts, onMove }: DayParts): Map<string, Happened> {
  const happened = new Map<string, Happened>();
  const of = (account: string): Happened => {
    const known = happened.get(account) ?? { came: new Map(), left: new Map(), resumed: false, pauseEnded: false };
    happened.set(account, known);
    return known;
  };
  for (const [subscription, morning] of mornings) {
    if (morning === null) continue;
    const { account, part } = morning;
    const hasEnded = subscription.standing === "ended";
    if (part.paused && hasEnded) of(account).pauseEnded = true;
    if (part.paused && subscription.standing === "live" && (subscription.price ?? 0n) > 0n)
      of(subscription.account).resumed = true;
    if (account === subscription.account) continue;
    onMove(subscription);
    addTo(of(account).left, part.currency, worthOf(part));
    addTo(of(subscription.account).came, part.currency, worthOf(part));
    if (part.paused && !hasEnded) handOver(accounts.get(account), accounts.get(subscription.account));
  }
  return happened;
}

/** What an account paid before its pause goes with the last subscription that was paused. */
function handOver(from: Account | undefined, to: Account | undefined): void {
  if (from === undefined || to === undefined || from.beforePause === null || from.paused > 0) return;
  const sum = new Map(to.beforePause);
  for (const [currency, amount] of from.beforePause) addTo(sum, currency, amount);
  to.beforePause = sum;
  from.beforePause = null;
}
