import type { Sql } from "../../db/client.ts";

/** Units of the workspace's currency for one unit of `currency`, from `day` until the currency's next rate. */
export interface Rate {
  readonly currency: string;
  /** ISO date. */
  readonly day: string;
  /** A decimal. */
  readonly rate: string;
}

export async function listRates(sql: Sql): Promise<Rate[]> {
  return await sql<Rate[]>`
    select currency, day::text as day, trim_scale(rate)::text as rate from fx_rates order by currency, fx_rates.day`;
}

/** Sets a rate in place of the one of its day, and queues the accounts that ever paid in the currency; answers how many. */
export async function setRate(sql: Sql, { currency, day, rate }: Rate, cause: string): Promise<number> {
  const queued = await sql`
    with kept as (
      insert into fx_rates (currency, day, rate) values (${currency}, ${day}::text::date, ${rate}::text::numeric)
      on conflict (currency, day) do update set rate = excluded.rate
    )
    insert into dirty (kind, subject, cause)
    select distinct 'account', account, ${cause}::text from revenue_events where currency = ${currency}
    returning subject`;
  return queued.length;
}
