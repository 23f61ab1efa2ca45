import type { TransactionSql } from "../db/client.ts";
import { EVENT_TABLES, TEAMS } from "./event-tables.ts";
import { eventTypeOf, type EventType } from "./event-type.ts";
import { signedHead } from "./event-key.ts";

interface NamedEvent {
  readonly key: string;
  /** As it is kept. */
  readonly eventId: string;
  /** As it was sent, and as earlier versions kept it. */
  readonly sentId: string;
}

export interface KeptEvent extends NamedEvent {
  readonly type: EventType;
  readonly sourceNo: number;
  /** ISO text. */
  readonly occurredAt: string;
}

/** The event that was accepted under an id; `null` when there is none, or none any more. */
export async function findKept(sql: TransactionSql, source: string, named: NamedEvent): Promise<KeptEvent | null> {
  const [found] = await sql<{ source_no: number; type_no: number; occurred_at: string }[]>`
    select k.source_no, k.type_no, to_json(k.occurred_at) #>> '{}' as occurred_at
    from ingest_keys k join sources using (source_no)
    where k.key = ${named.key}::text::uuid and source = ${source}`;
  const type = found === undefined ? undefined : eventTypeOf(found.type_no);
  if (found === undefined || type === undefined) return null;
  return { ...named, type, sourceNo: found.source_no, occurredAt: found.occurred_at };
}

/** How many rows there are of an event: 0 after its month was dropped. */
export async function countRows(sql: TransactionSql, event: KeptEvent): Promise<number> {
  const [row] = await sql.unsafe<{ rows: number }[]>(
    `select count(*)::integer as rows from ${EVENT_TABLES[event.type].table} where ${identityOf(event.type)}`,
    identityParameters(event),
  );
  return row?.rows ?? 0;
}

/**
 * Marks an event's row as taken back and queues what must be recomputed, with the cause. Answers
 * `false` when it was marked before. `at` is ISO text.
 */
export async function markVoided(
  sql: TransactionSql,
  event: KeptEvent,
  { at, timeZone, cause }: { readonly at: string; readonly timeZone: string; readonly cause: string },
): Promise<boolean> {
  const { table, dirt } = EVENT_TABLES[event.type];
  const [mark, unmarked] =
    event.type === "request"
      ? ["voided = true", "not voided"]
      : ["voided_at = $5::text::timestamptz", "voided_at is null"];
  const day = "(occurred_at at time zone $4::text)::date";
  const subject = dirt?.of === "subject" ? dirt.subject : "null::text";
  const rows = await sql.unsafe<{ day: string; subject: string | null; names_team: boolean }[]>(
    `update ${table} set ${mark} where ${identityOf(event.type)} and ${unmarked}
     returning ${day}::text as day, ${subject} as subject, user_no is not null and team_no is not null as names_team`,
    [...identityParameters(event), timeZone, ...(event.type === "request" ? [] : [at])],
  );
  const [row] = rows;
  if (row === undefined) return false;
  if (dirt?.of === "day")
    await sql`insert into dirty (kind, day, cause) values (${dirt.kind}, ${row.day}::text::date, ${cause})`;
  if (dirt?.of === "subject")
    await sql`insert into dirty (kind, subject, cause) values (${dirt.kind}, ${row.subject}, ${cause})`;
  if (row.names_team)
    await sql`insert into dirty (kind, day, cause) values (${TEAMS}, ${row.day}::text::date, ${cause})`;
  return true;
}

export async function writeAudit(
  sql: TransactionSql,
  event: KeptEvent,
  source: string,
  actor: string,
  reason: string,
): Promise<void> {
  const detail = JSON.stringify({ source, id: event.eventId, type: event.type, reason });
  await sql`
    insert into audit_log (actor, action, subject, detail)
    values (${actor}, 'event.voided', ${`${source} ${event.eventId}`}, ${detail}::text::jsonb)`;
}

/** The time comes first because it is what the tables are indexed by. */
function identityOf(type: EventType): string {
  const id =
    type === "request"
      ? "event_hash = $3::text::bigint"
      : "event_id in (select json_array_elements_text($3::text::json))";
  return `occurred_at = $1::text::timestamptz and source_no = $2::integer and ${id}`;
}

function identityParameters(event: KeptEvent): (string | number)[] {
  const id = event.type === "request" ? String(signedHead(event.key)) : JSON.stringify([event.eventId, event.sentId]);
  return [event.occurredAt, event.sourceNo, id];
}
