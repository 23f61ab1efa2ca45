import type { Sql, TransactionSql } from "../db/client.ts";
import type { Conversation } from "./conversation.ts";
import type { ThreadRef } from "./ticket-view.ts";

export interface Reserved {
  readonly ticketId: string;
  /** False when the thread or key had its ticket already. */
  readonly isNew: boolean;
}

interface Reservation {
  readonly thread: ThreadRef | null;
  /** Without it, a ticket without a thread is opened each time it is asked for. */
  readonly key?: string | undefined;
  /** `slack:U123` */
  readonly openedBy: string;
  /** The event that opens the ticket, without its id and its ticket's. */
  readonly opening: object;
}

const COUNTER = "ticket_no";

/**
 * Gives the thread or key its one ticket. The number is taken in the same transaction, so that none is skipped when a thread has
 * one already or the transaction fails.
 */
export async function reserveTicket(sql: TransactionSql, reservation: Reservation): Promise<Reserved> {
  const { thread } = reservation;
  const key = reservation.key ?? null;
  await sql`insert into settings (name, value) values (${COUNTER}, '0') on conflict do nothing`;
  // The counter's row is held until the end, so the next one sees this thread's ticket.
  const [taken] = await sql<{ no: number }[]>`
    select (value #>> '{}')::int + 1 as no from settings where name = ${COUNTER} for update`;
  const existing = await sql<{ ticketId: string }[]>`
    select ticket_id as "ticketId" from desk_tickets
    where opening_key = ${key} or (platform = ${thread?.platform ?? null} and thread = ${thread?.thread ?? null}
      and (channel = ${thread?.channel ?? null} or platform = 'discord'))`;
  if (existing[0] !== undefined) return { ticketId: existing[0].ticketId, isNew: false };
  const no = taken?.no ?? 1;
  const ticketId = `TCK-${no}`;
  await sql`
    insert into desk_tickets (ticket_id, ticket_no, platform, channel, thread, opening_key, opened_by, opening)
    values (${ticketId}, ${no}, ${thread?.platform ?? null}, ${thread?.channel ?? null}, ${thread?.thread ?? null},
      ${key}, ${reservation.openedBy}, ${JSON.stringify(reservation.opening)}::text::jsonb)`;
  await sql`update settings set value = to_jsonb(${no}::int), updated_at = now() where name = ${COUNTER}`;
  return { ticketId, isNew: true };
}

/** Openings that the intake has not taken yet: of one ticket, or those older than so many seconds. */
export async function unsentOpenings(
  sql: Sql,
  of: { readonly ticketId: string } | { readonly olderThanSeconds: number },
): Promise<{ ticketId: string; opening: Record<string, unknown> }[]> {
  const which =
    "ticketId" in of
      ? sql`ticket_id = ${of.ticketId}`
      : sql`created_at < now() - make_interval(secs => ${of.olderThanSeconds})`;
  return sql<{ ticketId: string; opening: Record<string, unknown> }[]>`
    select ticket_id as "ticketId", opening from desk_tickets where opening is not null and ${which}
    order by created_at limit 100`;
}

export async function noteOpeningSent(sql: Sql, ticketId: string): Promise<void> {
  await sql`update desk_tickets set opening = null where ticket_id = ${ticketId}`;
}

/** What the desk keeps of a ticket besides its log; what is left out stays as it is. */
export interface DeskChange {
  /** Null: nobody's any more. */
  readonly assignee?: string | null;
  /** ISO instant; null: no promise. */
  readonly dueAt?: string | null;
}

/** Notes that the card shows too little, and what changed. A ticket that came over HTTP gets its row here. */
export async function touchTicket(sql: Sql, ticketId: string, change: DeskChange = {}): Promise<void> {
  const has = (name: keyof DeskChange) => Object.hasOwn(change, name);
  await sql`
    insert into desk_tickets as kept (ticket_id, assignee, due_at)
    values (${ticketId}, ${change.assignee ?? null}, ${change.dueAt ?? null}::text::timestamptz)
    on conflict (ticket_id) do update set revision = kept.revision + 1,
      assignee = case when ${has("assignee")} then excluded.assignee else kept.assignee end,
      due_at = case when ${has("dueAt")} then excluded.due_at else kept.due_at end`;
}

