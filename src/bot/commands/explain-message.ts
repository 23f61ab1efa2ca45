import { localDay, type Temporal } from "../../core/time.ts";
import type { Explanation } from "../../metrics/explained.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { formatNps, formatValue } from "../../metrics/format.ts";
import { hasSteps } from "../../metrics/read/step.ts";
import type { Block, Message } from "../message.ts";
import { ageText, dayText, freshness, rangeText } from "../window-words.ts";
import { buildUpSentence, listed, partText } from "./explain-parts.ts";
import { isOfTheLastDay } from "./show-numbers.ts";

interface Moment {
  readonly now: Temporal.Instant;
  /** Of the first event. */
  readonly firstDay: Temporal.PlainDate;
}

/** An explanation in words: the value, how it comes about, by which rules, from what, and what was corrected. */
export function explanationMessage(explanation: Explanation, metric: MetricName, parts: Moment): Message {
  const { now, firstDay } = parts;
  const today = localDay(now, explanation.date_range.timezone);
  const text = (words: string | null): Block[] => (words === null ? [] : [{ kind: "text", text: words }]);
  const { label } = explanation;
  return {
    title: `${label} ${valueText(explanation, explanation)} · ${spanText(explanation, metric, today)}`,
    tone: "neutral",
    blocks: [
      ...text(buildUpSentence(explanation, today)),
      ...text(nextStep(explanation, metric, firstDay.toString(), today)),
      ...text(rules(explanation)),
      ...text(movementsSentence(explanation, today)),
      ...text(unconvertedSentence(explanation)),
      ...text(restatementSentences(explanation, today)),
      ...text(
        explanation.partial || hasSteps(metric)
          ? null
          : `Today so far ${valueText(explanation, explanation.today)} (partial).`,
      ),
      { kind: "note", text: inputsText(explanation, now) },
      { kind: "note", text: footer(explanation, now) },
      { kind: "buttons", buttons: [{ label: "Show", command: `metrics show ${metric}` }] },
    ],
  };
}

/** What to do when there is nothing to show; whose events have just begun waits for midnight. */
function nextStep(
  { value, today, date_range: { end } }: Explanation,
  metric: MetricName,
  firstDay: string,
  now: Temporal.PlainDate,
): string | null {
  if (end < firstDay) return `Nothing is on record before ${dayText(firstDay, now)}.`;
  if (value !== null && value !== 0) return null;
  const hasBegun = today.value !== null && today.value !== 0;
  return hasBegun ? "It begins today: the first complete day ends at midnight." : metricOf(metric).needs;
}

/** A score never stands without its answers and its interval. */
function valueText({ unit, currency }: Explanation, told: Explanation | Explanation["today"]): string {
  const { value, nps_responses: answers = null, nps_interval: interval = null } = told;
  if (unit === "score") return formatNps({ nps_score: value, nps_responses: answers, nps_interval: interval });
  return formatValue(unit, value, { currency });
}

function spanText({ date_range, partial }: Explanation, metric: MetricName, today: Temporal.PlainDate): string {
  const span = isOfTheLastDay(metricOf(metric).kind) ? dayText(date_range.end, today) : rangeText(date_range, today);
  return partial ? `${span} (today is partial)` : span;
}

/** The formula, then each policy in force with the name under which it can be changed. */
function rules({ formula, policies }: Explanation): string {
  const inForce = policies.map(
    ({ policy, value, meaning }) => `${meaning.replace(/\.$/, "")} (policy \`${policy}\`: ${value}).`,
  );
  return [formula, ...inForce].join(" ");
}

/** Cohorts name their accounts in the first sentence already. */
function movementsSentence(explanation: Explanation, today: Temporal.PlainDate): string | null {
  const { accounts, built, currency } = explanation;
  if (accounts === null || accounts.total === 0 || (built?.rule === "share" && built.unit === "count")) return null;
  const named = accounts.largest.map(({ account, date, movement, change }) => {
    const sign = change < 0 ? "−" : "+";
    return `${account} ${sign}${partText("money", Math.abs(change), currency)} ${movement} (${dayText(date, today)})`;
  });
  const first = accounts.total > named.length ? "Largest movements" : "Movements";
  return `${first}: ${listed(named, accounts.total)}.`;
}

function unconvertedSentence({ unconverted = 0 }: Explanation): string | null {
  if (unconverted === 0) return null;
  const subscriptions = unconverted === 1 ? "1 subscription is" : `${unconverted} subscriptions are`;
  return `${subscriptions} left out: there is no exchange rate for the currency.`;
}

function restatementSentences({ restatements, currency }: Explanation, today: Temporal.PlainDate): string | null {
  const { total, newest } = restatements;
  if (total === 0) return null;
  const told = newest.map(({ label, unit, date, restated_on, before, after, is_change, cause }) => {
    const shown = (value: number | null) => (value === null ? "no data" : partText(unit, value, currency));
    const change = `${shown(before)} → ${shown(after)}`;
    const what = is_change ? `the change in ${label} on` : `${label} of`;
    const reach = is_change ? ", and with it every later day" : "";
    return `${what} ${dayText(date, today)}, ${change}${reach}, on ${dayText(restated_on, today)}: ${cause}`;
  });
  const more = total - told.length;
  return `Restated: ${[...told, ...(more > 0 ? [`and ${more} more`] : [])].join(" · ")}.`;
}

function inputsText({ inputs, inputs_range, date_range }: Explanation, now: Temporal.Instant): string {
  const today = localDay(now, date_range.timezone);
  const counted = inputs.map(({ event, rows, newest_at }) => {
    const events = `${rows.toLocaleString("en-US")} \`${event}\` ${rows === 1 ? "event" : "events"}`;
    if (newest_at === null) return events;
    const age = `${ageText(newest_at, now)} old`;
    return rows === 0 ? `${events} (the newest of all is ${age})` : `${events}, the newest ${age}`;
  });
  const { start, end } = inputs_range;
  const days = start === null ? `up to ${dayText(end, today)}` : rangeText({ start, end }, today);
  return `From ${counted.join("; ")} · ${days}`;
}

function footer(explanation: Explanation, now: Temporal.Instant): string {
  const { date_range, day_revision, computed_at, definition_version, source } = explanation;
  return [
    `days end at midnight ${date_range.timezone}`,
    freshness(computed_at, now),
    `day revision ${day_revision}`,
    `definition v${definition_version}, after ${source}`,
  ].join(" · ");
}
