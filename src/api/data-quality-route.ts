import { z } from "@hono/zod-openapi";
import { FINDING_CODES } from "../events/quality/finding.ts";
import type { DataQuality } from "../metrics/quality/data-quality.ts";
import { json } from "./reply.ts";
import { guardedRoute, type Route } from "./route.ts";

const finding = z.object({
  code: z.enum(FINDING_CODES),
  count: z.number().int(),
  event_id: z.string().nullable(),
  account: z.string().nullable(),
  detail: z.string().nullable(),
  first_at: z.string().nullable(),
  last_at: z.string().nullable(),
  reason: z.string(),
  next: z.string(),
});

export function dataQualityRoute(quality: Pick<DataQuality, "list">): Route {
  return guardedRoute(
    "read",
    {
      method: "get",
      path: "/api/data-quality",
      summary: "What was accepted and yet looks wrong, and the step to take; the latest first, at most 500.",
      request: {},
      answer: z.object({ findings: z.array(finding) }),
      answerMeans: "Findings by code and account; `event_id` is that of the latest event",
      refusals: {},
    },
    async () => {
      const findings = await quality.list();
      return json(200, {
        findings: findings.map(({ eventId, firstAt, lastAt, ...one }) => {
          return { ...one, event_id: eventId, first_at: firstAt, last_at: lastAt };
        }),
      });
    },
  );
}
