import { NS_PER_HOUR } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import type { Rules } from "./setting.ts";

interface Move {
  readonly kind: "opened" | "resolved" | "reopened";
  readonly at: bigint;
  readonly day: string;
}

function movesOf(log: readonly Fact[]): Move[] {
  const moves: Move[] = [];
  let status: "unknown" | "open" | "in_progress" | "resolved" | "closed" = "unknown";
  for (const { body, at, day } of log) {
    const action = body["action"];
    const isActive = status === "open" || status === "in_progress";
    if (action === "opened") {
      if (status === "unknown") {
        moves.push({ kind: "opened", at, day });
        status = "open";
      }
    } else if (status === "unknown") {
      continue;
    } else if (action === "resolved" || action === "closed") {
      if (isActive) moves.push({ kind: "resolved", at, day });
      status = action;
    } else if (action === "reopened") {
      if (!isActive) moves.push({ kind: "reopened", at, day });
      status = "open";
    } else if (action === "assigned" || (action === "replied" && body["by"] === "agent")) {
      if (status === "open") status = "in_progress";
    }
  }
  return moves;
}

/** What happened to a ticket before it was opened takes effect at its opening. */
function fromItsOpening(log: readonly Fact[]): Fact[] {
  const opened = log.find(({ body }) => body["action"] === "opened");
  if (opened === undefined) return [];
  const place = log.indexOf(opened);
  const early = log.slice(0, place).map((fact) => ({ ...fact, at: opened.at, day: opened.day }));
  return [opened, ...early, ...log.slice(place + 1)];
}

export interface TicketHistory {
  readonly moves: readonly Move[];
}

export function ticketHistories(facts: readonly Fact[], rules: Rules): TicketHistory[] {
  const logs = new Map<string, Fact[]>();
  for (const fact of facts.filter((one) => one.type === "ticket")) {
    const given = fact.body["ticket_id"];
    const ticket = typeof given === "string" ? `given ${given}` : `made for ${fact.arrival}`;
    logs.set(ticket, [...(logs.get(ticket) ?? []), fact]);
  }
  return [...logs.values()].map((log) => ({ moves: movesOf(fromItsOpening([...log].sort(rules.order))) }));
}

export const movesOn = (tickets: readonly TicketHistory[], kind: Move["kind"], days: readonly string[]): number =>
  tickets.flatMap(({ moves }) => moves).filter((move) => move.kind === kind && days.includes(move.day)).length;

export function openAtEndOf(tickets: readonly TicketHistory[], day: string): number {
  return tickets.filter(({ moves }) => {
    const last = moves.filter((move) => move.day <= day).at(-1);
    return last?.kind === "opened" || last?.kind === "reopened";
  }).length;
}

/** Mean hours from opening to the first resolution, over the tickets first resolved on one of the days. */
export function meanResolutionHours(tickets: readonly TicketHistory[], days: readonly string[]): number | null {
  const hours = tickets.flatMap(({ moves }) => {
    const opened = moves.find((move) => move.kind === "opened");
    const resolved = moves.find((move) => move.kind === "resolved");
    if (opened === undefined || resolved === undefined || !days.includes(resolved.day)) return [];
    return [Number(resolved.at - opened.at) / Number(NS_PER_HOUR)];
  });
  return hours.length === 0 ? null : hours.reduce((sum, one) => sum + one, 0) / hours.length;
}
