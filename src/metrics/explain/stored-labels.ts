import type { StoredName, Unit } from "../catalogue.ts";

/** What each stored number is called when a metric is taken apart. */
export const STORED_LABELS: Readonly<Record<StoredName, string>> = {
  signups: "sign-ups",
  activations: "activations",
  dau: "active users",
  wau: "weekly active users",
  mau: "monthly active users",
  api_calls: "requests",
  failed_requests: "failed requests",
  client_errors: "requests answered with 4xx",
  apdex_points: "satisfied requests and half of the tolerable ones",
  agent_sessions: "agent sessions",
  errors: "entries of the error log",
  errors_by_type: "entries of the error log, by type",
  errors_by_endpoint: "entries of the error log, by endpoint",
  errors_by_severity: "entries of the error log, by severity",
  up_seconds: "seconds up",
  degraded_seconds: "seconds degraded",
  observed_seconds: "seconds observed",
  services_checked: "services ever checked",
  mrr_new: "new",
  mrr_expansion: "expansion",
  mrr_contraction: "contraction",
  mrr_churn: "churn",
  mrr_reactivation: "reactivation",
  mrr_paused: "paused",
  mrr_resumed: "resumed",
  mrr_fx: "exchange rates",
  customers_gained: "accounts that began to pay",
  customers_lost: "accounts that went to nothing",
  unconverted_change: "subscriptions without an exchange rate",
  unpriced_change: "subscriptions without a price",
  paused_change: "accounts that pay nothing because they are paused",
  would_pay_change: "accounts that would pay, were nothing paused",
  past_due_change: "past-due MRR",
  trials_change: "trials that are running",
  trials_started: "trials that began",
  cash_collected: "payments",
  refunds: "refunds",
  mrr_change: "change",
  customers_change: "change in accounts that pay",
  users_change: "change in users",
  standing_change: "change in users of a standing",
  nps_promoters: "promoters",
  nps_passives: "passives",
  nps_detractors: "detractors",
  tickets_opened: "opened",
  tickets_resolved: "resolved",
  tickets_reopened: "reopened",
};

const OTHER_MONEY: ReadonlySet<StoredName> = new Set(["past_due_change", "cash_collected", "refunds"]);

/** The unit in which a part of a metric is told. */
export function unitOfStored(name: StoredName): Extract<Unit, "money" | "count"> {
  return name.startsWith("mrr_") || OTHER_MONEY.has(name) ? "money" : "count";
}
