import { NS_PER_HOUR } from "./calendar.ts";
import { median } from "./funnel.ts";
import type { TicketHistory, TicketState } from "./tickets.ts";

export interface Spread {
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
}

export interface Support {
  readonly opened: number;
  readonly status: Readonly<Record<string, number>>;
  readonly priority: Readonly<Record<string, number>>;
  readonly category: Readonly<Record<string, number>>;
  readonly firstResponse: Spread;
  readonly resolution: Spread;
  readonly fullResolution: Spread;
}

function spread(durations: readonly bigint[]): Spread {
  const hours = durations.map((duration) => Number(duration) / Number(NS_PER_HOUR)).sort((a, b) => a - b);
  if (hours.length === 0) return { mean: null, median: null, p90: null };
  return {
    mean: hours.reduce((sum, one) => sum + one, 0) / hours.length,
    median: median(hours),
    p90: hours[Math.ceil((9 * hours.length) / 10) - 1] ?? null,
  };
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The tickets opened on one of the days as they are at the end of the last, and the hours that tickets took. */
export function support(tickets: readonly TicketHistory[], days: readonly string[]): Support {
  const last = days.at(-1) ?? "";
  const opened = tickets.filter(({ states }) => days.includes(states[0]?.day ?? "never"));
  const atEnd = opened.flatMap(({ states }) => {
    const state: TicketState | undefined = states.findLast(({ day }) => day <= last);
    return state === undefined ? [] : [state];
  });
  const openedAt = (ticket: TicketHistory): bigint => ticket.states[0]?.at ?? 0n;
  const resolutions = ({ moves }: TicketHistory) =>
    moves.filter((move) => move.kind === "resolved" && move.day <= last);
  const resolved = tickets.filter((ticket) => days.includes(resolutions(ticket)[0]?.day ?? "never"));
  return {
    opened: opened.length,
    status: tally(atEnd.map(({ status }) => status)),
    priority: tally(atEnd.map(({ priority }) => priority)),
    category: tally(atEnd.map(({ category }) => category)),
    firstResponse: spread(
      opened.flatMap((ticket) => {
        const { firstResponse } = ticket;
        return firstResponse === null || firstResponse.day > last ? [] : [firstResponse.at - openedAt(ticket)];
      }),
    ),
    resolution: spread(resolved.map((ticket) => (resolutions(ticket)[0]?.at ?? 0n) - openedAt(ticket))),
    fullResolution: spread(resolved.map((ticket) => (resolutions(ticket).at(-1)?.at ?? 0n) - openedAt(ticket))),
  };
}
