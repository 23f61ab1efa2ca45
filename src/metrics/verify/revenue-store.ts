import { rounded } from "./money-store.ts";
import { spanRows, type Placed, type Recount } from "./span.ts";

/** Money in major units, rounded once. */
export interface RevenueNumbers {
  readonly mrr: number;
  readonly arr: number;
  readonly customers: number;
  readonly arpu: number | null;
  readonly past_due_mrr: number;
  readonly paused_customers: number;
  readonly unconverted: number;
  readonly unconverted_subscriptions: number;
  readonly unpriced: number;
  readonly unpriced_subscriptions: number;
  readonly active_trials: number;
}

/** How the subscriptions stand at the end of each span. */
export function addUpRevenue(recount: Recount): Promise<Placed<RevenueNumbers>[]> {
  const { sql } = recount;
  const monthly = (yearly: string) => rounded(recount, yearly, "12");
  return sql<Placed<RevenueNumbers>[]>`
    with spans as ${spanRows(recount)}, accounts as (
      select place, account, coalesce(sum(worth) filter (where counts), 0) as yearly,
        coalesce(sum(worth) filter (where counts and past_due), 0) as past_due,
        count(*) filter (where counts and yearly is not null and rate is null) as unconverted,
        count(*) filter (where counts and yearly is null) as unpriced,
        count(*) filter (where standing = 'trial') as trials, bool_or(standing = 'paused') as has_paused
      from spans join recount_worth on since <= last and until > last group by place, account
    ), sums as (
      select place, coalesce(sum(yearly), 0) as yearly, count(*) filter (where yearly > 0) as customers,
        coalesce(sum(past_due), 0) as past_due, count(*) filter (where yearly = 0 and has_paused) as paused,
        coalesce(sum(unconverted), 0)::float8 as unconverted, coalesce(sum(unpriced), 0)::float8 as unpriced,
        coalesce(sum(trials), 0)::float8 as active_trials
      from spans left join accounts using (place) group by place
    )
    select place, ${monthly("yearly")} as mrr, ${rounded(recount, "yearly", "1")} as arr, customers::float8 as customers,
      ${rounded(recount, "yearly", "12 * nullif(customers, 0)")} as arpu, ${monthly("past_due")} as past_due_mrr,
      paused::float8 as paused_customers, unconverted, unconverted as unconverted_subscriptions, unpriced,
      unpriced as unpriced_subscriptions, active_trials
    from sums`;
}
