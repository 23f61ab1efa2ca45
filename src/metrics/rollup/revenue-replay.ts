import { minorMicros } from "./annual-price.ts";
import { inFindingOrder, inOrder } from "./instant-order.ts";
import type { RateBook } from "./rate-book.ts";
import { createRevenueDays } from "./revenue-days.ts";
import type { FoldedDays } from "./revenue-records.ts";
import { isCash, type Moment, type RevenueEvent } from "./revenue-event.ts";
import { createSubscriptionFinder, type Found } from "./subscription-finder.ts";
import { apply, comeDue, notePayment, type Due, type Rules } from "./subscription-change.ts";
import type { RevenuePolicies, Subscription, Trial } from "./subscription.ts";
import { createTimers } from "./timers.ts";

/** Money that came in and went out on a day, in millionths of the currency's minor unit. */
export interface CashDay {
  readonly account: string;
  readonly day: string;
  readonly currency: string;
  readonly collected: bigint;
  readonly refunded: bigint;
}

export interface FoldedRevenue extends FoldedDays {
  readonly trials: readonly Trial[];
  readonly cash: readonly CashDay[];
}

/** Replays the revenue events of some accounts, all that have to do with each other. */
export interface RevenueReplay {
  /** Events come by the moment at which they happen, and those without an id as they were received. */
  take(event: RevenueEvent): void;
  finish(): FoldedRevenue;
}

interface ReplayParts {
  /** The workspace's. */
  readonly currency: string;
  readonly policies: RevenuePolicies;
  readonly book: RateBook;
  /** Hears of each amount that is in the workspace's currency because no other was ever named. */
  readonly onOwnCurrency?: (event: RevenueEvent) => void;
}

export function createRevenueReplay(parts: ReplayParts): RevenueReplay {
  const { timers, happen, folded } = createInstants(parts);
  let instant: RevenueEvent[] = [];

  const runTimers = (until: bigint | null): void => {
    for (let next = timers.next(); next && (until === null || next.at < until); next = timers.next())
      happen({ at: next.at, day: next.day }, []);
  };
  const runInstant = (): void => {
    const [first] = instant;
    if (first === undefined) return;
    const events = instant;
    instant = [];
    runTimers(first.at);
    happen({ at: first.at, day: first.day }, events);
  };

  return {
    take(event) {
      if (instant[0] !== undefined && instant[0].at !== event.at) runInstant();
      instant.push(event);
    },
    finish() {
      runInstant();
      runTimers(null);
      return folded();
    },
  };
}

/** What happens at one instant after another. */
function createInstants({ currency, policies, book, onOwnCurrency = () => {} }: ReplayParts) {
  const timers = createTimers<Due>();
  const trials: Trial[] = [];
  const rules: Rules = { currency, policies, timers, onTrial: (trial) => trials.push(trial), onOwnCurrency };
  const days = createRevenueDays(book, policies);
  const finder = createSubscriptionFinder(currency, days.begin);
  const cash = new Map<string, CashDay>();

  const takeCash = (found: Found): void => {
    if (!isCash(found.event) || found.event.amount === null) return;
    const terms = found.subscription?.terms;
    if (found.event.currency === null && terms?.isCurrencySent !== true) onOwnCurrency(found.event);
    keepCash(cash, found, terms?.currency ?? currency);
  };
  const changeAll = (moment: Moment, changing: Changing): void => {
    for (const [subscription, { wasLive, events }] of changing) {
      for (const event of inOrder(events, wasLive)) apply(subscription, event, moment, rules);
      events.length = 0;
      finder.settle(subscription, moment.at);
    }
  };
  const eventsOf = (subscription: Subscription, changing: Changing): RevenueEvent[] => {
    const known = changing.get(subscription) ?? { wasLive: subscription.standing === "live", events: [] };
    if (!changing.has(subscription)) days.begin(subscription);
    changing.set(subscription, known);
    return known.events;
  };

  return {
    timers,
    /** What was to take effect at the moment comes first; then the events find their subscriptions, and then change them. */
    happen(moment: Moment, events: readonly RevenueEvent[]): void {
      days.advance(moment.day);
      const changing: Changing = new Map();
      for (let due = timers.next(); due?.at === moment.at; due = timers.next()) {
        timers.take();
        const own = eventsOf(due.subscription, changing);
        const event = comeDue(due, rules);
        if (event !== null) own.push(event);
      }
      changeAll(moment, changing);
      for (const [subscription, known] of changing) known.wasLive = subscription.standing === "live";
      const found = inFindingOrder(events).map(finder.find);
      for (const { event, subscription } of found) {
        if (subscription === null || (isCash(event) && !isPaymentFor(event))) continue;
        eventsOf(subscription, changing).push(event);
      }
      changeAll(moment, changing);
      for (const subscription of changing.keys()) {
        notePayment(subscription, moment);
        days.done(subscription);
      }
      found.forEach(takeCash);
    },
    folded(): FoldedRevenue {
      days.advance(null);
      return { ...days.folded(), trials, cash: [...cash.values()] };
    },
  };
}

type Changing = Map<Subscription, { wasLive: boolean; readonly events: RevenueEvent[] }>;

function isPaymentFor({ event, subscriptionId }: RevenueEvent): boolean {
  return event === "payment" && subscriptionId !== "";
}

/** Who has paid and was refunded, by day and currency: that of the event, else `inherited`. */
function keepCash(cash: Map<string, CashDay>, { event, account }: Found, inherited: string): void {
  if (event.amount === null) return;
  const currency = event.currency ?? inherited;
  const amount = minorMicros(event.amount, currency, event.isUnitAmount);
  const key = `${event.day} ${currency} ${account}`;
  const known = cash.get(key) ?? { account, day: event.day, currency, collected: 0n, refunded: 0n };
  const isRefund = event.event === "refunded";
  cash.set(key, {
    ...known,
    collected: known.collected + (isRefund ? 0n : amount),
    refunded: known.refunded + (isRefund ? amount : 0n),
  });
}
