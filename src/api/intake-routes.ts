import { z } from "@hono/zod-openapi";
import type { EventType } from "../events/event-type.ts";
import { eventSchemas, type EventSchemas } from "../events/schema/events.ts";
import { FINDING_CODES } from "../events/quality/finding.ts";
import type { Intake } from "../events/verdict.ts";
import type { Bodies } from "./body.ts";
import { acceptEvents } from "./events-route.ts";
import { guardedRoute, jsonBody, type Route } from "./route.ts";
import { acceptOne, TRACKED } from "./track-routes.ts";

/** As they are sent; a bad event is refused by itself and not by this. */
const event = z.discriminatedUnion("type", Object.values(eventSchemas) as [EventSchemas[EventType]]);

const warning = z.object({ code: z.enum(FINDING_CODES), reason: z.string() });
const eventsAnswer = z.object({
  accepted: z.number().int(),
  duplicates: z.number().int(),
  rejected: z.array(z.object({ index: z.number().int(), code: z.string(), reason: z.string() })),
  warnings: z.array(warning.extend({ index: z.number().int() })),
  tickets: z.array(z.object({ index: z.number().int(), ticket_id: z.string() })).optional(),
});
const oneAnswer = z.object({
  verdict: z.enum(["accepted", "duplicate"]),
  ticket_id: z.string().optional(),
  warnings: z.array(warning).optional(),
});

export function intakeRoutes(intake: Intake, bodies: Bodies): Route[] {
  const many = guardedRoute(
    "ingest",
    {
      method: "post",
      path: "/api/events",
      summary: "Send up to 1,000 events. A bad event never blocks the others.",
      request: { body: jsonBody(z.object({ events: z.array(event).min(1).max(1_000) })) },
      answer: eventsAnswer,
      answerMeans: "What became of each event, told after they are on disk",
      refusals: { 400: "invalid_json, invalid_body", 413: "too_large, too_many_events" },
    },
    acceptEvents(intake, bodies),
  );
  const single = Object.entries(TRACKED).map(([name, type]) =>
    guardedRoute(
      "ingest",
      {
        method: "post",
        path: `/api/track/${name}`,
        summary: `Send one event of the type ${type}.`,
        request: { body: jsonBody(z.strictObject({ ...eventSchemas[type].shape, type: z.literal(type).optional() })) },
        answer: oneAnswer,
        answerMeans: "The event is on disk, now or since before",
        refusals: {
          400: "the code of the refused event, invalid_json, invalid_body",
          409: "conflict",
          413: "too_large",
        },
      },
      acceptOne(intake, bodies, type),
    ),
  );
  return [many, ...single];
}
