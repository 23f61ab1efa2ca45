import { rounded } from "./money-store.ts";
import { spanRows, type Placed, type Recount } from "./span.ts";

export interface RetentionNumbers {
  readonly churn_rate: number | null;
  readonly grr: number | null;
  readonly nrr: number | null;
  readonly gross_mrr_churn: number | null;
  readonly net_mrr_churn: number | null;
  readonly ltv: number | null;
}

/**
 * What became, by the end of each span and of the 30 days that end with it, of the accounts that paid or were paused at the
 * start. What a subscription was worth then belongs to the account that has it at the end.
 */
export function followAccounts(recount: Recount): Promise<Placed<RetentionNumbers>[]> {
  const { sql, workspace } = recount;
  const lifetime = `(closing.yearly * ${workspace.policies.grossMargin} * month.accounts)`;
  return sql<Placed<RetentionNumbers>[]>`
    with spans as ${spanRows(recount)}, cohorts as (
      select place, first, last from spans union all select -place, last - 29, last from spans
    ), starts as (
      select place, first, last, subscription, case when counts then coalesce(worth, 0) else 0 end as opening,
        standing = 'paused' and worth > 0 as was_paused
      from cohorts join recount_worth on since < first and until >= first
      where worth > 0 and (counts or standing = 'paused')
    ), at_risk as (
      select place, account, sum(opening) as opening, bool_or(was_paused) as was_paused
      from starts join recount_stretches as ending using (subscription)
      where ending.since <= last and ending.until > last group by place, account
    ), closings as (
      select place, ending.account, coalesce(sum(ending.worth) filter (where ending.counts), 0) as yearly,
        coalesce(sum(ending.yearly * rates.rate) filter (where ending.counts), 0) as at_first_rates,
        bool_or(standing = 'paused') as has_paused
      from cohorts join recount_worth as ending on ending.since <= last and ending.until > last
        join recount_rates as rates on rates.currency = ending.currency and rates.since < first and rates.until >= first
      group by place, ending.account
    ), kept as (
      select place, count(*) as accounts, count(*) filter (where yearly = 0 and not has_paused) as lost,
        sum(opening) filter (where pays_on) as opening, sum(least(opening, at_first_rates)) filter (where pays_on) as kept,
        sum(at_first_rates) filter (where pays_on) as grown
      from at_risk join closings using (place, account),
        lateral (select opening > 0 and not (yearly = 0 and has_paused) as pays_on) as judged
      group by place
    ), closing as (
      select place, sum(yearly) as yearly, count(*) filter (where yearly > 0) as customers from closings where place > 0 group by place
    )
    select spans.place, (100.0 * own.lost / own.accounts)::float8 as churn_rate,
      (100 * own.kept / nullif(own.opening, 0))::float8 as grr, (100 * grown / nullif(opening, 0))::float8 as nrr,
      (100 - 100 * own.kept / nullif(own.opening, 0))::float8 as gross_mrr_churn,
      (100 - 100 * own.grown / nullif(own.opening, 0))::float8 as net_mrr_churn,
      ${rounded(recount, lifetime, "1200 * nullif(closing.customers * month.lost, 0)")} as ltv
    from spans left join kept as own on own.place = spans.place left join closing on closing.place = spans.place
      left join (select place, accounts, lost from kept) as month on month.place = -spans.place`;
}
