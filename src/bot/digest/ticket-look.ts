import { localDay, Temporal } from "../../core/time.ts";
import type { Day } from "../../metrics/answers.ts";
import { formatValue } from "../../metrics/format.ts";
import type { WaitingTickets } from "../../metrics/read/waiting-tickets.ts";
import { shortName } from "../quotation.ts";
import { ageText } from "../window-words.ts";
import { weekdayOf } from "./weekday.ts";

const WEEK = 7;
const USUAL_WEEKS = 5;
const FEWEST_WEEKS = 4;
const MANY = 1.5;
const LEAST_MORE = 3;
const LONGEST_ID = 24;

/** The open tickets at the end of a day, and why somebody should look. */
export interface TicketsTold {
  readonly open: number;
  /** The median of the same weekdays of the five weeks before; null with fewer than four of them. */
  readonly usual: number | null;
  /** Opened before the day was over, and open still. */
  readonly oldest: WaitingTickets["oldest"];
  readonly urgent_unanswered: number;
  /** At least half as many again as usual, and three more; or an urgent one that nobody has answered. */
  readonly needs_a_look: boolean;
}

/** Of the last of `days`, which are consecutive; null without data. */
export function ticketsOf(days: readonly Day[], waiting: WaitingTickets, timeZone: string): TicketsTold | null {
  const last = days.at(-1);
  if (last === undefined || last.open_tickets === null) return null;
  const open = last.open_tickets;
  const usual = usualOpen(days);
  const isMany = usual !== null && open >= usual * MANY && open >= usual + LEAST_MORE;
  const { oldest, urgent_unanswered } = waiting;
  const isOfThen =
    oldest !== null && localDay(Temporal.Instant.from(oldest.opened_at), timeZone).toString() <= last.date;
  const needs_a_look = isMany || urgent_unanswered > 0;
  return { open, usual, oldest: open > 0 && isOfThen ? oldest : null, urgent_unanswered, needs_a_look };
}

function usualOpen(days: readonly Day[]): number | null {
  const same = Array.from({ length: USUAL_WEEKS }, (_, week) => days.at(-1 - WEEK * (week + 1))?.open_tickets ?? null);
  const known = same.filter((open) => open !== null).toSorted((one, other) => one - other);
  if (known.length < FEWEST_WEEKS) return null;
  const middle = known.length / 2;
  const upper = known[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((known[middle - 1] ?? 0) + upper) / 2 : upper;
}

/** "open tickets 11, twice a usual Friday; oldest waits 2 days (TCK-118)" */
export function ticketsLook(tickets: TicketsTold, date: string, now: Temporal.Instant): string {
  const { open, usual, urgent_unanswered: urgent } = tickets;
  const parts = [
    `open tickets ${open}${usual === null ? "" : againstUsual(open, usual, weekdayOf(date))}`,
    ...(urgent === 0 ? [] : [urgent === 1 ? "1 urgent one is unanswered" : `${urgent} urgent ones are unanswered`]),
    ...oldestText(tickets, now),
  ];
  return parts.join("; ");
}

/** "11 open tickets, oldest waits 2 days (TCK-118)" */
export function ticketsText(tickets: TicketsTold, now: Temporal.Instant): string {
  const open =
    tickets.open === 1 ? "1 open ticket" : `${formatValue("count", tickets.open, { currency: "" })} open tickets`;
  return [open, ...oldestText(tickets, now)].join(", ");
}

function oldestText({ oldest }: TicketsTold, now: Temporal.Instant): string[] {
  return oldest === null
    ? []
    : [`oldest waits ${ageText(oldest.opened_at, now)} (${shortName(oldest.ticket_id, LONGEST_ID)})`];
}

function againstUsual(open: number, usual: number, weekday: string): string {
  const times = usual === 0 ? 0 : Math.round((10 * open) / usual) / 10;
  if (times >= 1.9 && times <= 2.1) return `, twice a usual ${weekday}`;
  if (times > 2.1) return `, ${times} times a usual ${weekday}`;
  return ` (usual ${weekday}: ${formatValue("count", usual, { currency: "" })})`;
}
