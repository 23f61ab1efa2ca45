import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { formatNps, formatValue, type NpsNumbers } from "../../metrics/format.ts";
import { uptimeText } from "../../metrics/uptime-words.ts";
import { localDay, Temporal } from "../../core/time.ts";
import { firstDaySentences, noEventsMessage } from "../first-day.ts";
import type { Block, Fact, Message } from "../message.ts";
import { dayText, timeText } from "../window-words.ts";
import type { Anomaly } from "./anomalies.ts";
import type { Digest, DigestNumber } from "./digest.ts";
import { movementSentence } from "./movement-words.ts";
import { findingsSentence } from "./quality-words.ts";
import { groupsOfSection, type Section } from "./section.ts";
import { ticketsLook, ticketsText } from "./ticket-look.ts";
import { weekChange } from "./week-comparison.ts";
import { longDate, weekdayOf } from "./weekday.ts";
import { drawnAs } from "../../charts/drawn-as.ts";

/** The digest in words. `firstEvent` is a command line that sends one. */
export function digestMessage(digest: Digest, firstEvent: string): Message {
  switch (digest.stage) {
    case "no events":
      return noEventsMessage(firstEvent);
    case "first day":
      return {
        title: longDate(digest.today.date),
        tone: "neutral",
        blocks: [
          { kind: "text", text: firstDaySentences(digest.today, digest.timezone, new Set(digest.groups)) },
          ...leftOut(digest),
          { kind: "note", text: digest.reference },
        ],
      };
    case "days":
      return dayMessage(digest);
  }
}

function dayMessage(digest: Digest): Message {
  const isWanted = (section: Section) => digest.sections.includes(section);
  const needsALook = digest.anomalies.found.some(({ bad }) => bad) || digest.tickets?.needs_a_look === true;
  const facts = digest.numbers.map((number) => factOf(number, digest));
  return {
    title: longDate(digest.date),
    tone: needsALook ? "warning" : "neutral",
    blocks: [
      ...missingBlocks(digest),
      ...paragraph(digest.headline?.text ?? null),
      ...(facts.length === 0 ? [] : [{ kind: "facts", facts } as const]),
      ...(isWanted("chart") ? chartBlocks(digest) : []),
      ...paragraph(digest.movements === null ? null : movementSentence(digest.movements, digest.currency)),
      ...paragraph(isWanted("unusual") ? anomalySentence(digest) : null),
      ...ticketsBlocks(digest),
      ...paragraph(findingsSentence(digest.findings)),
      ...standing(digest),
      ...leftOut(digest),
      { kind: "note", text: footer(digest) },
      buttonsFor(digest.chart.metric, "metrics summary"),
    ],
  };
}

export function paragraph(words: string | null): Block[] {
  return words === null ? [] : [{ kind: "text", text: words }];
}

/** `details` is the command that shows the same days. `end`: the last day; null for the usual one. */
export function buttonsFor(metric: MetricName, details: string, end: string | null = null): Block {
  const date = end === null ? "" : ` --date ${end}`;
  const explain = { label: `Explain ${metricOf(metric).label}`, command: `metrics explain ${metric}${date}` };
  return { kind: "buttons", buttons: [{ label: "Details", command: details }, explain] };
}

function ticketsBlocks({ tickets, date, today }: Digest): Block[] {
  if (tickets?.needs_a_look !== true) return [];
  return paragraph(`Needs a look: ${ticketsLook(tickets, date, Temporal.Instant.from(today.as_of))}.`);
}

function factOf(
  { metric, value, week_before, change: found, trend }: DigestNumber,
  { currency, date, freshness }: Digest,
): Fact {
  const { label, needs } = metricOf(metric);
  const mark = freshness?.marks.find((one) => one.metric === metric);
  if (mark !== undefined) return { label, value: formatValue(metric, mark.value, { currency }), detail: mark.text };
  const lastWeekday = `last ${weekdayOf(date)}`;
  const change = weekChange(metric, value, week_before, { currency, lastWeekday, clear: found?.clear === true });
  const text = formatValue(metric, value, { currency });
  if (value === null) return { label, value: text, detail: needs };
  return { label, value: text, trend, ...(change === null ? {} : { detail: change.text, tone: change.tone }) };
}

