import { Temporal } from "../core/time.ts";
import type { Database } from "./client.ts";

const DAYS_EACH_WAY = 400;

/**
 * Node and PostgreSQL carry time zone data of their own, and a government may change its clocks after one of them was built.
 * Answers the first UTC date, from 400 days before `now` to 400 days after it, on which they disagree about the local time;
 * null when they agree throughout.
 */
export async function firstZoneDisagreement(
  db: Pick<Database, "work">,
  timeZone: string,
  now: Temporal.Instant,
): Promise<string | null> {
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  const first = today.subtract({ days: DAYS_EACH_WAY }).toString();
  const last = today.add({ days: DAYS_EACH_WAY }).toString();
  const rows = await db.work.run(
    (sql) => sql<LocalTime[]>`
      select to_char(day, 'YYYY-MM-DD') as date,
        to_char((day at time zone 'UTC') at time zone ${timeZone}, 'YYYY-MM-DD"T"HH24:MI:SS') as local
      from generate_series(${first}::text::timestamp, ${last}::text::timestamp, interval '1 day') as days(day)
      order by day`,
  );
  return firstDiffering(rows, timeZone);
}

/** What PostgreSQL says the local time is at 00:00 UTC of a date. */
interface LocalTime {
  readonly date: string;
  /** `2026-11-01T01:00:00` */
  readonly local: string;
}

/** The first date whose local time Node reads otherwise; null when there is none. */
export function firstDiffering(told: readonly LocalTime[], timeZone: string): string | null {
  const differing = told.find(({ date, local }) => {
    const here = Temporal.Instant.from(`${date}T00:00Z`).toZonedDateTimeISO(timeZone).toPlainDateTime();
    return here.toString({ smallestUnit: "second" }) !== local;
  });
  return differing?.date ?? null;
}
