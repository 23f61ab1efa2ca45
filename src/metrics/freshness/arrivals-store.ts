import { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import type { Arrivals, Feed } from "./feed.ts";
import { RHYTHM_HOURS } from "./rhythm.ts";

interface Row {
  readonly of: string | null;
  readonly hours: number[];
  readonly lastAt: string;
}

const MOST_SERVICES = 50;
/** What happened so long before it arrived says nothing about a rhythm. */
const LATE_DAYS = 7;

/**
 * When something of each feed arrived in the last eight weeks before `now`, by the time of arrival. Of the large tables one
 * row is looked at for each hour in which something happened, by their index: late uploads and imports are then one arrival,
 * however much they held.
 */
export async function readArrivals(sql: Sql, now: Temporal.Instant): Promise<Arrivals[]> {
  const [requests, sessions, signups, revenue, health] = await Promise.all([
    sampled(sql, "usage_logs", now),
    sampled(sql, "agent_session_events", now),
    counted(sql, "signups", now),
    counted(sql, "revenue_events", now),
    ofServices(sql, now),
  ]);
  return [
    ...revenue.map((row) => arrivalsOf("revenue", row)),
    ...requests.map((row) => arrivalsOf("request", row)),
    ...sessions.map((row) => arrivalsOf("agent_session", row)),
    ...signups.map((row) => arrivalsOf("signup", row)),
    ...health.map((row) => arrivalsOf("health_check", row)),
  ];
}

function arrivalsOf(event: Feed["event"], { of, hours, lastAt }: Row): Arrivals {
  return { event, of, hours, lastAt: Temporal.Instant.from(lastAt) };
}

function spanUpTo(sql: Sql, now: Temporal.Instant) {
  const end = sql`${now.toString()}::text::timestamptz`;
  return { end, start: sql`(${end} - make_interval(hours => ${RHYTHM_HOURS}))` };
}

/** Hours of arrival as JSON, and the last arrival, of the rows that `received_at` is read from. */
function grouped(sql: Sql) {
  return sql`
    json_agg(distinct floor(extract(epoch from received_at) / 3600)::int
      order by floor(extract(epoch from received_at) / 3600)::int) as hours,
    to_json(max(received_at)) #>> '{}' as "lastAt"`;
}

async function sampled(sql: Sql, table: string, now: Temporal.Instant): Promise<Row[]> {
  const { start, end } = spanUpTo(sql, now);
  return sql<Row[]>`
    select null as of, ${grouped(sql)}
    from generate_series(date_trunc('hour', ${start}), ${end}, interval '1 hour') as hour
      cross join lateral (
        select received_at from ${sql(table)}
        where occurred_at >= hour and occurred_at < hour + interval '1 hour' order by occurred_at desc limit 1
      ) as newest
    where received_at between ${start} and ${end}
    having count(*) > 0`;
}

async function counted(sql: Sql, table: "signups" | "revenue_events", now: Temporal.Instant): Promise<Row[]> {
  const { start, end } = spanUpTo(sql, now);
  const of = table === "revenue_events" ? sql`source` : sql`null`;
  return sql<Row[]>`
    select ${of} as of, ${grouped(sql)}
    from ${sql(table)} join sources using (source_no)
    where occurred_at >= ${start} - make_interval(days => ${LATE_DAYS}) and received_at between ${start} and ${end}
    group by 1 order by 1`;
}

async function ofServices(sql: Sql, now: Temporal.Instant): Promise<Row[]> {
  const { start, end } = spanUpTo(sql, now);
  return sql<Row[]>`
    with recursive services as (
      (select service from health_checks order by service limit 1)
      union all
      select (select service from health_checks where service > services.service order by service limit 1)
      from services where services.service is not null
    ), known as (select service from services where service is not null limit ${MOST_SERVICES})
    select service as of, ${grouped(sql)}
    from known cross join generate_series(date_trunc('hour', ${start}), ${end}, interval '1 hour') as hour
      cross join lateral (
        select received_at from health_checks
        where service = known.service and occurred_at >= hour and occurred_at < hour + interval '1 hour'
        order by occurred_at desc limit 1
      ) as newest
    where received_at between ${start} and ${end}
    group by 1 order by 1`;
}
