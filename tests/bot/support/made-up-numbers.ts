import type { AccessBook } from "../../../src/bot/permission/access-book.ts";
import { DEFAULT_POLICIES } from "../../../src/core/workspace.ts";
import { Problem } from "../../../src/core/problem.ts";
import { Temporal, type Clock } from "../../../src/core/time.ts";
import type { Daily, Day, Summary, Today, WindowNumbers } from "../../../src/metrics/answers.ts";
import type { Explanation } from "../../../src/metrics/explained.ts";
import { metricOf, type MetricName } from "../../../src/metrics/catalogue.ts";
import type { AccountMovements } from "../../../src/metrics/read/account-movements.ts";
import type { Period, PeriodAsked, PeriodMetric } from "../../../src/metrics/read/period.ts";
import type { Reader } from "../../../src/metrics/read/reader.ts";
import { madeUpDetails, madeUpOverviews } from "./made-up-overviews.ts";
import {
  clearly,
  COMPUTED_AT,
  daysIn,
  madeUpSeries,
  NOW,
  rangeBefore,
  rangeOf,
  TIME_ZONE,
  TODAY,
} from "./made-up-series.ts";
import type { WindowAsked } from "../../../src/core/window-wish.ts";
import { SUMMARY_FIELDS } from "../../../src/metrics/read/window.ts";
import type { WaitingTickets } from "../../../src/metrics/read/waiting-tickets.ts";

export { madeUpSeries, NOW, TIME_ZONE } from "./made-up-series.ts";

export const clock: Clock = { now: () => NOW };
export const workspace = { timeZone: TIME_ZONE, currency: "USD", activationDays: 7, policies: DEFAULT_POLICIES };

const NOTHING = {
  signups: null,
  total_users: null,
  dau: null,
  wau: null,
  mau: null,
  activations: null,
  mrr: null,
  arr: null,
  new_revenue: null,
  churned_revenue: null,
  api_calls: null,
  agent_sessions: null,
  errors: null,
  error_rate: null,
  latency_p50: null,
  latency_p95: null,
  latency_p99: null,
  uptime: null,
  uptime_observed: null,
  nps: null,
  nps_responses: null,
  tickets_opened: null,
  tickets_resolved: null,
  open_tickets: null,
};

export function emptyDay(date: string): Day {
  return { date, ...NOTHING };
}

const SEASON = [1, 1.04, 1.08, 1.06, 0.98, 0.5, 0.45];

/** An ordinary day of a steady company: weekends are half as busy, nothing else happens. */
export function ordinaryDay(date: string): Day {
  const weekday = Temporal.PlainDate.from(date).dayOfWeek - 1;
  const busy = SEASON[weekday] ?? 1;
  return {
    date,
    signups: Math.round(28 * busy),
    total_users: 1204,
    dau: Math.round(400 * busy),
    wau: 720,
    mau: 830,
    activations: 9,
    mrr: 16_412,
    arr: 196_944,
    new_revenue: 0,
    churned_revenue: 0,
    api_calls: Math.round(40_000 * busy),
    agent_sessions: Math.round(150 * busy),
    errors: 20,
    error_rate: 0.4,
    latency_p50: 42,
    latency_p95: 180,
    latency_p99: 420,
    uptime: 99.97,
    uptime_observed: 100,
    nps: 38,
    nps_responses: 41,
    tickets_opened: 6,
    tickets_resolved: 6,
    open_tickets: 11,
  };
}

type Story = (day: Day, daysAgo: number) => Partial<Day>;

/** The days up to yesterday, oldest first; `story` says what was not ordinary (`daysAgo` is 1 for yesterday). */
export function madeUpDays(asked: WindowAsked, story: Story = () => ({})): Day[] {
  const count = daysIn(asked);
  return Array.from({ length: count }, (_, index) => {
    const daysAgo = count - index;
    const day = ordinaryDay(TODAY.subtract({ days: daysAgo }).toString());
    return { ...day, ...story(day, daysAgo) };
  });
}

export function madeUpToday(numbers: Partial<Day> = {}): Today {
  return {
    ...emptyDay(TODAY.toString()),
    signups: 3,
    dau: 41,
    api_calls: 1204,
    mrr: 16_412,
    ...numbers,
    as_of: NOW.toString(),
  };
}

