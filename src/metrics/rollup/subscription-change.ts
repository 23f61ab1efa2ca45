import { annualPrice, roundedToCurrency } from "./annual-price.ts";
import type { Moment, RevenueEvent, SubscriptionEventName } from "./revenue-event.ts";
import {
  isInTrial,
  type RevenuePolicies,
  type RunningDiscount,
  type Standing,
  type Subscription,
  type Trial,
} from "./subscription.ts";
import type { Timers } from "./timers.ts";

/** What an event that takes effect makes of a subscription, by what it was. */
const NEXT = {
  subscription_started: { unknown: "live", trial: "live", live: "live", paused: "live", ended: "live" },
  renewed: { unknown: "live", trial: "live", live: "live", paused: "live", ended: "live" },
  resumed: { unknown: "live", trial: "live", live: "live", paused: "live", ended: "live" },
  upgraded: { unknown: "live", trial: "live", live: "live", paused: "paused", ended: "live" },
  downgraded: { unknown: "live", trial: "live", live: "live", paused: "paused", ended: "live" },
  trial_started: { unknown: "trial", trial: "trial", live: "trial", paused: "trial", ended: "trial" },
  paused: { unknown: "paused", trial: "paused", live: "paused", paused: "paused", ended: "ended" },
} as const satisfies Partial<Record<SubscriptionEventName, Record<Standing, Standing>>>;

/** Something of a subscription that comes due: an event that takes effect, or the end of a discount or trial. */
export interface Due extends Moment {
  readonly subscription: Subscription;
  readonly what: RevenueEvent | RunningDiscount | Trial;
}

export interface Rules {
  /** The workspace's. */
  readonly currency: string;
  readonly policies: RevenuePolicies;
  readonly timers: Timers<Due>;
  readonly onTrial: (trial: Trial) => void;
  /** Hears of each amount that is in the workspace's currency because no other was ever named. */
  readonly onOwnCurrency: (event: RevenueEvent) => void;
}

const DAY_MICROS = 86_400_000_000n;

/** Ends a discount or a trial whose time is over. Answers an event that waited and takes effect now, if it still stands. */
export function comeDue({ subscription, what, at, day }: Due, rules: Rules): RevenueEvent | null {
  if ("event" in what) return takeWaiting(subscription, what);
  if ("started" in what) {
    if (what.ended === null && what.ends?.at === at) what.ended = { at, day };
  } else if (subscription.terms.discount === what) {
    subscription.terms = { ...subscription.terms, discount: null };
    setPrice(subscription, rules);
  }
  return null;
}

/** A cancellation waits on when the subscription has not begun: it then ends as it begins. */
function takeWaiting(subscription: Subscription, event: RevenueEvent): RevenueEvent | null {
  if (subscription.ending === event) {
    if (!subscription.begun) return null;
    subscription.ending = null;
  } else if (subscription.change === event) subscription.change = null;
  else if (!subscription.waiting.delete(event)) return null;
  return event;
}

/** Lets an event happen to its subscription at the moment: it takes effect, or is noted for when it will. */
export function apply(subscription: Subscription, event: RevenueEvent, moment: Moment, rules: Rules): void {
  const name = event.event;
  if (name === "payment" || name === "one_time" || name === "refunded") {
    if (name === "payment") subscription.pastDue = false;
    return;
  }
  const isNew = event.at === moment.at;
  subscription.changedAt = moment.at;
  if (isNew) occur(subscription, name);
  if (isNew && waits(subscription, event, moment, rules)) schedule(subscription, event, rules);
  else if (name === "canceled") cancel(subscription, event, moment, rules);
  else proceed(subscription, event, name, { moment, rules });
}

/** What an event does by being recorded, whenever it takes effect. */
function occur(subscription: Subscription, name: SubscriptionEventName): void {
  subscription.pastDue = name === "past_due";
  if (name === "upgraded" || name === "downgraded") subscription.change = null;
}

function waits(
  { begun }: Subscription,
  { event, effective }: RevenueEvent,
  { at }: Moment,
  { policies }: Rules,
): boolean {
  if (effective === null || effective.at <= at) return false;
  return event !== "canceled" || policies.cancelAt === "effective" || !begun;
}

function schedule(subscription: Subscription, event: RevenueEvent, { timers }: Rules): void {
  const { event: name, effective } = event;
  if (effective === null) return;
  if (name === "canceled") {
    if (subscription.standing === "ended") return;
    subscription.ending = event;
  } else if (name === "upgraded" || name === "downgraded") subscription.change = event;
  else subscription.waiting.add(event);
  timers.add({ ...effective, subscription, what: event });
}

function cancel(subscription: Subscription, event: RevenueEvent, moment: Moment, rules: Rules): void {
  if (subscription.standing === "ended") return;
  if (!subscription.begun && event.effective !== null) subscription.ending = event;
  else end(subscription, moment, rules);
}

