import { onLocalDay, type DayUnit } from "./day-unit.ts";
import { correctFirstRequests, noteFirstRequests, succeeded } from "./first-request-store.ts";
import { lockKind, queueFollowing } from "./queue-store.ts";
import { EMPTY_HISTOGRAM, parseHistogram, type Histogram } from "../read/histogram.ts";
import { REACHES_DAYS } from "./reach-store.ts";
import type { HistogramChange } from "./restatement.ts";
import { storeValues, wholeDay } from "./values-store.ts";

const METRICS = ["api_calls", "failed_requests", "client_errors", "apdex_points", "agent_sessions", "dau"] as const;

/** Patterns a day keeps apart; the rest is counted under feature 1. */
const PATTERNS_A_DAY = 1_000;

/** Recomputes a day's requests, sessions and active people from the rows themselves. */
export async function recomputeUsage(unit: DayUnit): Promise<void> {
  const { sql, retracted } = unit;
  await sql`select set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)`;
  const { histograms, ...requests } = await summarizeRequests(unit);
  const people = await summarizePeople(unit);
  await storeValues(unit, "usage", {
    metrics: METRICS,
    values: wholeDay({ ...requests, agent_sessions: people.sessions, dau: people.active }),
    requests: histograms,
  });
  if (people.changed) await queueFollowing(sql, { ...unit, kind: "reach", from: 0, to: REACHES_DAYS });
  if (people.firsts === "[]" && !retracted) return;
  await lockKind(sql, "users");
  await noteFirstRequests(unit, people.firsts);
  if (retracted) await correctFirstRequests(unit);
}

interface Requests {
  readonly api_calls: string;
  readonly failed_requests: string;
  readonly client_errors: string;
  readonly apdex_points: string;
}

/**
 * Writes the day's histograms: feature 0 for all requests, one for each of the most used patterns, feature 1 for the
 * rest. Sums of durations are rounded to a thousandth, so that the order of the rows does not show in them.
 */
async function summarizeRequests(unit: DayUnit): Promise<Requests & { readonly histograms: HistogramChange }> {
  const { sql, day } = unit;
  const [row] = await sql<(Requests & Record<"before" | "after", HistogramText | null>)[]>`
    with cells as materialized (
      select feature_no, latency_bucket, count(*) as calls,
        count(*) filter (where failed or status >= 500) as failed,
        count(*) filter (where status between 400 and 499 and not failed) as client_errors,
        sum(case when failed or status >= 500 then 0 when duration_ms <= 500 then 2 when duration_ms <= 2000 then 1 else 0 end)
          as apdex_halves,
        sum(duration_ms::float8) as duration_ms
      from usage_logs where ${onLocalDay(sql, "occurred_at", unit)} and not voided
      group by feature_no, latency_bucket
    ), ranked as (
      select feature_no, row_number() over (
        order by sum(calls) desc, features.route collate "C", features.method collate "C", feature_no) as rank
      from cells left join features using (feature_no) where feature_no > 1
      group by feature_no, features.route, features.method
    ), parts as (
      select case when ranked.rank <= ${PATTERNS_A_DAY} then feature_no else 1 end as feature_no,
        latency_bucket, sum(calls)::bigint as calls, sum(failed)::bigint as failed, sum(duration_ms) as duration_ms
      from cells left join ranked using (feature_no) group by 1, 2
      union all
      select 0, latency_bucket, sum(calls)::bigint, sum(failed)::bigint, sum(duration_ms) from cells group by latency_bucket
    ), fresh as (
      select feature_no, sum(calls)::bigint as calls, sum(failed)::bigint as failed,
        round(sum(duration_ms)::numeric, 3)::float8 as duration_ms_sum,
        array_agg(latency_bucket order by latency_bucket) as buckets, array_agg(calls order by latency_bucket) as counts
      from parts group by feature_no
    ), gone as (
      delete from latency_histograms
      where day = ${day}::text::date and feature_no not in (select feature_no from fresh)
    ), put as (
      insert into latency_histograms (day, feature_no, calls, failed, duration_ms_sum, buckets, counts)
      select ${day}::text::date, feature_no, calls, failed, duration_ms_sum, buckets, counts from fresh
      on conflict (feature_no, day) do update set calls = excluded.calls, failed = excluded.failed,
        duration_ms_sum = excluded.duration_ms_sum, buckets = excluded.buckets, counts = excluded.counts
    )
    select coalesce(sum(calls), 0)::text as api_calls, coalesce(sum(failed), 0)::text as failed_requests,
      coalesce(sum(client_errors), 0)::text as client_errors, (coalesce(sum(apdex_halves), 0) / 2)::text as apdex_points,
      (select json_build_object('buckets', buckets::text, 'counts', counts::text)
        from latency_histograms where day = ${day}::text::date and feature_no = 0) as before,
      (select json_build_object('buckets', buckets::text, 'counts', counts::text) from fresh where feature_no = 0) as after
    from cells`;
  const { before, after, ...totals } = row ?? NO_REQUESTS;
  return { ...totals, histograms: { before: histogramOf(before), after: histogramOf(after) } };
}

const NO_REQUESTS = {
  api_calls: "0",
  failed_requests: "0",
  client_errors: "0",
  apdex_points: "0",
  before: null,
  after: null,
};

/** Arrays as PostgreSQL writes them. */
interface HistogramText {
  readonly buckets: string;
  readonly counts: string;
}

function histogramOf(text: HistogramText | null): Histogram {
  return text === null ? EMPTY_HISTOGRAM : parseHistogram(text.buckets, text.counts);
}

interface People {
  readonly sessions: number;
  readonly active: number;
  /** Whether other people than before were active. */
  readonly changed: boolean;
  /** JSON: who made a request that succeeded earlier than any known before, with its instant. */
  readonly firsts: string;
}

/** Writes who was active on the day, as bits. */
async function summarizePeople(unit: DayUnit): Promise<People> {
  const { sql, day } = unit;
  const [people] = await sql<People[]>`
    with callers as materialized (
      select user_no, min(occurred_at) filter (where ${succeeded(sql)}) as first from usage_logs
      where ${onLocalDay(sql, "occurred_at", unit)} and not voided and user_no is not null group by user_no
    ), sessions as materialized (
      select user_no from agent_sessions where ${onLocalDay(sql, "started_at", unit)}
    ), active as materialized (
      select user_no from callers union select user_no from sessions where user_no is not null
    ), blocks as (
      select user_no / 8192 as block, bit_or(set_bit(repeat('0', 8192)::bit(8192), user_no % 8192, 1)) as bits
      from active group by 1
    ), gone as (
      delete from active_bits where day = ${day}::text::date and block not in (select block from blocks) returning block
    ), put as (
      insert into active_bits (day, block, bits) select ${day}::text::date, block, bits from blocks
      on conflict (day, block) do update set bits = excluded.bits where active_bits.bits <> excluded.bits
      returning block
    ), firsts as (
      select user_no, first as at from callers join users using (user_no)
      where first_request_at > first or (first_request_at is null and first is not null)
    )
    select (select count(*) from sessions)::int as sessions, (select count(*) from active)::int as active,
      exists (select from gone) or exists (select from put) as changed,
      coalesce((select json_agg(firsts) from firsts), '[]')::text as firsts`;
  return people ?? { sessions: 0, active: 0, changed: false, firsts: "[]" };
}
