import { formatChange, formatNps, formatNpsChange, formatValue, type Change } from "../metrics/format.ts";
import { metricOf, type MetricName } from "../metrics/catalogue.ts";
import { observedText } from "../metrics/uptime-words.ts";
import type { Daily, Day, Summary, WindowNumbers } from "../metrics/answers.ts";
import { beforeText, earlierText } from "./spans.ts";

export interface Card {
  readonly label: string;
  readonly meaning: string;
  /** Ready to read: "$16,412", "no data". */
  readonly value: string;
  readonly known: boolean;
  readonly change: Change | null;
  /** A second, smaller number. */
  readonly detail: string | null;
  /** What to do when the source of the number has sent nothing. */
  readonly missing: string | null;
  readonly trend: readonly (number | null)[];
}

type FromWindow = (numbers: WindowNumbers) => number | null;

interface CardRule {
  readonly metric: MetricName;
  readonly pick: FromWindow;
  readonly ofDay: (day: Day) => number | null;
  readonly label?: string;
  /** True when the number is that of the window's last day and not of all its days. */
  readonly atEnd: boolean;
  readonly detail?: (summary: Summary) => string | null;
}

const RULES: readonly CardRule[] = [
  {
    metric: "mrr",
    pick: ({ mrr }) => mrr,
    ofDay: ({ mrr }) => mrr,
    atEnd: true,
    detail: ({ arr, currency, unconverted }) =>
      arr === null ? null : `ARR ${formatValue("money", arr, { currency })}${leftOut(unconverted)}`,
  },
  {
    metric: "mau",
    pick: ({ active_users_monthly }) => active_users_monthly,
    ofDay: ({ mau }) => mau,
    atEnd: true,
    detail: ({ active_users_daily, currency }) =>
      active_users_daily === null ? null : `${formatValue("count", active_users_daily, { currency })} on the last day`,
  },
  {
    metric: "signups",
    pick: ({ new_signups }) => new_signups,
    ofDay: ({ signups }) => signups,
    atEnd: false,
    detail: ({ total_users, currency }) =>
      total_users === null ? null : `${formatValue("count", total_users, { currency })} users in all`,
  },
  {
    metric: "api_calls",
    pick: ({ total_api_calls }) => total_api_calls,
    ofDay: ({ api_calls }) => api_calls,
    atEnd: false,
    detail: ({ total_agent_sessions, currency }) =>
      total_agent_sessions === null
        ? null
        : `${formatValue("count", total_agent_sessions, { currency })} agent sessions`,
  },
  { metric: "error_rate", pick: ({ error_rate }) => error_rate, ofDay: ({ error_rate }) => error_rate, atEnd: false },
  {
    metric: "uptime",
    pick: ({ api_uptime }) => api_uptime,
    ofDay: ({ uptime }) => uptime,
    atEnd: false,
    detail: ({ api_uptime, api_uptime_observed }) => (api_uptime === null ? null : observedText(api_uptime_observed)),
  },
  { metric: "nps", pick: ({ nps_score }) => nps_score, ofDay: ({ nps }) => nps, atEnd: true },
  {
    metric: "open_tickets",
    pick: ({ open_tickets }) => open_tickets,
    ofDay: ({ open_tickets }) => open_tickets,
    atEnd: true,
  },
];

/** The headline numbers of the window, each against the window before. */
export function cardsOf(summary: Summary, daily: Daily): Card[] {
  return RULES.map((rule) =>
    rule.metric === "nps" ? npsCard(rule, summary, daily) : numberCard(rule, summary, daily),
  );
}

function numberCard(rule: CardRule, summary: Summary, daily: Daily): Card {
  const { currency, date_range, previous } = summary;
  const [now, then] = [rule.pick(summary), rule.pick(previous)];
  const before = rule.atEnd ? earlierText(date_range.days) : beforeText(date_range.days);
  const { label, meaning } = metricOf(rule.metric);
  return {
    label: rule.label ?? label,
    meaning,
    value: formatValue(rule.metric, now, { currency }),
    known: now !== null,
    change: formatChange(rule.metric, now, then, { currency, before }),
    detail: rule.detail?.(summary) ?? null,
    missing: missingSource(rule, now, daily),
    trend: daily.days.map(rule.ofDay),
  };
}

function npsCard(rule: CardRule, summary: Summary, daily: Daily): Card {
  const { label, meaning } = metricOf("nps");
  const [, score, answers] = /^(.*) \((.*)\)$/.exec(formatNps(summary)) ?? [];
  return {
    label,
    meaning,
    value: score ?? formatNps(summary),
    known: summary.nps_score !== null,
    change: formatNpsChange(summary, summary.previous),
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
  return `, without ${unconverted} ${unconverted === 1 ? "subscription" : "subscriptions"} for want of an exchange rate`;
}