function end(subscription: Subscription, moment: Moment, rules: Rules): void {
  endTrial(subscription, moment);
  subscription.standing = "ended";
  subscription.ending = null;
  subscription.change = null;
  subscription.waiting.clear();
  subscription.terms = { ...subscription.terms, discount: null };
  setPrice(subscription, rules);
}

interface Proceeding {
  readonly moment: Moment;
  readonly rules: Rules;
}

function proceed(
  subscription: Subscription,
  event: RevenueEvent,
  name: Exclude<SubscriptionEventName, "canceled">,
  { moment, rules }: Proceeding,
): void {
  if (name === "trial_started" && beginsNoTrial(subscription, event, moment, rules)) return;
  takeTerms(subscription, event, moment, rules);
  if (!subscription.begun && beginsEnded(subscription, moment)) {
    end(subscription, moment, rules);
    return;
  }
  if (name === "past_due") return;
  subscription.standing = NEXT[name][subscription.standing];
  if (name === "subscription_started" || name === "renewed" || name === "resumed") subscription.ending = null;
  if (subscription.standing !== "trial") endTrial(subscription, moment);
  if (name === "trial_started") beginTrial(subscription, event, moment, rules);
}

/** Whether a cancellation came before the beginning; one of the same instant is forgotten. */
function beginsEnded(subscription: Subscription, { at }: Moment): boolean {
  subscription.begun = true;
  const endsAt = subscription.ending?.effective?.at ?? null;
  if (endsAt === at) subscription.ending = null;
  return endsAt !== null && endsAt < at;
}

/** A paying subscription has no trial any more, and a running trial only gets another end. */
function beginsNoTrial(subscription: Subscription, event: RevenueEvent, moment: Moment, rules: Rules): boolean {
  const { standing, price, trial } = subscription;
  if (standing === "live" && (price ?? 0n) > 0n) return true;
  if (!isInTrial(subscription) || trial === null) return false;
  if (event.trialEnds !== null) setTrialEnd(subscription, trial, event.trialEnds, moment, rules);
  return true;
}

function beginTrial(subscription: Subscription, event: RevenueEvent, moment: Moment, rules: Rules): void {
  const { at, day } = moment;
  const trial = { account: subscription.account, started: { at, day }, ends: null, ended: null, paid: null };
  if (subscription.trial !== null) subscription.earlierTrials.push(subscription.trial);
  subscription.trial = trial;
  rules.onTrial(trial);
  if (event.trialEnds !== null) setTrialEnd(subscription, trial, event.trialEnds, moment, rules);
}

function setTrialEnd(subscription: Subscription, trial: Trial, ends: Moment, now: Moment, rules: Rules): void {
  trial.ends = ends;
  if (ends.at <= now.at) endTrial(subscription, now);
  else rules.timers.add({ ...ends, subscription, what: trial });
}

function endTrial({ trial }: Subscription, { at, day }: Moment): void {
  if (trial !== null && trial.ended === null) trial.ended = { at, day };
}

/** To be called after each change: whether trials have led to a payment in time. */
export function notePayment(subscription: Subscription, { at, day }: Moment): void {
  const { earlierTrials, trial, standing, price } = subscription;
  if (standing !== "live" || (price ?? 0n) === 0n) return;
  for (const one of trial === null ? earlierTrials : [...earlierTrials, trial]) {
    if (one.ended === null || one.paid !== null || at > one.ended.at + DAY_MICROS) continue;
    one.paid = { at, day };
  }
}

function takeTerms(subscription: Subscription, event: RevenueEvent, moment: Moment, rules: Rules): void {
  const { terms } = subscription;
  subscription.terms = {
    plan: event.plan ?? terms.plan,
    amount: event.amount ?? terms.amount,
    isUnitAmount: event.amount === null ? terms.isUnitAmount : event.isUnitAmount,
    currency: event.currency ?? terms.currency,
    isCurrencySent: terms.isCurrencySent || event.currency !== null,
    billingPeriod: event.billingPeriod ?? terms.billingPeriod,
    quantity: event.quantity ?? terms.quantity,
    discount: discountAfter(subscription, event, moment, rules),
  };
  if (event.amount !== null && !subscription.terms.isCurrencySent) rules.onOwnCurrency(event);
  setPrice(subscription, rules);
}

function discountAfter(subscription: Subscription, { discount }: RevenueEvent, moment: Moment, { timers }: Rules) {
  if (discount === null) return subscription.terms.discount;
  const { percent, amount, until, removed } = discount;
  if (removed || (until !== null && until.at <= moment.at)) return null;
  const running = { percent, amount, until };
  if (until !== null) timers.add({ ...until, subscription, what: running });
  return running;
}

function setPrice(subscription: Subscription, { policies }: Rules): void {
  const { amount, isUnitAmount, discount, ...terms } = subscription.terms;
  const inForce = policies.discounts === "counted" ? discount : null;
  const perUnit = amount === null ? null : roundedToCurrency(amount, terms.currency, isUnitAmount);
  subscription.price = perUnit === null ? null : annualPrice({ ...terms, amount: perUnit, discount: inForce });
}
