import type { Sql } from "../../db/client.ts";
import type { Temporal, Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { loadChurn, loadLifetime, loadRetention, loadTrials } from "./account-cohort.ts";
import { loadActivation } from "./activation-cohort.ts";
import { earliestOf, loadFirstDays, type FirstDays } from "./first-days.ts";
import { mergeHistograms, parseHistogram, type Histogram } from "./histogram.ts";
import type { Loaded, Retention, Share, StoredRow } from "./numbers.ts";
import type { Reading } from "./reading.ts";
import { arrayText, spanOf } from "./segments.ts";
import { foldStored, type StoredSum } from "./stored-sums.ts";
import { loadTicketHours, type TicketHours } from "./ticket-hours.ts";

export interface Question {
  readonly reading: Reading;
  /** Consecutive and without gaps; the finest pieces that will be asked for. */
  readonly segments: readonly Window[];
  /** Windows over which cohorts of accounts and the hours of tickets will be asked for. */
  readonly cohortWindows?: readonly Window[];
  /** Must be given when a window that will be asked for holds today. */
  readonly now?: Temporal.Instant;
  /** Days before it are read without their histograms. */
  readonly histogramsFrom?: Temporal.PlainDate;
}

export interface Freshness {
  /** The local day of the first event of any type; null before it. */
  readonly firstDay: Temporal.PlainDate | null;
  readonly firstDays: FirstDays;
  /** ISO instant of the newest rollup; null before the first. */
  readonly computedAt: string | null;
}

/** Reads all that the question needs, in statements that do not wait for each other. */
export async function load(sql: Sql, workspace: Workspace, question: Question): Promise<Loaded & Freshness> {
  const { reading, segments, cohortWindows = [] } = question;
  const { currency } = workspace;
  const [freshness, stored, histograms, activation, churn, retention, lifetime, trials, ticketHours] =
    await Promise.all([
      loadFreshness(sql, workspace),
      loadStored(sql, question),
      reading.histograms ? loadHistograms(sql, question) : [],
      reading.activation ? loadActivation(sql, workspace, segments) : [],
      reading.churn ? loadChurn(sql, cohortWindows, currency) : new Map<string, Share>(),
      reading.retention ? loadRetention(sql, cohortWindows, currency) : new Map<string, Retention>(),
      reading.lifetime ? loadLifetime(sql, cohortWindows, currency) : new Map<string, Share>(),
      reading.trials ? loadTrials(sql, cohortWindows) : new Map<string, Share>(),
      reading.ticketHours ? loadTicketHours(sql, workspace, cohortWindows) : new Map<string, TicketHours>(),
    ]);
  const { grossMargin } = workspace.policies;
  return {
    segments,
    ...freshness,
    timeZone: workspace.timeZone,
    now: question.now ?? null,
    stored,
    histograms,
    activation,
    churn,
    retention,
    lifetime,
    trials,
    grossMargin,
    ticketHours,
  };
}

export async function loadFreshness(sql: Sql, workspace: Workspace): Promise<Freshness> {
  const [firstDays, [row]] = await Promise.all([
    loadFirstDays(sql, workspace.timeZone),
    sql<{ computed_at: string | null }[]>`
      select to_char(max(computed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as computed_at
      from day_revisions`,
  ]);
  return { firstDay: earliestOf(firstDays), firstDays, computedAt: row?.computed_at ?? null };
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