/** None when there is nothing to draw. */
export function chartBlocks({ chart, currency }: Pick<Digest, "chart" | "currency">): Block[] {
  const { label, unit } = metricOf(chart.metric);
  if (chart.points.every(({ value }) => value === null)) return [];
  const block: Block = {
    kind: "chart",
    chart: {
      ...drawnAs(chart.metric),
      title: `${label}, last ${chart.points.length} days`,
      ...(unit === "money" ? { currency } : {}),
      labels: chart.points.map(({ date }) => date),
      series: [{ label, values: chart.points.map(({ value }) => value) }],
    },
  };
  return [block];
}

const MOST_ANOMALIES = 3;

export const TOO_EARLY = "Unusual values are flagged after four weeks of data.";

function anomalySentence(digest: Digest): string {
  const others = digest.anomalies.found.filter(({ metric }) => metric !== digest.headline?.metric);
  if (!digest.anomalies.judged) return TOO_EARLY;
  const isQuiet = digest.anomalies.found.length === 0;
  if (isQuiet) return digest.tickets?.needs_a_look === true ? "Nothing else is unusual." : "Nothing unusual.";
  if (others.length === 0) return "Nothing else is unusual.";
  const bad = anomalyList(
    others.filter((one) => one.bad),
    digest,
  );
  const rest = anomalyList(
    others.filter((one) => !one.bad),
    digest,
  );
  return [...(bad === "" ? [] : [`Needs a look: ${bad}.`]), ...(rest === "" ? [] : [`Unusual: ${rest}.`])].join(" ");
}

function anomalyList(anomalies: readonly Anomaly[], digest: Digest): string {
  const weekday = weekdayOf(digest.date);
  const told = anomalies.slice(0, MOST_ANOMALIES).map(({ metric, value, usual }) => {
    const [now, before] = [value, usual].map((one) => formatValue(metric, one, digest));
    return `${lowerLabel(metric)} ${now} (usual ${weekday}: ${before})`;
  });
  const more = anomalies.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** The label inside a sentence: "sign-ups", but "API calls". */
export function lowerLabel(metric: Anomaly["metric"]): string {
  const { label } = metricOf(metric);
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

function standing({ nps, nps_days, uptime, uptime_observed, tickets, groups, sections, today }: Digest): Block[] {
  const told = [
    ...(sections.includes("nps") && groups.includes("satisfaction") ? [npsText(nps, nps_days)] : []),
    ...(sections.includes("uptime") && groups.includes("health")
      ? [`uptime ${uptimeText(uptime, uptime_observed)}`]
      : []),
    ...(tickets === null || tickets.needs_a_look ? [] : [ticketsText(tickets, Temporal.Instant.from(today.as_of))]),
  ];
  return told.length === 0 ? [] : [{ kind: "text", text: told.join(" · ") }];
}

/** "NPS 38 ± 14 (41 answers in 30 days)" */
export function npsText(nps: NpsNumbers, days: number): string {
  return `NPS ${formatNps(nps).replace(/ answers\)$/, ` answers in ${days} days)`)}`;
}

/** Nothing is said to be left out of what is not wanted anyway. */
export function leftOut({ left_out, groups, sections }: Pick<Digest, "left_out" | "groups" | "sections">): Block[] {
  const isMissed = sections.some((section) => groupsOfSection(section).some((group) => !groups.includes(group)));
  return paragraph(isMissed ? left_out : null);
}

/** What a reader must know before the numbers. */
export function missingBlocks({ freshness }: Pick<Digest, "freshness">): Block[] {
  return (freshness?.missing ?? []).flatMap(paragraph);
}

function footer({ date, today, timezone, computed_at, reference, freshness }: Digest): string {
  const day = dayText(date, Temporal.PlainDate.from(today.date));
  const freshnessText = freshness?.footer ?? asOf(computed_at, today.date, timezone);
  return [`${day} 00:00-24:00 ${timezone}`, freshnessText, reference].join(" · ");
}

/** "as of 09:00"; with the date when that is not today. */
export function asOf(computedAt: string | null, today: string, timeZone: string): string {
  if (computedAt === null) return "not worked out yet";
  const day = localDay(Temporal.Instant.from(computedAt), timeZone);
  const time = timeText(computedAt, timeZone);
  return day.toString() === today
    ? `as of ${time}`
    : `as of ${dayText(day.toString(), Temporal.PlainDate.from(today))} ${time}`;
}
