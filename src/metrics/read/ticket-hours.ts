import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { arrayText, windowKey } from "./segments.ts";

/** Hours; null without any. The median of an even number is the mean of the middle two; p90 has rank ⌈0.9·n⌉. */
export interface Hours {
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
}

/** What a window's tickets took. */
export interface TicketHours {
  /** From opening to the first answer of the team, of the tickets opened in the window that had one by its end. */
  readonly first_response: Hours;
  /** From opening to the first resolution, of the tickets first resolved in the window. */
  readonly resolution: Hours;
  /** Of the same tickets, from opening to the last resolution by the window's end. */
  readonly full_resolution: Hours;
  /** How many tickets each rests on, and how long they took together. */
  readonly took: Readonly<Record<TicketSpan, Took>>;
}

type TicketSpan = "first_response" | "resolution" | "full_resolution";

export interface Took {
  readonly tickets: number;
  /** Hours. */
  readonly total: number;
  /** Of a single ticket, in hours squared; null with fewer than two. */
  readonly variance: number | null;
}

const NOTHING_TOOK: Took = { tickets: 0, total: 0, variance: null };

const NO_HOURS: Hours = { mean: null, median: null, p90: null };
export const NO_TICKET_HOURS: TicketHours = {
  first_response: NO_HOURS,
  resolution: NO_HOURS,
  full_resolution: NO_HOURS,
  took: { first_response: NOTHING_TOOK, resolution: NOTHING_TOOK, full_resolution: NOTHING_TOOK },
};

interface Row extends Hours, Took {
  readonly place: number;
  readonly what: TicketSpan;
}

/** By `windowKey`. */
export async function loadTicketHours(
  sql: Sql,
  { timeZone }: Workspace,
  windows: readonly Window[],
): Promise<Map<string, TicketHours>> {
  const starts = arrayText(windows.map((window) => window.start));
  const ends = arrayText(windows.map((window) => window.end));
  const localDay = (column: string) => sql`(${sql(column)} at time zone ${timeZone})::date`;
  const isInWindow = (column: string) => sql`
    ${sql(column)} >= (first - 1)::timestamp at time zone 'UTC' and ${sql(column)} < (last + 2)::timestamp at time zone 'UTC'
    and ${localDay(column)} between first and last`;
  const rows = await sql<Row[]>`
    with windows as (
      select first, last, place from unnest(${starts}::date[], ${ends}::date[]) with ordinality as w (first, last, place)
    ), took as (
      select place, 'first_response' as what, first_response_at - opened_at as duration
      from windows join support_tickets on ${isInWindow("opened_at")} and ${localDay("first_response_at")} <= last
      union all
      select place, what, duration
      from windows join support_tickets on ${isInWindow("first_resolved_at")}
        left join lateral (
          select resolved_at from ticket_days as known
          where known.ticket_id = support_tickets.ticket_id and known.day <= last order by known.day desc limit 1
        ) as known on true
        cross join lateral (values
          ('resolution', first_resolved_at - opened_at), ('full_resolution', known.resolved_at - opened_at)
        ) as both_ways (what, duration)
    ), hours as (
      select place, what, extract(epoch from duration) / 3600 as hours from took where duration is not null
    )
    select place::int, what, count(*)::int as tickets, sum(hours)::float8 as total, var_samp(hours)::float8 as variance, avg(hours)::float8 as mean, percentile_cont(0.5) within group (order by hours) as median,
      ((array_agg(hours order by hours))[ceil(0.9 * count(*))::int])::float8 as p90
    from hours group by place, what`;
  const byWindow = new Map<string, TicketHours>();
  for (const { place, what, tickets, total, variance, mean, median, p90 } of rows) {
    const window = windows[place - 1];
    if (window === undefined) continue;
    const key = windowKey(window);
    const known = byWindow.get(key) ?? NO_TICKET_HOURS;
    const took = { ...known.took, [what]: { tickets, total, variance } };
    byWindow.set(key, { ...known, [what]: { mean, median, p90 }, took });
  }
  return byWindow;
}
