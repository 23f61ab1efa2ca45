import { createHash } from "node:crypto";
import type { Temporal } from "../../core/time.ts";
import type { Daily, Day, Summary, Today } from "../../metrics/answers.ts";
import type { ClearChange } from "../../metrics/clear-change.ts";
import { dayChange } from "../../metrics/day-change.ts";
import { isMetricName, metricOf, type Group, type MetricName } from "../../metrics/catalogue.ts";
import type { FindingCount } from "../../metrics/quality/data-quality.ts";
import type { AccountMovements } from "../../metrics/read/account-movements.ts";
import type { WaitingTickets } from "../../metrics/read/waiting-tickets.ts";
import { MONEY } from "../permission/policy.ts";
import type { View } from "../permission/view.ts";
import { stageOf, type Stage } from "../first-day.ts";
import { DAYS_COMPARED } from "../../metrics/anomaly.ts";
import { findAnomalies, type Anomalies } from "./anomalies.ts";
import type { FreshnessTold } from "./freshness-words.ts";
import { headlineOf, type Headline } from "./headline.ts";
import { isMilestone } from "./money-headline.ts";
import type { MovementsTold } from "./movement-words.ts";
import { whatIsNotable, type NotableThing } from "./notable.ts";
import { groupsInWords, isChosen, type Section } from "./section.ts";
import { ticketsOf, type TicketsTold } from "./ticket-look.ts";

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
  /** Of the last of those days. */
  readonly movements: AccountMovements;
  readonly waiting: WaitingTickets;
  /** What is wanted of it. */
  readonly sections: readonly Section[];
  /** Local day of the first event, null before it. */
  readonly firstDay: Temporal.PlainDate | null;
  readonly timeZone: string;
  /** In how many days a person's answer counts for the NPS. */
  readonly npsDays: number;
  /** What the digest belongs to; with the date it makes the reference. */
  readonly schedule: string;
  readonly view: View;
}

export interface DigestNumber {
  readonly metric: MetricName;
  readonly value: number | null;
  /** The same weekday a week earlier. */
  readonly week_before: number | null;
  /** How it changed since; null when either is unknown. */
  readonly change: ClearChange | null;
  /** The last 14 days, oldest first. */
  readonly trend: readonly (number | null)[];
}

/** What a morning digest says, as plain numbers: `digest-message.ts` puts it into words. */
export interface Digest {
  readonly stage: Stage;
  /** ISO date of the day it is about. */
  readonly date: string;
  /** What moved most, in one sentence; null when nothing of what is wanted can be said in one. */
  readonly headline: Headline | null;
  readonly numbers: readonly DigestNumber[];
  readonly chart: {
    readonly metric: MetricName;
    readonly points: readonly { readonly date: string; readonly value: number | null }[];
  };
  readonly anomalies: Anomalies;
  readonly nps: Pick<Summary, "nps_score" | "nps_responses" | "nps_interval">;
  readonly nps_days: number;
  readonly uptime: number | null;
  readonly uptime_observed: number | null;
  /** Null where money is not told. */
  readonly movements: MovementsTold | null;
  readonly tickets: TicketsTold | null;
  /** Empty: a quiet day. */
  readonly notable: readonly NotableThing[];
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
  readonly sections: readonly Section[];
  /** Null: not judged. */
  readonly freshness: FreshnessTold | null;
  /** What was first noted on the day to look wrong, by code. */
  readonly findings: readonly FindingCount[];
}

const NUMBERS: readonly Extract<keyof Day, MetricName>[] = ["mrr", "dau", "signups", "error_rate"];

