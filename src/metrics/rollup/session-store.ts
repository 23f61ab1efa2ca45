import type { Sql } from "../../db/client.ts";
import type { FoldBatch } from "./day-unit.ts";
import { lockKind } from "./queue-store.ts";

/**
 * Folds sessions (subjects are session ids; a session is one of a person): each counts once, at its earliest `started`.
 * Queues the usage of the days that change, and the people whose first session does.
 */
export async function foldSessions(batch: FoldBatch): Promise<void> {
  const { sql, timeZone, causes } = batch;
  const subjects = JSON.stringify([...causes].map(([id, cause]) => ({ id, cause })));
  const [moved] = await sql<{ people: string }[]>`
    with subjects as (
      select id, cause from json_to_recordset(${subjects}::text::json) as s(id text, cause text)
    ), told as (
      select * from agent_session_events where session_id in (select id from subjects) and voided_at is null
    ), fresh as (
      select distinct on (session_id, user_no) session_id, user_no, team_no, occurred_at as started_at
      from told where action = 'started' and user_no is not null
      order by session_id, user_no, occurred_at, event_id collate "C" nulls first, row_no
    ), events as (
      select told.*, whose.user_no as owner_no, row_number() over (partition by told.session_id, whose.user_no
        order by occurred_at, event_id collate "C" nulls first, row_no) as place
      from told cross join lateral ${ownerOf(sql)} as whose
    ), latest as (
      select session_id, owner_no as user_no, max(occurred_at) filter (where action = 'ended') as ended_at,
        (array_agg(agent_id order by place desc) filter (where agent_id is not null))[1] as agent_id,
        (array_agg(status order by place desc) filter (where status is not null))[1] as status,
        (array_agg(messages order by place desc) filter (where messages is not null))[1] as messages,
        (array_agg(tokens order by place desc) filter (where tokens is not null))[1] as tokens
      from events group by session_id, owner_no
    ), old as (
      select session_id, user_no, started_at from agent_sessions where session_id in (select id from subjects)
    ), gone as (
      delete from agent_sessions
      where session_id in (select id from subjects) and (session_id, user_no) not in (select session_id, user_no from fresh)
    ), put as (
      insert into agent_sessions (session_id, user_no, team_no, agent_id, started_at, ended_at, status, messages, tokens)
      select session_id, user_no, team_no, agent_id, started_at,
        case when ended_at >= started_at then ended_at end, status, messages, tokens
      from fresh join latest using (session_id, user_no)
      on conflict (session_id, user_no) do update set team_no = excluded.team_no,
        agent_id = excluded.agent_id, started_at = excluded.started_at, ended_at = excluded.ended_at,
        status = excluded.status, messages = excluded.messages, tokens = excluded.tokens
    ), changed as (
      select unnest(array[old.started_at, fresh.started_at]) as at, user_no, cause
      from old full join fresh using (session_id, user_no) join subjects on subjects.id = session_id
      where old.started_at is distinct from fresh.started_at
    ), queued as (
      insert into dirty (kind, day, cause)
      select distinct 'usage', (at at time zone ${timeZone})::date, cause from changed where at is not null
    )
    select coalesce((
      select json_agg(distinct jsonb_build_object('user_no', user_no, 'cause', cause)) from changed
    ), '[]')::text as people`;
  if (moved && moved.people !== "[]") await noteFirstSessions(batch, moved.people);
}

/**
 * Whose session an event of `told` is about: that of the person it names; without one, of the only person who had started
 * a session of that id by then. No row when there is none, or several.
 */
function ownerOf(sql: Sql) {
  return sql`(
    select told.user_no where told.user_no is not null
    union all
    select min(fresh.user_no) from fresh
    where told.user_no is null and fresh.session_id = told.session_id and fresh.started_at <= told.occurred_at
    having count(*) = 1)`;
}

/** Grouped, not one `min` a person: without statistics PostgreSQL would walk all sessions in order of time for each of them. */
async function noteFirstSessions({ sql }: FoldBatch, people: string): Promise<void> {
  await lockKind(sql, "users");
  await sql`
    with people as (
      select user_no, string_agg(distinct cause, '; ') as cause
      from json_to_recordset(${people}::text::json) as p(user_no integer, cause text) group by user_no
    ), firsts as (
      select people.user_no, cause, min(started_at) as at
      from people left join agent_sessions on agent_sessions.user_no = people.user_no group by people.user_no, cause
    ), changed as (
      update users set first_session_at = firsts.at from firsts
      where users.user_no = firsts.user_no and users.first_session_at is distinct from firsts.at
      returning users.user_no, users.signed_up_at, firsts.cause
    )
    insert into dirty (kind, subject, cause)
    select 'person', user_no::text, cause from changed where signed_up_at is not null`;
}
