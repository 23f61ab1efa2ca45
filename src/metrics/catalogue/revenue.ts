import type { Metric, Terms } from "./metric.ts";
import { mrrChanges, ofRevenue } from "./of-revenue.ts";

const byPlan = { plan: { from: "stored" } } as const;
const mrrByPlan = { plan: { from: "stored", terms: { mrr_change: 1 } } } as const;
const customerChanges = { customers_gained: 1, customers_lost: -1 } as const satisfies Terms;
const moneyGained = { kind: "count", unit: "money", better: "higher", ...ofRevenue } as const;
const moneyLost = { kind: "count", unit: "money", better: "lower", ...ofRevenue } as const;

export const revenue = {
  mrr: {
    kind: "level",
    label: "MRR",
    meaning: "Monthly recurring revenue: what all live subscriptions cost per month, at the end of the day.",
    formula:
      "The sum of amount × quantity × periods a month, less discounts, over the subscriptions that are live at the end of the day, at the exchange rates of the day; equally, MRR of the day before + new + reactivation + expansion − contraction − churn − paused + resumed + fx.",
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
    formula:
      "The MRR of accounts that paid at the end of the day before and pay nothing at the end of the day, unless they are paused; of one that is canceled while paused, its MRR before the pause.",
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
    meaning: "MRR lost from accounts that went from paying to nothing; a pause is not one of the ways.",
    formula:
      "The MRR of accounts that paid at the end of the day before and pay nothing at the end of the day, unless they are paused; of one that is canceled while paused, its MRR before the pause.",
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
  mrr_paused: {
    ...moneyLost,
    label: "Paused MRR",
    meaning: "MRR of accounts that stopped paying because they were paused.",
    formula:
      "The MRR of accounts that paid at the end of the day before and pay nothing at the end of the day while one of their subscriptions is paused.",
    terms: { mrr_paused: 1 },
    groups: byPlan,
  },
  mrr_resumed: {
    ...moneyGained,
    label: "Resumed MRR",
    meaning:
      "MRR of paused accounts that pay again; or that were canceled while paused, where churn takes it away again.",
    formula:
      "The MRR, at the end of the day, of accounts that paid nothing at the end of the day before and in which a subscription that was paused pays again; of one that is canceled while paused, its MRR before the pause.",
    terms: { mrr_resumed: 1 },
    groups: byPlan,
  },
  mrr_fx: {
    ...moneyGained,
    better: "neither",
    label: "Exchange rate effect",
    meaning: "By how much MRR changed because exchange rates did, and for no other reason.",
    formula:
      "The sum over currencies of MRR at the end of the day before × (rate of the day − rate of the day before); what gets its first rate on the day comes in with it.",
    terms: { mrr_fx: 1 },
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
  paused_customers: {
    kind: "level",
    label: "Paused customers",
    meaning: "Accounts that pay nothing at the end of the day and are paused.",
    formula: "The number of accounts whose MRR is 0 at the end of the day and of whose subscriptions one is paused.",
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
      "The number of live subscriptions at the end of the day with a price in another currency than the workspace's for which there is no exchange rate on or before the day.",
    unit: "count",
    better: "lower",
    ...ofRevenue,
    terms: { unconverted_change: 1 },
  },
} as const satisfies Record<string, Metric>;