/** Pure: the same numbers give the same digest. */
export function digestOf(input: DigestInput): Digest {
  const { daily, summary, firstDay, timeZone, schedule, view, sections } = input;
  const { currency } = daily;
  const days = daily.days.map((day) => withoutOthers(day, view.groups));
  const isTold = (metric: MetricName) => view.groups.has(metricOf(metric).group);
  const date = daily.date_range.end;
  const last = days.at(-1);
  const weekBefore = days.at(-1 - WEEK);
  const anomalies = sections.includes("unusual") ? findAnomalies(days) : NOT_JUDGED;
  const stage = stageOf(firstDay, daily.today.date);
  const movements = movementsTold(input.movements, view);
  const tickets = ticketsOf(days, input.waiting, timeZone);
  const digest = {
    stage,
    date,
    headline: headlineWithin(days, {
      anomalies: { ...anomalies, judged: anomalies.judged && tickets?.needs_a_look !== true },
      currency,
      view,
      sections,
    }),
    numbers: NUMBERS.filter((metric) => isTold(metric) && isChosen(metric, sections)).map((metric) => ({
      metric,
      value: last?.[metric] ?? null,
      week_before: weekBefore?.[metric] ?? null,
      change: dayChange(metric, days, WEEK),
      trend: days.slice(-TREND_DAYS).map((day) => day[metric]),
    })),
    chart: chartOf(days.slice(-CHART_DAYS), sections.includes("money")),
    anomalies,
    movements: sections.includes("movements") ? movements : null,
    nps: isTold("nps")
      ? { nps_score: summary.nps_score, nps_responses: summary.nps_responses, nps_interval: summary.nps_interval }
      : { nps_score: null, nps_responses: null, nps_interval: null },
    nps_days: input.npsDays,
    uptime: last?.uptime ?? null,
    uptime_observed: last?.uptime_observed ?? null,
    tickets: sections.includes("tickets") ? tickets : null,
    today: withoutOthers(daily.today, view.groups),
    currency,
    timezone: timeZone,
    computed_at: daily.computed_at,
    reference: referenceOf(schedule, date),
    groups: [...view.groups],
    left_out: view.leftOut,
    sections,
    freshness: null,
    findings: [],
  };
  const notable = stage === "days" ? notableOf(digest, days, movements) : [];
  return { ...digest, notable };
}

const NOT_JUDGED: Anomalies = { judged: false, found: [] };

/** Of all that moved, when money is wanted in any form: it need not be listed to be worth a post. */
function notableOf(
  { anomalies, tickets, sections }: Pick<Digest, "anomalies" | "tickets" | "sections">,
  days: readonly Day[],
  movements: MovementsTold | null,
): NotableThing[] {
  const isMoneyTold = sections.includes("money") || sections.includes("movements");
  return whatIsNotable({
    anomalies: anomalies.found,
    movements: isMoneyTold ? movements : null,
    mrrBefore: days.at(-2)?.mrr ?? null,
    isMilestone: sections.includes("money") && isMilestone(days),
    tickets,
  });
}

/** Null where money may not be told; without names where accounts may not be named. */
export function movementsTold({ totals, largest }: AccountMovements, { groups, names }: View): MovementsTold | null {
  if (!groups.has(MONEY)) return null;
  return { totals, largest: names.has(MONEY) ? largest : null };
}

function headlineWithin(
  days: readonly Day[],
  {
    anomalies,
    currency,
    view,
    sections,
  }: Pick<Digest, "anomalies" | "currency" | "sections"> & { readonly view: View },
): Headline | null {
  const groups = groupsInWords(view, sections);
  const headline = headlineOf({ days: days.map((day) => withoutOthers(day, groups)), anomalies, currency });
  const isEmpty = !sections.includes("numbers") && !groups.has(MONEY);
  return isEmpty && headline.metric === null ? null : headline;
}

/** The day as if there were no data of the groups that may not be told: nothing that is worked out of it can tell them. */
export function withoutOthers<T extends Day>(day: T, groups: ReadonlySet<Group>): T {
  const hidden = Object.keys(day).filter((name) => isMetricName(name) && !groups.has(metricOf(name).group));
  return { ...day, ...Object.fromEntries(hidden.map((name) => [name, null])) };
}

/** MRR, or active users where nobody pays or money is not wanted. */
export function chartOf(days: readonly Day[], isMoneyWanted: boolean): Digest["chart"] {
  const metric = isMoneyWanted && days.some(({ mrr }) => mrr !== null && mrr !== 0) ? "mrr" : "dau";
  return { metric, points: days.map((day) => ({ date: day.date, value: day[metric] })) };
}

export function referenceOf(schedule: string, date: string): string {
  return `#d-${createHash("sha256").update(`${schedule} ${date}`).digest("hex").slice(0, 4)}`;
}
