import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { FeatureUse } from "../answers.ts";
import { mergeHistograms, parseHistogram, quantileMs } from "./histogram.ts";
import { arrayText, spanOf, windowKey } from "./segments.ts";

interface FeatureRow {
  readonly segment: number;
  readonly place: number;
  readonly feature: string;
  readonly calls: number;
  readonly avg_ms: number;
  readonly buckets: string;
  readonly counts: string;
}

/** Answers that are kept; each is a few kilobytes. */
const KEPT_ANSWERS = 32;

/** The most used features of each of some consecutive windows, at most 10, most calls first. */
export interface TopFeatures {
  load(sql: Sql, windows: readonly Window[]): Promise<FeatureUse[][]>;
}

/**
 * Merging a window's histograms is the dearest part of a summary, and complete days seldom change: an answer is kept for
 * as long as the revisions of its days stay the same.
 */
export function createTopFeatures(): TopFeatures {
  const kept = new Map<string, { readonly revisions: string; readonly features: FeatureUse[][] }>();
  return {
    async load(sql, windows) {
      const key = arrayText(windows.map(windowKey));
      const revisions = await loadRevisions(sql, windows);
      const known = kept.get(key);
      if (known !== undefined && known.revisions === revisions) return known.features;
      const features = await loadTopFeatures(sql, windows);
      kept.delete(key);
      if (revisions !== null) kept.set(key, { revisions, features });
      for (const oldest of [...kept.keys()].slice(0, -KEPT_ANSWERS)) kept.delete(oldest);
      return features;
    },
  };
}

/** Changes whenever the requests of one of the days are rolled up again; null before the first time. */
async function loadRevisions(sql: Sql, windows: readonly Window[]): Promise<string | null> {
  const { start, end } = spanOf(windows);
  const [row] = await sql<{ revisions: string | null }[]>`
    select count(*) || '/' || sum(revision) || '/' || max(computed_at) as revisions from day_revisions
    where kind = 'usage' and day between (select ${start}::text::date) and (select ${end}::text::date)`;
  return row?.revisions ?? null;
}

async function loadTopFeatures(sql: Sql, windows: readonly Window[]): Promise<FeatureUse[][]> {
  const { start, end } = spanOf(windows);
  const starts = arrayText(windows.map((window) => window.start));
  const rows = await sql<FeatureRow[]>`
    with summed as (
      select width_bucket(day, (select ${starts}::date[])) as segment, feature_no, sum(calls) as calls,
             sum(duration_ms_sum) as duration_ms
      from latency_histograms
      where feature_no <> 0 and day between (select ${start}::text::date) and (select ${end}::text::date)
      group by 1, 2
    ), placed as (
      select segment, feature_no, calls, duration_ms, feature,
             row_number() over (partition by segment order by calls desc, feature collate "C") as place
      from summed
      join (select feature_no, ltrim(method || ' ' || route) as feature from features) as named using (feature_no)
      where calls > 0
    )
    select segment, place::int, feature, calls::float8, (duration_ms / calls)::float8 as avg_ms,
           buckets::text, counts::text
    from placed
    join (select day, feature_no, buckets, counts from latency_histograms) as histogram using (feature_no)
    where place <= 10 and day between (select ${start}::text::date) and (select ${end}::text::date)
      and width_bucket(day, (select ${starts}::date[])) = segment`;
  return windows.map((_, index) => featuresOf(rows.filter((row) => row.segment === index + 1)));
}

function featuresOf(rows: readonly FeatureRow[]): FeatureUse[] {
  const byPlace = new Map<number, FeatureRow[]>();
  for (const row of rows) byPlace.set(row.place, [...(byPlace.get(row.place) ?? []), row]);
  const places = [...byPlace].sort(([a], [b]) => a - b);
  return places.flatMap(([, days]) => {
    const [first] = days;
    if (first === undefined) return [];
    const histogram = mergeHistograms(days.map(({ buckets, counts }) => parseHistogram(buckets, counts)));
    return {
      feature: first.feature,
      usage_count: first.calls,
      avg_response_time_ms: first.avg_ms,
      p95_response_time_ms: quantileMs(histogram, 0.95),
    };
  });
}