const WINDOW: Omit<WindowNumbers, "date_range"> = {
  total_users: 1204,
  new_signups: 696,
  active_users_daily: 412,
  active_users_monthly: 830,
  activation_rate: 41.2,
  mrr: 16_412,
  arr: 196_944,
  churn_rate: 2.13,
  arpu: 174.6,
  total_api_calls: 1_043_211,
  total_agent_sessions: 3710,
  error_rate: 0.41,
  api_uptime: 99.97,
  api_uptime_observed: 100,
  open_tickets: 11,
  avg_resolution_time_hours: 5.2,
  nps_score: 38,
  nps_responses: 41,
  nps_interval: { center: 36.4, margin: 14.1 },
  top_features: [],
  currency: "USD",
  unconverted: 0,
  unpriced: 0,
};

const WINDOW_BEFORE: Omit<WindowNumbers, "date_range"> = {
  ...WINDOW,
  total_users: 1108,
  new_signups: 630,
  active_users_daily: 389,
  active_users_monthly: 790,
  mrr: 15_102,
  arr: 181_224,
  churn_rate: 3.4,
  arpu: 170,
  total_api_calls: 981_004,
  total_agent_sessions: 3820,
  error_rate: 0.62,
  api_uptime: 99.9,
  api_uptime_observed: 100,
  open_tickets: 6,
  nps_score: 31,
  nps_interval: { center: 29.8, margin: 16 },
};

export function madeUpSummary(
  asked: WindowAsked,
  numbers: Partial<WindowNumbers> = {},
  before: Partial<Omit<WindowNumbers, "date_range">> = {},
): Summary {
  const now = { ...WINDOW, ...numbers };
  const then = { ...WINDOW_BEFORE, ...before };
  const fields = Object.keys(SUMMARY_FIELDS) as (keyof typeof SUMMARY_FIELDS)[];
  return {
    ...now,
    date_range: rangeOf(asked),
    previous: { ...then, date_range: rangeBefore(asked) },
    change: Object.fromEntries(fields.map((field) => [field, clearly(now[field], then[field])])) as NonNullable<
      Summary["change"]
    >,
    today: madeUpToday(),
    computed_at: COMPUTED_AT,
  };
}

export const NO_NUMBERS: Partial<WindowNumbers> = {
  total_users: null,
  new_signups: null,
  active_users_daily: null,
  active_users_monthly: null,
  activation_rate: null,
  mrr: null,
  arr: null,
  churn_rate: null,
  arpu: null,
  total_api_calls: null,
  total_agent_sessions: null,
  error_rate: null,
  api_uptime: null,
  api_uptime_observed: null,
  open_tickets: null,
  avg_resolution_time_hours: null,
  nps_score: null,
  nps_responses: null,
  nps_interval: null,
};

export function madeUpDaily(days: readonly Day[]): Daily {
  return {
    days: [...days],
    today: madeUpToday(),
    currency: "USD",
    date_range: rangeOf(days.length),
    computed_at: COMPUTED_AT,
  };
}

/** The shape of an explanation; engines are tested for what it says. */
export function madeUpExplanation(metric: MetricName, parts: Partial<Explanation> = {}): Explanation {
  const { label, meaning, formula, source, kind, unit } = metricOf(metric);
  return {
    metric,
    label,
    meaning,
    formula,
    source,
    definition_version: 1,
    kind,
    unit,
    currency: "USD",
    value: 412,
    built: { rule: "sum", taken: "sum", terms: [{ name: metric, label: "things", sign: 1, value: 412 }] },
    policies: [],
    inputs: [{ event: "request", rows: 1204, newest_at: "2026-11-22T08:35:00.000Z" }],
    inputs_range: { start: rangeOf(30).start, end: rangeOf(30).end },
    accounts: null,
    restatements: { total: 0, newest: [] },
    partial: false,
    today: { date: TODAY.toString(), value: 3 },
    day_revision: 4,
    computed_at: COMPUTED_AT,
    date_range: rangeOf(30),
    ...parts,
  };
}

