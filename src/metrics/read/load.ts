import type { Sql } from "../../db/client.ts";
import { Temporal, type Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { loadActivation } from "./activation-cohort.ts";
import { parseExact, type Exact } from "./exact.ts";
import { mergeHistograms, parseHistogram, type Histogram } from "./histogram.ts";
import { windowKey, type Loaded, type StoredRow } from "./numbers.ts";
import type { Reading } from "./reading.ts";
import { arrayText, spanOf } from "./segments.ts";

export interface Question {
  readonly reading: Reading;
  /** Consecutive and without gaps; the finest pieces that will be asked for. */
  readonly segments: readonly Window[];
  /** Windows over which `churn_rate` will be asked for. */
  readonly churnWindows?: readonly Window[];
  /** Days before it are read without their histograms. */
  readonly histogramsFrom?: Temporal.PlainDate;
}

export interface Freshness {
  readonly firstDay: Temporal.PlainDate | null;
  /** ISO instant of the newest rollup; null before the first. */
  readonly computedAt: string | null;
}

/** Reads all that the question needs, in statements that do not wait for each other. */
export async function load(sql: Sql, workspace: Workspace, question: Question): Promise<Loaded & Freshness> {
  const { reading, segments } = question;
  const [freshness, stored, histograms, activation, churned] = await Promise.all([
    loadFreshness(sql, workspace),
    loadStored(sql, question),
    reading.histograms ? loadHistograms(sql, question) : [],
    reading.activation ? loadActivation(sql, workspace, segments) : [],
    reading.churn ? loadChurned(sql, question.churnWindows ?? []) : new Map<string, number>(),
  ]);
  return { segments, ...freshness, stored, histograms, activation, churned };
}

export async function loadFreshness(sql: Sql, workspace: Workspace): Promise<Freshness> {
  const [row] = await sql<{ first_day: string | null; computed_at: string | null }[]>`
    select
      (select ((value #>> '{}')::timestamptz at time zone ${workspace.timeZone})::date::text
         from settings where name = 'first_event_at') as first_day,
      (select to_char(max(computed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from day_revisions) as computed_at`;
  const firstDay = row?.first_day ?? null;
  return {
    firstDay: firstDay === null ? null : Temporal.PlainDate.from(firstDay),
    computedAt: row?.computed_at ?? null,
  };
}

async function loadStored(sql: Sql, { reading, segments }: Question): Promise<ReadonlyMap<string, StoredRow>> {
  const { start, end } = spanOf(segments);
  const starts = arrayText(segments.map((segment) => segment.start));
  const ends = arrayText(segments.map((segment) => segment.end));
  const rows = await sql<StoredSum[]>`
    select wanted.metric, 0 as segment, earlier.sum::text as sum, null as last
    from unnest(${arrayText(reading.levels)}::text[]) as wanted (metric),
      lateral (select sum(value) from metric_values
               where metric = wanted.metric and by = '' and day < (select ${start}::text::date)) as earlier
    where earlier.sum is not null
    union all
    select metric, width_bucket(day, (select ${starts}::date[])), sum(value)::text,
           (sum(value) filter (where day = any((select ${ends}::date[])::date[])))::text
    from metric_values
    where by = '' and metric = any(${arrayText([...reading.levels, ...reading.days])}::text[])
      and day between (select ${start}::text::date) and (select ${end}::text::date)
    group by 1, 2`;
  return foldStored(rows, segments.length);
}

interface StoredSum {
  readonly metric: string;
  /** 0 is what lies before the first segment. */
  readonly segment: number;
  readonly sum: string;
  readonly last: string | null;
}

function foldStored(rows: readonly StoredSum[], segments: number): Map<string, StoredRow> {
  const stored = new Map<string, { sums: Exact[]; lasts: Exact[]; running: Exact[] }>();
  for (const { metric, segment, sum, last } of rows) {
    const row = stored.get(metric) ?? { sums: zeros(segments), lasts: zeros(segments), running: zeros(segments + 1) };
    stored.set(metric, row);
    if (segment === 0) {
      row.running[0] = parseExact(sum);
    } else {
      row.sums[segment - 1] = parseExact(sum);
      row.lasts[segment - 1] = last === null ? 0n : parseExact(last);
    }
  }
  for (const { sums, running } of stored.values()) {
    sums.forEach((sum, index) => (running[index + 1] = (running[index] ?? 0n) + sum));
  }
  return stored;
}

function zeros(length: number): Exact[] {
  return Array.from({ length }, () => 0n);
}

async function loadHistograms(sql: Sql, { segments, histogramsFrom }: Question): Promise<Histogram[]> {
  const { start, end } = spanOf(segments);
  const rows = await sql<{ day: string; buckets: string; counts: string }[]>`
    select day::text, buckets::text, counts::text from latency_histograms
    where feature_no = 0 and day between ${histogramsFrom?.toString() ?? start}::text::date and (select ${end}::text::date)`;
  const ends = segments.map((segment) => segment.end.toString());
  const perSegment: Histogram[][] = segments.map(() => []);
  for (const { day, buckets, counts } of rows) {
    perSegment[ends.findIndex((last) => day <= last)]?.push(parseHistogram(buckets, counts));
  }
  return perSegment.map((histograms) => mergeHistograms(histograms));
}

/** Accounts that paid just before a window and went to nothing in it, other than by a pause. */
async function loadChurned(sql: Sql, windows: readonly Window[]): Promise<Map<string, number>> {
  const starts = arrayText(windows.map((window) => window.start));
  const ends = arrayText(windows.map((window) => window.end));
  const rows = await sql<{ place: number; accounts: number }[]>`
    select place::int, count(distinct lost.account)::int as accounts
    from unnest(${starts}::date[], ${ends}::date[]) with ordinality as w (first, last, place)
    join movements as lost
      on lost.day between w.first and w.last and lost.arr_after = 0 and not lost.paused
    where (select earlier.arr_after from movements as earlier
           where earlier.account = lost.account and earlier.day < w.first
           order by earlier.day desc limit 1) > 0
    group by place`;
  const accounts = new Map(rows.map((row) => [row.place, row.accounts]));
  return new Map(windows.map((window, index) => [windowKey(window), accounts.get(index + 1) ?? 0]));
}
