import { firingOf } from "../core/schedule.ts";
import { localDay, Temporal } from "../core/time.ts";

/** When a survey comes again. */
export interface WavePlan {
  readonly unit: "month" | "week";
  /** From 1: every so many months or weeks. */
  readonly every: number;
  /** The local day from which waves are counted. */
  readonly startsOn: Temporal.PlainDate;
  /** Wall-clock time, "10:00". */
  readonly at: string;
  readonly createdAt: Temporal.Instant;
  /** The newest wave that was asked or left out; null before the first. */
  readonly lastWaveOn: Temporal.PlainDate | null;
}

export interface Wave {
  readonly day: Temporal.PlainDate;
  readonly dueAt: Temporal.Instant;
}

const LATE_AFTER_MINUTES = 2;
/** A wave that is later than this is left out. */
const CATCH_UP_DAYS = 7;

/**
 * The newest wave that is owed at `now`; null: none is. Of several that were missed only the newest counts. Like all
 * schedules it first fires at its first due time after it was made.
 */
export function dueWave(
  plan: WavePlan,
  now: Temporal.Instant,
  timeZone: string,
): (Wave & { readonly standing: "on time" | "late" | "missed" }) | null {
  const today = localDay(now, timeZone).add({ days: 1 });
  for (let index = wavesUntil(plan, today); index >= 0; index -= 1) {
    const wave = waveAt(plan, index, timeZone);
    if (Temporal.Instant.compare(wave.dueAt, now) > 0) continue;
    const isKnown = plan.lastWaveOn !== null && Temporal.PlainDate.compare(wave.day, plan.lastWaveOn) <= 0;
    if (isKnown || Temporal.Instant.compare(wave.dueAt, plan.createdAt) <= 0) return null;
    const hours = wave.dueAt.until(now).total("hours");
    const standing = hours > CATCH_UP_DAYS * 24 ? "missed" : hours * 60 > LATE_AFTER_MINUTES ? "late" : "on time";
    return { ...wave, standing };
  }
  return null;
}

/** The first wave after `now`. */
export function nextWave(plan: WavePlan, now: Temporal.Instant, timeZone: string): Wave {
  const floor = Temporal.Instant.compare(now, plan.createdAt) < 0 ? plan.createdAt : now;
  for (let index = Math.max(wavesUntil(plan, localDay(floor, timeZone)), 0); ; index += 1) {
    const wave = waveAt(plan, index, timeZone);
    if (Temporal.Instant.compare(wave.dueAt, floor) > 0) return wave;
  }
}

/** The number of the last wave on or before that day; below 0 when the first comes later. */
function wavesUntil({ unit, every, startsOn }: WavePlan, day: Temporal.PlainDate): number {
  if (unit === "week") return Math.floor(startsOn.until(day, { largestUnit: "day" }).days / (7 * every));
  const months = (day.year - startsOn.year) * 12 + day.month - startsOn.month;
  const index = Math.floor(months / every);
  return Temporal.PlainDate.compare(dayOf({ unit, every, startsOn }, index), day) > 0 ? index - 1 : index;
}

/** Counted from the start each time, so that the 31st comes back after a short month. */
function dayOf({ unit, every, startsOn }: Pick<WavePlan, "unit" | "every" | "startsOn">, index: number) {
  return startsOn.add(unit === "week" ? { weeks: every * index } : { months: every * index });
}

/** A day that its zone left out is asked on the next. */
function waveAt(plan: WavePlan, index: number, timeZone: string): Wave {
  const day = dayOf(plan, index);
  let asked = day;
  for (;;) {
    const dueAt = firingOf(asked, plan.at, timeZone);
    if (dueAt !== null) return { day, dueAt };
    asked = asked.add({ days: 1 });
  }
}