const PERIOD = {
  mrr: 16_412,
  churn_rate: 2.13,
  dau: 200,
  wau: 720,
  mau: 830,
  signups: 169,
  activation_rate: 41.2,
  api_calls: 244_400,
  agent_sessions: 917,
  error_rate: 0.4,
  latency_p95: 180,
  uptime: 99.97,
  uptime_observed: 100,
  tickets_opened: 42,
  tickets_resolved: 40,
  open_tickets: 11,
  nps: 38,
  nps_responses: 41,
};

interface PeriodStory {
  readonly now?: Partial<Record<PeriodMetric, number | null>>;
  readonly before?: Partial<Record<PeriodMetric, number | null>>;
  readonly day?: (day: Day) => Partial<Day>;
}

/** A period of a steady company; `story` says what was not ordinary. */
export function madeUpPeriod(
  { window, before, daysBefore }: PeriodAsked,
  { now = {}, before: earlier = {}, day: dayStory = () => ({}) }: PeriodStory = {},
): Period {
  const range = ({ start, end, days }: PeriodAsked["window"]) => ({
    start: start.toString(),
    end: end.toString(),
    days,
    timezone: TIME_ZONE,
  });
  const values = { now: { ...PERIOD, ...now }, before: { ...PERIOD, ...earlier } };
  const names = Object.keys(PERIOD) as PeriodMetric[];
  const first = window.start.subtract({ days: daysBefore });
  const days = Array.from({ length: daysBefore + window.days }, (_, index) => {
    const day = ordinaryDay(first.add({ days: index }).toString());
    return { ...day, ...dayStory(day) };
  });
  return {
    values: values.now,
    nps_interval: { center: 36.4, margin: 14.1 },
    date_range: { ...range(window), complete: true },
    previous: {
      values: values.before,
      nps_interval: { center: 29.8, margin: 16 },
      date_range: { ...range(before), days_known: before.days },
    },
    change: Object.fromEntries(
      names.map((name) => [name, clearly(values.now[name], values.before[name])]),
    ) as Period["change"],
    days,
    currency: "USD",
    computed_at: COMPUTED_AT,
  };
}

export const NO_MOVEMENTS: AccountMovements = { totals: [], largest: [] };
export const NOBODY_WAITS: WaitingTickets = { oldest: null, urgent_unanswered: 0 };

/** A reader that answers from what it was given; the rest is ordinary. */
export function madeUpReader(parts: Partial<Reader> = {}): Reader {
  return {
    summary: async (asked) => madeUpSummary(asked),
    daily: async (asked) => madeUpDaily(madeUpDays(asked)),
    series: async (metric, asked) =>
      madeUpSeries(
        metric,
        Array.from({ length: daysIn(asked) }, (_, index) => 100 + index),
      ),
    period: async (asked) => madeUpPeriod(asked),
    movements: async () => NO_MOVEMENTS,
    waitingTickets: async () => NOBODY_WAITS,
    explain: async (metric) => madeUpExplanation(metric),
    firstDay: async () => Temporal.PlainDate.from("2025-01-01"),
    ...parts,
  };
}

/** For commands that ask no database; whoever asks it hears that it is away. */
export const noDatabase = {
  read: {
    run: async () => Promise.reject(new Problem("database_unavailable", 503, "The database does not answer.")),
    transaction: async () => Promise.reject(new Problem("database_unavailable", 503, "The database does not answer.")),
    close: async () => {},
  },
};

/** A policy table without rules, which forgets what is set. */
export const noRules: AccessBook = { policy: async () => ({ admins: [], rules: [] }), change: async () => null };

const unused = () => Promise.reject(new Error("no surveys here"));

/** For commands that ask nobody anything and change no digest. */
export const noSurveys = {
  overviews: madeUpOverviews(),
  details: madeUpDetails(),
  subscriptions: { change: unused, of: unused },
  surveys: {
    open: unused,
    openIf: unused,
    see: unused,
    answer: unused,
    link: unused,
    end: unused,
    close: unused,
    result: unused,
    list: unused,
    finishTelling: unused,
  },
  waves: { add: unused, active: unused, stop: unused },
  followUpOwner: null,
  pollster: { post: unused, close: unused, membersOf: unused },
  exporter: {
    nameOf: () => "rows.csv",
    windowOf: ({ days }: { readonly days: number }) => ({ start: TODAY, end: TODAY, days }),
    open: unused,
  },
};
