import type { Sql } from "../../db/client.ts";
import { Temporal, type Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { FirstDays } from "./raw-store.ts";

/** Days for which every number is recomputed: one, or a window. */
export interface Span extends Window {
  /** Sign-ups count as mature when their time to activate ends by the end of this day. */
  readonly matureBy: Temporal.PlainDate;
}

/** One question to the raw rows. */
export interface Recount {
  readonly sql: Sql;
  readonly workspace: Workspace;
  readonly spans: readonly Span[];
  /** ISO instant: time after it has not been observed. */
  readonly now: string;
  readonly firstDays: FirstDays;
  /** ISO instant before which raw requests may be gone; null when none are. */
  readonly keptSince: string | null;
}

/** The numbers of one span, by their place among the spans, which counts from 1. */
export type Placed<T> = T & { readonly place: number };

/** The spans as a relation `(place, first, last, mature_by)`. */
export function spanRows({ sql, spans }: Recount) {
  const dates = (pick: (span: Span) => Temporal.PlainDate) => `{${spans.map((span) => pick(span).toString()).join()}}`;
  return sql`(
    select place::int as place, first, last, mature_by
    from unnest(
      ${dates((span) => span.start)}::text::date[], ${dates((span) => span.end)}::text::date[],
      ${dates((span) => span.matureBy)}::text::date[]
    ) with ordinality as asked (first, last, mature_by, place)
  )`;
}

/** True for rows whose `occurred_at` may fall on a day of the spans or on one of the `daysBefore` days before them, in any zone. */
export function nearSpans({ sql, spans }: Recount, daysBefore = 0) {
  const sorted = spans.flatMap(({ start, end }) => [start, end]).sort((a, b) => Temporal.PlainDate.compare(a, b));
  const first = sorted[0]?.subtract({ days: daysBefore + 1 }).toString() ?? "infinity";
  const end = sorted.at(-1)?.add({ days: 2 }).toString() ?? "-infinity";
  return sql`(occurred_at >= ${`${first}T00:00:00Z`}::text::timestamptz and occurred_at < ${`${end}T00:00:00Z`}::text::timestamptz)`;
}

/** The order in which events of one subject at the same instant apply. */
export function inOrder({ sql }: Recount) {
  return sql`occurred_at, event_id collate "C" nulls first, row_no`;
}
