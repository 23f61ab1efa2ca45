import type { Database, Sql } from "../../db/client.ts";
import type { Clock, Window } from "../../core/time.ts";
import type { Compare, WindowAsked } from "../../core/window-wish.ts";
import type { Workspace } from "../../core/workspace.ts";
import type {
  ActivationFunnel,
  ErrorNumbers,
  ErrorOverview,
  FunnelNumbers,
  RevenueBreakdown,
  RevenueNumbers,
  Series,
  SupportNumbers,
  SupportOverview,
} from "../answers.ts";
import { beginningOf, metricOf, type GroupName, type MetricName } from "../catalogue.ts";
import { askedAt, dateRange, previousRange, type Asked } from "./asked.ts";
import { toNumber } from "./exact.ts";
import { hasBegun } from "./first-days.ts";
import { loadFunnel } from "./funnel.ts";
import { loadGroups } from "./groups.ts";
import { load, loadFreshness } from "./load.ts";
import { numbersOf, type Numbers } from "./numbers.ts";
import type { Reader } from "./reader.ts";
import { readingFor } from "./reading.ts";
import { loadLargest } from "./stored-groups.ts";
import { countOpened, loadOpened } from "./support.ts";
import { windowKey } from "./segments.ts";
import type { SeriesOptions } from "./series.ts";
import { loadTicketHours, NO_TICKET_HOURS } from "./ticket-hours.ts";
import { loadTiers, type Tier } from "./tiers.ts";
import { valueOver } from "./value.ts";

/**
 * One subject at a time, in more detail than the summary. As the reader: from rollups only, and nothing is changed. Beside it
 * stands `previous`, when something to compare with is asked for. Throws `Problem` `invalid_window` (400) and
 * `database_unavailable` (503).
 */
export interface Overviews {
  activationFunnel(asked: WindowAsked, compare?: Compare): Promise<ActivationFunnel>;
  revenueBreakdown(asked: WindowAsked, compare?: Compare): Promise<RevenueBreakdown>;
  supportOverview(asked: WindowAsked, compare?: Compare): Promise<SupportOverview>;
  errorOverview(asked: WindowAsked, compare?: Compare): Promise<ErrorOverview>;
  /** The series of the whole with those of its largest groups. The metric must have the group. */
  seriesBy(metric: MetricName, asked: WindowAsked, by: GroupName, options?: SeriesOptions): Promise<Series>;
}

interface OverviewsParts {
  readonly db: Pick<Database, "read">;
  readonly clock: Clock;
  readonly workspace: Workspace;
  readonly reader: Pick<Reader, "series">;
}

export function createOverviews({ db, clock, workspace, reader }: OverviewsParts): Overviews {
  const ask = (window: WindowAsked, compare: Compare = "none"): Asked =>
    askedAt(clock.now(), workspace, window, compare);
  const about =
    <T extends object>(tell: Telling<T>) =>
    async (window: WindowAsked, compare?: Compare) => {
      const asked = ask(window, compare);
      return db.read.run((sql) => besideEarlier(sql, workspace, asked, tell));
    };
  return {
    activationFunnel: about(activationFunnel),
    revenueBreakdown: about(revenueBreakdown),
    supportOverview: about(supportOverview),
    errorOverview: about(errorOverview),
    async seriesBy(metric, window, by, options) {
      const asked = ask(window);
      const [whole, groups] = await Promise.all([
        reader.series(metric, window, options),
        db.read.run((sql) => loadGroups(sql, workspace, asked, metric, by)),
      ]);
      return { ...whole, by, groups: groups.largest, groups_left_out: groups.leftOut };
    },
  };
}

/** A subject over a window. */
type Telling<T> = (sql: Sql, workspace: Workspace, window: Window) => Promise<T>;

async function besideEarlier<T extends object>(
  sql: Sql,
  workspace: Workspace,
  { window, previous }: Asked,
  tell: Telling<T>,
) {
  const [answer, earlier, { firstDay }] = await Promise.all([
    tell(sql, workspace, window),
    previous === null ? null : tell(sql, workspace, previous),
    loadFreshness(sql, workspace),
  ]);
  const before =
    previous === null || earlier === null
      ? {}
      : { previous: { ...earlier, date_range: previousRange(previous, workspace, firstDay) } };
  return { ...answer, date_range: dateRange(window, workspace), ...before };
}

async function activationFunnel(sql: Sql, workspace: Workspace, window: Window): Promise<FunnelNumbers> {
  const [{ firstDays, computedAt }, funnel] = await Promise.all([
    loadFreshness(sql, workspace),
    loadFunnel(sql, workspace, window),
  ]);
  const answer = { ...funnel, computed_at: computedAt };
  if (hasBegun(firstDays, ["signup"], window.end)) return answer;
  return {
    ...answer,
    total_signups: null,
    completed_profile: null,
    first_api_call: null,
    first_agent_session: null,
    activated_users: null,
    pending: null,
    steps: answer.steps.map((step) => ({ ...step, users: null, users_from_previous: null })),
  };
}

interface Known {
  readonly numbers: Numbers;
  readonly value: (name: MetricName) => number | null;
  readonly computedAt: string | null;
}

/** The window's values of some metrics. */
async function read(sql: Sql, workspace: Workspace, window: Window, names: readonly MetricName[]): Promise<Known> {
  const loaded = await load(sql, workspace, {
    reading: readingFor(names),
    segments: [window],
    cohortWindows: [window],
  });
  const numbers = numbersOf(loaded)(window);
  return {
    numbers,
    value: (name) => valueOver(metricOf(name), numbers, workspace.currency),
    computedAt: loaded.computedAt,
  };
}

