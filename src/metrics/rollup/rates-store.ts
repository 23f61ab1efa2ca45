import { currenciesWithDigits, minorDigits } from "../../core/money.ts";
import type { Sql } from "../../db/client.ts";
import { CAUSE } from "../../events/cause.ts";

/** Units of the workspace's currency for one unit of `currency`, from `day` until the currency's next rate. */
export interface Rate {
  readonly currency: string;
  /** ISO date. */
  readonly day: string;
  /** A decimal. */
  readonly rate: string;
}

/** What an amount in millionths of a currency's minor unit is multiplied by to be one of the workspace's; decimals, 0 without a rate. */
export interface Factors {
  readonly currency: string;
  /** At the rate of the day. */
  readonly now: string;
  /** At that of the day before. */
  readonly before: string;
}

export async function listRates(sql: Sql): Promise<Rate[]> {
  return await sql<Rate[]>`
    select currency, day::text as day, trim_scale(rate)::text as rate from fx_rates order by currency, fx_rates.day`;
}

/** Every currency that has a rate by the day, and that of the workspace. */
export async function factorsOf(sql: Sql, own: string, day: string): Promise<Factors[]> {
  const latest = (until: ReturnType<Sql>) => sql`coalesce((
    select trim_scale(rate * ${unitFactor(sql, "fx_rates.currency", own)}) from fx_rates
    where fx_rates.currency = known.currency and day <= ${until} order by day desc limit 1), 0)::text`;
  const others = await sql<Factors[]>`
    select currency, ${latest(sql`${day}::text::date`)} as now, ${latest(sql`${day}::text::date - 1`)} as before
    from (select distinct currency from fx_rates where day <= ${day}::text::date and currency <> ${own}) as known`;
  return [{ currency: own, now: "1", before: "1" }, ...others];
}

/** What differs between the minor units of a currency and the workspace's, as a power of ten. */
export function unitFactor(sql: Sql, currency: string, own: string) {
  const digits = (count: number) => `{${currenciesWithDigits(count).join(",")}}`;
  return sql`power(10::numeric, (${minorDigits(own)}::int - case
    when ${sql(currency)} = any(${digits(0)}::text[]) then 0 when ${sql(currency)} = any(${digits(3)}::text[]) then 3
    else 2 end)::numeric)`;
}

/**
 * Sets a rate in place of the one of its day. Queues the accounts that ever named the currency, and the days whose numbers
 * depend on the rate: those on which money came in until the next rate, and the two on which the rate changes. Answers how
 * many accounts.
 */
export async function setRate(sql: Sql, { currency, day, rate }: Rate, cause: string = CAUSE.rate): Promise<number> {
  const date = sql`${day}::text::date`;
  const queued = await sql<{ subject: string | null }[]>`
    with next as (
      select min(day) as day from fx_rates where currency = ${currency} and day > ${date}
    ), kept as (
      insert into fx_rates (currency, day, rate) values (${currency}, ${date}, ${rate}::text::numeric)
      on conflict (currency, day) do update set rate = excluded.rate
    ), days as (
      select ${date} as day union select day from next where day is not null
      union select day from revenue_cash
        where currency = ${currency} and day >= ${date} and day < coalesce((select day from next), 'infinity')
    )
    insert into dirty (kind, day, subject, cause)
    select 'revenue', day, null, ${cause}::text from days
    union all
    select distinct 'account', null::date, account, ${cause}::text from revenue_events where currency = ${currency}
    returning subject`;
  return queued.filter(({ subject }) => subject !== null).length;
}
