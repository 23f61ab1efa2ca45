import type { Metric, Terms } from "./metric.ts";

const SEND_REVENUE = "Send `revenue` events.";

const mrrChanges = {
  mrr_new: 1,
  mrr_reactivation: 1,
  mrr_expansion: 1,
  mrr_contraction: -1,
  mrr_churn: -1,
} as const satisfies Terms;
const customerChanges = { customers_gained: 1, customers_lost: -1 } as const satisfies Terms;

const ofRevenue = { group: "revenue", needs: SEND_REVENUE } as const;
const moneyGained = { kind: "count", unit: "money", better: "higher", ...ofRevenue } as const;
const moneyLost = { kind: "count", unit: "money", better: "lower", ...ofRevenue } as const;

export const revenue = {
  mrr: {
    kind: "level",
    label: "MRR",
    meaning: "Monthly recurring revenue: what all live subscriptions cost per month, at the end of the day.",
    unit: "money",
    better: "higher",
    ...ofRevenue,
    terms: mrrChanges,
  },
  arr: {
    kind: "level",
    label: "ARR",
    meaning: "Annual recurring revenue: MRR times 12.",
    unit: "money",
    better: "higher",
    ...ofRevenue,
    perYear: true,
    terms: mrrChanges,
  },
  new_revenue: {
    ...moneyGained,
    label: "New revenue",
    meaning: "MRR gained from accounts that began to pay, for the first time or again.",
    terms: { mrr_new: 1, mrr_reactivation: 1 },
  },
  churned_revenue: {
    ...moneyLost,
    label: "Churned revenue",
    meaning: "MRR lost from accounts that went from paying to nothing.",
    terms: { mrr_churn: 1 },
  },
  mrr_new: {
    ...moneyGained,
    label: "New MRR",
    meaning: "MRR of accounts that paid for the first time ever.",
    terms: { mrr_new: 1 },
  },
  mrr_expansion: {
    ...moneyGained,
    label: "Expansion MRR",
    meaning: "MRR added by accounts that already paid.",
    terms: { mrr_expansion: 1 },
  },
  mrr_contraction: {
    ...moneyLost,
    label: "Contraction MRR",
    meaning: "MRR lost from accounts that went on paying, but less.",
    terms: { mrr_contraction: 1 },
  },
  mrr_churn: {
    ...moneyLost,
    label: "Churned MRR",
    meaning: "MRR lost from accounts that went from paying to nothing; a pause is one of the ways.",
    terms: { mrr_churn: 1 },
  },
  mrr_reactivation: {
    ...moneyGained,
    label: "Reactivation MRR",
    meaning: "MRR of accounts that had paid before, stopped, and pay again.",
    terms: { mrr_reactivation: 1 },
  },
  customers: {
    kind: "level",
    label: "Customers",
    meaning: "Accounts that pay something at the end of the day.",
    unit: "count",
    better: "higher",
    ...ofRevenue,
    terms: customerChanges,
  },
  arpu: {
    kind: "ratio",
    label: "ARPU",
    meaning: "Average revenue per paying account: MRR divided by customers, of the same day.",
    unit: "money",
    better: "higher",
    ...ofRevenue,
    scale: 1,
    numerator: { over: "closing", terms: mrrChanges },
    denominator: { over: "closing", terms: customerChanges },
  },
  churn_rate: {
    kind: "cohort",
    label: "Customer churn",
    meaning:
      "Of the accounts that paid when the window began, the share that went to nothing in it, each once; a pause does not count.",
    unit: "percent",
    better: "lower",
    ...ofRevenue,
    cohort: "churn",
  },
  gross_mrr_churn: {
    kind: "ratio",
    label: "Gross MRR churn",
    meaning: "Churn and contraction as a share of the MRR with which the window began.",
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
    unit: "ratio",
    better: "higher",
    ...ofRevenue,
    scale: 1,
    numerator: { over: "sum", terms: { mrr_new: 1, mrr_expansion: 1, mrr_reactivation: 1 } },
    denominator: { over: "sum", terms: { mrr_churn: 1, mrr_contraction: 1 } },
  },
} as const satisfies Record<string, Metric>;
