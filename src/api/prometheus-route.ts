import { z } from "@hono/zod-openapi";
import type { Exposition } from "./exposition.ts";
import { plainText } from "./reply.ts";
import { mediaRoute, type Route } from "./route.ts";

export function prometheusRoute(exposition: Exposition): Route {
  return mediaRoute(
    "read",
    {
      path: "/metrics/prometheus",
      summary: "Own health and the business numbers, for a Prometheus server.",
      answers: { "text/plain": z.string().meta({ description: "Prometheus text format 0.0.4; no data is left out" }) },
      answerMeans: "The numbers of now; bellwether_database_up is 0 while the database does not answer",
    },
    async () => plainText(exposition.contentType, await exposition.text()),
  );
}
