import type { Sql } from "../../db/client.ts";
import type { NewFinding } from "../../events/quality/finding-store.ts";

const MOST = 50;
const LONGEST_DETAIL = 300;
const DAYS_OF_SESSIONS = 30;
const LATEST_EVENTS = 1_000;
const MOST_IDS = 200_000;

type Found = Omit<NewFinding, "code">;

/** The columns of a finding over a group of events. */
function overEvents(sql: Sql) {
  return sql`count(*)::int as count,
    (array_agg(event_id order by occurred_at, row_no))[1] as "firstEvent", to_json(min(occurred_at)) #>> '{}' as "firstAt",
    (array_agg(event_id order by occurred_at desc, row_no desc))[1] as "lastEvent",
    to_json(max(occurred_at)) #>> '{}' as "lastAt"`;
}

/** By milestone; the most frequent ones. */
export async function unknownMilestones(sql: Sql, configured: readonly string[]): Promise<Found[]> {
  return await sql<Found[]>`
    select milestone as subject, milestone as detail, ${overEvents(sql)}
    from user_activations
    where voided_at is null and milestone not in (select json_array_elements_text(${JSON.stringify(configured)}::text::json))
    group by milestone order by count(*) desc, milestone limit ${MOST}`;
}

/** By person; an end that names nobody belongs to the only session of its id. */
export async function unmatchedEnds(sql: Sql): Promise<Found[]> {
  return await sql<Found[]>`
    select coalesce('u' || user_no, 'nobody') as subject, left(string_agg(distinct session_id, ', '), ${LONGEST_DETAIL}) as detail,
      ${overEvents(sql)}
    from agent_session_events as ended
    where action = 'ended' and voided_at is null and occurred_at > now() - make_interval(days => ${DAYS_OF_SESSIONS})
      and case when user_no is null then (
          select count(distinct started.user_no) <> 1 from agent_session_events as started
          where started.session_id = ended.session_id and started.action = 'started' and started.voided_at is null)
        else not exists (
          select from agent_session_events as started
          where started.session_id = ended.session_id and started.action = 'started' and started.voided_at is null
            and started.user_no = ended.user_no)
        end
    group by user_no order by count(*) desc, user_no limit ${MOST}`;
}

/**
 * Pairs of sources that both sent the same ids, among the latest events of each type. What has no id, or was taken back, is
 * left out of these afterwards: to look for as many that have one could read a whole table.
 */
export async function sharedIds(sql: Sql): Promise<Found[]> {
  const latest = (table: string) => sql`
    (select event_id, source_no, occurred_at, row_no
     from (select * from ${sql(table)} order by row_no desc limit ${LATEST_EVENTS}) as newest
     where event_id is not null and voided_at is null)`;
  const keyOf = sql`left(encode(sha256(convert_to(event_id, 'UTF8')), 'hex'), 32)::uuid`;
  return await sql<Found[]>`
    with latest as (
      ${latest("revenue_events")} union all ${latest("signups")} union all ${latest("user_activations")}
      union all ${latest("nps_surveys")} union all ${latest("ticket_events")} union all ${latest("track_events")}
      union all ${latest("agent_session_events")} union all ${latest("error_logs")} union all ${latest("health_checks")}
    ), hashed as (
      select to_hex(event_hash) as head, source_no, occurred_at
      from (select * from usage_logs order by occurred_at desc limit ${LATEST_EVENTS}) as newest
      where event_hash is not null and not voided
    ), shared as (
      select event_id, latest.occurred_at, row_no, least(latest.source_no, keys.source_no) as one,
        greatest(latest.source_no, keys.source_no) as other
      from latest join ingest_keys as keys on keys.key = ${keyOf} and keys.source_no <> latest.source_no
      union all
      select null, hashed.occurred_at, 0, least(hashed.source_no, keys.source_no), greatest(hashed.source_no, keys.source_no)
      from hashed join ingest_keys as keys
        on keys.key between rpad(lpad(head, 16, '0'), 32, '0')::uuid and rpad(lpad(head, 16, '0'), 32, 'f')::uuid
          and keys.source_no <> hashed.source_no
    )
    select first.source || ' + ' || second.source as subject, first.source || ', ' || second.source as detail,
      ${overEvents(sql)}
    from shared join sources as first on first.source_no = one join sources as second on second.source_no = other
    group by first.source, second.source order by count(*) desc limit ${MOST}`;
}

/** People and teams whose ids are the same but for case and white space, among those that were new lately. */
export async function nearDuplicates(sql: Sql): Promise<Found[]> {
  const alike = (table: string, id: string, no: string, kind: string) => sql`
    (select ${kind}::text || ' ' || max(${sql(no)}) as subject, count(*)::int as count,
      left(string_agg(${sql(id)}, ', ' order by ${sql(no)}), ${LONGEST_DETAIL}) as detail, max(${sql(no)}) as no
     from (select ${sql(id)}, ${sql(no)} from ${sql(table)} order by ${sql(no)} desc limit ${MOST_IDS}) as lately
     group by lower(regexp_replace(${sql(id)}, '\\s', '', 'g')) having count(*) > 1
     order by no desc limit ${MOST})`;
  return await sql<Found[]>`
    select subject, count, detail, null as "firstEvent", null as "firstAt", null as "lastEvent", null as "lastAt"
    from (${alike("users", "user_id", "user_no", "user")} union all ${alike("teams", "team_id", "team_no", "team")}) as found`;
}

export interface EarlyEvent {
  readonly type: string;
  readonly eventId: string | null;
  readonly at: string;
}

const EARLY = 20;

/** The earliest events of each table, in order. */
export async function earliestEvents(sql: Sql): Promise<EarlyEvent[]> {
  const early = (type: string, table: string) => sql`
    (select ${type}::text as type, event_id, occurred_at from ${sql(table)} where voided_at is null
     order by occurred_at limit ${EARLY})`;
  return await sql<EarlyEvent[]>`
    select type, event_id as "eventId", to_json(occurred_at) #>> '{}' as at from (
      ${early("revenue", "revenue_events")} union all ${early("signup", "signups")}
      union all ${early("activation", "user_activations")} union all ${early("nps", "nps_surveys")}
      union all ${early("ticket", "ticket_events")} union all ${early("track", "track_events")}
      union all ${early("agent_session", "agent_session_events")} union all ${early("error", "error_logs")}
      union all ${early("health_check", "health_checks")}
      union all (select 'request', null, occurred_at from usage_logs where not voided order by occurred_at limit ${EARLY})
    ) as early order by occurred_at`;
}
