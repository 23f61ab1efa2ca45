import { minorDigits } from "../../core/money.ts";
import { Temporal } from "../../core/time.ts";
import type { Built, Explanation } from "../../metrics/explained.ts";
import { isMetricName, metricOf, type Unit } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import { dayText } from "../window-words.ts";

type Side = Extract<Built, { rule: "ratio" }>["numerator"];
type Term = Side["terms"][number];

/** How the value comes about, so that it can be worked out anew on paper; null before the first event. */
export function buildUpSentence(explanation: Explanation, today: Temporal.PlainDate): string | null {
  const { built } = explanation;
  if (built === null) return null;
  switch (built.rule) {
    case "sum":
      return sumSentence(built, explanation, today);
    case "level":
      return levelSentence(built, explanation, today);
    case "ratio":
      return ratioSentence(built, explanation, today);
    case "share":
      return shareSentence(built, explanation, today);
    case "lifetime":
      return lifetimeSentence(built, explanation);
    case "tickets":
      return ticketsSentence(built, explanation);
    case "rank":
      return `Of ${count(built.requests)} requests in order of duration, number ${count(built.rank)} took ${result(explanation)}.`;
  }
}

/** A part of a number, exact enough to be added up: money with its minor units. */
export function partText(unit: Unit, value: number, currency: string): string {
  switch (unit) {
    case "money": {
      const digits = minorDigits(currency);
      const style = {
        style: "currency",
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      } as const;
      return value.toLocaleString("en-US", style).replaceAll("\u00a0", " ").replace("-", "−");
    }
    case "count":
      return count(value);
    case "percent":
      return `${count(value)} %`;
    case "ratio":
    case "score":
      return count(value);
    case "milliseconds":
    case "hours":
      return formatValue(unit, value, { currency });
  }
}

function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 }).replace("-", "−");
}

function unitOf({ name }: Term): "money" | "count" {
  return name.startsWith("mrr_") ? "money" : "count";
}

/** "a, b, c and 4 more". */
export function listed(shown: readonly string[], total: number): string {
  const more = total - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function result({ unit, value, currency }: Explanation): string {
  return value === null ? "no data" : partText(unit, value, currency);
}

function sumSentence(
  { taken, terms }: Extract<Built, { rule: "sum" }>,
  explanation: Explanation,
  today: Temporal.PlainDate,
): string {
  const { date_range, currency } = explanation;
  const days = date_range.days === 1 ? dayText(date_range.end, today) : `${date_range.days} days`;
  const when = taken === "sum" ? `Over ${days}` : `On ${dayText(date_range.end, today)}`;
  if (terms.length === 1) return `${when}: ${terms.map((term) => termText(term, currency)).join("")}.`;
  return `${when}: ${equation(terms, currency)} = ${result(explanation)}.`;
}

function levelSentence(
  { start, terms }: Extract<Built, { rule: "level" }>,
  explanation: Explanation,
  today: Temporal.PlainDate,
): string {
  const { date_range, unit, currency } = explanation;
  const before = dayText(Temporal.PlainDate.from(date_range.start).subtract({ days: 1 }).toString(), today);
  const end = `${result(explanation)} on ${dayText(date_range.end, today)}`;
  const changes = terms.map((term) => `${term.sign < 0 ? "−" : "+"} ${termText(term, currency)}`);
  return `${partText(unit, start, currency)} on ${before} ${changes.join(" ")} = ${end}.`;
}

function ratioSentence(
  { scale, numerator, denominator }: Extract<Built, { rule: "ratio" }>,
  explanation: Explanation,
  today: Temporal.PlainDate,
): string {
  const side = (of: Side) => sideText(of, explanation, today);
  const times = scale === 1 ? "" : ` × ${scale}`;
  return `${side(numerator)} ÷ ${side(denominator)}${times} = ${result(explanation)}.`;
}

function sideText(side: Side, { date_range, currency }: Explanation, today: Temporal.PlainDate): string {
  const { terms, label, value } = side;
  if (label === null) return `(${equation(terms, currency)})`;
  const [first] = terms;
  const number = partText(first === undefined ? "count" : unitOf(first), value, currency);
  return `${number} ${terms.length === 1 ? label : lowered(label)}${takenText(side, date_range, today)}`;
}

function lowered(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

function takenText({ taken, terms }: Side, range: Explanation["date_range"], today: Temporal.PlainDate): string {
  switch (taken) {
    case "sum":
      return range.days > 1 && terms.some(isOfOneDay) ? ", day by day" : "";
    case "last":
    case "closing":
    case "lasting":
      return ` on ${dayText(range.end, today)}`;
    case "opening":
      return ` on ${dayText(Temporal.PlainDate.from(range.start).subtract({ days: 1 }).toString(), today)}`;
  }
}

/** What is stored for each day as it is, and says nothing when it is added up, except beside another such sum. */
function isOfOneDay({ name }: Term): boolean {
  return isMetricName(name) && metricOf(name).kind === "distinct";
}

function equation(terms: readonly Term[], currency: string): string {
  return terms
    .map((term, index) => `${term.sign < 0 ? "− " : index === 0 ? "" : "+ "}${termText(term, currency)}`)
    .join(" ");
}

function termText(term: Term, currency: string): string {
  return `${partText(unitOf(term), term.value, currency)} ${term.label}`;
}

function lifetimeSentence(
  { mrr, customers, gross_margin, lost, opening }: Extract<Built, { rule: "lifetime" }>,
  explanation: Explanation,
): string {
  const arpu = `${partText("money", mrr, explanation.currency)} MRR ÷ ${count(customers)} customers`;
  const churn = `(${count(lost)} cancelled in 30 days ÷ ${count(opening)} that paid before them)`;
  return `${arpu} × ${count(gross_margin)} % ÷ ${churn} = ${result(explanation)}.`;
}

function ticketsSentence(
  { take, tickets, total_hours }: Extract<Built, { rule: "tickets" }>,
  explanation: Explanation,
): string {
  const those = tickets === 1 ? "1 ticket" : `${count(tickets)} tickets`;
  switch (take) {
    case "mean":
      return `${count(total_hours)} hours of ${those} ÷ ${count(tickets)} = ${result(explanation)}.`;
    case "median":
      return `The middle of ${those}, in order of duration: ${result(explanation)}.`;
    case "p90":
      return `Number ${count(Math.ceil(0.9 * tickets))} of ${those}, in order of duration: ${result(explanation)}.`;
  }
}

function shareSentence(
  { part, whole, unit }: Extract<Built, { rule: "share" }>,
  { accounts, currency }: Explanation,
  today: Temporal.PlainDate,
): string {
  const named = accounts?.largest.map(({ account, date }) => `${account} (${dayText(date, today)})`) ?? [];
  const who = named.length === 0 ? "" : `: ${listed(named, accounts?.total ?? 0)}`;
  const [some, all] = [part, whole].map(({ value }) => partText(unit, value, currency));
  return unit === "count"
    ? `${some} of the ${all} ${whole.label} ${part.label}${who}.`
    : `${all} ${whole.label}: ${some} ${part.label}.`;
}
