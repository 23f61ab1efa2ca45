import type { Sql } from "../../db/client.ts";
import { Temporal } from "../../core/time.ts";
import { EVENT_TYPES, type EventType } from "../../events/event-type.ts";

/** The local day of the first event of each type that has had any. */
export type FirstDays = ReadonlyMap<EventType, Temporal.PlainDate>;

export async function loadFirstDays(sql: Sql, timeZone: string): Promise<FirstDays> {
  const [row] = await sql<{ days: Readonly<Record<string, string>> | null }[]>`
    select jsonb_object_agg(first.key, (first.value::timestamptz at time zone ${timeZone})::date::text) as days
    from settings, jsonb_each_text(value) as first where name = 'first_events'`;
  return new Map(
    EVENT_TYPES.flatMap((type) => {
      const day = row?.days?.[type];
      return day === undefined ? [] : [[type, Temporal.PlainDate.from(day)] as const];
    }),
  );
}

/** Whether an event of one of the types had happened by the end of the day. */
export function hasBegun(firstDays: FirstDays, types: readonly EventType[], day: Temporal.PlainDate): boolean {
  return types.some((type) => {
    const first = firstDays.get(type);
    return first !== undefined && Temporal.PlainDate.compare(first, day) <= 0;
  });
}

/** The earliest of them; null before the first event of any type. */
export function earliestOf(firstDays: FirstDays): Temporal.PlainDate | null {
  const [earliest] = [...firstDays.values()].sort((one, other) => Temporal.PlainDate.compare(one, other));
  return earliest ?? null;
}
