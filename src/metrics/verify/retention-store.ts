import { minorDigits } from "../../core/money.ts";
import { spanRows, type Placed, type Recount } from "./span.ts";
import { replayedAccounts } from "./subscription-replay.ts";

export interface RetentionNumbers {
  readonly grr: number | null;
  readonly nrr: number | null;
  readonly ltv: number | null;
  readonly paused_customers: number;
}

/** What the accounts that paid before each span pay at its end, and how soon accounts leave at the pace of 30 days. */
export function followAccounts(recount: Recount): Promise<Placed<RetentionNumbers>[]> {
  const { sql, workspace } = recount;
  const margin = sql`${String(workspace.policies.grossMargin)}::text::numeric / 100`;
  return sql<Placed<RetentionNumbers>[]>`
    with recursive spans as ${spanRows(recount)}, ${replayedAccounts(recount)}, timeline as (
      select account, day, arr, is_paused, lead(day) over (partition by account order by day) as until from account_days
    ), ends as (
      select place, first, last, account, arr, is_paused from spans
      join timeline on day <= last and (until is null or until > last)
    ), kept as (
      select before.place, sum(least(before.arr, after.arr)) as kept, sum(after.arr) as grown, sum(before.arr) as opening
      from (
        select place, account, arr from spans join timeline on day < first and (until is null or until >= first)
        where arr > 0
      ) as before join ends as after using (place, account)
      group by before.place
    ), month_payers as (
      select place, last, account from spans join timeline on day < last - 29 and (until is null or until >= last - 29)
      where arr > 0
    ), leavers as (
      select place, count(*) as payers, count(*) filter (where exists (
        select from timeline where timeline.account = month_payers.account and day between last - 29 and last
          and arr = 0 and not is_paused)) as left
      from month_payers group by place
    ), closing as (
      select place, sum(arr) as arr, count(*) filter (where arr > 0) as customers, count(*) filter (where is_paused) as paused
      from ends group by place
    )
    select place, (100 * kept / nullif(opening, 0))::float8 as grr, (100 * grown / nullif(opening, 0))::float8 as nrr,
      round(closing.arr / 12 * ${margin} * payers / nullif(customers * leavers.left, 0), ${minorDigits(workspace.currency)})::float8
        as ltv,
      coalesce(paused, 0)::float8 as paused_customers
    from spans left join kept using (place) left join leavers using (place) left join closing using (place)`;
}
