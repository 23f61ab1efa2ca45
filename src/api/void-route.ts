import { z } from "@hono/zod-openapi";
import { Problem } from "../core/problem.ts";
import { EVENT_TYPES } from "../events/event-type.ts";
import type { Voider } from "../events/void.ts";
import type { Bodies } from "./body.ts";
import { isObject } from "./events-route.ts";
import { json } from "./reply.ts";
import { guardedRoute, jsonBody, type Route } from "./route.ts";

const FIELDS = ["source", "id", "reason"] as const;

const sent = z.object({
  source: z.string().meta({ description: "the source of the key that sent the event" }),
  id: z.string(),
  reason: z.string().min(1).max(500),
});
const answer = z.object({ status: z.enum(["voided", "already_voided"]), type: z.enum(EVENT_TYPES) });

export function voidRoute(voider: Voider, bodies: Bodies): Route {
  return guardedRoute(
    "admin",
    {
      method: "post",
      path: "/api/events/void",
      summary: "Take back an event that was wrong. Its row stays, marked, and its days are worked out anew.",
      request: { body: jsonBody(sent) },
      answer,
      answerMeans: "The event no longer counts, from now on or since before",
      refusals: { 400: "invalid_json, invalid_body", 404: "not_found", 413: "too_large" },
    },
    (context, caller) =>
      bodies.withJson(context, async (body) => {
        const { changed, type } = await voider.voidEvent({ ...requestOf(body), actor: `key ${caller.keyId}` });
        return json(200, { status: changed ? "voided" : "already_voided", type });
      }),
  );
}

function requestOf(body: unknown): { source: string; id: string; reason: string } {
  const { source, id, reason, ...others } = isObject(body) ? body : {};
  const isWhole = typeof source === "string" && typeof id === "string" && typeof reason === "string";
  if (isWhole && Object.keys(others).length === 0) return { source, id, reason };
  throw new Problem(
    "invalid_body",
    400,
    `The body must be an object with the texts ${FIELDS.join(", ")} and nothing else.`,
  );
}
