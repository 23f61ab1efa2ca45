import { z } from "@hono/zod-openapi";
import type { Readiness } from "./readiness.ts";
import { json } from "./reply.ts";
import { openRoute, type Route } from "./route.ts";

export function healthRoutes(readiness: Readiness): Route[] {
  return [
    openRoute(
      {
        method: "get",
        path: "/healthz",
        summary: "Whether the process is alive. Asks nothing else.",
        answer: z.object({ status: z.literal("alive") }),
        answerMeans: "Alive",
      },
      () => json(200, { status: "alive" }),
    ),
    openRoute(
      {
        method: "get",
        path: "/readyz",
        summary: "Whether the database answers, the clock is right and the process is not stopping.",
        answer: z.object({ status: z.literal("ready") }),
        answerMeans: "Ready",
        otherAnswers: {
          503: { means: "Not ready", schema: z.object({ status: z.literal("not_ready"), reason: z.string() }) },
        },
      },
      async () => {
        const state = await readiness.check();
        return state.ready ? json(200, { status: "ready" }) : json(503, { status: "not_ready", reason: state.reason });
      },
    ),
  ];
}
