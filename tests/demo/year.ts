import { localDay, Temporal } from "../../src/core/time.ts";
import { STORY_DAYS, type Happening } from "../../src/demo/company.ts";
import { gatherStatistics } from "../../src/demo/store.ts";
import { tellStory } from "../../src/demo/story.ts";
import { createTestWorld, type World } from "../support/world.ts";

export const NOW = "2026-11-25T12:00:00Z";
export const TIME_ZONE = "Europe/Berlin";

const BATCH = 1_000;

/** One request a person and day is enough to be active; checks say nothing about people, money or tickets. */
function withoutBulk(happenings: readonly Happening[]): Happening[] {
  const seen = new Set<unknown>();
  return happenings.filter(({ event }) => {
    if (event.type === "health_check") return false;
    if (event.type !== "request") return true;
    if (event["user_id"] === undefined || seen.has(event["user_id"])) return false;
    seen.add(event["user_id"]);
    return true;
  });
}

/** The year that `npm start -- --demo` makes up, up to yesterday, told by the same generator and thinned out. */
export async function liveDemoYear(): Promise<{ world: World; events: number }> {
  const world = await createTestWorld({ now: NOW, timeZone: TIME_ZONE });
  const today = localDay(Temporal.Instant.from(NOW), TIME_ZONE);
  let [batch, events]: [unknown[], number] = [[], 0];
  const post = async (): Promise<void> => {
    const verdicts = await world.post(batch, { source: "demo", importing: true });
    const refused = verdicts.find(({ verdict }) => verdict !== "accepted");
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
    events += batch.length;
    batch = [];
  };
  for (const { date, happenings } of tellStory(today.subtract({ days: STORY_DAYS }))) {
    if (date.equals(today)) break;
    const midnightMs = date.toZonedDateTime(TIME_ZONE).epochMilliseconds;
    for (const { id, second, event } of withoutBulk(happenings)) {
      batch.push({ ...event, id, occurred_at: new Date(midnightMs + second * 1000).toISOString() });
      if (batch.length === BATCH) await post();
    }
  }
  await post();
  await gatherStatistics(world.db);
  await world.settle();
  return { world, events };
}
