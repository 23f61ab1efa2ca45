import { instantOf } from "./calendar.ts";
import { byBytes } from "./ids.ts";
import type { Fact } from "./intake.ts";
import { changedBy, unpricedIn, yearly, type Terms } from "./price.ts";
import type { Rules } from "./setting.ts";

export type Status = "none" | "trial" | "live" | "paused" | "ended";

export interface Trial {
  readonly startedAt: bigint;
  /** `trial_ends_at`. */
  endsAt: bigint | null;
  /** When it became something else than a trial. */
  leftAt: bigint | null;
}

/** How a subscription stands from an instant on. */
export interface State {
  readonly from: bigint;
  readonly account: string | null;
  readonly status: Status;
  readonly terms: Terms;
  readonly pastDue: boolean;
  readonly trial: Trial | null;
  readonly changedAt: bigint;
}

interface Waiting {
  readonly at: bigint;
  readonly fact: Fact;
}

export interface Subscription {
  /** `subscription_id`; null: it has none so far. */
  name: string | null;
  account: string | null;
  status: Status;
  /** Something other than a cancellation has happened to it. */
  begun: boolean;
  terms: Terms;
  /** The latest event was a `past_due`, and no payment came since. */
  pastDue: boolean;
  trial: Trial | null;
  changedAt: bigint;
  /** The cancellation that waits, or that came with an `effective_at` before the start. */
  ending: Waiting | null;
  waiting: Waiting[];
  readonly trials: Trial[];
  readonly states: State[];
}

export const newSubscription = (name: string | null, currency: string): Subscription => ({
  name,
  account: null,
  status: "none",
  begun: false,
  terms: unpricedIn(currency),
  pastDue: false,
  trial: null,
  changedAt: 0n,
  ending: null,
  waiting: [],
  trials: [],
  states: [],
});

export const kindOf = ({ body }: Fact): string => String(body["event"]);

const isPriceChange = (fact: Fact): boolean => ["upgraded", "downgraded"].includes(kindOf(fact));

export const isPayment = (fact: Fact): boolean => ["payment", "one_time", "refunded"].includes(kindOf(fact));

export const hasEndedBy = ({ status, begun, ending }: Subscription, at: bigint): boolean =>
  status === "ended" || (!begun && ending !== null && ending.at <= at);

/** It is paid for: live, at a price above 0 in its own currency. */
export const isPaying = (state: Pick<State, "status" | "terms">, at: bigint, rules: Rules): boolean =>
  state.status === "live" && yearly(state.terms, (until) => at < until, rules) > 0n;

function leaveTrial(subscription: Subscription, at: bigint): void {
  if (subscription.status === "trial" && subscription.trial !== null) subscription.trial.leftAt = at;
  subscription.trial = null;
}

function become(subscription: Subscription, status: Status, at: bigint): void {
  if (status !== "trial") leaveTrial(subscription, at);
  subscription.status = status;
}

function end(subscription: Subscription, at: bigint): void {
  become(subscription, "ended", at);
  subscription.ending = null;
  subscription.waiting = [];
  subscription.terms = { ...subscription.terms, discount: null };
}

/** An end that lies before the event that says so is at that event: what was before stays as it was. */
function notBefore(at: bigint, told: string): bigint {
  const said = instantOf(told);
  return said < at ? at : said;
}

function startTrial(subscription: Subscription, fact: Fact, at: bigint): void {
  const given = fact.body["trial_ends_at"];
  leaveTrial(subscription, at);
  subscription.status = "trial";
  const endsAt = given === undefined ? null : notBefore(at, String(given));
  subscription.trial = { startedAt: at, endsAt, leftAt: null };
  subscription.trials.push(subscription.trial);
}

const isInTrial = ({ status, trial }: Subscription, at: bigint): boolean =>
  status === "trial" && trial !== null && (trial.endsAt === null || at < trial.endsAt);

/** What an event that is no cancellation does at the instant at which it takes effect. */
function takeEffect(subscription: Subscription, fact: Fact, at: bigint, rules: Rules): void {
  const kind = kindOf(fact);
  if (kind === "trial_started" && rules.trialsSparePayers && isPaying(subscription, at, rules)) return;
  if (kind === "trial_started" && isInTrial(subscription, at)) {
    const given = fact.body["trial_ends_at"];
    if (subscription.trial !== null && given !== undefined) subscription.trial.endsAt = notBefore(at, String(given));
    return;
  }
  subscription.terms = changedBy(subscription.terms, fact.body);
  if (!subscription.begun) {
    subscription.begun = true;
    const { ending } = subscription;
    if (ending !== null && ending.at < at) return end(subscription, at);
    if (ending !== null && ending.at === at) subscription.ending = null;
  }
  if (kind === "subscription_started" || kind === "renewed" || kind === "resumed") {
    become(subscription, "live", at);
    subscription.ending = null;
  } else if (kind === "upgraded" || kind === "downgraded") {
    if (subscription.status !== "paused") become(subscription, "live", at);
  } else if (kind === "trial_started") startTrial(subscription, fact, at);
  else if (kind === "paused" && subscription.status !== "ended") become(subscription, "paused", at);
}

