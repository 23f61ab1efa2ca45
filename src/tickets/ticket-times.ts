import { workingMs, type BusinessHours } from "./business-hours.ts";
import type { Ticket } from "./ticket-log.ts";
import { instantOf } from "./ticket-view.ts";

/** Milliseconds from the opening; null: it has not come. */
export interface TicketTimes {
  readonly firstResponse: number | null;
  /** The first one. */
  readonly resolution: number | null;
}

/** How long a ticket took; with `hours` the team's time alone counts, else the calendar's. */
export function timesOf(
  { openedAt, firstResponseAt, firstResolvedAt }: Pick<Ticket, "openedAt" | "firstResponseAt" | "firstResolvedAt">,
  hours: BusinessHours | null,
): TicketTimes {
  const until = (at: bigint | null) => (at === null ? null : workingMs(instantOf(openedAt), instantOf(at), hours));
  return { firstResponse: until(firstResponseAt), resolution: until(firstResolvedAt) };
}

/** In the unit of what it is of; null without any. */
export interface Spread {
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
}

/** The median of an even number is the mean of the middle two; p90 has rank ⌈0.9·n⌉. */
export function spreadOf(values: readonly number[]): Spread {
  const rising = values.toSorted((one, other) => one - other);
  const n = rising.length;
  const ranked = (rank: number) => rising[rank - 1] ?? 0;
  if (n === 0) return { mean: null, median: null, p90: null };
  return {
    mean: rising.reduce((sum, value) => sum + value, 0) / n,
    median: (ranked(Math.ceil(n / 2)) + ranked(Math.floor(n / 2) + 1)) / 2,
    p90: ranked(Math.ceil(0.9 * n)),
  };
}
