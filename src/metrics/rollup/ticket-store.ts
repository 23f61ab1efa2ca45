import type { DayUnit, FoldBatch } from "./day-unit.ts";
import { readTicketLogs } from "../../tickets/log-store.ts";
import { foldTicket, type ReopeningRule } from "../../tickets/ticket-log.ts";
import { storeValues, wholeDay } from "./values-store.ts";

/** Folds tickets (subjects are ticket ids) from their log and queues the days that change. */
export async function foldTickets(batch: FoldBatch, rule: ReopeningRule): Promise<void> {
  const logs = await readTicketLogs(batch.sql, [...batch.causes.keys()], batch.timeZone);
  const tickets = [];
  const days = [];
  for (const [ticket_id, log] of logs) {
    const folded = foldTicket(log, rule);
    if (folded === null) continue;
    const { ticket } = folded;
    tickets.push({
      ticket_id,
      user_no: ticket.userNo,
      team_no: ticket.teamNo,
      subject: ticket.subject,
      status: ticket.status,
      priority: ticket.priority,
      category: ticket.category,
      opened_at: ticket.openedAt.toString(),
      first_response_at: ticket.firstResponseAt?.toString() ?? null,
      first_resolved_at: ticket.firstResolvedAt?.toString() ?? null,
      last_resolved_at: ticket.lastResolvedAt?.toString() ?? null,
    });
    for (const [day, { atEnd, ...moves }] of folded.days) {
      const { status, priority, category, lastResolvedAt } = atEnd;
      days.push({
        ticket_id,
        day,
        ...moves,
        status,
        priority,
        category,
        resolved_at: lastResolvedAt?.toString() ?? null,
      });
    }
  }
  await replaceTickets(batch, JSON.stringify(tickets));
  await replaceDays(batch, JSON.stringify(days));
}

async function replaceTickets({ sql, causes }: FoldBatch, tickets: string): Promise<void> {
  const instant = (column: string) => sql`timestamptz 'epoch' + ${sql(column)} * interval '1 microsecond'`;
  await sql`
    with fresh as (
      select * from json_to_recordset(${tickets}::text::json) as f(ticket_id text, user_no integer, team_no integer,
        subject text, status text, priority text, category text,
        opened_at bigint, first_response_at bigint, first_resolved_at bigint, last_resolved_at bigint)
    ), gone as (
      delete from support_tickets
      where ticket_id in (select json_array_elements_text(${JSON.stringify([...causes.keys()])}::text::json))
        and ticket_id not in (select ticket_id from fresh)
    )
    insert into support_tickets (ticket_id, user_no, team_no, subject, status, priority, category,
      opened_at, first_response_at, first_resolved_at, last_resolved_at)
    select ticket_id, user_no, team_no, subject, status, priority, category,
      ${instant("opened_at")}, ${instant("first_response_at")}, ${instant("first_resolved_at")}, ${instant("last_resolved_at")}
    from fresh
    on conflict (ticket_id) do update set user_no = excluded.user_no, team_no = excluded.team_no,
      subject = excluded.subject, status = excluded.status, priority = excluded.priority, category = excluded.category,
      opened_at = excluded.opened_at, first_response_at = excluded.first_response_at,
      first_resolved_at = excluded.first_resolved_at, last_resolved_at = excluded.last_resolved_at`;
}

async function replaceDays({ sql, causes }: FoldBatch, days: string): Promise<void> {
  const subjects = JSON.stringify([...causes].map(([ticket_id, cause]) => ({ ticket_id, cause })));
  const state = (of: string) => {
    const column = (name: string) => sql(`${of}.${name}`);
    return sql`(${column("opened")}, ${column("resolved")}, ${column("reopened")}, ${column("status")}, ${column("priority")},
      ${column("category")}, ${column("resolved_at")})`;
  };
  await sql`
    with subjects as (
      select ticket_id, cause from json_to_recordset(${subjects}::text::json) as s(ticket_id text, cause text)
    ), fresh as (
      select ticket_id, day, opened, resolved, reopened, status, priority, category,
        timestamptz 'epoch' + f.resolved_at * interval '1 microsecond' as resolved_at
      from json_to_recordset(${days}::text::json) as f(ticket_id text, day date, opened integer, resolved integer,
        reopened integer, status text, priority text, category text, resolved_at bigint)
    ), old as (
      select * from ticket_days where ticket_id in (select ticket_id from subjects)
    ), changed as (
      select ticket_id, day, fresh.opened is null as is_gone from old full join fresh using (ticket_id, day)
      where ${state("old")} is distinct from ${state("fresh")}
    ), gone as (
      delete from ticket_days using changed
      where ticket_days.ticket_id = changed.ticket_id and ticket_days.day = changed.day and changed.is_gone
    ), put as (
      insert into ticket_days (ticket_id, day, opened, resolved, reopened, status, priority, category, resolved_at)
      select ticket_id, day, opened, resolved, reopened, status, priority, category, resolved_at
      from fresh join changed using (ticket_id, day)
      on conflict (ticket_id, day) do update
        set opened = excluded.opened, resolved = excluded.resolved, reopened = excluded.reopened,
          status = excluded.status, priority = excluded.priority, category = excluded.category,
          resolved_at = excluded.resolved_at
    )
    insert into dirty (kind, day, cause)
    select distinct 'support', day, cause from changed join subjects using (ticket_id)`;
}

/** Recomputes how many tickets were opened, resolved and reopened on the day. */
export async function recomputeSupport(unit: DayUnit): Promise<void> {
  const { sql, day } = unit;
  const [totals] = await sql<Record<string, string>[]>`
    select coalesce(sum(opened), 0)::text as tickets_opened, coalesce(sum(resolved), 0)::text as tickets_resolved,
      coalesce(sum(reopened), 0)::text as tickets_reopened
    from ticket_days where day = ${day}::text::date`;
  await storeValues(unit, "support", {
    metrics: ["tickets_opened", "tickets_resolved", "tickets_reopened"],
    values: wholeDay({ ...totals }),
  });
}