const REVENUE = [
  "mrr",
  "arpu",
  "customers",
  "paused_customers",
  "unconverted_subscriptions",
  "unpriced_subscriptions",
  "mrr_new",
  "mrr_expansion",
  "mrr_contraction",
  "mrr_churn",
  "mrr_reactivation",
  "mrr_paused",
  "mrr_resumed",
  "mrr_fx",
  "churn_rate",
  "gross_mrr_churn",
  "net_mrr_churn",
  "grr",
  "nrr",
  "quick_ratio",
  "ltv",
] as const satisfies readonly MetricName[];

async function revenueBreakdown(sql: Sql, workspace: Workspace, window: Window): Promise<RevenueNumbers> {
  const { currency } = workspace;
  const [{ numbers, value, computedAt }, { tiers, standing }] = await Promise.all([
    read(sql, workspace, window, REVENUE),
    loadTiers(sql, window.end, currency),
  ]);
  return {
    ...usersOfPlans(tiers),
    total_mrr: value("mrr"),
    avg_revenue_per_user: value("arpu"),
    customers: value("customers"),
    paused_customers: value("paused_customers"),
    unconverted: toNumber(numbers.closing("unconverted_change")),
    unpriced: toNumber(numbers.closing("unpriced_change")),
    tiers: numbers.isKnown(["signup", "revenue"]) ? tiers : [],
    standing,
    opening_mrr: openingMrr(numbers, currency),
    movements: {
      new: value("mrr_new"),
      expansion: value("mrr_expansion"),
      contraction: value("mrr_contraction"),
      churn: value("mrr_churn"),
      reactivation: value("mrr_reactivation"),
      paused: value("mrr_paused"),
      resumed: value("mrr_resumed"),
      fx: value("mrr_fx"),
      transfer: value("mrr_fx") === null ? null : 0,
    },
    churn_rate: value("churn_rate"),
    gross_mrr_churn: value("gross_mrr_churn"),
    net_mrr_churn: value("net_mrr_churn"),
    grr: value("grr"),
    nrr: value("nrr"),
    quick_ratio: value("quick_ratio"),
    ltv: value("ltv"),
    currency,
    computed_at: computedAt,
  };
}

const NAMED_PLANS = ["free", "pro", "workflow", "enterprise"] as const;

/** `<plan>_users` of the plans that have a field of their own, where they exist, however they are spelled. */
function usersOfPlans(tiers: readonly Tier[]): Partial<Record<`${(typeof NAMED_PLANS)[number]}_users`, number>> {
  return Object.fromEntries(
    NAMED_PLANS.flatMap((plan) => {
      const own = tiers.filter((tier) => tier.plan.toLowerCase() === plan);
      return own.length === 0 ? [] : [[`${plan}_users`, own.reduce((sum, { users }) => sum + users, 0)]];
    }),
  );
}

/** MRR just before the window; 0 when nothing was known yet. */
function openingMrr(numbers: Numbers, currency: string): number | null {
  return valueOver(metricOf("mrr"), { ...numbers, closing: numbers.opening }, currency);
}

async function supportOverview(sql: Sql, workspace: Workspace, window: Window): Promise<SupportNumbers> {
  const [{ numbers, value, computedAt }, rows, hours] = await Promise.all([
    read(sql, workspace, window, ["tickets_opened", "tickets_resolved", "open_tickets"]),
    loadOpened(sql, workspace, window),
    loadTicketHours(sql, workspace, [window]),
  ]);
  const { status, priority, by_category } = countOpened(rows, numbers.isKnown(["ticket"]));
  const { first_response, resolution, full_resolution } = hours.get(windowKey(window)) ?? NO_TICKET_HOURS;
  return {
    opened: value("tickets_opened"),
    resolved: value("tickets_resolved"),
    open_tickets: value("open_tickets"),
    status,
    priority,
    by_category,
    first_response_hours: first_response,
    resolution_hours: resolution,
    full_resolution_hours: full_resolution,
    computed_at: computedAt,
  };
}

const LISTED = 20;

const HEALTH = [
  "errors",
  "uptime",
  "uptime_observed",
  "error_rate",
  "api_calls",
  "failed_requests",
  "client_error_rate",
  "apdex",
  "latency_p50",
  "latency_p95",
  "latency_p99",
] as const satisfies readonly MetricName[];

async function errorOverview(sql: Sql, workspace: Workspace, window: Window): Promise<ErrorNumbers> {
  const [{ numbers, value, computedAt }, types, endpoints, severities] = await Promise.all([
    read(sql, workspace, window, HEALTH),
    loadLargest(sql, "errors_by_type", window, LISTED),
    loadLargest(sql, "errors_by_endpoint", window, LISTED),
    loadLargest(sql, "errors_by_severity", window, LISTED),
  ]);
  const critical = severities.find(({ group }) => group === "critical")?.count ?? 0;
  return {
    total_errors: value("errors"),
    critical_errors: numbers.isKnown(beginningOf(metricOf("errors"))) ? critical : null,
    api_uptime: value("uptime"),
    api_uptime_observed: value("uptime_observed"),
    error_rate: value("error_rate"),
    total_requests: value("api_calls"),
    failed_requests: value("failed_requests"),
    client_error_rate: value("client_error_rate"),
    apdex: value("apdex"),
    latency_p50: value("latency_p50"),
    latency_p95: value("latency_p95"),
    latency_p99: value("latency_p99"),
    by_type: types.map(({ group, count }) => ({ type: group, count })),
    by_endpoint: endpoints.map(({ group, count }) => ({ endpoint: group, count })),
    computed_at: computedAt,
  };
}
