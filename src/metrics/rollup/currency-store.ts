import type { Sql } from "../../db/client.ts";
import { metricNames, metricOf } from "../catalogue.ts";
import { listRates, type Rate } from "./rates-store.ts";

const MONEY = metricNames.filter((name) => metricOf(name).unit === "money");

/**
 * Before the workspace counts in another currency. What was paid without naming a currency was paid in the one of then, and
 * is written down as such. Rates into it, and restatements in it, would be read as of the new one: they go. Answers the
 * rates that went.
 */
export async function leaveCurrency(sql: Sql, before: string): Promise<Rate[]> {
  await sql`
    with told as (
      select row_no, count(currency) filter (where voided_at is null and event not in ('refunded', 'one_time')) over (
        partition by account, subscription_id order by occurred_at, event_id collate "C" nulls first, row_no
      ) as named
      from revenue_events
    )
    update revenue_events set currency = ${before} from told
    where revenue_events.row_no = told.row_no and currency is null and named = 0`;
  await sql`delete from restatements where metric = any(${`{${MONEY.join(",")}}`}::text[])`;
  const gone = await listRates(sql);
  await sql`delete from fx_rates`;
  return gone;
}
