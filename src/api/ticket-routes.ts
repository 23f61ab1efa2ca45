import { z } from "@hono/zod-openapi";
import { Problem } from "../core/problem.ts";
import type { Desk } from "../tickets/desk.ts";
import type { TicketStatus } from "../tickets/ticket-log.ts";
import { instantOf, type TicketView } from "../tickets/ticket-view.ts";
import { positionOf, type TicketPosition } from "../tickets/view-store.ts";
import { json } from "./reply.ts";
import { guardedRoute, type Route } from "./route.ts";

const LIMIT_BY_DEFAULT = 50;
const LIMIT_AT_MOST = 200;

/** What `status` may be asked for; `open` are those that somebody must still work on. */
const ASKED: Readonly<Record<string, readonly TicketStatus[]>> = {
  open: ["open", "in_progress"],
  resolved: ["resolved"],
  closed: ["closed"],
  all: ["open", "in_progress", "resolved", "closed"],
};

const instant = z.string().meta({ description: "RFC 3339" });
const ticket = z
  .object({
    ticket_id: z.string(),
    status: z.enum(["open", "in_progress", "resolved", "closed"]),
    priority: z.enum(["urgent", "high", "medium", "low"]),
    category: z.enum(["bug", "feature_request", "billing", "general"]),
    subject: z.string().nullable(),
    user_id: z.string().nullable().meta({ description: "who waits" }),
    team_id: z.string().nullable(),
    assignee: z.string().nullable().meta({ description: "as in `slack:U123`; null while it is nobody's" }),
    opened_at: instant,
    first_response_at: instant.nullable(),
    first_resolved_at: instant.nullable(),
    last_resolved_at: instant.nullable(),
    due_at: instant.nullable().meta({ description: "when somebody promised to be done" }),
    messages: z.number().int().meta({ description: "messages in its thread" }),
  })
  .openapi("Ticket");

const message = z.object({
  author: z.string(),
  by: z.enum(["customer", "agent", "bot"]),
  at: instant,
  text: z.string(),
  attachments: z.array(z.object({ name: z.string(), url: z.string() })),
  edited_at: instant.nullable(),
  deleted: z.boolean(),
});
const note = z.object({ author: z.string(), at: instant, text: z.string() });

const query = z.object({
  status: z.enum(["open", "resolved", "closed", "all"]).default("open"),
  limit: z.coerce.number().int().min(1).max(LIMIT_AT_MOST).default(LIMIT_BY_DEFAULT),
  after: z.string().optional().meta({ description: "`next` of the page before" }),
});

export function ticketRoutes(desk: Pick<Desk, "find" | "list" | "conversation">): Route[] {
  return [listRoute(desk), showRoute(desk)];
}

function listRoute(desk: Pick<Desk, "list">): Route {
  return guardedRoute(
    "read",
    {
      method: "get",
      path: "/api/tickets",
      summary: "Support tickets, the newest first.",
      request: { query },
      answer: z.object({ tickets: z.array(ticket), next: z.string().nullable() }),
      answerMeans: "A page; `next` is null on the last",
      refusals: { 400: "invalid_query" },
    },
    async (context) => {
      const { statuses, limit, after } = pageOf(context.req.queries());
      const found = await desk.list({ statuses, limit: limit + 1, ...(after === null ? {} : { after }) });
      const last = found.length > limit ? found[limit - 1] : undefined;
      return json(200, {
        tickets: found.slice(0, limit).map(ticketAnswer),
        next: last === undefined ? null : cursorOf(positionOf(last)),
      });
    },
  );
}

function showRoute(desk: Pick<Desk, "find" | "conversation">): Route {
  return guardedRoute(
    "read",
    {
      method: "get",
      path: "/api/tickets/{id}",
      summary: "One support ticket, with its conversation and the team's notes.",
      request: { params: z.object({ id: z.string() }) },
      answer: ticket.extend({ conversation: z.array(message), notes: z.array(note) }),
      answerMeans: "The ticket",
      refusals: { 404: "unknown_ticket" },
    },
    async (context) => {
      const found = await desk.find(context.req.param("id") ?? "");
      const { messages, notes } = await desk.conversation(found.ticketId);
      return json(200, {
        ...ticketAnswer(found),
        conversation: messages.map(({ author, by, at, text, attachments, editedAt, isDeleted }) => ({
          author,
          by,
          at,
          text,
          attachments,
          edited_at: editedAt,
          deleted: isDeleted,
        })),
        notes,
      });
    },
  );
}

function ticketAnswer(view: TicketView): z.infer<typeof ticket> {
  const { ticket: state } = view;
  const moment = (at: bigint | null) => (at === null ? null : instantOf(at).toString());
  return {
    ticket_id: view.ticketId,
    status: state.status,
    priority: state.priority,
    category: state.category,
    subject: state.subject,
    user_id: view.userId,
    team_id: view.teamId,
    assignee: view.assignee,
    opened_at: view.openedAt.toString(),
    first_response_at: moment(state.firstResponseAt),
    first_resolved_at: moment(state.firstResolvedAt),
    last_resolved_at: moment(state.lastResolvedAt),
    due_at: view.dueAt?.toString() ?? null,
    messages: view.messages,
  };
}

interface AskedPage {
  readonly statuses: readonly TicketStatus[];
  readonly limit: number;
  readonly after: TicketPosition | null;
}

function pageOf(given: Readonly<Record<string, readonly string[]>>): AskedPage {
  const [status = "open", limit = String(LIMIT_BY_DEFAULT), after = null] = ["status", "limit", "after"].map(
    (name) => given[name]?.[0],
  );
  const statuses = Object.hasOwn(ASKED, status ?? "") ? ASKED[status ?? ""] : undefined;
  if (statuses === undefined) throw invalidQuery("`status` must be open, resolved, closed or all.");
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > LIMIT_AT_MOST)
    throw invalidQuery(`\`limit\` must be a whole number from 1 to ${LIMIT_AT_MOST}.`);
  return { statuses, limit: Number(limit), after: after === null ? null : readCursor(after) };
}

function invalidQuery(detail: string): Problem {
  return new Problem("invalid_query", 400, detail);
}

function cursorOf({ openedAt, ticketId }: TicketPosition): string {
  return Buffer.from(`${openedAt} ${ticketId}`).toString("base64url");
}

function readCursor(text: string): TicketPosition {
  const match = /^(-?\d{1,18}) ([^\0]+)$/su.exec(Buffer.from(text, "base64url").toString());
  if (match === null) throw invalidQuery("`after` must be the `next` of an earlier page.");
  return { openedAt: BigInt(match[1] ?? "0"), ticketId: match[2] ?? "" };
}
