import { Temporal } from "../core/time.ts";
import type { Sql } from "../db/client.ts";
import { readReopeningRule, readTicketLogs } from "./log-store.ts";
import { foldTicket, type TicketStatus } from "./ticket-log.ts";
import { instantOf, type ThreadRef, type TicketView } from "./ticket-view.ts";

interface DeskRow {
  readonly ticketId: string;
  readonly platform: string | null;
  readonly channel: string | null;
  readonly thread: string | null;
  readonly openedBy: string | null;
  readonly assignee: string | null;
  readonly dueAt: string | null;
  readonly card: string | null;
  readonly revision: number | null;
  readonly shown: number | null;
  readonly messages: number;
  readonly lastAt: string | null;
  readonly lastBy: "customer" | "agent" | null;
}

/**
 * Tickets as they are now, in the order of `ticketIds`. Their logs are replayed, because the stored state follows a few
 * seconds behind. Tickets that were never opened are left out.
 */
export async function readTickets(sql: Sql, ticketIds: readonly string[]): Promise<TicketView[]> {
  const logs = await readTicketLogs(sql, ticketIds, "UTC");
  const rule = await readReopeningRule(sql);
  const desk = await readDesk(sql, ticketIds);
  const folded = [...logs].flatMap(([ticketId, log]) => {
    const ticket = foldTicket(log, rule)?.ticket;
    return ticket === undefined ? [] : [{ ticketId, ticket, changedAt: instantOf(log.at(-1)?.at ?? ticket.openedAt) }];
  });
  const names = await readNames(
    sql,
    folded.map(({ ticket }) => ticket),
  );
  const views = new Map(
    folded.map(({ ticketId, ticket, changedAt }) => {
      const view: TicketView = {
        ticketId,
        ticket,
        openedAt: instantOf(ticket.openedAt),
        changedAt,
        userId: names.user(ticket.userNo),
        teamId: names.team(ticket.teamNo),
        ...deskView(desk.get(ticketId)),
      };
      return [ticketId, view];
    }),
  );
  return ticketIds.flatMap((ticketId) => views.get(ticketId) ?? []);
}

async function readDesk(sql: Sql, ticketIds: readonly string[]): Promise<Map<string, DeskRow>> {
  const rows = await sql<DeskRow[]>`
    select wanted.ticket_id as "ticketId", platform, channel, thread, opened_by as "openedBy", assignee,
      to_json(due_at) #>> '{}' as "dueAt", card, revision, shown,
      coalesce(spoken.messages, 0) as messages, to_json(newest.at) #>> '{}' as "lastAt", newest.by as "lastBy"
    from json_array_elements_text(${JSON.stringify(ticketIds)}::text::json) as wanted(ticket_id)
      left join desk_tickets using (ticket_id)
      left join lateral (
        select count(*)::int as messages from ticket_messages
        where ticket_messages.ticket_id = wanted.ticket_id and by <> 'bot' and deleted_at is null
      ) as spoken on true
      left join lateral (
        select at, by from ticket_messages
        where ticket_messages.ticket_id = wanted.ticket_id and by <> 'bot' and deleted_at is null
        order by at desc, message_id desc limit 1
      ) as newest on true`;
  return new Map(rows.map((row) => [row.ticketId, row]));
}

function deskView(
  row: DeskRow | undefined,
): Omit<TicketView, "ticketId" | "ticket" | "openedAt" | "changedAt" | "userId" | "teamId"> {
  return {
    thread: threadOf(row),
    openedBy: row?.openedBy ?? null,
    assignee: row?.assignee ?? null,
    dueAt: momentOf(row?.dueAt),
    card: row?.card ?? null,
    revision: row?.revision ?? 1,
    shown: row?.shown ?? 0,
    messages: row?.messages ?? 0,
    lastMessage: lastMessageOf(row),
  };
}

function threadOf(row: DeskRow | undefined): ThreadRef | null {
  const { platform = null, channel = null, thread = null } = row ?? {};
  return platform === null || channel === null || thread === null ? null : { platform, channel, thread };
}

function lastMessageOf(row: DeskRow | undefined): TicketView["lastMessage"] {
  const at = momentOf(row?.lastAt);
  const by = row?.lastBy ?? null;
  return at === null || by === null ? null : { at, by };
}

function momentOf(text: string | null | undefined): Temporal.Instant | null {
  return text === null || text === undefined ? null : Temporal.Instant.from(text);
}

interface Names {
  user(userNo: number | null): string | null;
  team(teamNo: number | null): string | null;
}

