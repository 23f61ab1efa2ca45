import { minorDigits } from "../../core/money.ts";
import type { FindingCode } from "./finding.ts";
import { createSubscriptions, type SeenSubscription } from "./seen-subscriptions.ts";

/** A revenue event as it is stored: what is null was left out. */
export interface SeenRevenue {
  readonly rowNo: string;
  readonly sourceNo: number;
  readonly eventId: string | null;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly event: string;
  /** `t` or `u` and a number. */
  readonly team: string | null;
  readonly user: string | null;
  /** Empty when none was given. */
  readonly subscriptionId: string;
  readonly plan: string | null;
  readonly amount: string | null;
  readonly isUnitAmount: boolean;
  readonly currency: string | null;
  readonly billingPeriod: string | null;
  readonly quantity: string | null;
  /** Microseconds since 1970. */
  readonly effectiveAt: number | null;
}

export interface Noticed {
  readonly code: FindingCode;
  readonly account: string;
  readonly event: SeenRevenue;
}

export interface Money {
  /** The workspace's. */
  readonly currency: string;
  /** Those for which a rate was ever set. */
  readonly rated: ReadonlySet<string>;
}

const CASH: ReadonlySet<string> = new Set(["payment", "one_time", "refunded"]);
const JUMP = 50;

/** Looks through the events of accounts that have to do with each other, in the order of their instants. */
export function lookAtRevenue(events: readonly SeenRevenue[], money: Money): Noticed[] {
  const noticed: Noticed[] = [];
  const subscriptions = createSubscriptions(money.currency);
  const teams = new Map<string, string>();
  const lastPrices = new Map<string, number>();
  const spellings = new Map<string, string>();
  for (const event of inOrder(events, (account) => subscriptions.hasLive(account))) {
    const account = event.team ?? teams.get(event.user ?? "") ?? event.user ?? "";
    if (event.team !== null && event.user !== null) teams.set(event.user, event.team);
    const note = (code: FindingCode) => noticed.push({ code, account, event });
    if (isOtherSpelling(event, account, spellings)) note("near_duplicate_id");
    if (CASH.has(event.event)) continue;
    const found = subscriptions.find(event, account);
    if (found.isAmbiguous) note("ambiguous_subscription");
    const { subscription } = found;
    if (subscription === null) continue;
    if (found.isNew && !BEGINS.has(event.event)) note("unknown_subscription");
    if (replacesLive(event, subscription)) note("replaces_live");
    const before = subscription.price(money.currency);
    subscription.apply(event);
    const after = subscription.price(money.currency);
    if (goesWrong(event, before, after)) note("wrong_direction");
    if (jumps(event, subscription, { account, lastPrices })) note("amount_jump");
    if (isRounded(event, subscription)) note("rounded");
  }
  for (const subscription of subscriptions.all()) {
    const { account, latest: event, standing } = subscription;
    if (event === null || standing !== "live") continue;
    if (subscription.amount === null) noticed.push({ code: "unpriced", account, event });
    else if (subscription.currency !== money.currency && !money.rated.has(subscription.currency))
      noticed.push({ code: "unconverted", account, event });
  }
  return noticed;
}

/** Whether the account has a subscription whose id differs from this one in case or white space alone. */
function isOtherSpelling({ subscriptionId }: SeenRevenue, account: string, spellings: Map<string, string>): boolean {
  if (subscriptionId === "") return false;
  const key = `${account} ${subscriptionId.replaceAll(/\s/g, "").toLowerCase()}`;
  const first = spellings.get(key);
  if (first === undefined) spellings.set(key, subscriptionId);
  return first !== undefined && first !== subscriptionId;
}

const BEGINS: ReadonlySet<string> = new Set(["subscription_started", "trial_started"]);

function replacesLive({ event, subscriptionId, plan }: SeenRevenue, { standing, ...now }: SeenSubscription): boolean {
  if (event !== "subscription_started" || subscriptionId !== "" || standing !== "live") return false;
  return plan !== null && now.plan !== null && plan !== now.plan;
}

interface PriceOf {
  readonly currency: string;
  /** Of a year. */
  readonly value: number;
}

function goesWrong({ event }: SeenRevenue, before: PriceOf | null, after: PriceOf | null): boolean {
  if (before === null || after === null || before.currency !== after.currency) return false;
  if (event === "upgraded") return after.value < before.value;
  return event === "downgraded" && after.value > before.value;
}

/** Compares what one unit costs in a year, so that a change of the period or of the seats is no jump. */
function jumps(
  event: SeenRevenue,
  subscription: SeenSubscription,
  { account, lastPrices }: { readonly account: string; readonly lastPrices: Map<string, number> },
): boolean {
  if (event.amount === null || event.event === "canceled") return false;
  const key = `${account} ${subscription.currency}`;
  const last = lastPrices.get(key) ?? 0;
  const now = subscription.unitPrice();
  if (now > 0) lastPrices.set(key, now);
  return last > 0 && now >= last * JUMP;
}

function isRounded(event: SeenRevenue, { currency }: SeenSubscription): boolean {
  if (event.amount === null || event.isUnitAmount || event.currency !== null || event.event === "canceled")
    return false;
  const fraction = event.amount.split(".")[1] ?? "";
  return Number(`0.${fraction.slice(minorDigits(currency)) || "0"}`) > 0;
}

const RANKS: Readonly<Record<string, number>> = {
  subscription_started: 1,
  trial_started: 1,
  renewed: 1,
  resumed: 1,
  upgraded: 2,
  downgraded: 2,
  past_due: 2,
  paused: 3,
  canceled: 4,
};

/** Within an instant a cancellation comes first where something is live, and last where nothing is. */
function* inOrder(events: readonly SeenRevenue[], isLive: (account: string) => boolean): Generator<SeenRevenue> {
  const sorted = events.toSorted((one, other) => one.at - other.at);
  for (let from = 0; from < sorted.length;) {
    let to = from + 1;
    while (sorted[to]?.at === sorted[from]?.at && to < sorted.length) to += 1;
    const together = sorted.slice(from, to);
    const rank = ({ event, team, user }: SeenRevenue) =>
      event === "canceled" && isLive(team ?? user ?? "") ? 0 : (RANKS[event] ?? 5);
    const ranked = together.map((event) => ({ event, rank: rank(event), id: event.eventId ?? "" }));
    ranked.sort((one, other) => one.rank - other.rank || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
    for (const { event } of ranked) yield event;
    from = to;
  }
}
