import { minorDigits } from "../../core/money.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { metricOf, type MetricName, type Unit } from "../../metrics/catalogue.ts";
import { quotation } from "../quotation.ts";
import type { Condition, Span } from "./condition.ts";

export type ConditionReading =
  | { readonly ok: true; readonly condition: Condition; readonly span: Span }
  | { readonly ok: false; readonly complaint: string };

const KINDS = ["above", "below", "change", "unusual"] as const;
const OTHER_WORDS: Readonly<Record<string, (typeof KINDS)[number]>> = {
  ">": "above",
  over: "above",
  "<": "below",
  under: "below",
  changes: "change",
};
const HIGHEST_CHANGE = 10_000;
const LONGEST_TYPED = 200;

/** "above 500", "below $15k", "change by 20 %", "unusual", each also with "today" at its end. */
export function readCondition(typed: string, metric: MetricName, currency: string): ConditionReading {
  const words = typed.slice(0, LONGEST_TYPED).trim().replaceAll(/\s+/gu, " ");
  const isToday = / today(?: so far)?$/iu.test(words);
  const text = words.replace(/ today(?: so far)?$/iu, "");
  const [, first = "", rest = ""] = /^([<>]|\p{L}+)\s*(.*)$/u.exec(text) ?? [];
  const kind = KINDS.find((one) => one === first.toLowerCase()) ?? OTHER_WORDS[first.toLowerCase()];
  const span = isToday ? "today" : "day";
  if (kind === undefined) return { ok: false, complaint: unknownCondition(typed, first) };
  if (kind === "unusual")
    return rest === ""
      ? { ok: true, condition: { kind }, span }
      : { ok: false, complaint: `\`unusual\` stands alone; you wrote ${quotation(typed)}.` };
  if (kind === "change") {
    const percent = numberIn(rest.replace(/^by\s+/iu, ""), "percent", currency);
    return percent !== null && percent > 0 && percent <= HIGHEST_CHANGE
      ? { ok: true, condition: { kind, percent }, span }
      : { ok: false, complaint: `\`change\` needs a percentage, like \`change 20 %\`; you wrote ${quotation(typed)}.` };
  }
  const { unit } = metricOf(metric);
  const bound = numberIn(rest, unit, currency);
  if (bound !== null && isPossible(metric, bound)) return { ok: true, condition: { kind, bound }, span };
  if (bound !== null) return { ok: false, complaint: impossible(metric, bound) };
  const complaint = `\`${metric}\` is ${UNIT_WORDS[unit]}: write ${exampleOf(kind, unit, currency)}; you wrote ${quotation(typed)}.`;
  return { ok: false, complaint };
}

function unknownCondition(typed: string, word: string): string {
  const near = nearestWord(word, [...KINDS, ...Object.keys(OTHER_WORDS)]);
  const guess = near === null ? "" : ` Did you mean \`${near}\`?`;
  return `A condition is \`above\`, \`below\`, \`change\` or \`unusual\`, like \`above 500\`; you wrote ${quotation(typed)}.${guess}`;
}

const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  count: "a count",
  percent: "a percentage",
  money: "money",
  milliseconds: "a time",
  score: "a score from −100 to 100",
  ratio: "a ratio",
  hours: "a time",
};

function exampleOf(kind: "above" | "below", unit: Unit, currency: string): string {
  const example: Readonly<Record<Unit, string>> = {
    count: "500",
    percent: "2 %",
    money: `15000 ${currency}`,
    milliseconds: "800 ms",
    score: "30",
    ratio: "0.9",
    hours: "8 h",
  };
  return `\`${kind} ${example[unit]}\``;
}

/** Percentages that are no share of a whole. */
const UNBOUNDED: ReadonlySet<MetricName> = new Set(["nrr", "net_mrr_churn", "gross_mrr_churn"]);

/** What the metric can be at least and at most. */
function rangeOf(metric: MetricName): readonly [number, number] {
  switch (metricOf(metric).unit) {
    case "score":
      return [-100, 100];
    case "percent":
      return metric === "net_mrr_churn" ? [-LARGEST, LARGEST] : [0, UNBOUNDED.has(metric) ? LARGEST : 100];
    case "count":
    case "milliseconds":
    case "hours":
    case "ratio":
      return [0, LARGEST];
    case "money":
      return [-LARGEST, LARGEST];
  }
}

const LARGEST = 1e15;

function isPossible(metric: MetricName, value: number): boolean {
  const [least, most] = rangeOf(metric);
  return value >= least && value <= most;
}

function impossible(metric: MetricName, value: number): string {
  const [least, most] = rangeOf(metric);
  if (value < least) return `\`${metric}\` is never below ${least}: ${value} cannot be its limit.`;
  return most === LARGEST ? "That limit is too large." : `\`${metric}\` is never above ${most}: ${value} is too large.`;
}

const THOUSANDS: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };

/** By how much the number is multiplied that stands before such a word. */
function suffixes(unit: Unit, currency: string): Readonly<Record<string, number>> {
  switch (unit) {
    case "count":
      return THOUSANDS;
    case "percent":
      return { "": 1, "%": 1, percent: 1 };
    case "money":
      return {
        ...THOUSANDS,
        [currency.toLowerCase()]: 1,
        [`k ${currency.toLowerCase()}`]: 1_000,
        [symbolOf(currency)]: 1,
      };
    case "milliseconds":
      return { "": 1, ms: 1, s: 1_000, min: 60_000 };
    case "score":
    case "ratio":
      return { "": 1 };
    case "hours":
      return { "": 1, h: 1, min: 1 / 60, d: 24 };
  }
}

function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat("en-US", { style: "currency", currency }).formatToParts(0);
  return parts.find(({ type }) => type === "currency")?.value ?? currency;
}

/** Null when it is no number of that unit. Commas stand between thousands. */
function numberIn(text: string, unit: Unit, currency: string): number | null {
  const [, before = "", sign = "", digits = "", after = ""] =
    /^([^\d.,+−-]*)([+−-]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,6})?)\s*(.*)$/u.exec(text.trim()) ?? [];
  const factor = suffixes(unit, currency)[after.trim().toLowerCase()];
  const mark = before.trim().toLowerCase();
  const isMarked = unit === "money" && (mark === symbolOf(currency) || mark === currency.toLowerCase());
  if (digits === "" || factor === undefined || (mark !== "" && !isMarked)) return null;
  const value = Number(digits.replaceAll(",", "")) * factor * (sign === "-" || sign === "−" ? -1 : 1);
  return unit === "money" ? Number(value.toFixed(minorDigits(currency))) : value;
}
