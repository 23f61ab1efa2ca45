import { isSameState, worthOf, type Account, type AccountState, type Contribution } from "./account.ts";
import type { Movement } from "./movement.ts";
import type { Subscription } from "./subscription.ts";

/** From the end of `day` until before the end of `until`; null: until today and beyond. Days are ISO dates. */
export interface Span {
  readonly day: string;
  until: string | null;
}

export interface AccountSpan extends Span {
  readonly account: string;
  readonly state: AccountState;
}

/** A subscription that was of more than one account in its time. */
export interface SubscriptionSpan extends Span {
  readonly subscription: string;
  readonly account: string;
  readonly currency: string;
  /** Of a year, in its own currency. */
  readonly worth: bigint;
  /** What it would bring, were it not paused; else 0. */
  readonly stopped: bigint;
}

export interface AccountMovement extends Movement {
  readonly account: string;
  readonly day: string;
  readonly planBefore: string | null;
  readonly plan: string | null;
}

export interface FoldedDays {
  readonly accounts: AccountSpan[];
  readonly movements: AccountMovement[];
  /** Of those that moved. */
  readonly subscriptions: SubscriptionSpan[];
}

/** Keeps what is to be stored. */
export function createRecords() {
  const accounts: AccountSpan[] = [];
  const movements: AccountMovement[] = [];
  const last = new Map<Account, AccountSpan>();
  const histories = new Map<Subscription, SubscriptionSpan[]>();
  const moved = new Set<Subscription>();
  return {
    move: (subscription: Subscription) => void moved.add(subscription),
    account(account: Account, after: AccountState, day: string, own: readonly Movement[]): void {
      const planBefore = account.state.plan;
      for (const one of own) movements.push({ ...one, account: account.id, day, planBefore, plan: after.plan });
      if (isSameState(account.state, after)) return;
      const before = last.get(account);
      if (before) before.until = day;
      const span = { account: account.id, day, until: null, state: after };
      last.set(account, span);
      accounts.push(span);
    },
    subscription(subscription: Subscription, part: Contribution | undefined, day: string): void {
      if (part === undefined) return;
      const history = histories.get(subscription) ?? [];
      histories.set(subscription, history);
      const { account } = subscription;
      const stopped = part.paused ? (part.price ?? 0n) : 0n;
      const { currency } = part;
      const span = { subscription: "", day, until: null, account, currency, worth: worthOf(part), stopped };
      const before = history.at(-1);
      if (before && isSameSpan(before, span)) return;
      if (before) before.until = day;
      history.push(span);
    },
    folded(): FoldedDays {
      const subscriptions = [...moved].flatMap((subscription) =>
        (histories.get(subscription) ?? []).map((span) => ({ ...span, subscription: subscription.id })),
      );
      return { accounts, movements, subscriptions };
    },
  };
}

function isSameSpan(one: SubscriptionSpan, other: SubscriptionSpan): boolean {
  const { account, currency, worth, stopped } = other;
  return one.account === account && one.currency === currency && one.worth === worth && one.stopped === stopped;
}