const effectiveAt = ({ body, at }: Fact): bigint =>
  body["effective_at"] === undefined ? at : instantOf(String(body["effective_at"]));

function cancel(subscription: Subscription, fact: Fact, rules: Rules): void {
  if (subscription.status === "ended") return;
  const effective = effectiveAt(fact);
  const waits = effective > fact.at && rules.keepsRunningUntilEffective;
  const isEarly = !subscription.begun && fact.body["effective_at"] !== undefined;
  if (waits || isEarly) subscription.ending = { at: effective, fact };
  else end(subscription, fact.at);
}

/** What an event does at the instant at which it occurs; what it schedules waits. */
function occur(subscription: Subscription, fact: Fact, rules: Rules): void {
  subscription.changedAt = fact.at;
  subscription.pastDue = kindOf(fact) === "past_due";
  if (kindOf(fact) === "canceled") return cancel(subscription, fact, rules);
  if (isPriceChange(fact) && rules.priceChangesReplaceScheduled)
    subscription.waiting = subscription.waiting.filter((one) => !isPriceChange(one.fact));
  const at = effectiveAt(fact);
  if (at > fact.at && rules.schedulesWait) subscription.waiting.push({ at, fact });
  else takeEffect(subscription, fact, fact.at, rules);
}

const KINDS_OF_THE_LIVE = ["cancel", "start", "change", "pause"];
const KINDS_OF_OTHERS = ["start", "change", "pause", "cancel"];

function groupOf(fact: Fact): string {
  const kind = kindOf(fact);
  if (kind === "canceled") return "cancel";
  if (kind === "paused") return "pause";
  return ["upgraded", "downgraded", "past_due"].includes(kind) ? "change" : "start";
}

/** The events of one instant in the order in which they apply. */
function ordered(facts: readonly Fact[], wasLive: boolean, rules: Rules): Fact[] {
  const kinds = wasLive ? KINDS_OF_THE_LIVE : KINDS_OF_OTHERS;
  const bySequence = rules.sequenceOrdersAnInstant && facts.every(({ body }) => body["sequence"] !== undefined);
  return [...facts].sort((a, b) => {
    const inSequence = bySequence ? Number(a.body["sequence"]) - Number(b.body["sequence"]) : 0;
    if (inSequence !== 0) return inSequence;
    const byKind = rules.kindOrdersAnInstant ? kinds.indexOf(groupOf(a)) - kinds.indexOf(groupOf(b)) : 0;
    return byKind === 0 ? byBytes(a.id, b.id) : byKind;
  });
}

function note(subscription: Subscription, from: bigint): void {
  const { account, status, terms, pastDue, trial, changedAt, states } = subscription;
  if (states.at(-1)?.from === from) states.pop();
  states.push({ from, account, status, terms, pastDue, trial, changedAt });
}

/** Lets what was scheduled for instants up to `to` take effect. */
export function advance(subscription: Subscription, to: bigint, rules: Rules): void {
  for (;;) {
    const { begun, ending, waiting } = subscription;
    const due = [...waiting, ...(begun && ending !== null ? [ending] : [])].filter(({ at }) => at <= to);
    const at = due.reduce<bigint | null>((first, one) => (first === null || one.at < first ? one.at : first), null);
    if (at === null) return;
    const now = due.filter((one) => one.at === at).map(({ fact }) => fact);
    subscription.waiting = waiting.filter((one) => one.at !== at);
    if (begun && ending?.at === at) subscription.ending = null;
    subscription.changedAt = at;
    for (const fact of ordered(now, subscription.status === "live", rules)) {
      if (kindOf(fact) === "canceled") end(subscription, at);
      else takeEffect(subscription, fact, at, rules);
    }
    note(subscription, at);
  }
}

/** All that happens to a subscription at one instant. Payments come last. */
export function live(subscription: Subscription, facts: readonly Fact[], at: bigint, rules: Rules): void {
  const changing = facts.filter((fact) => !isPayment(fact));
  for (const fact of ordered(changing, subscription.status === "live", rules)) occur(subscription, fact, rules);
  const isPaid = facts.some((fact) => kindOf(fact) === "payment" && fact.body["subscription_id"] !== undefined);
  if (isPaid) subscription.pastDue = false;
  if (changing.length > 0 || isPaid) note(subscription, at);
}

/** How it stood after everything for which `hasHappened`; undefined when it was not there yet. */
export const stateWhen = ({ states }: Subscription, hasHappened: (at: bigint) => boolean): State | undefined =>
  states.findLast(({ from }) => hasHappened(from));
