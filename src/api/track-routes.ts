import type { Caller } from "../access/access.ts";
import { Problem } from "../core/problem.ts";
import type { Intake, Verdict } from "../events/verdict.ts";
import type { Bodies } from "./body.ts";
import type { HttpContext } from "./endpoint.ts";
import { isObject } from "./events-route.ts";
import { json, type Reply } from "./reply.ts";

/** Last part of the path of a one-event route, and the type of the events it takes. */
export const TRACKED = {
  activation: "activation",
  revenue: "revenue",
  ticket: "ticket",
  nps: "nps",
  "health-check": "health_check",
} as const;

/** One event whose type the path says. A refused event is 400 with its code, a conflict 409. */
export function acceptOne(intake: Intake, bodies: Bodies, type: string) {
  return (context: HttpContext, caller: Caller): Promise<Reply> =>
    bodies.withJson(context, async (body) => {
      const [verdict] = await intake.accept([{ ...fieldsOf(body, type), type }], { source: caller.source });
      if (verdict === undefined) throw new TypeError("the intake gave no verdict");
      return replyFor(verdict);
    });
}

function fieldsOf(body: unknown, type: string): Record<string, unknown> {
  if (!isObject(body)) {
    throw new Problem("invalid_body", 400, "The body must be an object with the fields of one event.");
  }
  if (body["type"] === undefined || body["type"] === type) return body;
  throw new Problem("invalid_body", 400, `This route takes events of the type ${type} only.`, {
    next: "Leave `type` out, or send the event to POST /api/events.",
  });
}

function replyFor(verdict: Verdict): Reply {
  switch (verdict.verdict) {
    case "accepted":
    case "duplicate": {
      const warnings = verdict.verdict === "accepted" ? verdict.warnings : undefined;
      const ticket = verdict.ticketId === undefined ? {} : { ticket_id: verdict.ticketId };
      return json(200, { verdict: verdict.verdict, ...ticket, ...(warnings === undefined ? {} : { warnings }) });
    }
    case "conflict":
      throw new Problem(verdict.code, 409, verdict.reason);
    case "rejected":
      throw new Problem(verdict.code, 400, verdict.reason);
  }
}
