import type { Caller } from "../access/access.ts";
import { Problem } from "../core/problem.ts";
import type { Intake, Verdict } from "../events/verdict.ts";
import type { Bodies } from "./body.ts";
import type { HttpContext } from "./endpoint.ts";
import { json, type Reply } from "./reply.ts";

const EVENTS_AT_MOST = 1_000;

interface EventsAnswer {
  accepted: number;
  duplicates: number;
  readonly rejected: { index: number; code: string; reason: string }[];
  readonly warnings: { index: number; code: string; reason: string }[];
  tickets?: { index: number; ticket_id: string }[];
}

/** `POST /api/events`: a verdict for each event, given after they are on disk. */
export function acceptEvents(intake: Intake, bodies: Bodies) {
  return (context: HttpContext, caller: Caller): Promise<Reply> =>
    bodies.withJson(context, async (body) =>
      json(200, answerFor(await intake.accept(eventsOf(body), { source: caller.source }))),
    );
}

function eventsOf(body: unknown): readonly unknown[] {
  const events = isObject(body) ? body["events"] : undefined;
  if (!Array.isArray(events) || events.length === 0) {
    throw new Problem("invalid_body", 400, "The body must be an object with `events`, a list of 1 to 1,000 events.", {
      next: 'For example {"events":[{"type":"signup","id":"1","user_id":"u1"}]}.',
    });
  }
  if (events.length <= EVENTS_AT_MOST) return events;
  throw new Problem("too_many_events", 413, "A request may hold up to 1,000 events.", {
    next: "Send them in several requests.",
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function answerFor(verdicts: readonly Verdict[]): EventsAnswer {
  const answer: EventsAnswer = { accepted: 0, duplicates: 0, rejected: [], warnings: [] };
  verdicts.forEach((verdict, index) => {
    switch (verdict.verdict) {
      case "accepted":
        answer.accepted += 1;
        for (const { code, reason } of verdict.warnings ?? []) answer.warnings.push({ index, code, reason });
        return addTicket(answer, index, verdict.ticketId);
      case "duplicate":
        answer.duplicates += 1;
        return addTicket(answer, index, verdict.ticketId);
      case "conflict":
      case "rejected":
        answer.rejected.push({ index, code: verdict.code, reason: verdict.reason });
    }
  });
  return answer;
}

function addTicket(answer: EventsAnswer, index: number, ticketId: string | undefined): void {
  if (ticketId !== undefined) (answer.tickets ??= []).push({ index, ticket_id: ticketId });
}
