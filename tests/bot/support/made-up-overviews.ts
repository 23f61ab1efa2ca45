import { Temporal } from "../../../src/core/time.ts";
import type {
  ActivationFunnel,
  ErrorOverview,
  RevenueBreakdown,
  Series,
  SupportOverview,
} from "../../../src/metrics/answers.ts";
import type { GroupName, MetricName } from "../../../src/metrics/catalogue.ts";
import type { MovementPage } from "../../../src/metrics/read/movement-page.ts";
import type { Details } from "../../../src/metrics/read/details.ts";
import type { Overviews } from "../../../src/metrics/read/overviews.ts";
import type { WindowAsked } from "../../../src/core/window-wish.ts";
import { COMPUTED_AT, daysIn, madeUpSeries, rangeBefore, rangeOf } from "./made-up-series.ts";

const over = (days: WindowAsked) => ({ date_range: rangeOf(days), computed_at: COMPUTED_AT });

export function madeUpRevenue(
  days: WindowAsked,
  numbers: Partial<Omit<RevenueBreakdown, "previous">> = {},
): RevenueBreakdown {
  return {
    free_users: 1_100,
    pro_users: 80,
    workflow_users: 24,
    enterprise_users: 0,
    total_mrr: 16_412,
    avg_revenue_per_user: 174.6,
    customers: 94,
    paused_customers: 2,
    unconverted: 0,
    unpriced: 0,
    standing: { trial_users: 0, paused_users: 0, past_due_users: 0 },
    tiers: [
      { plan: "workflow", users: 24, customers: 20, mrr: 11_212, arpu: 560.6 },
      { plan: "pro", users: 80, customers: 74, mrr: 5_200, arpu: 70.27 },
      { plan: "free", users: 1_100, customers: 0, mrr: 0, arpu: null },
    ],
    opening_mrr: 15_841,
    movements: {
      new: 632,
      expansion: 278,
      contraction: 120,
      churn: 219,
      reactivation: 0,
      paused: 0,
      resumed: 0,
      fx: 0,
      transfer: 0,
    },
    churn_rate: 2.13,
    gross_mrr_churn: 2.14,
    net_mrr_churn: 0.39,
    grr: 97.86,
    nrr: 99.61,
    quick_ratio: 2.68,
    ltv: 8_197.18,
    currency: "USD",
    ...over(days),
    ...numbers,
  };
}

export function madeUpFunnel(
  days: WindowAsked,
  numbers: Partial<Omit<ActivationFunnel, "previous">> = {},
): ActivationFunnel {
  return {
    total_signups: 412,
    completed_profile: 311,
    first_api_call: 240,
    first_agent_session: 12,
    activated_users: 9,
    activation_rate: 3.1,
    pending: 40,
    steps: [
      { milestone: "profile_completed", users: 311, users_from_previous: 311, rate: 75.49, median_hours: 0.4 },
      { milestone: "first_api_call", users: 240, users_from_previous: 200, rate: 58.25, median_hours: 20.5 },
      { milestone: "first_agent_session", users: 12, users_from_previous: 12, rate: 2.91, median_hours: 61 },
    ],
    activation_days: 7,
    ...over(days),
    ...numbers,
  };
}

export function madeUpSupport(
  days: WindowAsked,
  numbers: Partial<Omit<SupportOverview, "previous">> = {},
): SupportOverview {
  return {
    opened: 42,
    resolved: 40,
    open_tickets: 11,
    status: { open: 6, in_progress: 5, resolved: 21, closed: 10 },
    priority: { urgent: 1, high: 8, medium: 30, low: 3 },
    by_category: { bug: 12, feature_request: 8, billing: 4, general: 18 },
    first_response_hours: { mean: 2.1, median: 0.75, p90: 6 },
    resolution_hours: { mean: 20, median: 5.2, p90: 50 },
    full_resolution_hours: { mean: 20, median: 5.2, p90: 50 },
    ...over(days),
    ...numbers,
  };
}

export function madeUpErrors(days: WindowAsked, numbers: Partial<Omit<ErrorOverview, "previous">> = {}): ErrorOverview {
  return {
    total_errors: 57,
    critical_errors: 2,
    api_uptime: 99.97,
    api_uptime_observed: 100,
    error_rate: 0.41,
    total_requests: 1_043_211,
    failed_requests: 4_277,
    client_error_rate: 3.2,
    apdex: 0.94,
    latency_p50: 42,
    latency_p95: 180,
    latency_p99: 1_420,
    by_type: [
      { type: "TimeoutError", count: 30 },
      { type: "TypeError", count: 20 },
    ],
    by_endpoint: [{ endpoint: "/exports", count: 12 }],
    ...over(days),
    ...numbers,
  };
}

/** `groups` of the metric, the largest first, each the same every day. */
export function madeUpSplit(
  metric: MetricName,
  asked: WindowAsked,
  by: GroupName,
  groups: Readonly<Record<string, number>>,
  numbers: Partial<Series> = {},
): Series {
  const days = daysIn(asked);
  const each = (value: number) =>
    madeUpSeries(
      metric,
      Array.from({ length: days }, () => value),
    );
  const whole = Object.values(groups).reduce((sum, value) => sum + value, 0);
  return {
    ...each(whole),
    window: { value: whole * days },
    by,
    groups: Object.entries(groups).map(([group, value]) => ({
      group,
      points: each(value).points,
      window: { value: value * days },
    })),
    groups_left_out: 0,
    ...numbers,
  };
}

export function madeUpOverviews(parts: Partial<Overviews> = {}): Overviews {
  return {
    revenueBreakdown: async (days) => madeUpRevenue(days),
    activationFunnel: async (days) => madeUpFunnel(days),
    supportOverview: async (days) => madeUpSupport(days),
    errorOverview: async (days) => madeUpErrors(days),
    seriesBy: async (metric, days, by) => madeUpSplit(metric, days, by, { first: 30, second: 20, third: 10 }),
    ...parts,
  };
}

export const MOVED: MovementPage = {
  accounts: { new: 4, reactivation: 0, expansion: 2, contraction: 1, paused: 0, churn: 1, resumed: 0, fx: 0 },
  total: 3,
  movements: [
    { account: "Initech", date: "2026-11-12", movement: "expansion", change: 220 },
    { account: "Umbrella", date: "2026-11-03", movement: "churn", change: -47 },
    { account: "Globex", date: "2026-11-01", movement: "new", change: 79 },
  ],
};

export function madeUpDetails(parts: Partial<Details> = {}): Details {
  return {
    accountMovements: async (_, { limit }) => (limit === 0 ? { ...MOVED, total: 0, movements: [] } : MOVED),
    routes: async (_, { skipped, limit }) => ({
      total: 3,
      routes: [
        { route: "GET /users/:id", calls: 1_000, failed: 10, p50: 12, p95: 40 },
        { route: "POST /exports", calls: 300, failed: 90, p50: 400, p95: 2_100 },
        { route: "GET /rare", calls: 5, failed: 1, p50: 3, p95: 3 },
      ].slice(skipped, skipped + limit),
    }),
    seriesBefore: async (metric, asked, earlier) => {
      const values = Array.from({ length: daysIn(asked) }, (_, index) => 50 + index);
      const date_range = rangeBefore(asked, earlier);
      const first = Temporal.PlainDate.from(date_range.start);
      const dates = values.map((_, index) => first.add({ days: index }).toString());
      return { values, dates, window: madeUpSeries(metric, values).window, date_range };
    },
    ...parts,
  };
}
