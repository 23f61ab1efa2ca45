import { rounded } from "./money-store.ts";
import { spanRows, type Placed, type Recount } from "./span.ts";

/** Money in major units, rounded once. */
export interface MovedNumbers {
  readonly new_revenue: number;
  readonly churned_revenue: number;
  readonly mrr_new: number;
  readonly mrr_expansion: number;
  readonly mrr_contraction: number;
  readonly mrr_churn: number;
  readonly mrr_reactivation: number;
  readonly mrr_paused: number;
  readonly mrr_resumed: number;
  readonly mrr_fx: number;
  readonly quick_ratio: number | null;
}

/** The movements of the days of each span, added up. */
export function addUpMoves(recount: Recount): Promise<Placed<MovedNumbers>[]> {
  const { sql } = recount;
  const sum = (kind: string) => sql`coalesce(sum(size) filter (where kind = ${kind}), 0)`;
  const monthly = (yearly: string) => rounded(recount, yearly, "12");
  return sql<Placed<MovedNumbers>[]>`
    with spans as ${spanRows(recount)}, moved as (
      select place, ${sum("new")} as gained, ${sum("expansion")} as expanded, ${sum("contraction")} as contracted,
        ${sum("churn")} as churned, ${sum("reactivation")} as regained, ${sum("paused")} as paused, ${sum("resumed")} as resumed,
        ${sum("fx")} as fx
      from spans left join recount_moves on day between first and last group by place
    )
    select place, ${monthly("(gained + regained)")} as new_revenue, ${monthly("churned")} as churned_revenue,
      ${monthly("gained")} as mrr_new, ${monthly("expanded")} as mrr_expansion, ${monthly("contracted")} as mrr_contraction,
      ${monthly("churned")} as mrr_churn, ${monthly("regained")} as mrr_reactivation, ${monthly("paused")} as mrr_paused,
      ${monthly("resumed")} as mrr_resumed, ${monthly("fx")} as mrr_fx,
      ((gained + expanded + regained) / nullif(churned + contracted, 0))::float8 as quick_ratio
    from moved`;
}
