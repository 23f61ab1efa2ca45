import { localDay, Temporal, type Clock } from "../core/time.ts";
import type { Database } from "../db/client.ts";
import type { Intake } from "../events/verdict.ts";
import { STORY_DAYS, type Happening } from "./company.ts";
import { discardHalfFilled, gatherStatistics, readDemoState, writeDemoState, type DemoState } from "./store.ts";
import { tellStory, type StoryDay } from "./story.ts";

const BATCH = 1_000;
const BATCHES_AT_ONCE = 6;

interface DemoParts {
  readonly db: Database;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly timeZone: string;
  /** `share` is 0 to 1. */
  readonly onProgress: (share: number, events: number) => void;
}

/**
 * Brings the story up to now: a year at the first call, what happened since at a later one.
 * Answers how many events were loaded.
 */
export async function fillDemo(parts: DemoParts): Promise<number> {
  const { db, clock, timeZone } = parts;
  const now = clock.now();
  await discardHalfFilled(db);
  const found = await readDemoState(db);
  const state = found ?? {
    firstDay: localDay(now, timeZone).subtract({ days: STORY_DAYS }).toString(),
    filledUntil: null,
  };
  if (found === null) await writeDemoState(db, state);
  const loaded = await loadStory(parts, state, now);
  await writeDemoState(db, { ...state, filledUntil: now.toString() });
  if (found === null) await gatherStatistics(db);
  return loaded;
}

async function loadStory(
  { intake, timeZone, onProgress }: DemoParts,
  state: DemoState,
  now: Temporal.Instant,
): Promise<number> {
  const firstDay = Temporal.PlainDate.from(state.firstDay);
  const since = state.filledUntil === null ? -Infinity : Temporal.Instant.from(state.filledUntil).epochMilliseconds;
  const daysToTell = firstDay.until(localDay(now, timeZone)).days + 1;
  const loader = createLoader(intake);
  let told = 0;
  for (const day of tellStory(firstDay)) {
    const events = eventsBetween(day, timeZone, since, now.epochMilliseconds, state.filledUntil !== null);
    for (let from = 0; from < events.length; from += BATCH) await loader.load(events.slice(from, from + BATCH));
    told += 1;
    onProgress(told / daysToTell, loader.loaded());
    if (told >= daysToTell) break;
  }
  await loader.finish();
  return loader.loaded();
}

/** Events after `since` and not after `until`, both in epoch milliseconds. */
function eventsBetween(day: StoryDay, timeZone: string, since: number, until: number, withIds: boolean): unknown[] {
  const start = day.date.toZonedDateTime(timeZone);
  const startMs = start.epochMilliseconds;
  if (startMs + 90_000_000 < since) return [];
  const happened = day.happenings.filter((one) => {
    const at = startMs + one.second * 1000;
    return at > since && at <= until;
  });
  return happened.map((one) => ({
    ...one.event,
    ...idOf(one, withIds),
    occurred_at: clockText(day.date, one.second, start.offset),
  }));
}

/** Requests and checks are too many to give each an id in the first fill; what is folded by order always has one. */
function idOf(one: Happening, always: boolean): { id?: string } {
  const frequent = one.event.type === "request" || one.event.type === "health_check" || one.event.type === "error";
  return always || !frequent ? { id: one.id } : {};
}

function clockText(date: Temporal.PlainDate, second: number, offset: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  return `${date.toString()}T${time}${offset === "+00:00" ? "Z" : offset}`;
}

function createLoader(intake: Intake) {
  const underWay = new Set<Promise<void>>();
  let loaded = 0;
  let failure: unknown;
  const send = async (events: unknown[]) => {
    const verdicts = await intake.accept(events, { source: "demo", importing: true });
    const refused = verdicts.find((verdict) => "reason" in verdict);
    if (refused !== undefined && "reason" in refused) throw new Error(`A made-up event was refused: ${refused.reason}`);
    loaded += events.length;
  };
  return {
    loaded: () => loaded,
    async load(events: unknown[]) {
      while (underWay.size >= BATCHES_AT_ONCE) await Promise.race(underWay);
      if (failure !== undefined) throw failure;
      const sending: Promise<void> = send(events)
        .catch((thrown: unknown) => void (failure ??= thrown))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async finish() {
      await Promise.all(underWay);
      if (failure !== undefined) throw failure;
    },
  };
}
