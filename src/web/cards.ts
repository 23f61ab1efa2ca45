import { formatChange, formatNps, formatNpsChange, formatValue, type Change } from "../metrics/format.ts";
import { metricOf, type MetricName } from "../metrics/catalogue.ts";
import { observedText } from "../metrics/uptime-words.ts";
import type { Daily, Day, PreviousRange, Summary } from "../metrics/answers.ts";
import type { PageAsked } from "./page-query.ts";
import { beforeText, earlierText, rangeText } from "./spans.ts";

export interface Card {
  readonly label: string;
  readonly meaning: string;
  /** Ready to read: "$16,412", "no data". */
  readonly value: string;
  readonly known: boolean;
  readonly change: Change | null;
  /** False when the numbers are set beside no others. */
  readonly isCompared: boolean;
  /** A second, smaller number. */
  readonly detail: string | null;
  /** What to do when the source of the number has sent nothing. */
  readonly missing: string | null;
  readonly trend: readonly (number | null)[];
}

type Field = keyof NonNullable<Summary["change"]>;

interface CardRule {
  readonly metric: MetricName;
  /** In the summary. */
  readonly field: Field;
  readonly ofDay: (day: Day) => number | null;
  readonly label?: string;
  /** True when the number is that of the window's last day and not of all its days. */
  readonly atEnd: boolean;
  readonly detail?: (summary: Summary) => string | null;
}

const RULES: readonly CardRule[] = [
  {
    metric: "mrr",
    field: "mrr",
    ofDay: ({ mrr }) => mrr,
    atEnd: true,
    detail: ({ arr, currency, unconverted }) =>
      arr === null ? null : `ARR ${formatValue("money", arr, { currency })}${leftOut(unconverted)}`,
  },
  {
    metric: "mau",
    field: "active_users_monthly",
    ofDay: ({ mau }) => mau,
    atEnd: true,
    detail: ({ active_users_daily, currency }) =>
      active_users_daily === null ? null : `${formatValue("count", active_users_daily, { currency })} on the last day`,
  },
  {
    metric: "signups",
    field: "new_signups",
    ofDay: ({ signups }) => signups,
    atEnd: false,
    detail: ({ total_users, currency }) =>
      total_users === null ? null : `${formatValue("count", total_users, { currency })} users in total`,
  },
  {
    metric: "api_calls",
    field: "total_api_calls",
    ofDay: ({ api_calls }) => api_calls,
    atEnd: false,
    detail: ({ total_agent_sessions, currency }) =>
      total_agent_sessions === null
        ? null
        : `${formatValue("count", total_agent_sessions, { currency })} agent sessions`,
  },
  { metric: "error_rate", field: "error_rate", ofDay: ({ error_rate }) => error_rate, atEnd: false },
  {
    metric: "uptime",
    field: "api_uptime",
    ofDay: ({ uptime }) => uptime,
    atEnd: false,
    detail: ({ api_uptime, api_uptime_observed }) => (api_uptime === null ? null : observedText(api_uptime_observed)),
  },
  { metric: "nps", field: "nps_score", ofDay: ({ nps }) => nps, atEnd: true },
  {
    metric: "open_tickets",
    field: "open_tickets",
    ofDay: ({ open_tickets }) => open_tickets,
    atEnd: true,
  },
];

/** The headline numbers of the window, each against the window before. */
export function cardsOf(summary: Summary, daily: Daily, asked: PageAsked): Card[] {
  return RULES.map((rule) =>
    rule.metric === "nps" ? npsCard(rule, summary, daily) : numberCard(rule, summary, { daily, asked }),
  );
}

interface Shown {
  readonly daily: Daily;
  readonly asked: PageAsked;
}

function numberCard(rule: CardRule, summary: Summary, { daily, asked }: Shown): Card {
  const { currency } = summary;
  const now = summary[rule.field];
  const { label, meaning } = metricOf(rule.metric);
  return {
    label: rule.label ?? label,
    meaning,
    value: formatValue(rule.metric, now, { currency }),
    known: now !== null,
    change: changeIn(rule, summary, asked),
    isCompared: summary.previous !== null,
    detail: rule.detail?.(summary) ?? null,
    missing: missingSource(rule, now, daily),
    trend: daily.days.map(rule.ofDay),
  };
}

/** Null while there is nothing to compare with. */
function changeIn(rule: CardRule, summary: Summary, asked: PageAsked): Change | null {
  const { currency, previous, change: changes } = summary;
  const change = changes?.[rule.field] ?? null;
  if (previous === null || change === null) return null;
  const before = whenText(rule, previous.date_range, asked);
  return formatChange(rule.metric, summary[rule.field], previous[rule.field], {
    currency,
    before,
    clear: change.clear,
  });
}

/** "the 30 days before", "30 days earlier"; the days themselves where the windows are not next to each other, or of a calendar. */
function whenText({ atEnd }: CardRule, { start, end, days }: PreviousRange, { window, compare }: PageAsked): string {
  if (window.kind === "days" && compare === "previous") return atEnd ? earlierText(days) : beforeText(days);
  return rangeText(atEnd ? { start: end, end } : { start, end });
}

function npsCard(rule: CardRule, summary: Summary, daily: Daily): Card {
  const { label, meaning } = metricOf("nps");
  const [, score, answers] = /^(.*) \((.*)\)$/.exec(formatNps(summary)) ?? [];
  return {
    label,
    meaning,
    value: score ?? formatNps(summary),
    known: summary.nps_score !== null,
    change: summary.previous === null || summary.change === null ? null : formatNpsChange(summary, summary.previous),
    isCompared: summary.previous !== null,
    detail: answers ?? null,
    missing: missingSource(rule, summary.nps_score, daily),
    trend: daily.days.map(rule.ofDay),
  };
}

/** A number that is unknown, or nought on every day, may have a source that was never connected: then the card says how. */
function missingSource({ metric, ofDay }: CardRule, now: number | null, daily: Daily): string | null {
  const { needs, kind } = metricOf(metric);
  if (now === null) return needs;
  const silent = kind !== "ratio" && now === 0 && daily.days.every((day) => (ofDay(day) ?? 0) === 0);
  return silent ? needs : null;
}

function leftOut(unconverted: number): string {
  if (unconverted === 0) return "";
  return `, without ${unconverted} ${unconverted === 1 ? "subscription that has" : "subscriptions that have"} no exchange rate`;
}
