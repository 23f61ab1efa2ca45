import { isCash, type RevenueEvent } from "./revenue-event.ts";
import { createSubscription, type Subscription } from "./subscription.ts";

/** An event with the account that it names, and the subscription that it is about; cash may be about none. */
export interface Found {
  readonly event: RevenueEvent;
  readonly account: string;
  readonly subscription: Subscription | null;
}

/** Knows who has which subscription, in the course of a replay. */
export interface SubscriptionFinder {
  /** Says where the event belongs, and takes over what it says of the subscription's account and id; cash changes neither. */
  find(event: RevenueEvent): Found;
  /** To be called after each instant for the subscriptions that changed in it. */
  settle(subscription: Subscription, at: bigint): void;
}

interface Holder {
  /** Its subscriptions that have not ended. */
  readonly standing: Set<Subscription>;
  unnamed: Subscription | null;
}

/** `currency` is the workspace's. `onMove` hears of a subscription that changes its account, before it does. */
export function createSubscriptionFinder(
  currency: string,
  onMove: (subscription: Subscription) => void,
): SubscriptionFinder {
  const holders = createHolders(currency);
  const byId = new Map<string, Subscription>();
  /** The team that a person's latest event named. */
  const teams = new Map<string, string>();

  const known = (subscription: Subscription, event: RevenueEvent, account: string): Subscription => {
    const takes = event.team !== null || teams.has(event.person ?? "") || subscription.account.startsWith("u");
    if (!takes || subscription.account === account) return subscription;
    onMove(subscription);
    holders.move(subscription, account);
    return subscription;
  };
  const seenFirst = (event: RevenueEvent, account: string): Subscription => {
    const only = event.event === "subscription_started" ? null : holders.onlyStanding(account);
    const subscription =
      only?.id === "" ? holders.name(only, event.subscriptionId) : holders.create(event.subscriptionId, account);
    byId.set(event.subscriptionId, subscription);
    return subscription;
  };

  const ofCash = (event: RevenueEvent, account: string): Subscription | null =>
    event.subscriptionId === ""
      ? (holders.onlyStanding(account) ?? holders.of(account).unnamed)
      : (byId.get(event.subscriptionId) ?? null);

  return {
    find(event) {
      const account = event.team ?? teams.get(event.person ?? "") ?? event.person ?? "";
      if (event.team !== null && event.person !== null) teams.set(event.person, event.team);
      if (isCash(event)) return { event, account, subscription: ofCash(event, account) };
      if (event.subscriptionId === "")
        return { event, account, subscription: holders.onlyStanding(account) ?? holders.unnamedOf(account) };
      const subscription = byId.get(event.subscriptionId);
      return {
        event,
        account,
        subscription: subscription ? known(subscription, event, account) : seenFirst(event, account),
      };
    },
    settle(subscription, at) {
      const { standing } = holders.of(subscription.account);
      if (hasEnded(subscription, at)) standing.delete(subscription);
      else standing.add(subscription);
    },
  };
}

/** Also one that never began and of which a cancellation has taken effect. */
function hasEnded({ standing, begun, ending }: Subscription, at: bigint): boolean {
  if (standing === "ended") return true;
  return !begun && ending?.effective != null && ending.effective.at <= at;
}

/** The subscriptions of each account. */
function createHolders(currency: string) {
  const holders = new Map<string, Holder>();
  const of = (account: string): Holder => {
    const known = holders.get(account) ?? { standing: new Set(), unnamed: null };
    holders.set(account, known);
    return known;
  };
  const create = (id: string, account: string): Subscription => {
    const subscription = createSubscription(id, account, currency);
    of(account).standing.add(subscription);
    return subscription;
  };
  return {
    of,
    create,
    onlyStanding(account: string): Subscription | null {
      const { standing } = of(account);
      const [only] = standing;
      return standing.size === 1 ? (only ?? null) : null;
    },
    unnamedOf(account: string): Subscription {
      const holder = of(account);
      holder.unnamed ??= create("", account);
      return holder.unnamed;
    },
    name(unnamed: Subscription, id: string): Subscription {
      of(unnamed.account).unnamed = null;
      unnamed.id = id;
      return unnamed;
    },
    move(subscription: Subscription, to: string): void {
      if (of(subscription.account).standing.delete(subscription)) of(to).standing.add(subscription);
      subscription.account = to;
    },
  };
}
