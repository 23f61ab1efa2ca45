import type { Metric, Terms } from "./metric.ts";
import { SOURCE } from "./source.ts";

const SEND_REVENUE = "Send `revenue` events.";

const mrrChanges = {
  mrr_new: 1,
  mrr_reactivation: 1,
  mrr_expansion: 1,
  mrr_contraction: -1,
  mrr_churn: -1,
} as const satisfies Terms;
const byPlan = { plan: { from: "stored" } } as const;
const mrrByPlan = { plan: { from: "stored", terms: { mrr_change: 1 } } } as const;
const customerChanges = { customers_gained: 1, customers_lost: -1 } as const satisfies Terms;

const ofRevenue = {
  group: "revenue",
  needs: SEND_REVENUE,
  source: SOURCE.billing,
  inputs: ["revenue"],
  policies: ["cancelAt", "pausedCounts"],
} as const;
const moneyGained = { kind: "count", unit: "money", better: "higher", ...ofRevenue } as const;
const moneyLost = { kind: "count", unit: "money", better: "lower", ...ofRevenue } as const;

export const revenue = {
  mrr: {
    kind: "level",
    label: "MRR",
    meaning: "Monthly recurring revenue: what all live subscriptions cost per month, at the end of the day.",
    formula:
      "The sum of amount × quantity × periods a month over the subscriptions that are live at the end of the day; equally, MRR of the day before + new + reactivation + expansion − contraction − churn.",
    unit: "money",
    better: "higher",
    ...ofRevenue,
    terms: mrrChanges,
    groups: mrrByPlan,
  },
  arr: {
    kind: "level",
    label: "ARR",
    meaning: "Annual recurring revenue: MRR times 12.",
    formula: "MRR × 12, rounded once.",
    unit: "money",
    better: "higher",
    ...ofRevenue,
    perYear: true,
    terms: mrrChanges,
    groups: mrrByPlan,
  },
  new_revenue: {
    ...moneyGained,
    label: "New revenue",
    meaning: "MRR gained from accounts that began to pay, for the first time or again.",
    formula: "New MRR + reactivation MRR.",
    terms: { mrr_new: 1, mrr_reactivation: 1 },
    groups: byPlan,
  },
  churned_revenue: {
    ...moneyLost,
    label: "Churned revenue",
    meaning: "MRR lost from accounts that went from paying to nothing.",
    formula: "The MRR of accounts that paid at the end of the day before and pay nothing at the end of the day.",
    terms: { mrr_churn: 1 },
    groups: byPlan,
  },
  mrr_new: {
    ...moneyGained,
    label: "New MRR",
    meaning: "MRR of accounts that paid for the first time ever.",
    formula: "The MRR, at the end of the day, of accounts that pay for the first time ever.",
    terms: { mrr_new: 1 },
    groups: byPlan,
  },
  mrr_expansion: {
    ...moneyGained,
    label: "Expansion MRR",
    meaning: "MRR added by accounts that already paid.",
    formula: "The rise in MRR of accounts that paid at the end of the day before and pay more at the end of the day.",
    terms: { mrr_expansion: 1 },
    groups: byPlan,
  },
  mrr_contraction: {
    ...moneyLost,
    label: "Contraction MRR",
    meaning: "MRR lost from accounts that went on paying, but less.",
    formula:
      "The fall in MRR of accounts that paid at the end of the day before and pay less, but something, at the end of the day.",
    terms: { mrr_contraction: 1 },
    groups: byPlan,
  },
  mrr_churn: {
    ...moneyLost,
    label: "Churned MRR",
    meaning: "MRR lost from accounts that went from paying to nothing; a pause is one of the ways.",
    formula: "The MRR of accounts that paid at the end of the day before and pay nothing at the end of the day.",
    terms: { mrr_churn: 1 },
    groups: byPlan,
  },
  mrr_reactivation: {
    ...moneyGained,
    label: "Reactivation MRR",
    meaning: "MRR of accounts that had paid before, stopped, and pay again.",
    formula:
      "The MRR, at the end of the day, of accounts that paid nothing at the end of the day before and had paid earlier.",
    terms: { mrr_reactivation: 1 },
    groups: byPlan,
  },
  customers: {
    kind: "level",
    label: "Customers",
    meaning: "Accounts that pay something at the end of the day.",
    formula: "The number of accounts whose MRR is above 0 at the end of the day.",
    unit: "count",
    better: "higher",
    ...ofRevenue,
    terms: customerChanges,
    groups: { plan: { from: "stored", terms: { customers_change: 1 } } },
  },
  arpu: {
    kind: "ratio",
    label: "ARPU",
    meaning: "Average revenue per paying account: MRR divided by customers, of the same day.",
    formula: "MRR ÷ customers, both at the end of the day.",
    unit: "money",
    better: "higher",
    ...ofRevenue,
    scale: 1,
    numerator: { over: "closing", terms: mrrChanges },
    denominator: { over: "closing", terms: customerChanges },
    groups: { plan: { from: "stored", terms: { mrr_change: 1 }, denominator: { customers_change: 1 } } },
  },
  churn_rate: {
    kind: "cohort",
    label: "Customer churn",
    meaning:
      "Of the accounts that paid when the window began, the share that went to nothing in it, each once; a pause does not count.",
    formula:
      "Accounts that paid at the end of the day before the window and went to nothing in it, each once ÷ all accounts that paid at the end of the day before the window.",
    unit: "percent",
    better: "lower",
    ...ofRevenue,
    cohort: "churn",
  },
  gross_mrr_churn: {
    kind: "ratio",
    label: "Gross MRR churn",
    meaning: "Churn and contraction as a share of the MRR with which the window began.",
    formula: "(Churned MRR + contraction MRR) of the window ÷ MRR at its start.",
    unit: "percent",
    better: "lower",
    ...ofRevenue,
    scale: 100,
    numerator: { over: "sum", terms: { mrr_churn: 1, mrr_contraction: 1 } },
    denominator: { over: "opening", terms: mrrChanges },
  },
  net_mrr_churn: {
    kind: "ratio",
    label: "Net MRR churn",
    meaning:
      "Churn and contraction less expansion and reactivation, as a share of the MRR with which the window began; below zero the revenue grows by itself.",
    formula: "(Churned MRR + contraction MRR − expansion MRR − reactivation MRR) of the window ÷ MRR at its start.",
    unit: "percent",
    better: "lower",
    ...ofRevenue,
    scale: 100,
    numerator: { over: "sum", terms: { mrr_churn: 1, mrr_contraction: 1, mrr_expansion: -1, mrr_reactivation: -1 } },
    denominator: { over: "opening", terms: mrrChanges },
  },
  quick_ratio: {
    kind: "ratio",
    label: "Quick ratio",
    meaning: "MRR gained for each unit of MRR lost.",
    formula: "(New MRR + expansion MRR + reactivation MRR) ÷ (churned MRR + contraction MRR), all of the window.",
    unit: "ratio",
    better: "higher",
    ...ofRevenue,
    scale: 1,
    numerator: { over: "sum", terms: { mrr_new: 1, mrr_expansion: 1, mrr_reactivation: 1 } },
    denominator: { over: "sum", terms: { mrr_churn: 1, mrr_contraction: 1 } },
  },
  grr: {
    kind: "cohort",
    label: "Gross revenue retention",
    meaning:
      "Of the MRR with which the window began, the share that the same accounts still pay at its end; what they added does not count.",
    formula:
      "Over the accounts that paid at the end of the day before the window: the sum of the smaller of MRR at its end and at its start ÷ the sum of MRR at its start.",
    unit: "percent",
    better: "higher",
    ...ofRevenue,
    cohort: "grr",
  },
  nrr: {
    kind: "cohort",
    label: "Net revenue retention",
    meaning:
      "What the accounts that paid as the window began pay at its end, as a share of what they paid then; above 100 they grew.",
    formula:
      "Over the accounts that paid at the end of the day before the window: the sum of MRR at its end ÷ the sum of MRR at its start.",
    unit: "percent",
    better: "higher",
    ...ofRevenue,
    cohort: "nrr",
  },
  ltv: {
    kind: "cohort",
    label: "Customer lifetime value",
    meaning: "What an account is likely to bring before it leaves, if it pays and leaves as accounts do now.",
    formula:
      "ARPU at the end of the day × gross margin (policy `GROSS_MARGIN`) ÷ customer churn of the 30 days that end with it; no data when nobody left in them.",
    unit: "money",
    better: "higher",
    ...ofRevenue,
    policies: ["cancelAt", "pausedCounts", "grossMargin"],
    cohort: "lifetime",
  },
  paused_customers: {
    kind: "level",
    label: "Paused customers",
    meaning: "Accounts that pay nothing at the end of the day only because they are paused.",
    formula: "The number of accounts whose MRR is 0 at the end of the day and would be above 0 if nothing were paused.",
    unit: "count",
    better: "lower",
    ...ofRevenue,
    terms: { paused_change: 1 },
  },
  unconverted_subscriptions: {
    kind: "level",
    label: "Subscriptions without an exchange rate",
    meaning: "Live subscriptions that are left out of MRR because their currency has no exchange rate.",
    formula:
      "The number of live subscriptions at the end of the day in another currency than the workspace's for which `fx_rates` has no rate of their day.",
    unit: "count",
    better: "lower",
    ...ofRevenue,
    terms: { unconverted_change: 1 },
  },
} as const satisfies Record<string, Metric>;
