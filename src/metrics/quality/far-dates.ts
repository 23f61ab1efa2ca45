import { Temporal } from "../../core/time.ts";
import type { NewFinding } from "../../events/quality/finding-store.ts";
import type { EarlyEvent } from "./rest-store.ts";

const YEAR_MS = 365 * 86_400_000;
/** As many of one type are no slip: they are a history. */
const A_HISTORY = 20;

const msOf = ({ at }: EarlyEvent): number => Temporal.Instant.from(at).epochMilliseconds;

/** By type: the events, earliest first in `early`, after which nothing happened for more than a year. */
export function farDates(early: readonly EarlyEvent[]): Omit<NewFinding, "code">[] {
  let end = 0;
  for (let at = 1; at < early.length; at += 1) {
    const [before, after] = [early[at - 1], early[at]];
    if (before !== undefined && after !== undefined && msOf(after) - msOf(before) > YEAR_MS) end = at;
  }
  const byType = new Map<string, EarlyEvent[]>();
  for (const event of early.slice(0, end)) byType.set(event.type, [...(byType.get(event.type) ?? []), event]);
  if ([...byType.values()].some((events) => events.length >= A_HISTORY)) return [];
  return [...byType].map(([type, events]) => ({
    subject: type,
    detail: `${type} events`,
    count: events.length,
    firstEvent: events[0]?.eventId ?? null,
    firstAt: events[0]?.at ?? null,
    lastEvent: events.at(-1)?.eventId ?? null,
    lastAt: events.at(-1)?.at ?? null,
  }));
}
