import { createHash } from "node:crypto";
import type { Temporal } from "../../core/time.ts";
import type { Daily, Day, Summary, Today } from "../../metrics/answers.ts";
import { isMetricName, metricOf, type Group, type MetricName } from "../../metrics/catalogue.ts";
import type { View } from "../permission/view.ts";
import { stageOf, type Stage } from "../first-day.ts";
import { DAYS_COMPARED } from "../../metrics/anomaly.ts";
import { findAnomalies, type Anomalies } from "./anomalies.ts";
import { headlineOf, type Headline } from "./headline.ts";

/** How many days the digest has to be given: the one it is about, and those it is compared with. */
export const DIGEST_DAYS = DAYS_COMPARED + 1;
const CHART_DAYS = 30;
const TREND_DAYS = 14;
const WEEK = 7;

export interface DigestInput {
  /** Of `DIGEST_DAYS` days: the digest is about the last of them. */
  readonly daily: Daily;
  /** Of 30 days. */
  readonly summary: Summary;
  /** Local day of the first event, null before it. */
  readonly firstDay: Temporal.PlainDate | null;
  readonly timeZone: string;
  /** What the digest belongs to; with the date it makes the reference. */
  readonly schedule: string;
  readonly view: Pick<View, "groups" | "leftOut">;
}

export interface DigestNumber {
  readonly metric: MetricName;
  readonly value: number | null;
  /** The same weekday a week earlier. */
  readonly week_before: number | null;
  /** The last 14 days, oldest first. */
  readonly trend: readonly (number | null)[];
}

/** What a morning digest says, as plain numbers: `digest-message.ts` puts it into words. */
export interface Digest {
  readonly stage: Stage;
  /** ISO date of the day it is about. */
  readonly date: string;
  /** What moved most, in one sentence. */
  readonly headline: Headline;
  readonly numbers: readonly DigestNumber[];
  readonly chart: {
    readonly metric: MetricName;
    readonly points: readonly { readonly date: string; readonly value: number | null }[];
  };
  readonly anomalies: Anomalies;
  readonly nps: Pick<Summary, "nps_score" | "nps_responses" | "nps_interval">;
  readonly uptime: number | null;
  readonly open_tickets: number | null;
  /** Partial numbers of the day that is not over; shown only on the first. */
  readonly today: Today;
  readonly currency: string;
  readonly timezone: string;
  readonly computed_at: string | null;
  /** "#d-7f3a": finds the message again. The same for the same schedule and date. */
  readonly reference: string;
  /** The groups that it tells, and the sentence on what it leaves out; null when it leaves out nothing. */
  readonly groups: readonly Group[];
  readonly left_out: string | null;
}

const NUMBERS: readonly Extract<keyof Day, MetricName>[] = ["mrr", "dau", "signups", "error_rate"];

/** Pure: the same numbers give the same digest. */
export function digestOf({ daily, summary, firstDay, timeZone, schedule, view }: DigestInput): Digest {
  const { currency } = daily;
  const days = daily.days.map((day) => withoutOthers(day, view.groups));
  const isTold = (metric: MetricName) => view.groups.has(metricOf(metric).group);
  const date = daily.date_range.end;
  const last = days.at(-1);
  const weekBefore = days.at(-1 - WEEK);
  const anomalies = findAnomalies(days);
  return {
    stage: stageOf(firstDay, daily.today.date),
    date,
    headline: headlineOf({ days, anomalies, currency }),
    numbers: NUMBERS.filter(isTold).map((metric) => ({
      metric,
      value: last?.[metric] ?? null,
      week_before: weekBefore?.[metric] ?? null,
      trend: days.slice(-TREND_DAYS).map((day) => day[metric]),
    })),
    chart: chartOf(days.slice(-CHART_DAYS)),
    anomalies,
    nps: isTold("nps")
      ? { nps_score: summary.nps_score, nps_responses: summary.nps_responses, nps_interval: summary.nps_interval }
      : { nps_score: null, nps_responses: null, nps_interval: null },
    uptime: last?.uptime ?? null,
    open_tickets: last?.open_tickets ?? null,
    today: daily.today,
    currency,
    timezone: timeZone,
    computed_at: daily.computed_at,
    reference: referenceOf(schedule, date),
    groups: [...view.groups],
    left_out: view.leftOut,
  };
}

/** The day as if there were no data of the groups that may not be told: nothing that is worked out of it can tell them. */
function withoutOthers(day: Day, groups: ReadonlySet<Group>): Day {
  const hidden = Object.keys(day).filter((name) => isMetricName(name) && !groups.has(metricOf(name).group));
  return { ...day, ...Object.fromEntries(hidden.map((name) => [name, null])) };
}

/** MRR, or active users where nobody pays. */
function chartOf(days: readonly Day[]): Digest["chart"] {
  const metric = days.some(({ mrr }) => mrr !== null && mrr !== 0) ? "mrr" : "dau";
  return { metric, points: days.map((day) => ({ date: day.date, value: day[metric] })) };
}

function referenceOf(schedule: string, date: string): string {
  return `#d-${createHash("sha256").update(`${schedule} ${date}`).digest("hex").slice(0, 4)}`;
}
