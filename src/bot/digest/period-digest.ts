import type { Temporal } from "../../core/time.ts";
import { metricOf, type Group, type MetricName } from "../../metrics/catalogue.ts";
import type { Day, Summary } from "../../metrics/answers.ts";
import type { AccountMovements } from "../../metrics/read/account-movements.ts";
import type { Period, PeriodMetric } from "../../metrics/read/period.ts";
import type { WaitingTickets } from "../../metrics/read/waiting-tickets.ts";
import type { View } from "../permission/view.ts";
import { DAYS_COMPARED } from "../../metrics/anomaly.ts";
import { chartOf, movementsTold, referenceOf, withoutOthers, type Digest } from "./digest.ts";
import type { FreshnessTold } from "./freshness-words.ts";
import type { Edition } from "./edition.ts";
import type { MovementsTold } from "./movement-words.ts";
import { whatIsNotable, type NotableThing } from "./notable.ts";
import { periodHeadline } from "./period-headline.ts";
import { isChosen, type Section } from "./section.ts";
import { ticketsOf, type TicketsTold } from "./ticket-look.ts";
import { unusualDays, type UnusualDays } from "./unusual-days.ts";

/** How many days before the period have to be read: those with which its first day is compared. */
export const DAYS_BEFORE_PERIOD = DAYS_COMPARED;

export type PeriodEdition = Exclude<Edition, "daily">;

export interface PeriodInput {
  readonly edition: PeriodEdition;
  readonly period: Period;
  /** Of the period. */
  readonly movements: AccountMovements;
  readonly waiting: WaitingTickets;
  /** Local day of the first event, null before it. */
  readonly firstDay: Temporal.PlainDate | null;
  readonly sections: readonly Section[];
  readonly view: View;
  readonly timeZone: string;
  readonly npsDays: number;
  readonly now: Temporal.Instant;
  /** What the digest belongs to; with the period it makes the reference. */
  readonly schedule: string;
}

export interface PeriodNumber {
  readonly metric: PeriodMetric;
  readonly value: number | null;
  /** Null also when the days before are not all on record. */
  readonly before: number | null;
  /** Whether it differs from that by more than chance makes. */
  readonly clear: boolean;
  /** By day; empty where a day has no such number, or there are too many days. */
  readonly trend: readonly (number | null)[];
}

/** What a weekly or monthly digest says, as plain numbers: `period-message.ts` puts it into words. */
export interface PeriodDigest {
  readonly edition: PeriodEdition;
  /** `no days`: the first event came after the period. */
  readonly stage: "no events" | "no days" | "days";
  readonly start: string;
  readonly end: string;
  readonly before: { readonly start: string; readonly end: string };
  /** ISO date of the first event, when that is within the period or the days that it is compared with. */
  readonly data_since: string | null;
  readonly headline: string | null;
  readonly numbers: readonly PeriodNumber[];
  readonly chart: Digest["chart"];
  /** Null where money is not told. */
  readonly movements: MovementsTold | null;
  readonly unusual: UnusualDays | null;
  readonly tickets: TicketsTold | null;
  readonly tickets_opened: number | null;
  readonly tickets_resolved: number | null;
  readonly nps: Pick<Summary, "nps_score" | "nps_responses" | "nps_interval">;
  readonly nps_before: Pick<Summary, "nps_score" | "nps_responses" | "nps_interval"> | null;
  readonly nps_days: number;
  readonly uptime: number | null;
  readonly uptime_observed: number | null;
  readonly notable: readonly NotableThing[];
  readonly currency: string;
  readonly timezone: string;
  /** ISO instant at which it was worked out. */
  readonly now: string;
  readonly computed_at: string | null;
  readonly reference: string;
  readonly groups: readonly Group[];
  readonly left_out: string | null;
  readonly sections: readonly Section[];
  /** See `Digest.freshness`. */
  readonly freshness: FreshnessTold | null;
  /** See `Digest.findings`. */
  readonly findings: Digest["findings"];
}

const NUMBERS: Readonly<Record<PeriodEdition, readonly PeriodMetric[]>> = {
  weekly: ["mrr", "wau", "signups", "api_calls", "error_rate"],
  monthly: ["mrr", "churn_rate", "mau", "signups", "activation_rate", "api_calls", "error_rate"],
};
/** What is drawn small beside a number, day by day. */
const DAILY: Partial<Record<PeriodMetric, Exclude<keyof Day, "date">>> = {
  mrr: "mrr",
  wau: "dau",
  signups: "signups",
  api_calls: "api_calls",
  error_rate: "error_rate",
};
const CHART_DAYS = { weekly: 56, monthly: 84 } as const;
const TREND_DAYS = 14;

