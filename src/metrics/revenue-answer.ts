import { z } from "zod";
import { count, money, percent, plainCount } from "./answer-fields.ts";

const tier = z.object({
  plan: z.string(),
  users: plainCount,
  customers: plainCount,
  mrr: z.number().meta({ description: "major units of the workspace currency" }),
  arpu: money,
});

const usersOfPlan = plainCount
  .optional()
  .meta({ description: "only where there is a plan of that name; `tiers` has all" });

/** What the revenue of a window is told in, as in `answers.ts`. */
export const revenueFields = {
  free_users: usersOfPlan,
  pro_users: usersOfPlan,
  workflow_users: usersOfPlan,
  enterprise_users: usersOfPlan,
  total_mrr: money,
  avg_revenue_per_user: money,
  customers: count,
  paused_customers: count,
  unconverted: plainCount,
  unpriced: plainCount.meta({ description: "live subscriptions whose price was never sent; they count 0 in MRR" }),
  tiers: z.array(tier),
  standing: z
    .object({ trial_users: plainCount, paused_users: plainCount, past_due_users: plainCount })
    .meta({ description: "users by how the account stands that gives their plan" }),
  opening_mrr: money.meta({ description: "MRR just before the window, in major units of the workspace currency" }),
  movements: z.object({
    new: money,
    expansion: money,
    contraction: money,
    churn: money,
    reactivation: money,
    paused: money,
    resumed: money,
    fx: money.meta({ description: "what exchange rates alone changed; below 0 when MRR lost by them" }),
    transfer: money.meta({ description: "subscriptions that changed their account: 0 in total" }),
  }),
  churn_rate: percent,
  gross_mrr_churn: percent,
  net_mrr_churn: z.number().nullable().meta({ description: "percent; below 0 the revenue grows by itself" }),
  grr: percent,
  nrr: z.number().nullable().meta({ description: "percent; above 100 the accounts grew" }),
  quick_ratio: z.number().nonnegative().nullable(),
  ltv: money,
  currency: z.string().length(3),
};
