import { isCash, type RevenueEvent } from "./revenue-event.ts";

/** The places of a subscription's events within an instant when it was live before it, and when it was not. */
const WHEN_LIVE = ["cancel", "start", "change", "pause"] as const;
const OTHERWISE = ["start", "change", "pause", "cancel"] as const;

function groupOf(event: RevenueEvent): (typeof WHEN_LIVE)[number] | "cash" {
  switch (event.event) {
    case "subscription_started":
    case "renewed":
    case "resumed":
    case "trial_started":
      return "start";
    case "upgraded":
    case "downgraded":
    case "past_due":
      return "change";
    case "paused":
      return "pause";
    case "canceled":
      return "cancel";
    case "payment":
    case "one_time":
    case "refunded":
      return "cash";
  }
}

/** The events of one subscription within an instant in the order in which they apply; payments come last. */
export function inOrder(events: readonly RevenueEvent[], wasLive: boolean): readonly RevenueEvent[] {
  if (events.length < 2) return events;
  return [
    ...changesInOrder(
      events.filter((event) => !isCash(event)),
      wasLive,
    ),
    ...events.filter(isCash),
  ];
}

function changesInOrder(events: readonly RevenueEvent[], wasLive: boolean): RevenueEvent[] {
  const order: readonly string[] = wasLive ? WHEN_LIVE : OTHERWISE;
  const place = (event: RevenueEvent) => order.indexOf(groupOf(event));
  const byKind = events.toSorted((a, b) => place(a) - place(b) || compareIds(a, b));
  if (events.some(({ sequence }) => sequence === null)) return byKind;
  return byKind.toSorted((a, b) => compare(a.sequence ?? 0n, b.sequence ?? 0n));
}

/** The events of an instant in the order in which they find their subscriptions: those that name one first, each by id. */
export function inFindingOrder(events: readonly RevenueEvent[]): readonly RevenueEvent[] {
  if (events.length < 2) return events;
  const byId = events.toSorted(compareIds);
  const isNamed = (event: RevenueEvent) => event.subscriptionId !== "";
  return [...byId.filter(isNamed), ...byId.filter((event) => !isNamed(event))];
}

/** Bytewise; events without an id come first, in the order in which they came. */
function compareIds(one: RevenueEvent, other: RevenueEvent): number {
  if (one.id === null || other.id === null) return Number(one.id !== null) - Number(other.id !== null);
  return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}
