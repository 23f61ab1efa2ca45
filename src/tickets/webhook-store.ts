import type { Sql } from "../db/client.ts";
import type { TicketChange } from "./webhook-message.ts";

/** Longer than any transaction that writes events: what was received before has been committed. */
const COMMITTED_AFTER = "10 minutes";
/** Longer than one attempt may last, so that whoever held it has ended. */
const HELD_SECONDS = 60;
const KEPT = "7 days";
const AT_ONCE = 20;

/**
 * Writes down what is to be sent. An endpoint that is new is told of what comes from now on. May run on any number of
 * instances at once.
 */
export async function recordChanges(sql: Sql, endpoints: readonly string[]): Promise<void> {
  const named = sql`(select json_array_elements_text(${JSON.stringify(endpoints)}::text::json))`;
  await sql`insert into webhook_endpoints (endpoint) select * from ${named} as e(endpoint) on conflict do nothing`;
  await sql`
    with news as (
      insert into webhook_deliveries (endpoint, row_no, ticket_id, occurred_at, message_id)
      select endpoint, row_no, ticket_id, occurred_at, 'msg_' || left(encode(sha256(convert_to(
          jsonb_build_array(ticket_id, source_no, event_id,
            case when event_id is null then jsonb_build_array(row_no, extract(epoch from received_at)) end)::text, 'UTF8')), 'hex'), 32)
      from webhook_endpoints join ticket_events on received_at >= since and received_at > read_to
      where endpoint in ${named} and voided_at is null
      on conflict do nothing
    )
    update webhook_endpoints set read_to = greatest(read_to, now() - ${COMMITTED_AFTER}::text::interval)
    where endpoint in ${named}`;
}

/** A change that is ours to send. */
export interface Claimed {
  readonly endpoint: string;
  readonly rowNo: string;
  readonly messageId: string;
  /** This one counted. */
  readonly attempts: number;
  readonly change: TicketChange;
}

type ClaimedRow = Omit<Claimed, "change"> & TicketChange;

/** Of each ticket and endpoint the first that is left, in the order of the ticket's log. */
export async function claimChanges(sql: Sql, endpoints: readonly string[]): Promise<Claimed[]> {
  const rows = await sql<ClaimedRow[]>`
    with due as materialized (
      select endpoint, row_no from webhook_deliveries as own
      where outcome is null and next_at <= now()
        and endpoint in (select json_array_elements_text(${JSON.stringify(endpoints)}::text::json))
        and not exists (
          select from webhook_deliveries as earlier
          where earlier.endpoint = own.endpoint and earlier.ticket_id = own.ticket_id and earlier.outcome is null
            and (earlier.occurred_at, earlier.row_no) < (own.occurred_at, own.row_no))
      order by next_at, row_no limit ${AT_ONCE} for update skip locked
    ), claimed as (
      update webhook_deliveries as held
      set attempts = attempts + 1, next_at = now() + make_interval(secs => ${HELD_SECONDS})
      from due where held.endpoint = due.endpoint and held.row_no = due.row_no
      returning held.endpoint, held.row_no, held.message_id, held.attempts
    )
    select endpoint, claimed.row_no::text as "rowNo", message_id as "messageId", attempts, ticket_id as "ticketId",
      action, to_json(occurred_at) #>> '{}' as "occurredAt", by, subject, priority, category,
      user_id as "userId", team_id as "teamId"
    from claimed join ticket_events using (row_no) left join users using (user_no) left join teams using (team_no)`;
  return rows.map(({ endpoint, rowNo, messageId, attempts, ...change }) => {
    return { endpoint, rowNo, messageId, attempts, change };
  });
}

type Key = Pick<Claimed, "endpoint" | "rowNo">;

export async function noteDelivered(sql: Sql, { endpoint, rowNo }: Key): Promise<void> {
  await sql`
    update webhook_deliveries set outcome = 'delivered', ended_at = now()
    where endpoint = ${endpoint} and row_no = ${rowNo}::text::bigint and outcome is distinct from 'delivered'`;
}

/** `waitSeconds` null: it is not tried again. An attempt that somebody else began since counts more. */
export async function noteFailed(
  sql: Sql,
  { endpoint, rowNo, attempts }: Key & Pick<Claimed, "attempts">,
  waitSeconds: number | null,
): Promise<void> {
  await sql`
    update webhook_deliveries set
      next_at = now() + make_interval(secs => ${waitSeconds ?? 0}),
      outcome = ${waitSeconds === null ? "given up" : null}::text,
      ended_at = case when ${waitSeconds === null} then now() end
    where endpoint = ${endpoint} and row_no = ${rowNo}::text::bigint and attempts = ${attempts} and outcome is null`;
}

/** Changes that were given up in the last 24 hours. */
export async function givenUpLately(sql: Sql): Promise<number> {
  const [row] = await sql<{ changes: number }[]>`
    select count(*)::int as changes from webhook_deliveries
    where outcome = 'given up' and ended_at > now() - interval '24 hours'`;
  return row?.changes ?? 0;
}

export async function clearDeliveries(sql: Sql): Promise<void> {
  await sql`delete from webhook_deliveries where ended_at < now() - ${KEPT}::text::interval`;
}
