import type { Terms } from "./metric.ts";
import { SOURCE } from "./source.ts";

/** What MRR is made up of. */
export const mrrChanges = {
  mrr_new: 1,
  mrr_reactivation: 1,
  mrr_expansion: 1,
  mrr_contraction: -1,
  mrr_churn: -1,
  mrr_paused: -1,
  mrr_resumed: 1,
  mrr_fx: 1,
} as const satisfies Terms;

/** What all metrics of revenue have in common. */
export const ofRevenue = {
  group: "revenue",
  needs: "Send `revenue` events.",
  source: SOURCE.billing,
  inputs: ["revenue"],
  policies: ["cancelAt", "pausedCounts", "discounts"],
  version: 2,
} as const;