/** The card that was posted; false when another was first, whose card stays. */
export async function keepCard(sql: Sql, ticketId: string, card: string): Promise<boolean> {
  const rows = await sql`
    update desk_tickets set card = ${card} where ticket_id = ${ticketId} and card is null returning ticket_id`;
  return rows.length > 0;
}

/** The card shows this revision now; an older one does not undo a newer. */
export async function noteShown(sql: Sql, ticketId: string, revision: number): Promise<void> {
  await sql`update desk_tickets set shown = greatest(shown, ${revision}::int) where ticket_id = ${ticketId}`;
}

/** Tickets of a thread whose card is missing or shows too little. */
export async function staleCards(sql: Sql): Promise<string[]> {
  const rows = await sql<{ ticketId: string }[]>`
    select ticket_id as "ticketId" from desk_tickets
    where shown < revision and thread is not null and opening is null order by ticket_id limit 100`;
  return rows.map(({ ticketId }) => ticketId);
}

/**
 * Brings what is known of a thread up to what it is now. A message that is not in `messages` stays as it was: somebody
 * may have read only a part.
 */
export async function storeMessages(sql: Sql, ticketId: string, messages: readonly Conversation[]): Promise<void> {
  if (messages.length === 0) return;
  const rows = JSON.stringify(
    messages.map(({ messageId, author, by, at, text, attachments, editedAt, isDeleted }) => ({
      messageId,
      author,
      by,
      at: at.toString(),
      text: isDeleted ? "" : text,
      attachments: isDeleted ? [] : attachments,
      editedAt: editedAt?.toString() ?? null,
      isDeleted,
    })),
  );
  await sql`
    insert into ticket_messages as kept (ticket_id, message_id, author, by, at, text, attachments, edited_at, deleted_at)
    select ${ticketId}, "messageId", author, by, at, text, attachments, "editedAt", case when "isDeleted" then now() end
    from json_to_recordset(${rows}::text::json) as f("messageId" text, author text, by text, at timestamptz, text text,
      attachments jsonb, "editedAt" timestamptz, "isDeleted" boolean)
    on conflict (ticket_id, message_id) do update set text = excluded.text, attachments = excluded.attachments,
      edited_at = excluded.edited_at, deleted_at = coalesce(kept.deleted_at, excluded.deleted_at)
    where kept.deleted_at is null and (excluded.deleted_at is not null
      or coalesce(excluded.edited_at, '-infinity') > coalesce(kept.edited_at, '-infinity'))`;
}

/** A message of a thread as it is kept; times are ISO instants. */
export interface StoredMessage {
  readonly messageId: string;
  readonly author: string;
  readonly by: Conversation["by"];
  readonly at: string;
  readonly text: string;
  readonly attachments: Conversation["attachments"];
  readonly editedAt: string | null;
  readonly isDeleted: boolean;
}

export async function readMessages(sql: Sql, ticketId: string): Promise<StoredMessage[]> {
  return sql<StoredMessage[]>`
    select message_id as "messageId", author, by, to_json(at) #>> '{}' as at, text, attachments,
      to_json(edited_at) #>> '{}' as "editedAt", deleted_at is not null as "isDeleted"
    from ticket_messages where ticket_id = ${ticketId} order by ticket_messages.at, message_id collate "C"`;
}

export interface Note {
  readonly author: string;
  readonly text: string;
  /** ISO instant. */
  readonly at: string;
}

/** The same `key` again changes nothing. */
export async function addNote(sql: Sql, ticketId: string, key: string, note: Note): Promise<void> {
  await sql`
    insert into ticket_notes (ticket_id, key, author, at, text)
    values (${ticketId}, ${key}, ${note.author}, ${note.at}::text::timestamptz, ${note.text})
    on conflict (key) do nothing`;
}

export async function readNotes(sql: Sql, ticketId: string): Promise<Note[]> {
  return sql<Note[]>`
    select author, to_json(at) #>> '{}' as at, text from ticket_notes where ticket_id = ${ticketId} order by note_no`;
}
