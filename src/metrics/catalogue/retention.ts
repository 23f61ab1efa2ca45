import type { Metric } from "./metric.ts";
import { ofRevenue } from "./of-revenue.ts";

export const retention = {
  churn_rate: {
    kind: "cohort",
    label: "Customer churn",
    meaning:
      "Of the accounts that paid or were paused when the window began, the share that is gone at its end: they neither pay nor are paused.",
    formula:
      "Accounts that paid or were paused at the end of the day before the window and neither pay nor are paused at its end ÷ all accounts that paid or were paused at the end of the day before the window.",
    unit: "percent",
    better: "lower",
    ...ofRevenue,
    cohort: "churn",
  },
  gross_mrr_churn: {
    kind: "cohort",
    label: "Gross MRR churn",
    meaning: "The share of the MRR with which the window began that the same accounts do not pay any more at its end.",
    formula: "100 − gross revenue retention.",
    unit: "percent",
    better: "lower",
    ...ofRevenue,
    cohort: "gross_churn",
  },
  net_mrr_churn: {
    kind: "cohort",
    label: "Net MRR churn",
    meaning:
      "By how much less the accounts that paid as the window began pay at its end, as a share of what they paid then; below zero they pay more.",
    formula: "100 − net revenue retention.",
    unit: "percent",
    better: "lower",
    ...ofRevenue,
    cohort: "net_churn",
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
      "Over the accounts that paid at the end of the day before the window, without those that are paused at its end: the sum of the smaller of MRR at its end and at its start ÷ the sum of MRR at its start, all at the exchange rates of the day before the window.",
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
      "Over the accounts that paid at the end of the day before the window, without those that are paused at its end: the sum of MRR at its end ÷ the sum of MRR at its start, all at the exchange rates of the day before the window.",
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
    policies: ["cancelAt", "pausedCounts", "discounts", "grossMargin"],
    cohort: "lifetime",
  },
} as const satisfies Record<string, Metric>;