async function readNames(
  sql: Sql,
  tickets: readonly { readonly userNo: number | null; readonly teamNo: number | null }[],
): Promise<Names> {
  const rows = await sql<{ kind: string; no: number; id: string }[]>`
    select 'user' as kind, user_no as no, user_id as id from users
    where user_no in (select json_array_elements_text(${numbers(tickets.map(({ userNo }) => userNo))}::text::json)::int)
    union all
    select 'team', team_no, team_id from teams
    where team_no in (select json_array_elements_text(${numbers(tickets.map(({ teamNo }) => teamNo))}::text::json)::int)`;
  const ids = new Map(rows.map(({ kind, no, id }) => [`${kind} ${no}`, id]));
  return {
    user: (no) => ids.get(`user ${no ?? ""}`) ?? null,
    team: (no) => ids.get(`team ${no ?? ""}`) ?? null,
  };
}

function numbers(values: readonly (number | null)[]): string {
  return JSON.stringify(values.filter((value) => value !== null));
}

/** The ticket of this thread; null when none was opened there. A thread of Discord is the same wherever it hangs. */
export async function ticketOfThread(sql: Sql, { platform, channel, thread }: ThreadRef): Promise<string | null> {
  const [row] = await sql<{ ticketId: string }[]>`
    select ticket_id as "ticketId" from desk_tickets
    where platform = ${platform} and thread = ${thread} and (channel = ${channel} or platform = 'discord')`;
  return row?.ticketId ?? null;
}

/** A place in the list of tickets: microseconds since 1970, and the id among those opened then. */
export interface TicketPosition {
  readonly openedAt: bigint;
  readonly ticketId: string;
}

export interface TicketPage {
  readonly statuses: readonly TicketStatus[];
  /** At most this many, the newest first. */
  readonly limit: number;
  /** Continues after this ticket, as the page before ended. */
  readonly after?: TicketPosition;
}

const BEFORE_ALL: TicketPosition = { openedAt: 9_223_372_036_854_775_807n, ticketId: "" };

/**
 * Tickets of these statuses, the newest opening first. What is still in the queue of the roller is looked at too: somebody
 * who has just claimed a ticket finds it claimed.
 */
export async function listTickets(
  sql: Sql,
  { statuses, limit, after = BEFORE_ALL }: TicketPage,
): Promise<TicketView[]> {
  const rows = await sql<{ ticketId: string }[]>`
    (select ticket_id as "ticketId" from support_tickets
     where status in (select json_array_elements_text(${JSON.stringify(statuses)}::text::json))
       and ((extract(epoch from opened_at) * 1000000)::bigint, ticket_id collate "C")
         < (${after.openedAt.toString()}::text::bigint, ${after.ticketId}::text collate "C")
     order by opened_at desc, ticket_id collate "C" desc limit ${limit})
    union
    select subject from dirty where kind = 'ticket'`;
  const views = await readTickets(
    sql,
    rows.map(({ ticketId }) => ticketId),
  );
  return views
    .filter((view) => statuses.includes(view.ticket.status) && comesAfter(positionOf(view), after))
    .toSorted((one, other) => (comesAfter(positionOf(other), positionOf(one)) ? -1 : 1))
    .slice(0, limit);
}

export function positionOf({ ticket, ticketId }: TicketView): TicketPosition {
  return { openedAt: ticket.openedAt, ticketId };
}

function comesAfter(one: TicketPosition, other: TicketPosition): boolean {
  return one.openedAt < other.openedAt || (one.openedAt === other.openedAt && one.ticketId < other.ticketId);
}

/** When the tickets of some local days were opened, answered and resolved; ISO instants. */
export interface Moments {
  readonly what: "first response" | "resolution";
  readonly from: string;
  readonly to: string;
}

/**
 * Those opened on these days and answered by their end, and those first resolved on these days: of which
 * `support-overview` tells the hours.
 */
export async function readMoments(
  sql: Sql,
  { first, last, timeZone }: { readonly first: string; readonly last: string; readonly timeZone: string },
): Promise<Moments[]> {
  const day = (column: string) => sql`(${sql(column)} at time zone ${timeZone})::date`;
  const [start, end] = [sql`${first}::text::date`, sql`${last}::text::date`];
  const isNear = (column: string) => sql`
    ${sql(column)} >= (${start} - 1)::timestamp at time zone 'UTC' and ${sql(column)} < (${end} + 2)::timestamp at time zone 'UTC'`;
  return sql<Moments[]>`
    select 'first response' as what, to_json(opened_at) #>> '{}' as "from", to_json(first_response_at) #>> '{}' as "to"
    from support_tickets
    where ${isNear("opened_at")} and ${day("opened_at")} between ${start} and ${end} and ${day("first_response_at")} <= ${end}
    union all
    select 'resolution', to_json(opened_at) #>> '{}', to_json(first_resolved_at) #>> '{}' from support_tickets
    where ${isNear("first_resolved_at")} and ${day("first_resolved_at")} between ${start} and ${end}`;
}
