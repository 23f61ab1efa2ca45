import { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import { NO_PLAN } from "../../metrics/rollup/account.ts";
import { unitFactor } from "../../metrics/rollup/rates-store.ts";
import { PSEUDONYM } from "../../surveys/person-store.ts";
import type { TicketView } from "../../tickets/ticket-view.ts";

/** A ticket, and whom it names by itself. */
type Asked = Pick<TicketView, "ticketId" | "ticket">;

export interface When {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  /** The workspace's. */
  readonly currency: string;
}

/** What is known of the one who waits; null: nothing of that. */
export interface TicketContext {
  /** The account by its id in the product. */
  readonly account: string | null;
  readonly plan: string | null;
  /** Annualised, in millionths of the currency's minor unit. */
  readonly arr: bigint | null;
  /** The latest answer that the product sent; what was answered in a survey in chat is for admins alone. */
  readonly nps: { readonly score: number; readonly at: Temporal.Instant } | null;
  /** Of 24 hours, the person's and their team's; `at` is where most of them happened. */
  readonly errors: { readonly count: number; readonly at: string | null } | null;
}

const SURVEYS_IN_CHAT = "chat";

/** Annualised revenue of the accounts that wait, by ticket, in millionths of the minor unit; tickets of nobody who is known to pay are left out. */
export async function readArr(sql: Sql, tickets: readonly Asked[], when: When): Promise<ReadonlyMap<string, bigint>> {
  const rows = await sql<{ ticketId: string; arr: string }[]>`
    ${waiting(sql, tickets, when)}
    select ticket_id as "ticketId", arr from paying where arr is not null`;
  return new Map(rows.map(({ ticketId, arr }) => [ticketId, BigInt(arr)]));
}

/**
 * Who somebody in chat (`slack:U123`) is in the product; null while nobody has linked them. Whoever is linked to their other
 * chat alone counts in surveys under a pseudonym, which must not stand beside a name.
 */
export async function linkedUser(sql: Sql, person: string): Promise<string | null> {
  const [row] = await sql<{ userId: string }[]>`select user_id as "userId" from person_links
    where person = ${person} and user_id !~ ${PSEUDONYM}`;
  return row?.userId ?? null;
}

interface ContextRow {
  readonly isKnown: boolean;
  readonly account: string | null;
  readonly plan: string | null;
  readonly arr: string | null;
  readonly score: number | null;
  readonly answeredAt: string | null;
  readonly errors: number;
  readonly errorsAt: string | null;
}

/** Null when nobody knows in the product who waits. */
export async function readContext(sql: Sql, ticket: Asked, when: When): Promise<TicketContext | null> {
  const now = sql`${when.now.toString()}::text::timestamptz`;
  const [row] = await sql<ContextRow[]>`
    ${waiting(sql, [ticket], when)}
    select coalesce(paying.user_no, paying.team_no) is not null as "isKnown", arr,
      coalesce(paying.plan, (select users.plan from users where users.user_no = paying.user_no and arr is null)) as plan,
      coalesce((select team_id from teams where teams.team_no = paying.team_no),
        (select user_id from users where users.user_no = paying.user_no)) as account,
      answer.score, to_json(answer.occurred_at) #>> '{}' as "answeredAt", failed.errors, failed.at as "errorsAt"
    from paying
      left join lateral (
        select score, occurred_at from nps_surveys
        where nps_surveys.user_no = paying.user_no and voided_at is null and occurred_at <= ${now}
          and source_no not in (select source_no from sources where source = ${SURVEYS_IN_CHAT})
        order by occurred_at desc, row_no desc limit 1
      ) as answer on true
      cross join lateral (
        select count(*)::int as errors, mode() within group (order by concat_ws(' ', method, endpoint))
          filter (where endpoint is not null) as at
        from error_logs
        where occurred_at > ${now} - interval '24 hours' and occurred_at <= ${now} and voided_at is null
          and (error_logs.user_no = paying.user_no or error_logs.team_no = paying.team_no)
      ) as failed`;
  return row?.isKnown === true ? contextOf(row) : null;
}

function contextOf({ account, plan, arr, score, answeredAt, errors, errorsAt }: ContextRow): TicketContext {
  return {
    account,
    plan,
    arr: arr === null ? null : BigInt(arr),
    nps: score === null || answeredAt === null ? null : { score, at: Temporal.Instant.from(answeredAt) },
    errors: { count: errors, at: errorsAt },
  };
}

/**
 * Who waits, as a `with` clause that ends in `paying`. The ticket says it, or a link says who in the product the one is
 * who wrote first in the thread. Their team is that of their latest event; the account is the team, or the person.
 */
function waiting(sql: Sql, tickets: readonly Asked[], { now, timeZone, currency }: When) {
  const asked = tickets.map(({ ticketId, ticket: { userNo, teamNo } }) => ({ ticketId, userNo, teamNo }));
  const today = sql`${now.toZonedDateTimeISO(timeZone).toPlainDate().toString()}::text::date`;
  const factor = sql`case when part.currency = ${currency} then 1 else (
    select rate * ${unitFactor(sql, "fx_rates.currency", currency)} from fx_rates
    where fx_rates.currency = part.currency and day <= ${today} order by day desc limit 1) end`;
  return sql`
    with asked as (
      select * from json_to_recordset(${JSON.stringify(asked)}::text::json) as a("ticketId" text, "userNo" int, "teamNo" int)
    ), people as (
      select "ticketId" as ticket_id, "teamNo" as team_no, coalesce("userNo", (
        select user_no from person_links join users using (user_id)
        where user_id !~ ${PSEUDONYM} and person = coalesce(
          (select author from ticket_messages where ticket_messages.ticket_id = "ticketId" and by = 'customer'
           order by at, message_id limit 1),
          (select opened_by from desk_tickets where desk_tickets.ticket_id = "ticketId"))
      )) as user_no
      from asked
    ), teamed as (
      select ticket_id, user_no, coalesce(team_no, (
        select team_no from user_teams where user_teams.user_no = people.user_no and day <= ${today}
        order by day desc limit 1
      )) as team_no
      from people
    ), paying as (
      select teamed.*, money.arr, money.plan from teamed left join lateral (
        select round(coalesce((
            select sum(amount * ${factor}) from unnest(currencies, money) as part(currency, amount)), 0))::text as arr,
          nullif(state.plan, ${NO_PLAN}) as plan
        from (values (1, 't' || team_no), (2, 'u' || user_no)) as own(place, account)
          cross join lateral (
            select plan, currencies, money from account_spans
            where account_spans.account = own.account and day <= ${today} order by day desc limit 1
          ) as state
        order by place limit 1
      ) as money on true
    )`;
}
