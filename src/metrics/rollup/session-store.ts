import type { FoldBatch } from "./day-unit.ts";
import { lockKind } from "./queue-store.ts";

/**
 * Folds sessions (subjects are session ids): each counts once, at its earliest `started`, for the person named there.
 * Queues the usage of the days that change, and the people whose first session does.
 */
export async function foldSessions(batch: FoldBatch): Promise<void> {
  const { sql, timeZone, causes } = batch;
  const subjects = JSON.stringify([...causes].map(([id, cause]) => ({ id, cause })));
  const [moved] = await sql<{ people: string }[]>`
    with subjects as (
      select id, cause from json_to_recordset(${subjects}::text::json) as s(id text, cause text)
    ), events as (
      select *, row_number() over (partition by session_id
        order by occurred_at, event_id collate "C" nulls first, row_no) as place
      from agent_session_events where session_id in (select id from subjects) and voided_at is null
    ), fresh as (
      select distinct on (session_id) session_id, user_no, team_no, occurred_at as started_at
      from events where action = 'started' order by session_id, place
    ), latest as (
      select session_id, max(occurred_at) filter (where action = 'ended') as ended_at,
        (array_agg(agent_id order by place desc) filter (where agent_id is not null))[1] as agent_id,
        (array_agg(status order by place desc) filter (where status is not null))[1] as status,
        (array_agg(messages order by place desc) filter (where messages is not null))[1] as messages,
        (array_agg(tokens order by place desc) filter (where tokens is not null))[1] as tokens
      from events group by session_id
    ), old as (
      select session_id, user_no, started_at from agent_sessions where session_id in (select id from subjects)
    ), gone as (
      delete from agent_sessions
      where session_id in (select id from subjects) and session_id not in (select session_id from fresh)
    ), put as (
      insert into agent_sessions (session_id, user_no, team_no, agent_id, started_at, ended_at, status, messages, tokens)
      select session_id, user_no, team_no, agent_id, started_at,
        case when ended_at >= started_at then ended_at end, status, messages, tokens
      from fresh join latest using (session_id)
      on conflict (session_id) do update set user_no = excluded.user_no, team_no = excluded.team_no,
        agent_id = excluded.agent_id, started_at = excluded.started_at, ended_at = excluded.ended_at,
        status = excluded.status, messages = excluded.messages, tokens = excluded.tokens
    ), changed as (
      select unnest(array[old.started_at, fresh.started_at]) as at, unnest(array[old.user_no, fresh.user_no]) as user_no, cause
      from old full join fresh using (session_id) join subjects on subjects.id = session_id
      where (old.started_at, old.user_no) is distinct from (fresh.started_at, fresh.user_no)
    ), queued as (
      insert into dirty (kind, day, cause)
      select distinct 'usage', (at at time zone ${timeZone})::date, cause from changed where at is not null
    )
    select coalesce((
      select json_agg(json_build_object('user_no', user_no, 'cause', cause)) from changed where user_no is not null
    ), '[]')::text as people`;
  if (moved && moved.people !== "[]") await noteFirstSessions(batch, moved.people);
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
