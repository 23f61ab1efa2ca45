import { NS_PER_HOUR } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import type { Rules } from "./setting.ts";

interface Move {
  readonly kind: "opened" | "resolved" | "reopened";
  readonly at: bigint;
  readonly day: string;
}

/** What a ticket is after something happened to it; the first is its opening. */
export interface TicketState {
  readonly at: bigint;
  readonly day: string;
  readonly status: string;
  readonly priority: string;
  readonly category: string;
}

export interface TicketHistory {
  readonly moves: readonly Move[];
  readonly states: readonly TicketState[];
  readonly firstResponse: { readonly at: bigint; readonly day: string } | null;
}

type Status = "unknown" | "open" | "in_progress" | "resolved" | "closed";

/** A customer's word on a ticket: it says so, or the one who asked says it. */
function isCustomers({ body, user }: Fact, requester: string | null): boolean {
  if (body["action"] !== "replied") return false;
  return body["by"] === "customer" || (body["by"] === undefined && user !== null && user === requester);
}

function historyOf(log: readonly Fact[], rules: Rules): TicketHistory {
  const moves: Move[] = [];
  const states: TicketState[] = [];
  const requester = log[0]?.user ?? null;
  let firstResponse: TicketHistory["firstResponse"] = null;
  let status: Status = "unknown";
  let [priority, category] = ["medium", "general"];
  for (const fact of log) {
    const { body, at, day, user } = fact;
    const resolution = moves.findLast(({ kind }) => kind === "resolved");
    const comesBack: boolean =
      status === "resolved" &&
      resolution !== undefined &&
      isCustomers(fact, requester) &&
      at <= resolution.at + BigInt(rules.reopenDays) * 24n * NS_PER_HOUR;
    const action: string = comesBack ? "reopened" : String(body["action"]);
    const isActive = status === "open" || status === "in_progress";
    const isAnswer = action === "replied" && body["by"] === "agent" && (user === null || user !== requester);
    if (action === "opened" && status !== "unknown") continue;
    if (action === "opened" || action === "prioritized") {
      priority = String(body["priority"] ?? priority);
      category = String(body["category"] ?? category);
    }
    if (action === "opened") [status] = ["open", moves.push({ kind: "opened", at, day })];
    else if (action === "resolved" || action === "closed") {
      if (isActive) moves.push({ kind: "resolved", at, day });
      status = action;
    } else if (action === "reopened") {
      if (!isActive) moves.push({ kind: "reopened", at, day });
      status = "open";
    } else if (action === "assigned" || (isAnswer && firstResponse === null)) {
      if (status === "open") status = "in_progress";
    }
    if (isAnswer) firstResponse ??= { at, day };
    states.push({ at, day, status, priority, category });
  }
  return { moves, states, firstResponse };
}

/** What happened to a ticket before it was opened takes effect at its opening. */
function fromItsOpening(log: readonly Fact[]): Fact[] {
  const opened = log.find(({ body }) => body["action"] === "opened");
  if (opened === undefined) return [];
  const place = log.indexOf(opened);
  const early = log.slice(0, place).map((fact) => ({ ...fact, at: opened.at, day: opened.day }));
  return [opened, ...early, ...log.slice(place + 1)];
}

export function ticketHistories(facts: readonly Fact[], rules: Rules): TicketHistory[] {
  const logs = new Map<string, Fact[]>();
  for (const fact of facts.filter((one) => one.type === "ticket")) {
    const given = fact.body["ticket_id"];
    const ticket = typeof given === "string" ? `given ${given}` : `made for ${fact.arrival}`;
    logs.set(ticket, [...(logs.get(ticket) ?? []), fact]);
  }
  return [...logs.values()].map((log) => historyOf(fromItsOpening([...log].sort(rules.order)), rules));
}

export const movesOn = (tickets: readonly TicketHistory[], kind: Move["kind"], days: readonly string[]): number =>
  tickets.flatMap(({ moves }) => moves).filter((move) => move.kind === kind && days.includes(move.day)).length;

export function openAtEndOf(tickets: readonly TicketHistory[], day: string): number {
  return tickets.filter(({ moves }) => {
    const last = moves.filter((move) => move.day <= day).at(-1);
    return last?.kind === "opened" || last?.kind === "reopened";
  }).length;
}
