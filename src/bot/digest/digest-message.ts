import { metricOf } from "../../metrics/catalogue.ts";
import { formatNps, formatValue } from "../../metrics/format.ts";
import { localDay, Temporal } from "../../core/time.ts";
import { firstDaySentences, noEventsMessage } from "../first-day.ts";
import type { Block, Fact, Message } from "../message.ts";
import { dayText, timeText } from "../window-words.ts";
import type { Anomaly } from "./anomalies.ts";
import type { Digest, DigestNumber } from "./digest.ts";
import { weekChange } from "./week-comparison.ts";
import { longDate, weekdayOf } from "./weekday.ts";

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
  const others = digest.anomalies.found.filter(({ metric }) => metric !== digest.headline.metric);
  const needsALook = digest.anomalies.found.some(({ bad }) => bad);
  return {
    title: longDate(digest.date),
    tone: needsALook ? "warning" : "neutral",
    blocks: [
      { kind: "text", text: digest.headline.text },
      { kind: "facts", facts: digest.numbers.map((number) => factOf(number, digest)) },
      chartBlock(digest),
      { kind: "text", text: anomalySentence(others, digest) },
      ...standing(digest),
      ...leftOut(digest),
      { kind: "note", text: footer(digest) },
      {
        kind: "buttons",
        buttons: [
          { label: "Details", command: "metrics summary" },
          {
            label: `Explain ${metricOf(digest.chart.metric).label}`,
            command: `metrics explain ${digest.chart.metric}`,
          },
        ],
      },
    ],
  };
}

function factOf({ metric, value, week_before, trend }: DigestNumber, { currency, date }: Digest): Fact {
  const { label, needs } = metricOf(metric);
  const change = weekChange(metric, value, week_before, { currency, lastWeekday: `last ${weekdayOf(date)}` });
  const text = formatValue(metric, value, { currency });
  if (value === null) return { label, value: text, detail: needs };
  return { label, value: text, trend, ...(change === null ? {} : { detail: change.text, tone: change.tone }) };
}

function chartBlock({ chart, currency }: Digest): Block {
  const { label, unit } = metricOf(chart.metric);
  return {
    kind: "chart",
    chart: {
      kind: "line",
      title: `${label}, last ${chart.points.length} days`,
      unit,
      ...(unit === "money" ? { currency } : {}),
      labels: chart.points.map(({ date }) => date),
      series: [{ label, values: chart.points.map(({ value }) => value) }],
    },
  };
}

const MOST_ANOMALIES = 3;

/** `others` are those that the headline does not tell. */
function anomalySentence(others: readonly Anomaly[], digest: Digest): string {
  if (!digest.anomalies.judged) return "What is unusual can be said after four weeks of data.";
  if (digest.anomalies.found.length === 0) return "Nothing unusual.";
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
function lowerLabel(metric: Anomaly["metric"]): string {
  const { label } = metricOf(metric);
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

function standing({ nps, uptime, open_tickets, currency, groups }: Digest): Block[] {
  const tickets = formatValue("open_tickets", open_tickets, { currency });
  const told = [
    ...(groups.includes("satisfaction") ? [`NPS ${formatNps(nps)}`] : []),
    ...(groups.includes("health") ? [`uptime ${formatValue("uptime", uptime, { currency })}`] : []),
    ...(groups.includes("support") ? [open_tickets === 1 ? "1 open ticket" : `${tickets} open tickets`] : []),
  ];
  return told.length === 0 ? [] : [{ kind: "text", text: told.join(" · ") }];
}

function leftOut({ left_out: text }: Digest): Block[] {
  return text === null ? [] : [{ kind: "text", text }];
}

function footer({ date, today, timezone, computed_at, reference }: Digest): string {
  const day = dayText(date, Temporal.PlainDate.from(today.date));
  return [`${day} 00:00-24:00 ${timezone}`, asOf(computed_at, today.date, timezone), reference].join(" · ");
}

/** "as of 09:00"; with the date when that is not today. */
function asOf(computedAt: string | null, today: string, timeZone: string): string {
  if (computedAt === null) return "not worked out yet";
  const day = localDay(Temporal.Instant.from(computedAt), timeZone);
  const time = timeText(computedAt, timeZone);
  return day.toString() === today
    ? `as of ${time}`
    : `as of ${dayText(day.toString(), Temporal.PlainDate.from(today))} ${time}`;
}
