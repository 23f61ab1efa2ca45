import { Temporal } from "../../core/time.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { formatChange, formatNpsChange, formatValue } from "../../metrics/format.ts";
import { uptimeText } from "../../metrics/uptime-words.ts";
import { noEventsMessage } from "../first-day.ts";
import type { Block, Fact, Message } from "../message.ts";
import { dayText, rangeText } from "../window-words.ts";
import {
  asOf,
  buttonsFor,
  chartBlocks,
  leftOut,
  lowerLabel,
  missingBlocks,
  npsText,
  paragraph,
  TOO_EARLY,
} from "./digest-message.ts";
import { movementSentence } from "./movement-words.ts";
import type { PeriodDigest, PeriodNumber } from "./period-digest.ts";
import { beforeText } from "./period-headline.ts";
import { findingsSentence } from "./quality-words.ts";
import { ticketsLook, ticketsText } from "./ticket-look.ts";
import type { UnusualDay } from "./unusual-days.ts";
import { monthOf, shortWeekday, weekdayOf } from "./weekday.ts";

const MOST_UNUSUAL = 5;

/** The command that shows the same days, also when the button is pressed later. */
function detailsOf({ edition, start, end }: PeriodDigest): string {
  return edition === "monthly"
    ? `metrics summary --month ${start.slice(0, 7)}`
    : `metrics summary --from ${start} --to ${end}`;
}

/** A weekly or monthly digest in words. `firstEvent` is a command line that sends one. */
export function periodMessage(digest: PeriodDigest, firstEvent: string): Message {
  switch (digest.stage) {
    case "no events":
      return noEventsMessage(firstEvent);
    case "no days":
      return noDaysMessage(digest);
    case "days":
      return daysMessage(digest);
  }
}

function daysMessage(digest: PeriodDigest): Message {
  const { movements, tickets, unusual, sections, currency, chart } = digest;
  const needsALook = unusual?.found.some(({ bad }) => bad) === true || tickets?.needs_a_look === true;
  const facts = digest.numbers.map((number) => factOf(number, digest));
  return {
    title: titleOf(digest),
    tone: needsALook ? "warning" : "neutral",
    blocks: [
      ...missingBlocks(digest),
      ...paragraph(digest.headline),
      ...(facts.length === 0 ? [] : [{ kind: "facts", facts } as const]),
      ...(sections.includes("chart") ? chartBlocks(digest) : []),
      ...paragraph(movements === null ? null : (movementSentence(movements, currency) ?? NOTHING_MOVED)),
      ...paragraph(unusual === null ? null : unusualSentence(unusual, digest)),
      ...ticketsBlocks(digest),
      ...paragraph(findingsSentence(digest.findings)),
      ...standing(digest),
      ...leftOut(digest),
      { kind: "note", text: footer(digest) },
      buttonsFor(chart.metric, detailsOf(digest), digest.end),
    ],
  };
}

const NOTHING_MOVED = "No account came, left or changed what it pays.";

/** The first event came after the period, so that there is nothing to tell of it. */
function noDaysMessage(digest: PeriodDigest): Message {
  const { edition, data_since: since, now, timezone, reference } = digest;
  const today = Temporal.Instant.from(now).toZonedDateTimeISO(timezone).toPlainDate();
  const first = since === null ? "" : ` The first events came on ${dayText(since, today)}:`;
  return {
    title: titleOf(digest),
    tone: "neutral",
    blocks: [
      ...paragraph(
        `No data for this ${edition === "weekly" ? "week" : "month"}.${first} the next ${edition} digest tells of them.`,
      ),
      { kind: "note", text: reference },
      { kind: "buttons", buttons: [{ label: "So far", command: "metrics summary" }] },
    ],
  };
}

function titleOf({ edition, start, end }: PeriodDigest): string {
  if (edition === "monthly") return monthOf(start);
  return `Week ${rangeText({ start, end }, Temporal.PlainDate.from(end))}`;
}

function factOf({ metric, value, before, clear, trend }: PeriodNumber, { currency, edition }: PeriodDigest): Fact {
  const fact = { label: metricOf(metric).label, value: formatValue(metric, value, { currency }) };
  if (value === null) return { ...fact, detail: metricOf(metric).needs };
  const change = formatChange(metric, value, before, { currency, clear, before: beforeText(edition) });
  const told = change?.text === "no change" ? `same as ${beforeText(edition)}` : change?.text;
  return {
    ...fact,
    ...(trend.length === 0 ? {} : { trend }),
    ...(change === null || told === undefined ? {} : { detail: told, tone: change.tone }),
  };
}

/** What was bad comes first; a week tells the day of each. */
function unusualSentence({ judged, found }: NonNullable<PeriodDigest["unusual"]>, digest: PeriodDigest): string {
  if (!judged) return TOO_EARLY;
  if (found.length === 0)
    return digest.tickets?.needs_a_look === true ? "Nothing else was unusual." : "Nothing unusual.";
  const told = found.slice(0, MOST_UNUSUAL).map((one) => unusualText(one, digest));
  const more = found.length - told.length;
  return `Unusual: ${[...told, ...(more > 0 ? [`and ${more} more`] : [])].join("; ")}.`;
}

function unusualText({ metric, value, usual, date }: UnusualDay, digest: PeriodDigest): string {
  const [now, before] = [value, usual].map((one) => formatValue(metric, one, digest));
  return `${lowerLabel(metric)} ${now} on ${shortWeekday(date)} (usual ${weekdayOf(date)}: ${before})`;
}

function ticketsBlocks({ tickets, tickets_opened, tickets_resolved, end, now, currency }: PeriodDigest): Block[] {
  if (tickets === null) return [];
  const instant = Temporal.Instant.from(now);
  const count = (value: number | null) => formatValue("count", value, { currency });
  const flow = `Tickets: ${count(tickets_opened)} opened, ${count(tickets_resolved)} resolved`;
  if (!tickets.needs_a_look) return paragraph(`${flow}; ${ticketsText(tickets, instant)}.`);
  return [...paragraph(`${flow}.`), ...paragraph(`Needs a look: ${ticketsLook(tickets, end, instant)}.`)];
}

function standing(digest: PeriodDigest): Block[] {
  const { nps, nps_before, nps_days, uptime, uptime_observed, groups, sections } = digest;
  const course = nps_before === null ? null : (formatNpsChange(nps, nps_before)?.text ?? null);
  const score = [npsText(nps, nps_days), ...(course === null ? [] : [course])].join(", ");
  const told = [
    ...(sections.includes("nps") && groups.includes("satisfaction") ? [score] : []),
    ...(sections.includes("uptime") && groups.includes("health")
      ? [`uptime ${uptimeText(uptime, uptime_observed)}`]
      : []),
  ];
  return paragraph(told.length === 0 ? null : told.join(" · "));
}

function footer({ start, end, before, data_since, now, timezone, computed_at, reference, freshness }: PeriodDigest) {
  const today = Temporal.Instant.from(now).toZonedDateTimeISO(timezone).toPlainDate();
  const against =
    data_since === null ? ` against ${rangeText(before, today)}` : `, data since ${dayText(data_since, today)}`;
  return [
    `${rangeText({ start, end }, today)}${against}`,
    `days end at midnight ${timezone}`,
    freshness?.footer ?? asOf(computed_at, today.toString(), timezone),
    reference,
  ].join(" · ");
}
