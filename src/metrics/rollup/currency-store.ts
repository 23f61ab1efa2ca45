import type { TransactionSql } from "../../db/client.ts";
import type { Workspace } from "../../core/workspace.ts";
import { metricNames, metricOf } from "../catalogue.ts";
import { createRateBook } from "./rate-book.ts";
import { listRates, type Rate } from "./rates-store.ts";
import { eventOf, eventsOf } from "./revenue-events-store.ts";
import { createRevenueReplay } from "./revenue-replay.ts";

const MONEY = metricNames.filter((name) => metricOf(name).unit === "money");

/**
 * Before the workspace counts in another currency. What was paid without naming a currency was paid in the one of then, and
 * is written down as such. Rates into it, and restatements in it, would be read as of the new one: they go. Answers the
 * rates that went.
 */
export async function leaveCurrency(sql: TransactionSql, before: Workspace): Promise<Rate[]> {
  const unnamed = await inOwnCurrency(sql, before);
  await sql`
    update revenue_events set currency = ${before.currency}
    where row_no in (select json_array_elements_text(${JSON.stringify(unnamed)}::text::json)::bigint)`;
  await sql`delete from restatements where metric = any(${`{${MONEY.join(",")}}`}::text[])`;
  const gone = await listRates(sql);
  await sql`delete from fx_rates`;
  return gone;
}

/** Rows of the amounts of which no event, of their subscription until then, says the currency. */
async function inOwnCurrency(sql: TransactionSql, workspace: Workspace): Promise<string[]> {
  const { currency, policies, timeZone } = workspace;
  const rows: string[] = [];
  const accounts = await sql<{ account: string }[]>`select distinct account from revenue_events`;
  const book = createRateBook(currency, []);
  const replay = createRevenueReplay({ currency, policies, book, onOwnCurrency: ({ rowNo }) => rows.push(rowNo) });
  for await (const found of eventsOf(
    { sql, timeZone },
    accounts.map(({ account }) => account),
  ))
    for (const row of found) replay.take(eventOf(row));
  replay.finish();
  return rows;
}
