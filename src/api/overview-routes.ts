import type { z } from "@hono/zod-openapi";
import type { Compare, WindowAsked } from "../core/window-wish.ts";
import { activationFunnel, errorOverview, revenueBreakdown, supportOverview } from "../metrics/answers.ts";
import type { Overviews } from "../metrics/read/overviews.ts";
import { json } from "./reply.ts";
import { guardedRoute, type Route } from "./route.ts";
import { compareAsked, compareQuery, DAYS_BY_DEFAULT, windowAsked, windowQuery } from "./window-query.ts";

const ERROR_DAYS = 7;

export function overviewRoutes(overviews: Overviews): Route[] {
  return [
    overviewRoute({
      name: "activation-funnel",
      summary: "Of the people who signed up, who reached which milestone in time.",
      answer: activationFunnel,
      read: overviews.activationFunnel,
    }),
    overviewRoute({
      name: "revenue-breakdown",
      summary: "Users, customers and revenue by plan at the end of the window, and the movements in it.",
      answer: revenueBreakdown,
      read: overviews.revenueBreakdown,
    }),
    overviewRoute({
      name: "support-overview",
      summary: "The tickets opened, by what they are at the end of the window, and how long they took.",
      answer: supportOverview,
      read: overviews.supportOverview,
    }),
    overviewRoute({
      name: "error-overview",
      summary: "The error log by type and endpoint, the 20 largest of each, with error rate and uptime.",
      answer: errorOverview,
      read: overviews.errorOverview,
      daysByDefault: ERROR_DAYS,
    }),
  ];
}

interface Overview {
  readonly name: string;
  readonly summary: string;
  readonly answer: z.ZodType;
  readonly read: (window: WindowAsked, compare: Compare) => Promise<unknown>;
  readonly daysByDefault?: number;
}

function overviewRoute({ name, summary, answer, read, daysByDefault = DAYS_BY_DEFAULT }: Overview): Route {
  return guardedRoute(
    "read",
    {
      method: "get",
      path: `/api/metrics/${name}`,
      summary,
      request: { query: windowQuery(daysByDefault).extend(compareQuery("none").shape) },
      answer,
      answerMeans: "The numbers; null is no data",
      refusals: { 400: "invalid_days, invalid_window" },
    },
    async (context) => json(200, await read(windowAsked(context, daysByDefault), compareAsked(context, "none"))),
  );
}
