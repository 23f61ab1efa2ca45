import type { Pricing } from "./annual-price.ts";
import { replaySubscription, type Phase, type RevenueEvent, type RevenuePolicies } from "./subscription.ts";

export type MovementKind = "new" | "expansion" | "contraction" | "churn" | "reactivation";

/** How an account stands at the end of a day. */
export interface AccountState {
  /** Annualised, in millionths of the workspace currency's minor unit. */
  readonly arr: bigint;
  /** Of the live subscription that weighs most, `unnamed` when it has none; null when none is live. */
  readonly plan: string | null;
  /** It pays nothing, and would if nothing were paused. */
  readonly paused: boolean;
  /** Live subscriptions left out for want of an exchange rate. */
  readonly unconverted: number;
}

/** A local day at whose end the account stands otherwise than the day before. */
export interface Movement {
  readonly day: string;
  /** Null when the money did not change. */
  readonly kind: MovementKind | null;
  readonly before: AccountState;
  readonly after: AccountState;
}

/** The plan of an account without a live subscription. */
export const NO_PLAN = "free";

/** Stands for the plan of a subscription that never named one. */
const UNNAMED = "unnamed";

const NOTHING: AccountState = { arr: 0n, plan: null, paused: false, unconverted: 0 };

interface Subscription {
  readonly id: string;
  readonly phases: readonly Phase[];
  /** How many of the phases have begun. */
  begun: number;
}

/** Replays an account's events, which come in the order in which they apply. */
export function foldAccount(events: readonly RevenueEvent[], pricing: Pricing, policies: RevenuePolicies): Movement[] {
  const subscriptions = subscriptionsOf(events, pricing, policies);
  const days = [...new Set(subscriptions.flatMap(({ phases }) => phases.map(({ day }) => day)))].sort();
  const movements: Movement[] = [];
  let before = NOTHING;
  let hasPaid = false;
  for (const day of days) {
    const after = stateAtEndOf(day, subscriptions, policies);
    if (!isSame(before, after)) movements.push({ day, kind: kindOf(before.arr, after.arr, hasPaid), before, after });
    hasPaid ||= after.arr > 0n;
    before = after;
  }
  return movements;
}

function subscriptionsOf(events: readonly RevenueEvent[], pricing: Pricing, policies: RevenuePolicies): Subscription[] {
  const byId = new Map<string, RevenueEvent[]>();
  for (const event of events) {
    const known = byId.get(event.subscriptionId);
    if (known) known.push(event);
    else byId.set(event.subscriptionId, [event]);
  }
  return [...byId].map(([id, own]) => ({ id, phases: replaySubscription(own, pricing, policies), begun: 0 }));
}

function stateAtEndOf(day: string, subscriptions: readonly Subscription[], policies: RevenuePolicies): AccountState {
  let arr = 0n;
  let unconverted = 0;
  let wouldPay = false;
  let heaviest: Weighed | null = null;
  for (const subscription of subscriptions) {
    const phase = phaseAtEndOf(day, subscription);
    if (phase === undefined) continue;
    const isLive = phase.standing === "live" || (phase.standing === "paused" && policies.pausedCounts);
    if (phase.standing === "paused" && (phase.arr ?? 0n) > 0n) wouldPay = true;
    if (!isLive) continue;
    arr += phase.arr ?? 0n;
    if (phase.arr === null) unconverted += 1;
    const weighed = { id: subscription.id, arr: phase.arr ?? 0n, at: phase.at, plan: phase.plan };
    if (heaviest === null || outweighs(weighed, heaviest)) heaviest = weighed;
  }
  return {
    arr,
    plan: heaviest === null ? null : (heaviest.plan ?? UNNAMED),
    paused: arr === 0n && wouldPay,
    unconverted,
  };
}

function phaseAtEndOf(day: string, subscription: Subscription): Phase | undefined {
  const { phases } = subscription;
  for (
    let next = phases[subscription.begun];
    next !== undefined && next.day <= day;
    next = phases[subscription.begun]
  ) {
    subscription.begun += 1;
  }
  return phases[subscription.begun - 1];
}

interface Weighed {
  readonly id: string;
  readonly arr: bigint;
  readonly at: bigint;
  readonly plan: string | null;
}

/** By money, then by the latest change, then by the smaller id, bytewise. */
function outweighs(one: Weighed, other: Weighed): boolean {
  if (one.arr !== other.arr) return one.arr > other.arr;
  if (one.at !== other.at) return one.at > other.at;
  return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)) < 0;
}

function isSame(one: AccountState, other: AccountState): boolean {
  return (
    one.arr === other.arr &&
    one.plan === other.plan &&
    one.paused === other.paused &&
    one.unconverted === other.unconverted
  );
}

function kindOf(before: bigint, after: bigint, hasPaid: boolean): MovementKind | null {
  if (before === after) return null;
  if (before === 0n) return hasPaid ? "reactivation" : "new";
  if (after === 0n) return "churn";
  return after > before ? "expansion" : "contraction";
}
