import { minorDigits } from "../../core/money.ts";
import { spanRows, type Placed, type Recount } from "./span.ts";
import { replayedAccounts } from "./subscription-replay.ts";

/** Money in major units, rounded once. */
export interface RevenueNumbers {
  readonly mrr: number;
  readonly arr: number;
  readonly customers: number;
  readonly arpu: number | null;
  readonly new_revenue: number;
  readonly churned_revenue: number;
  readonly mrr_new: number;
  readonly mrr_expansion: number;
  readonly mrr_contraction: number;
  readonly mrr_churn: number;
  readonly mrr_reactivation: number;
  readonly churn_rate: number | null;
  readonly gross_mrr_churn: number | null;
  readonly net_mrr_churn: number | null;
  readonly quick_ratio: number | null;
  readonly unconverted: number;
  readonly unconverted_subscriptions: number;
}

/** Revenue from every account's events: its timeline, the movements between its days, and what they add up to. */
export function addUpRevenue(recount: Recount): Promise<Placed<RevenueNumbers>[]> {
  const { sql, workspace } = recount;
  const digits = minorDigits(workspace.currency);
  const monthly = (arr: string) => sql`round(${sql(arr)} / 12, ${digits})::float8`;
  const percent = (part: ReturnType<typeof sql>) => sql`(100 * (${part}) / nullif(opening_arr, 0))::float8`;
  return sql<Placed<RevenueNumbers>[]>`
    with recursive spans as ${spanRows(recount)}, ${replayedAccounts(recount)}, timeline as (
      select account, day, arr, unconverted, is_paused, lead(day) over own as until, coalesce(lag(arr) over own, 0) as before,
        coalesce(max(arr) over (own rows between unbounded preceding and 1 preceding), 0) > 0 as has_paid
      from account_days window own as (partition by account order by day)
    ), moves as (
      select day, abs(arr - before) as size, case
          when before = 0 and has_paid then 'reactivation' when before = 0 then 'new'
          when arr = 0 then 'churn' when arr > before then 'expansion' else 'contraction'
        end as kind
      from timeline where arr <> before
    ), moved as (
      select place, coalesce(sum(size) filter (where kind = 'new'), 0) as gained,
        coalesce(sum(size) filter (where kind = 'reactivation'), 0) as regained,
        coalesce(sum(size) filter (where kind = 'expansion'), 0) as expanded,
        coalesce(sum(size) filter (where kind = 'contraction'), 0) as contracted,
        coalesce(sum(size) filter (where kind = 'churn'), 0) as churned
      from spans left join moves on day between first and last group by place
    ), closing as (
      select place, coalesce(sum(arr), 0) as arr, count(*) filter (where arr > 0) as customers,
        coalesce(sum(unconverted), 0) as unconverted
      from spans left join timeline on day <= last and (until is null or until > last) group by place
    ), paying as (
      select place, first, last, account, arr from spans join timeline on day < first and (until is null or until >= first)
      where arr > 0
    ), opening as (
      select place, sum(arr) as opening_arr, count(*) as payers from paying group by place
    ), losses as (
      select place, count(distinct account) as losses from paying join timeline using (account)
      where day between first and last and timeline.arr = 0 and not is_paused group by place
    ), sums as (
      select *, gained + regained as won from moved join closing using (place)
        left join opening using (place) left join losses using (place)
    )
    select place, ${monthly("arr")} as mrr, round(arr, ${digits})::float8 as arr, customers::float8 as customers,
      round(arr / nullif(12 * customers, 0), ${digits})::float8 as arpu, ${monthly("won")} as new_revenue,
      ${monthly("churned")} as churned_revenue, ${monthly("gained")} as mrr_new, ${monthly("expanded")} as mrr_expansion,
      ${monthly("contracted")} as mrr_contraction, ${monthly("churned")} as mrr_churn, ${monthly("regained")} as mrr_reactivation,
      (100.0 * coalesce(losses, 0) / payers)::float8 as churn_rate, ${percent(sql`churned + contracted`)} as gross_mrr_churn,
      ${percent(sql`churned + contracted - expanded - regained`)} as net_mrr_churn,
      ((won + expanded) / nullif(churned + contracted, 0))::float8 as quick_ratio, unconverted::float8 as unconverted,
      unconverted::float8 as unconverted_subscriptions
    from sums`;
}
