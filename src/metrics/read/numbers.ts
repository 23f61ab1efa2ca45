import { Temporal, type Window } from "../../core/time.ts";
import type { EventType } from "../../events/event-type.ts";
import type { StoredName } from "../catalogue.ts";
import type { Exact } from "./exact.ts";
import { hasBegun, type FirstDays } from "./first-days.ts";
import { mergeHistograms, type Histogram } from "./histogram.ts";
import { windowKey } from "./segments.ts";
import { NO_TICKET_HOURS, type TicketHours } from "./ticket-hours.ts";

/** One stored number over consecutive segments of days. */
export interface StoredRow {
  /** Sum of the days of each segment. */
  readonly sums: readonly Exact[];
  /** Value of the last day of each segment. */
  readonly lasts: readonly Exact[];
  /** Sum of all days before each segment, and after the last; right only for what was read as a level. */
  readonly running: readonly Exact[];
}

/** People who signed up on `signedUp` and whose time to activate was over on `matured`. */
export interface ActivationRow {
  readonly signedUp: string;
  readonly matured: string;
  readonly people: number;
  readonly activated: number;
  /** Those of the activated who became so on the day after `matured`, with its first instant. */
  readonly activatedOnNextDay: number;
}

/**
 * What became of the yearly revenue of the accounts that paid just before a window, at the rates of then. What is not said
 * of accounts that changed in it stayed as it was.
 */
export interface Retention {
  /** What the accounts that changed brought before the window. */
  readonly openingOfTouched: Exact;
  /** The same of what their subscriptions at its end brought, without accounts that are paused then. */
  readonly opening: Exact;
  /** What they bring at its end, more than before counting as no more. */
  readonly kept: Exact;
  /** What they bring at its end. */
  readonly ending: Exact;
}

/** All that was read to answer one question. Days are ISO dates, which sort as text. */
export interface Loaded {
  readonly segments: readonly Window[];
  readonly firstDays: FirstDays;
  readonly timeZone: string;
  /** Null when no window that is asked for holds today. */
  readonly now: Temporal.Instant | null;
  readonly stored: ReadonlyMap<string, StoredRow>;
  /** One a segment; empty when no quantile was asked for. */
  readonly histograms: readonly Histogram[];
  readonly activation: readonly ActivationRow[];
  /** Accounts lost in a window, of those at risk, by `windowKey`. */
  readonly churn: ReadonlyMap<string, Share>;
  /** By `windowKey`. */
  readonly retention: ReadonlyMap<string, Retention>;
  /** Churn of the 30 days that end with a window, by its last day. */
  readonly lifetime: ReadonlyMap<string, Share>;
  /** Trials that led to a payment, of those that ended in a window, by `windowKey`. */
  readonly trials: ReadonlyMap<string, Share>;
  /** Percent. */
  readonly grossMargin: number;
  /** By `windowKey`. */
  readonly ticketHours: ReadonlyMap<string, TicketHours>;
}

export interface Share {
  readonly part: number;
  readonly whole: number;
}

/** The stored numbers of a window. A day is a window of one day. */
export interface Numbers {
  /** Whether the window does not end before the first event of one of these types; else there is no data. */
  isKnown(types: readonly EventType[]): boolean;
  sum(name: StoredName): Exact;
  last(name: StoredName): Exact;
  closing(name: StoredName): Exact;
  opening(name: StoredName): Exact;
  /** Length of the window in seconds, without what is still to come; days have 23 or 25 hours when clocks change. */
  seconds(): bigint;
  histogram(): Histogram;
  activation(): Share;
  churn(): Share;
  retention(): Retention;
  /** Churn of the 30 days that end with the window. */
  lifetime(): Share;
  trials(): Share;
  /** Percent. */
  readonly grossMargin: number;
  ticketHours(): TicketHours;
}

/** Answers the numbers of any window that begins and ends where segments do. */
export interface NumbersOver {
  /** Sign-ups count as mature when their time to activate ends by the end of `matureBy`, which is the window's end unless said. */
  (window: Window, matureBy?: Temporal.PlainDate): Numbers;
}

export const NOBODY: Share = { part: 0, whole: 0 };
export const NOTHING_CHANGED: Retention = { openingOfTouched: 0n, opening: 0n, kept: 0n, ending: 0n };

export function numbersOf(loaded: Loaded): NumbersOver {
  const starts = new Map(loaded.segments.map((segment, index) => [segment.start.toString(), index]));
  const ends = new Map(loaded.segments.map((segment, index) => [segment.end.toString(), index]));
  return (window, matureBy = window.end) => {
    const from = starts.get(window.start.toString());
    const to = ends.get(window.end.toString());
    if (from === undefined || to === undefined) throw new RangeError(`no segments make up ${windowKey(window)}`);
    const row = (name: StoredName) => loaded.stored.get(name);
    return {
      isKnown: (types) => hasBegun(loaded.firstDays, types, window.end),
      sum: (name) => add(row(name)?.sums.slice(from, to + 1)),
      last: (name) => row(name)?.lasts[to] ?? 0n,
      closing: (name) => row(name)?.running[to + 1] ?? 0n,
      opening: (name) => row(name)?.running[from] ?? 0n,
      seconds: () => secondsOf(window, loaded),
      histogram: () => mergeHistograms(loaded.histograms.slice(from, to + 1)),
      activation: () => activationOf(loaded.activation, window, matureBy.toString()),
      churn: () => loaded.churn.get(windowKey(window)) ?? NOBODY,
      retention: () => loaded.retention.get(windowKey(window)) ?? NOTHING_CHANGED,
      lifetime: () => loaded.lifetime.get(window.end.toString()) ?? NOBODY,
      trials: () => loaded.trials.get(windowKey(window)) ?? NOBODY,
      grossMargin: loaded.grossMargin,
      ticketHours: () => loaded.ticketHours.get(windowKey(window)) ?? NO_TICKET_HOURS,
    };
  };
}

function add(values: readonly Exact[] = []): Exact {
  return values.reduce((sum, value) => sum + value, 0n);
}

function secondsOf({ start, end }: Window, { timeZone, now }: Loaded): bigint {
  const from = start.toZonedDateTime(timeZone).toInstant();
  const over = end.add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
  const until = now !== null && Temporal.Instant.compare(now, over) < 0 ? now : over;
  return BigInt(Math.max(Math.floor(from.until(until).total("seconds")), 0));
}

/** How many days of the window do not end before `firstDay`. */
export function daysSince(firstDay: Temporal.PlainDate | null, window: Window): number {
  if (firstDay === null) return 0;
  const late = Math.max(window.start.until(firstDay, { largestUnit: "day" }).days, 0);
  return Math.max(window.days - late, 0);
}

function activationOf(rows: readonly ActivationRow[], window: Window, matureBy: string): Share {
  const [start, end] = [window.start.toString(), window.end.toString()];
  let [part, whole] = [0, 0];
  for (const row of rows) {
    if (row.signedUp < start || row.signedUp > end || row.matured > matureBy) continue;
    part += row.activated - (row.matured === matureBy ? row.activatedOnNextDay : 0);
    whole += row.people;
  }
  return { part, whole };
}
