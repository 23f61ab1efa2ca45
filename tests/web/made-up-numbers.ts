import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { Problem } from "../../src/core/problem.ts";
import { Temporal, type Clock, type Window } from "../../src/core/time.ts";
import {
  comparedWith,
  windowOn,
  type CalendarWindow,
  type Compare,
  type WindowAsked,
} from "../../src/core/window-wish.ts";
import { changeOf } from "../../src/metrics/clear-change.ts";
import { SUMMARY_FIELDS } from "../../src/metrics/read/window.ts";
import type { Daily, Day, Summary, Today, WindowNumbers } from "../../src/metrics/answers.ts";
import type { Reader } from "../../src/metrics/read/reader.ts";

export const NOW = Temporal.Instant.from("2026-11-21T20:40:00Z");
export const clock: Clock = { now: () => NOW };
export const workspace = { timeZone: "Europe/Berlin", currency: "USD", activationDays: 7, policies: DEFAULT_POLICIES };

const TODAY = Temporal.PlainDate.from("2026-11-21");

/** A growing company with quiet weekends; `back` counts days before today. */
function dayAt(back: number): Day {
  const date = TODAY.subtract({ days: back });
  const grown = 1 - back / 900;
  const busy = date.dayOfWeek > 5 ? 0.5 : 1;
  const wobble = 1 + ((back * 37) % 17) / 100;
  const calls = Math.round(18_400 * grown * busy * wobble);
  return {
    date: date.toString(),
    signups: Math.round(14 * busy * wobble),
    total_users: 2_800 - back * 6,
    dau: Math.round(412 * grown * busy * wobble),
    wau: Math.round(820 * grown),
    mau: Math.round(1_310 * grown),
    activations: 5,
    mrr: Math.round(16_412 * grown),
    arr: Math.round(16_412 * grown) * 12,
    new_revenue: 120,
    churned_revenue: 40,
    api_calls: calls,
    agent_sessions: Math.round(calls / 90),
    errors: 12,
    error_rate: 0.41 * wobble,
    latency_p50: 84,
    latency_p95: 310,
    latency_p99: 900,
    uptime: back === 9 ? 98.2 : 99.98,
    uptime_observed: 100,
    nps: 38,
    nps_responses: 41,
    tickets_opened: 3,
    tickets_resolved: 3,
    open_tickets: 11,
  };
}

function windowOf(days: number, endsBack: number): Omit<WindowNumbers, "date_range"> {
  const list = Array.from({ length: days }, (_, index) => dayAt(endsBack + index));
  const last = dayAt(endsBack);
  const sum = (pick: (day: Day) => number | null) => list.reduce((total, day) => total + (pick(day) ?? 0), 0);
  return {
    total_users: last.total_users,
    new_signups: sum((day) => day.signups),
    active_users_daily: last.dau,
    active_users_monthly: last.mau,
    activation_rate: 41.2,
    mrr: last.mrr,
    arr: last.arr,
    churn_rate: 2.1,
    arpu: 61.5,
    total_api_calls: sum((day) => day.api_calls),
    total_agent_sessions: sum((day) => day.agent_sessions),
    error_rate: 0.45 + endsBack / 300,
    api_uptime: 99.92,
    api_uptime_observed: 100,
    open_tickets: 11,
    avg_resolution_time_hours: 9.5,
    nps_score: 38,
    nps_responses: 41,
    nps_interval: { center: 36.2, margin: 14.1 },
    top_features: [
      {
        feature: "POST /v1/agents/:id/runs",
        usage_count: 120_412,
        avg_response_time_ms: 412.3,
        p95_response_time_ms: 1_310,
      },
      { feature: "GET /v1/projects", usage_count: 88_001, avg_response_time_ms: 23.1, p95_response_time_ms: 61 },
      {
        feature: "GET /v1/projects/:id/documents/:id",
        usage_count: 61_020,
        avg_response_time_ms: 31.8,
        p95_response_time_ms: 88,
      },
    ],
    currency: "USD",
    unconverted: 0,
    unpriced: 0,
  };
}

function found(asked: WindowAsked): CalendarWindow {
  const result = windowOn(TODAY, asked);
  if (!result.ok) throw new Problem("invalid_window", 400, result.complaint);
  return result.window;
}

const rangeOf = ({ start, end, days }: Window) => ({
  start: start.toString(),
  end: end.toString(),
  days,
  timezone: "Europe/Berlin",
});

const today: Today = { ...dayAt(0), api_calls: 9_104, dau: 171, signups: 3, as_of: NOW.toString() };

const backOf = (day: Temporal.PlainDate) => day.until(TODAY, { largestUnit: "days" }).days;

/** As if every change were clear. */
export function madeUpSummary(asked: WindowAsked, compare: Compare = "previous"): Summary {
  const computed_at = NOW.subtract({ minutes: 2, seconds: 20 }).toString();
  const window = found(asked);
  const before = comparedWith(window, compare);
  const now = windowOf(window.days, backOf(window.end));
  const date_range = { ...rangeOf(window), complete: window.complete };
  if (before === null) return { ...now, date_range, previous: null, change: null, today, computed_at };
  const then = windowOf(before.days, backOf(before.end));
  const exact = { kind: "exact" } as const;
  const change = Object.fromEntries(
    (Object.keys(SUMMARY_FIELDS) as (keyof typeof SUMMARY_FIELDS)[]).map((field) => [
      field,
      changeOf("count", { value: now[field], evidence: exact }, { value: then[field], evidence: exact }),
    ]),
  ) as NonNullable<Summary["change"]>;
  const previous = { ...then, date_range: { ...rangeOf(before), days_known: before.days } };
  return { ...now, date_range, previous, change, today, computed_at };
}

export function madeUpDaily(asked: WindowAsked): Daily {
  const { date_range, computed_at } = madeUpSummary(asked);
  const { days, end } = found(asked);
  const list = Array.from({ length: days }, (_, index) => dayAt(backOf(end) + days - 1 - index));
  return { days: list, today, currency: "USD", date_range, computed_at };
}

/** A reader whose numbers are plausible and always the same; any part can be replaced. */
export function madeUpReader(replaced: Partial<Reader> = {}): Reader {
  return {
    summary: async (asked, compare) => madeUpSummary(asked, compare),
    daily: async (asked) => madeUpDaily(asked),
    series: () => Promise.reject(new Error("the page asks for no single series")),
    period: () => Promise.reject(new Error("the page asks for no other days")),
    movements: () => Promise.reject(new Error("the page names no accounts")),
    waitingTickets: () => Promise.reject(new Error("the page names no tickets")),
    explain: () => Promise.reject(new Error("the page explains nothing")),
    firstDay: async () => Temporal.PlainDate.from("2025-11-21"),
    ...replaced,
  };
}
