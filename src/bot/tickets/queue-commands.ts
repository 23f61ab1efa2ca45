import { allOf } from "../../tickets/every-ticket.ts";
import { inQueueOrder } from "../../tickets/queue-order.ts";
import { nextDeadline } from "../../tickets/targets.ts";
import type { TicketStatus } from "../../tickets/ticket-log.ts";
import type { TicketView } from "../../tickets/ticket-view.ts";
import { defineCommand, type Answer, type Command, type Invocation } from "../command.ts";
import type { Block } from "../message.ts";
import { asks, type Need } from "../permission/need.ts";
import { formatValue } from "../../metrics/format.ts";
import { MONEY } from "../permission/policy.ts";
import { readArr } from "./context-store.ts";
import { mayNameMoney, monthly } from "./context-words.ts";
import type { Ticketing } from "./ticketing.ts";
import { actorIn, refuseStrangers } from "./which-ticket.ts";
import { actorName, momentText, STATUS_WORDS } from "./words.ts";

/** What tickets say came from threads that not everybody can read: the answer is for who asks alone. */
export const READS_TICKETS: Need = { ...asks("support"), changes: true };

/** The same with what the accounts that wait pay, for who may see it. */
export const READS_WITH_MONEY: Need = { ...READS_TICKETS, adds: [MONEY] };

const OPEN: readonly TicketStatus[] = ["open", "in_progress"];
const STATUSES = { open: OPEN, resolved: ["resolved"], closed: ["closed"] } as const satisfies Record<
  string,
  readonly TicketStatus[]
>;
/** Of those that are done, the ones that were opened last. */
const MOST = 200;
const LONGEST_SUBJECT = 60;

export function createQueueCommands(ticketing: Ticketing): Command[] {
  return [createList(ticketing), createMine(ticketing)];
}

function createList(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "list"],
    description: "tickets, the most urgent first",
    options: {
      status: { kind: "choice", description: "which", choices: ["open", "resolved", "closed"], fallback: "open" },
    },
    access: () => READS_WITH_MONEY,
    async run({ status }, invocation) {
      refuseStrangers(invocation, ticketing);
      const { desk } = ticketing;
      const statuses = STATUSES[status];
      const tickets = status === "open" ? await allOf(statuses, desk) : await desk.list({ statuses, limit: MOST });
      const words = { title: `Tickets: ${status}`, empty: emptyWords(status) };
      const isCut = status !== "open" && tickets.length === MOST;
      return queueAnswer(tickets, { ...words, isCut }, invocation, ticketing);
    },
  });
}

function createMine(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "mine"],
    description: "open tickets that you have claimed",
    options: {},
    access: () => READS_WITH_MONEY,
    async run(_, invocation) {
      refuseStrangers(invocation, ticketing);
      const mine = (await allOf(OPEN, ticketing.desk)).filter(({ assignee }) => assignee === actorIn(invocation));
      const empty = `No open ticket is yours. \`${invocation.prefix}ticket list\` shows those that wait.`;
      return queueAnswer(mine, { title: "Your tickets", empty }, invocation, ticketing);
    },
  });
}

function emptyWords(status: string): string {
  if (status !== "open") return `No ticket is ${status}.`;
  return "No ticket is open. React with 🎫 to a message, or choose “Open support ticket” in its menu.";
}

interface Words {
  readonly title: string;
  readonly empty: string;
  /** There may be more tickets than these. */
  readonly isCut?: boolean;
}

async function queueAnswer(
  tickets: readonly TicketView[],
  { title, empty, isCut = false }: Words,
  { nameOf, view }: Invocation,
  ticketing: Ticketing,
): Promise<Answer> {
  const { timeZone, currency } = ticketing;
  const now = ticketing.clock.now();
  const arr = mayNameMoney(view)
    ? await ticketing.db.read.run((sql) => readArr(sql, tickets, { now, timeZone, currency }))
    : NOBODY_PAYS;
  const queue = inQueueOrder(tickets.map((one) => queued(one, arr))).map((one) => one.view);
  const mrrOf = (ticketId: string) => {
    const found = arr.get(ticketId);
    return found === undefined ? null : monthly(found, currency);
  };
  const paid = arr.size === 0 ? [] : [(ticketId: string) => moneyText(mrrOf(ticketId), currency)];
  const data = queue.map((one) => ({ ...summaryOf(one), ...(arr.size === 0 ? {} : { mrr: mrrOf(one.ticketId) }) }));
  if (queue.length === 0) return { message: { tone: "neutral", blocks: [{ kind: "text", text: empty }] }, data };
  const isOverdue = ({ ticket, openedAt }: Pick<TicketView, "ticket" | "openedAt">) =>
    (nextDeadline(ticket, openedAt, now, ticketing.settings.promises)?.leftMs ?? 0) < 0;
  const rows = await Promise.all(
    queue.map(async ({ ticketId, ticket, openedAt, assignee }) => [
      ticketId,
      ticket.priority,
      `${STATUS_WORDS[ticket.status]}${isOverdue({ ticket, openedAt }) ? ", overdue" : ""}`,
      momentText(openedAt, now, timeZone),
      ...paid.map((of) => of(ticketId)),
      assignee === null ? "nobody" : await actorName(assignee, nameOf),
      shortened(ticket.subject ?? "Without a subject"),
    ]),
  );
  const columns = ["ticket", "priority", "status", "opened", ...paid.map(() => "MRR"), "whose", "subject"].map(
    (label) => ({ label, align: "left" }) as const,
  );
  const cut: Block[] = isCut ? [{ kind: "note", text: `The ${MOST} that were opened last; there may be more.` }] : [];
  return { message: { title, tone: "neutral", blocks: [{ kind: "table", columns, rows }, ...cut] }, data };
}

const NOBODY_PAYS: ReadonlyMap<string, bigint> = new Map();

function moneyText(mrr: number | null, currency: string): string {
  return mrr === null ? "" : formatValue("money", mrr, { currency });
}

function queued(view: TicketView, arr: ReadonlyMap<string, bigint>) {
  const { ticketId, ticket, openedAt } = view;
  const { epochMilliseconds } = openedAt;
  const mrrAtRisk = arr.get(ticketId) ?? null;
  return { ticketId, priority: ticket.priority, mrrAtRisk, openedAtMs: epochMilliseconds, view };
}

export function summaryOf({ ticketId, ticket, openedAt, openedBy, assignee, messages }: TicketView) {
  const { status, priority, category, subject } = ticket;
  const opened_at = openedAt.toString();
  return {
    ticket_id: ticketId,
    status,
    priority,
    category,
    subject,
    opened_at,
    opened_by: openedBy,
    assignee,
    messages,
  };
}

function shortened(text: string): string {
  const characters = Array.from(text.replaceAll(/\s+/gu, " ").slice(0, 600));
  return characters.length > LONGEST_SUBJECT
    ? `${characters.slice(0, LONGEST_SUBJECT - 1).join("")}…`
    : characters.join("");
}
