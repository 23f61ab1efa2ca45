import { rounded } from "./money-store.ts";
import { spanRows, type Placed, type Recount } from "./span.ts";

export interface TrialNumbers {
  readonly trials_started: number;
  readonly trial_conversion: number | null;
  readonly cash_collected: number;
  readonly refunds: number;
}

/** Trials that began, and those that ended, with the share that paid within a day of it and before the span was over; and cash. */
export function countTrialsAndCash(recount: Recount): Promise<Placed<TrialNumbers>[]> {
  const { sql, workspace } = recount;
  const localDate = (at: string) => sql`(${sql(at)} at time zone ${workspace.timeZone})::date`;
  const cash = (column: string) => rounded(recount, `coalesce(${column}, 0)`, "1");
  return sql<Placed<TrialNumbers>[]>`
    with spans as ${spanRows(recount)}, trials as (
      select ctid as trial, subscription, ${localDate("began_at")} as began_on, least(left_at, ends_at) as ended_at,
        ${localDate("least_end")} as ended_on
      from recount_trials, lateral (select least(left_at, ends_at) as least_end) as earlier
    ), payments as (
      select trial, min(${localDate("paid_at")}) as paid_on
      from trials join recount_moments as moment using (subscription), lateral (select greatest(since, ended_at) as paid_at) as first
      where standing = 'live' and yearly > 0 and since <= ended_at + interval '24 hours' and (until > ended_at or until is null)
      group by trial
    ), counted as (
      select place, count(*) filter (where began_on between first and last) as started,
        count(*) filter (where ended_on between first and last) as ended,
        count(*) filter (where ended_on between first and last and paid_on <= last) as paid
      from spans left join (trials left join payments using (trial)) on true group by place
    ), cash as (
      select place, sum(amount * rate) filter (where event <> 'refunded') as collected,
        sum(amount * rate) filter (where event = 'refunded') as refunded
      from spans join (select *, ${localDate("at")} as day from recount_cash) as dated on day between first and last
        join recount_rates as rates on rates.currency = dated.currency and since <= day and until > day
      group by place
    )
    select place, started::float8 as trials_started, (100.0 * paid / nullif(ended, 0))::float8 as trial_conversion,
      ${cash("collected")} as cash_collected, ${cash("refunded")} as refunds
    from counted left join cash using (place)`;
}
