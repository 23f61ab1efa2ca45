import type { Temporal } from "../core/time.ts";
import { OUTAGE, seasonOf, STORY_DAYS, type Company, type Happening } from "./company.ts";
import { answersOf, signupsOf } from "./people.ts";
import { createRandom } from "./random.ts";
import { revenueOf } from "./revenue.ts";
import { ticketsOf } from "./support.ts";
import { healthOf, trafficOf } from "./traffic.ts";

const SEED = 20_261_123;

export interface StoryDay {
  readonly date: Temporal.PlainDate;
  /** In the order in which they happen. */
  readonly happenings: readonly Happening[];
}

/**
 * The made-up company's days from `firstDay` on, without end. The same first day tells the same
 * story, so a demo that is opened again tomorrow goes on where it stopped.
 */
export function* tellStory(firstDay: Temporal.PlainDate): Generator<StoryDay, never> {
  const random = createRandom(SEED);
  const company: Company = { people: [], accounts: [], ticketsOpened: 0 };
  const later = new Map<number, Happening[]>();
  for (let day = 0; ; day += 1) {
    const date = firstDay.add({ days: day });
    const season = seasonOf(date.dayOfWeek);
    const trouble = day === STORY_DAYS - OUTAGE.daysBeforeEnd;
    const told = [
      ...signupsOf(company, random, day, season),
      ...revenueOf(company, random, day, season),
      ...ticketsOf(company, random, day, season, trouble),
      ...answersOf(company, random, day, season),
      ...trafficOf(company, random, day, season),
      ...healthOf(random, day),
    ];
    for (const one of told) {
      if (one.day === day) continue;
      later.set(one.day, [...(later.get(one.day) ?? []), one]);
    }
    const happenings = [...(later.get(day) ?? []), ...told.filter((one) => one.day === day)];
    later.delete(day);
    yield { date, happenings: happenings.sort((one, other) => one.second - other.second) };
  }
}
