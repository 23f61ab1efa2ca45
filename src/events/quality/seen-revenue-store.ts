import type { Sql } from "../../db/client.ts";
import type { Money, SeenRevenue } from "./revenue-look.ts";

const MOST_PEOPLE = 1_000;
const MOST_ACCOUNTS = 1_000;

/** The accounts, and those in whose name the same people paid, which they may belong to. */
export async function withTheirPeople(sql: Sql, accounts: readonly string[]): Promise<string[]> {
  const rows = await sql<{ account: string }[]>`
    with asked as (select json_array_elements_text(${JSON.stringify(accounts)}::text::json) as account),
    people as (
      select distinct user_no from revenue_events join asked using (account) where user_no is not null limit ${MOST_PEOPLE}
    )
    select account from asked
    union
    (select distinct revenue_events.account from people join revenue_events using (user_no) limit ${MOST_ACCOUNTS})`;
  return rows.map(({ account }) => account);
}

type Row = Omit<SeenRevenue, "at" | "effectiveAt"> & { readonly at: string; readonly effectiveAt: string | null };

/**
 * The events of the accounts, of their subscriptions wherever these were before, and of their people; the first `most` of
 * them, which are read by index.
 */
export async function readSeenRevenue(sql: Sql, accounts: readonly string[], most: number): Promise<SeenRevenue[]> {
  const rows = await sql<Row[]>`
    with asked as materialized (
      select json_array_elements_text(${JSON.stringify(accounts)}::text::json) as account
    ), own as materialized (
      select row_no, subscription_id from revenue_events where account in (select account from asked)
      order by occurred_at limit ${most}
    ), named as (
      select row_no from own
      union
      select revenue_events.row_no from (select distinct subscription_id from own where subscription_id <> '') as s
        join revenue_events using (subscription_id)
    )
    select row_no::text as "rowNo", source_no::int as "sourceNo", event_id as "eventId",
      ((extract(epoch from occurred_at) * 1000000)::bigint)::text as at, event, 't' || team_no as team,
      'u' || user_no as "user", subscription_id as "subscriptionId", plan, amount::text as amount,
      coalesce(scale(amount) > 3, false) as "isUnitAmount", currency, billing_period as "billingPeriod",
      quantity::text as quantity, ((extract(epoch from effective_at) * 1000000)::bigint)::text as "effectiveAt"
    from revenue_events join named using (row_no)
    where voided_at is null
    order by occurred_at, row_no limit ${most}`;
  return rows.map(({ at, effectiveAt, ...row }) => {
    return { ...row, at: Number(at), effectiveAt: effectiveAt === null ? null : Number(effectiveAt) };
  });
}

export async function readMoney(sql: Sql, currency: string): Promise<Money> {
  const rows = await sql<{ currency: string }[]>`select distinct currency from fx_rates`;
  return { currency, rated: new Set(rows.map((row) => row.currency)) };
}

export interface NewRevenue {
  readonly rowNo: string;
  readonly account: string;
}

/** Revenue events behind a row number, in order, as far as no earlier one can still be on its way. */
export async function revenueAfter(
  sql: Sql,
  rowNo: string,
  { limit, settledSeconds }: { readonly limit: number; readonly settledSeconds: number },
): Promise<NewRevenue[]> {
  const rows = await sql<(NewRevenue & { readonly settled: boolean })[]>`
    select row_no::text as "rowNo", account, received_at <= now() - make_interval(secs => ${settledSeconds}) as settled
    from revenue_events where row_no > ${rowNo}::text::bigint order by row_no limit ${limit}`;
  const end = rows.findIndex(({ settled }) => !settled);
  return end < 0 ? rows : rows.slice(0, end);
}
