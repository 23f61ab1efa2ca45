import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import { ONE } from "./exact.ts";
import { EMPTY_HISTOGRAM, parseHistogram, type Histogram } from "./histogram.ts";
import type { StoredRow } from "./numbers.ts";
import { spanOf } from "./segments.ts";

/** What is kept of the requests of one route, day by day. */
interface Route {
  /** "METHOD /route/:pattern", or "other" for those beyond a day's limit. */
  readonly feature: string;
  readonly stored: ReadonlyMap<string, StoredRow>;
  readonly histograms: readonly Histogram[];
}

interface Row {
  readonly place: number;
  readonly routes: number;
  readonly feature: string;
  readonly day: string;
  readonly calls: number;
  readonly failed: number;
  readonly buckets: string;
  readonly counts: string;
}

/** The routes with the most calls over `days`, which are consecutive windows of one day each. */
export async function loadRoutes(
  sql: Sql,
  days: readonly Window[],
  { histograms, limit }: { readonly histograms: boolean; readonly limit: number },
): Promise<{ readonly largest: Route[]; readonly leftOut: number }> {
  const { start, end } = spanOf(days);
  const array = (column: string) => (histograms ? sql`${sql(column)}::text` : sql`'{}'`);
  const rows = await sql<Row[]>`
    with summed as (
      select feature_no, sum(calls) as calls from latency_histograms
      where feature_no <> 0 and day between ${start}::text::date and ${end}::text::date and calls > 0
      group by feature_no
    ), placed as (
      select feature_no, ltrim(method || ' ' || route) as feature, count(*) over () as routes,
        row_number() over (order by calls desc, ltrim(method || ' ' || route) collate "C") as place
      from summed join features using (feature_no)
    )
    select place::int, routes::int, feature, day::text as day, calls::float8, failed::float8,
      ${array("buckets")} as buckets, ${array("counts")} as counts
    from placed join latency_histograms using (feature_no)
    where place <= ${limit} and day between ${start}::text::date and ${end}::text::date`;
  const places = new Map(days.map((day, index) => [day.start.toString(), index]));
  const byPlace = new Map<number, Row[]>();
  for (const row of rows) byPlace.set(row.place, [...(byPlace.get(row.place) ?? []), row]);
  const largest = [...byPlace].sort(([a], [b]) => a - b).map(([, own]) => routeOf(own, places, days.length));
  return { largest, leftOut: Math.max((rows[0]?.routes ?? 0) - limit, 0) };
}

function routeOf(rows: readonly Row[], places: ReadonlyMap<string, number>, days: number): Route {
  const calls = Array.from({ length: days }, () => 0n);
  const failed = Array.from({ length: days }, () => 0n);
  const histograms = Array.from({ length: days }, () => EMPTY_HISTOGRAM);
  for (const row of rows) {
    const place = places.get(row.day) ?? -1;
    calls[place] = BigInt(row.calls) * ONE;
    failed[place] = BigInt(row.failed) * ONE;
    histograms[place] = parseHistogram(row.buckets, row.counts);
  }
  const stored = (sums: readonly bigint[]): StoredRow => ({ sums, lasts: sums, running: [] });
  return {
    feature: rows[0]?.feature ?? "",
    stored: new Map([
      ["api_calls", stored(calls)],
      ["failed_requests", stored(failed)],
    ]),
    histograms,
  };
}
