import { Temporal } from "../../core/time.ts";

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
const MOST_WEEKS = 6;
const FEWEST_WEEKS = 2;
const FEWEST_ARRIVALS = 20;
/** After two weeks nobody expects a source any more: it was taken away. */
const GONE_AFTER_HOURS = 2 * WEEK_HOURS;
/** Of missed arrivals; see `isSilent`. */
const LEAST_MISSED = 3.5;
const BEYOND_LONGEST_GAP = 3;

/** How far back arrivals say something about a rhythm. */
export const RHYTHM_HOURS = MOST_WEEKS * WEEK_HOURS + GONE_AFTER_HOURS;

/** Which hour of the local week an hour since 1970 is, from 0 to 167. */
export type HourOfWeek = (hour: number) => number;

/** Remembers what it has worked out: sources share their hours. */
export function hoursOfWeek(timeZone: string): HourOfWeek {
  const known = new Map<number, number>();
  return (hour) => {
    const found = known.get(hour);
    if (found !== undefined) return found;
    const local = Temporal.Instant.fromEpochMilliseconds(hour * HOUR_MS).toZonedDateTimeISO(timeZone);
    const slot = (local.dayOfWeek - 1) * 24 + local.hour;
    known.set(hour, slot);
    return slot;
  };
}

/**
 * Whether a source that normally reports has stopped, by its own rhythm. `arrivals` are the hours (since 1970, ascending,
 * each once) in which something came; `hour` is the one that is now, and is not over. Null when that cannot be judged:
 * a source of less than two weeks or with fewer than 20 hours, or one that ended more than two weeks ago.
 *
 * Time is counted in missed arrivals (the time-rescaling theorem): an hour of the silence counts -ln of the chance that an
 * hour of the week like it is empty, so a quiet weekend counts next to nothing. That chance is estimated from the weeks by
 * leaving one out, over all hours of the week with as many hits in the other weeks. Silent is who has missed at least 3.5,
 * and 3 more than in the second longest gap of the last six weeks: the longest may be an outage or a holiday.
 */
export function isSilent(arrivals: readonly number[], hour: number, hourOfWeek: HourOfWeek): boolean | null {
  const [first, last] = [arrivals[0], arrivals.at(-1)];
  if (first === undefined || last === undefined || hour - last > GONE_AFTER_HOURS) return null;
  const weeks = Math.min(MOST_WEEKS, Math.floor((last - first + 1) / WEEK_HOURS));
  const start = last - weeks * WEEK_HOURS;
  const known = new Set(arrivals.filter((one) => one > start));
  if (weeks < FEWEST_WEEKS || known.size < FEWEST_ARRIVALS) return null;
  const all = countWeek(known, { from: start + 1, to: last, hourOfWeek });
  const recent = countWeek(known, { from: start + 1 + WEEK_HOURS, to: last, hourOfWeek });
  const missed = missedArrivals(all);
  const missedBetween = (from: number, to: number, counts: WeekCounts) => {
    let sum = 0;
    for (let one = from; one <= to; one += 1) sum += missed(counts.hits[hourOfWeek(one)] ?? 0);
    return sum;
  };
  const hours = [...known];
  const gaps = hours.slice(1).map((one, index) => missedBetween((hours[index] ?? one) + 1, one - 1, all));
  const second = gaps.toSorted((one, other) => other - one)[1] ?? 0;
  return missedBetween(last + 1, hour - 1, recent) > Math.max(LEAST_MISSED, second + BEYOND_LONGEST_GAP);
}

/** By hour of the week: in how many weeks something came, and in how many nothing. */
interface WeekCounts {
  readonly hits: readonly number[];
  readonly empty: readonly number[];
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly hourOfWeek: HourOfWeek;
}

function countWeek(known: ReadonlySet<number>, { from, to, hourOfWeek }: Span): WeekCounts {
  const hits = Array.from({ length: WEEK_HOURS }, () => 0);
  const empty = Array.from({ length: WEEK_HOURS }, () => 0);
  for (let hour = from; hour <= to; hour += 1) {
    const counts = known.has(hour) ? hits : empty;
    const slot = hourOfWeek(hour);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return { hits, empty };
}

/** -ln of the chance that an hour is empty, by its hits in the other weeks. */
function missedArrivals({ hits, empty }: WeekCounts): (others: number) => number {
  const trials = Array.from({ length: MOST_WEEKS + 2 }, () => ({ came: 0, missed: 0 }));
  for (const [slot, count] of hits.entries()) {
    const [without, withAll] = [trials[count - 1], trials[count]];
    if (without !== undefined) without.came += count;
    if (withAll !== undefined) withAll.missed += empty[slot] ?? 0;
  }
  const values = trials.map(({ came, missed }) => -Math.log((missed + 0.5) / (came + missed + 1)));
  return (others) => values[Math.min(others, values.length - 1)] ?? 0;
}