/** Pure: the same numbers give the same digest. */
export function periodDigestOf(input: PeriodInput): PeriodDigest {
  const { edition, view, sections, firstDay } = input;
  const { groups } = view;
  const period = withoutOtherNumbers(input.period, groups);
  const { values, date_range: range, previous, currency } = period;
  const isComparable = firstDay !== null && firstDay.toString() <= previous.date_range.start;
  const before = (metric: PeriodMetric) => (isComparable ? previous.values[metric] : null);
  const movements = movementsTold(input.movements, view);
  const unusual = sections.includes("unusual") ? unusualDays(period.days, range.days) : null;
  const tickets = sections.includes("tickets") ? ticketsOf(period.days, input.waiting, input.timeZone) : null;
  const numbers = NUMBERS[edition]
    .filter((metric) => groups.has(metricOf(metric).group) && isChosen(metric, sections))
    .map((metric) => ({
      metric,
      value: values[metric],
      before: before(metric),
      clear: isComparable && period.change[metric]?.clear === true,
      trend: trendOf(metric, input),
    }));
  const stage = stageOf(firstDay, range.end);
  return {
    edition,
    stage,
    start: range.start,
    end: range.end,
    before: { start: previous.date_range.start, end: previous.date_range.end },
    data_since: firstDay === null || isComparable ? null : firstDay.toString(),
    headline: periodHeadline({ edition, numbers, movements, currency, isQuiet: isQuiet(unusual, tickets) }),
    numbers,
    chart: chartOf(period.days.slice(-CHART_DAYS[edition]), sections.includes("money")),
    movements: sections.includes("movements") ? movements : null,
    unusual,
    tickets,
    tickets_opened: values.tickets_opened,
    tickets_resolved: values.tickets_resolved,
    nps: npsOf(period),
    nps_before: isComparable ? npsOf(previous) : null,
    nps_days: input.npsDays,
    uptime: values.uptime,
    uptime_observed: values.uptime_observed,
    notable:
      stage === "days" ? notableOf({ unusual, tickets, movements, sections, mrrBefore: previous.values.mrr }) : [],
    currency,
    timezone: input.timeZone,
    now: input.now.toString(),
    computed_at: period.computed_at,
    reference: referenceOf(`${input.schedule} ${edition}`, range.end),
    groups: [...groups],
    left_out: view.leftOut,
    sections,
    freshness: null,
    findings: [],
  };
}

function stageOf(firstDay: Temporal.PlainDate | null, end: string): PeriodDigest["stage"] {
  if (firstDay === null) return "no events";
  return firstDay.toString() > end ? "no days" : "days";
}

function isQuiet(unusual: UnusualDays | null, tickets: TicketsTold | null): boolean {
  return unusual?.judged === true && unusual.found.length === 0 && tickets?.needs_a_look !== true;
}

interface Told extends Pick<PeriodDigest, "unusual" | "tickets" | "movements" | "sections"> {
  readonly mrrBefore: number | null;
}

function notableOf({ unusual, tickets, movements, sections, mrrBefore }: Told): NotableThing[] {
  const isMoneyTold = sections.includes("money") || sections.includes("movements");
  return whatIsNotable({
    anomalies: unusual?.found ?? [],
    movements: isMoneyTold ? movements : null,
    mrrBefore,
    isMilestone: false,
    tickets,
  });
}

/** As if there were no data of the groups that may not be told. */
function withoutOtherNumbers(period: Period, groups: ReadonlySet<Group>): Period {
  const within = <T extends Pick<Period, "values" | "nps_interval">>(numbers: T): T => {
    const hidden = (Object.keys(numbers.values) as PeriodMetric[]).filter((name) => !groups.has(metricOf(name).group));
    const values = { ...numbers.values, ...Object.fromEntries(hidden.map((name: MetricName) => [name, null])) };
    return { ...numbers, values, nps_interval: groups.has(metricOf("nps").group) ? numbers.nps_interval : null };
  };
  return {
    ...within(period),
    previous: within(period.previous),
    days: period.days.map((day) => withoutOthers(day, groups)),
  };
}

function trendOf(metric: PeriodMetric, { edition, period }: PeriodInput): (number | null)[] {
  const daily = DAILY[metric];
  if (daily === undefined || edition === "monthly") return [];
  return period.days.slice(-TREND_DAYS).map((day) => day[daily]);
}

function npsOf({ values, nps_interval }: Pick<Period, "values" | "nps_interval">): PeriodDigest["nps"] {
  return { nps_score: values.nps, nps_responses: values.nps_responses, nps_interval };
}
