import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import { mergeHistograms, parseHistogram, quantileMs } from "./histogram.ts";

/** What is asked of all routes: some of them, in an order. */
export interface RoutePage {
  /** Most calls or most failures first; ties bytewise. */
  readonly order: "calls" | "failed";
  readonly skipped: number;
  readonly limit: number;
}

/** The requests of one route over a window. */
export interface RouteUse {
  /** "METHOD /route/:pattern", or "other" for those beyond a day's limit. */
  readonly route: string;
  readonly calls: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface RouteUses {
  /** Routes in all; of the order `failed` those that failed at least once. */
  readonly total: number;
  readonly routes: readonly RouteUse[];
}

interface Row {
  readonly place: number;
  readonly total: number;
  readonly route: string;
  readonly calls: number;
  readonly failed: number;
  readonly buckets: string;
  readonly counts: string;
}

/** Only the histograms of the page are read and merged, however many routes there are. A page beyond the last is empty. */
export async function loadRoutePage(sql: Sql, { start, end }: Window, page: RoutePage): Promise<RouteUses> {
  const [first, last] = [start.toString(), end.toString()];
  const weight = page.order === "calls" ? sql`sum(calls)` : sql`sum(failed)`;
  const within = sql`day between ${first}::text::date and ${last}::text::date`;
  const rows = await sql<Row[]>`
    with summed as (
      select feature_no, sum(calls) as calls, sum(failed) as failed, ${weight} as weight from latency_histograms
      where feature_no <> 0 and ${within}
      group by feature_no having ${weight} > 0
    ), placed as (
      select feature_no, calls, failed, ltrim(method || ' ' || route) as route, count(*) over () as total,
        row_number() over (order by weight desc, ltrim(method || ' ' || route) collate "C") as place
      from summed join features using (feature_no)
    )
    select place::int, total::int, placed.route, placed.calls::float8, placed.failed::float8, histogram.buckets::text,
      histogram.counts::text
    from placed join latency_histograms as histogram using (feature_no)
    where place > ${page.skipped} and place <= ${page.skipped + page.limit} and ${within}
    order by place`;
  return { total: rows[0]?.total ?? 0, routes: routesOf(rows) };
}

function routesOf(rows: readonly Row[]): RouteUse[] {
  const byPlace = new Map<number, Row[]>();
  for (const row of rows) byPlace.set(row.place, [...(byPlace.get(row.place) ?? []), row]);
  return [...byPlace.values()].flatMap((days) => {
    const [row] = days;
    if (row === undefined) return [];
    const histogram = mergeHistograms(days.map(({ buckets, counts }) => parseHistogram(buckets, counts)));
    const { route, calls, failed } = row;
    return { route, calls, failed, p50: quantileMs(histogram, 0.5), p95: quantileMs(histogram, 0.95) };
  });
}
