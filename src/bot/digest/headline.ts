import type { Day } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { dayChange } from "../../metrics/day-change.ts";
import { formatValue } from "../../metrics/format.ts";
import type { Anomalies, Anomaly } from "./anomalies.ts";
import { moneyHeadline } from "./money-headline.ts";
import { moreOrFewer } from "./week-comparison.ts";
import { weekdayOf } from "./weekday.ts";

export interface HeadlineInput {
  /** Consecutive, oldest first; the sentence is about the last. */
  readonly days: readonly Day[];
  readonly anomalies: Anomalies;
  readonly currency: string;
}

const WEEK = 7;
const LEAST_SHARE_OF_PEOPLE = 0.1;

export interface Headline {
  readonly text: string;
  /** What it is about; null on a quiet day. */
  readonly metric: MetricName | null;
}

/**
 * One true sentence on what moved most. What needs a look comes first, then money, then other surprises, then people
 * against the same weekday a week ago; else it is a quiet day, and says its numbers.
 */
export function headlineOf({ days, anomalies, currency }: HeadlineInput): Headline {
  const [first] = anomalies.found;
  const surprise = first === undefined ? null : anomalyHeadline(first, days, currency);
  if (first?.bad === true && surprise !== null) return surprise;
  const money = moneyHeadline(days, currency);
  if (money !== null) return { text: money, metric: "mrr" };
  return surprise ?? peopleHeadline(days) ?? quietHeadline(days, anomalies.judged, currency);
}

function anomalyHeadline({ metric, value, usual }: Anomaly, days: readonly Day[], currency: string): Headline {
  const { label, unit } = metricOf(metric);
  const weekday = weekdayOf(days.at(-1)?.date ?? "");
  const now = formatValue(unit, value, { currency });
  const before = formatValue(unit, usual, { currency });
  const verb = value > usual ? "rose" : "fell";
  const text =
    metric === "error_rate"
      ? `Errors ${verb}: ${now} of requests failed; on a usual ${weekday} it is ${before}.`
      : `${label} ${verb} to ${now}; on a usual ${weekday} it is ${before}.`;
  return { text, metric };
}

function peopleHeadline(days: readonly Day[]): Headline | null {
  const last = days.at(-1);
  const before = days.at(-1 - WEEK);
  if (last === undefined || before === undefined) return null;
  const when = `last ${weekdayOf(last.date)}`;
  if (clearShare("dau", days) >= LEAST_SHARE_OF_PEOPLE) {
    return { text: peopleSentence(last.dau ?? 0, before.dau ?? 0, when, ["was active", "were active"]), metric: "dau" };
  }
  if (clearShare("signups", days) > 0) {
    const text = peopleSentence(last.signups ?? 0, before.signups ?? 0, when, ["signed up", "signed up"]);
    return { text, metric: "signups" };
  }
  return null;
}

/** How far the day is from the same weekday a week ago, as a share of that; 0 when it may be chance. */
function clearShare(metric: "dau" | "signups", days: readonly Day[]): number {
  const before = days.at(-1 - WEEK)?.[metric] ?? 0;
  const change = dayChange(metric, days, WEEK);
  return change?.clear === true && before > 0 ? Math.abs(change.absolute) / before : 0;
}

function peopleSentence(now: number, before: number, when: string, [one, several]: readonly [string, string]): string {
  const earlier = formatValue("count", before, { currency: "" });
  if (now === 0) return `Nobody ${one}; ${when} it was ${earlier}.`;
  const people = now === 1 ? `1 person ${one}` : `${formatValue("count", now, { currency: "" })} people ${several}`;
  return `${people}, ${moreOrFewer(now, before)} than ${when} (${earlier}).`;
}

function quietHeadline(days: readonly Day[], judged: boolean, currency: string): Headline {
  const last = days.at(-1);
  const parts = [
    count(last?.dau ?? null, "active user", "active users"),
    count(last?.signups ?? null, "sign-up", "sign-ups"),
    last === undefined || last.mrr === null || last.mrr === 0
      ? null
      : `MRR ${formatValue("money", last.mrr, { currency })}`,
  ].filter((part) => part !== null);
  if (parts.length === 0) return { text: "No data for this day.", metric: null };
  const usual = judged ? `A usual ${weekdayOf(last?.date ?? "")}: ` : "";
  return { text: `${usual}${parts.join(", ")}.`, metric: null };
}

function count(number: number | null, one: string, several: string): string | null {
  return number === null ? null : `${formatValue("count", number, { currency: "" })} ${number === 1 ? one : several}`;
}
