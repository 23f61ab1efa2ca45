import { isMetricName, metricOf, type Better, type MetricName, type Unit } from "./catalogue.ts";
import { minorDigits } from "../core/money.ts";
import { currencyText, decimalText } from "./number-text.ts";
import { SMALLEST_BASE_FOR_PERCENT } from "./clear-change.ts";

export interface FormatOptions {
  /** ISO 4217; needed for money. */
  readonly currency: string;
}

export const NO_DATA = "no data";
const MINUS = "−";
const FEWEST_ANSWERS_FOR_NPS = 10;

/** A value for people, in US English: "$16,412", "0.41 %", "1,204", "1.2 s", "no data". */
export function formatValue(metric: MetricName | Unit, value: number | null, options: FormatOptions): string {
  if (value === null) return NO_DATA;
  const text = formatMagnitude(unitOf(metric), Math.abs(value), options.currency);
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}

function unitOf(metric: MetricName | Unit): Unit {
  return isMetricName(metric) ? metricOf(metric).unit : metric;
}

function formatMagnitude(unit: Unit, magnitude: number, currency: string): string {
  switch (unit) {
    case "count":
      return decimalText(magnitude, Number.isInteger(magnitude) ? 0 : 1);
    case "percent":
      return `${formatPercent(magnitude)} %`;
    case "money":
      return formatMoney(magnitude, currency);
    case "milliseconds":
      return formatMilliseconds(magnitude);
    case "score":
      return decimalText(magnitude, 0);
    case "ratio":
      return decimalText(magnitude, 2);
    case "hours":
      return formatHours(magnitude);
  }
}

/** What is not quite nothing or not quite all is never shown as nothing or all. */
function formatPercent(value: number): string {
  if (value > 0 && value < 0.005) return "<0.01";
  if (value >= 99.995 && value < 100) return "99.99";
  return decimalText(value, value < 1 || (value > 99 && value < 100) ? 2 : 1);
}

function formatMoney(value: number, currency: string): string {
  const digits = value >= 1000 || Number.isInteger(value) ? 0 : minorDigits(currency);
  return currencyText(value, currency, digits);
}

function formatMilliseconds(value: number): string {
  if (value < 10) return `${decimalText(value, 1)} ms`;
  if (value < 999.5) return `${decimalText(value, 0)} ms`;
  if (value < 59_950) return `${decimalText(value / 1000, 1)} s`;
  return `${decimalText(value / 60_000, 1)} min`;
}

function formatHours(value: number): string {
  if (value < 0.995) return `${decimalText(value * 60, 0)} min`;
  if (value < 47.95) return `${decimalText(value, 1)} h`;
  return `${decimalText(value / 24, 1)} d`;
}

export interface Change {
  /** "▲ 6 % (389)", "▼ 0.21 points, better (0.62 %)", "▲ 3 → 9", "no change", "no clear change, was 336". */
  readonly text: string;
  /** What it means for the team; neutral when neither direction is better, and for a change that may be chance. */
  readonly tone: "good" | "bad" | "neutral";
}

export interface ChangeOptions extends FormatOptions {
  /** Whether it is more than chance makes (`ClearChange.clear`). */
  readonly clear: boolean;
  /** What the earlier value belongs to, said before it in parentheses: "last Friday". */
  readonly before?: string;
}

/**
 * How `current` differs from `previous`; null when either has no data, or for a score, whose change only its intervals
 * can tell (`formatNpsChange`).
 */
export function formatChange(
  metric: MetricName,
  current: number | null,
  previous: number | null,
  options: ChangeOptions,
): Change | null {
  const { unit, better } = metricOf(metric);
  if (current === null || previous === null || unit === "score") return null;
  const now = formatValue(unit, current, options);
  const before = formatValue(unit, previous, options);
  if (current === previous || now === before) return { text: "no change", tone: "neutral" };
  if (!options.clear) return { text: unclearText(before, options.before), tone: "neutral" };
  const tone = toneOf(better, current > previous);
  const arrow = current > previous ? "▲" : "▼";
  if (unit === "count" && previous < SMALLEST_BASE_FOR_PERCENT) {
    return { text: withVerdict(`${arrow} ${before} → ${now}`, better, tone), tone };
  }
  const difference = differenceOf(unit, current, previous, options);
  const earlier = options.before === undefined ? before : `${options.before} ${before}`;
  return { text: `${withVerdict(`${arrow} ${difference}`, better, tone)} (${earlier})`, tone };
}

/** "no clear change, was 336 (last Friday)" */
function unclearText(value: string, when: string | undefined): string {
  return `no clear change, was ${value}${when === undefined ? "" : ` (${when})`}`;
}

function differenceOf(unit: Unit, current: number, previous: number, options: FormatOptions): string {
  const difference = Math.abs(current - previous);
  switch (unit) {
    case "count":
      return formatRelative((100 * difference) / previous);
    case "percent":
      return `${formatPercent(difference)} points`;
    case "money":
      return formatMoney(shownDifference(current, previous), options.currency);
    case "milliseconds":
    case "ratio":
    case "score":
    case "hours":
      return formatValue(unit, difference, options);
  }
}

/** Of two amounts that are shown without cents, what they differ by as they are shown. */
function shownDifference(current: number, previous: number): number {
  const isWhole = current >= 1000 && previous >= 1000;
  return Math.abs(isWhole ? Math.round(current) - Math.round(previous) : current - previous);
}

function formatRelative(percent: number): string {
  return `${percent < 1 ? formatPercent(percent) : decimalText(percent, 0)} %`;
}

/** Where more is worse, the arrow alone would mislead: the words say which it is. */
function withVerdict(text: string, better: Better, tone: Change["tone"]): string {
  if (better !== "lower") return text;
  return `${text}, ${tone === "good" ? "better" : "worse"}`;
}

function toneOf(better: Better, rose: boolean): Change["tone"] {
  if (better === "neither") return "neutral";
  return rose === (better === "higher") ? "good" : "bad";
}

/** An NPS with what it rests on, as answers carry it. */
export interface NpsNumbers {
  readonly nps_score: number | null;
  readonly nps_responses: number | null;
  readonly nps_interval: { readonly center: number; readonly margin: number } | null;
}

/** "38 ± 14 (41 answers)"; "too few answers (4)" under 10; "no data" without any. */
export function formatNps(nps: NpsNumbers): string {
  const answers = nps.nps_responses ?? 0;
  if (nps.nps_score === null || nps.nps_interval === null || answers === 0) return NO_DATA;
  if (answers < FEWEST_ANSWERS_FOR_NPS) return `too few answers (${answers})`;
  const score = formatValue("score", Math.round(nps.nps_score), { currency: "" });
  return `${score} ± ${decimalText(nps.nps_interval.margin, 0)} (${decimalText(answers, 0)} answers)`;
}

/** A change is called one only when the two intervals do not overlap; null when either side has too few answers. */
export function formatNpsChange(current: NpsNumbers, previous: NpsNumbers): Change | null {
  const [now, before] = [current.nps_interval, previous.nps_interval];
  const enough = [current, previous].every(({ nps_responses }) => (nps_responses ?? 0) >= FEWEST_ANSWERS_FOR_NPS);
  if (now === null || before === null || !enough) return null;
  const earlier = formatNps(previous).replace(/ \(.*/, "");
  if (Math.abs(now.center - before.center) <= now.margin + before.margin) {
    return { text: `not clearly different (${earlier})`, tone: "neutral" };
  }
  const rose = now.center > before.center;
  return { text: `${rose ? "▲" : "▼"} clearly ${rose ? "better" : "worse"} (${earlier})`, tone: rose ? "good" : "bad" };
}
