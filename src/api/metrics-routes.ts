import { z } from "@hono/zod-openapi";
import { nearestWord } from "../core/nearest-word.ts";
import { Problem } from "../core/problem.ts";
import { localDay, type Clock } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import { daily, series, summary } from "../metrics/answers.ts";
import { explanation } from "../metrics/explained.ts";
import { catalogueRows, isMetricName, metricNames, type MetricName } from "../metrics/catalogue.ts";
import type { Overviews } from "../metrics/read/overviews.ts";
import type { Reader } from "../metrics/read/reader.ts";
import { dateOf } from "./calendar-date.ts";
import { DAYS_BY_DEFAULT, daysOf, daysQuery } from "./days.ts";
import { json } from "./reply.ts";
import { groupAsked, refuseSum } from "./series-query.ts";
import { guardedRoute, type Route } from "./route.ts";

const days = daysQuery(DAYS_BY_DEFAULT);
const splitting = z.object({
  by: z.string().optional().meta({ description: "what to split it by: one of the `by` of the catalogue" }),
  aggregate: z.literal("sum").optional().meta({ description: "insists that the window is the sum of its days" }),
});
const metric = z.object({ metric: z.string().meta({ description: "a name of the catalogue" }) });

const catalogueAnswer = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      meaning: z.string(),
      formula: z.string().meta({ description: "how the number is worked out, in words" }),
      source: z.string().meta({ description: "where the definition comes from" }),
      unit: z.string(),
      better: z.enum(["higher", "lower", "neither"]),
      group: z.string(),
      kind: z.string(),
      needs: z.string(),
      by: z.array(z.string()),
    }),
  ),
});

const DAYS_REFUSAL = { 400: "invalid_days" };

interface MetricsParts {
  readonly reader: Reader;
  readonly overviews: Pick<Overviews, "seriesBy">;
  readonly clock: Clock;
  readonly workspace: Pick<Workspace, "timeZone">;
}

export function metricsRoutes({ reader, overviews, ...parts }: MetricsParts): Route[] {
  return [
    guardedRoute(
      "read",
      {
        method: "get",
        path: "/api/metrics",
        summary: "Every metric: its name, unit and meaning.",
        answer: catalogueAnswer,
        answerMeans: "The catalogue",
      },
      () => json(200, { metrics: catalogueRows() }),
    ),
    guardedRoute(
      "read",
      {
        method: "get",
        path: "/api/metrics/summary",
        summary: "The numbers of the last complete days, of those before, and of today so far.",
        request: { query: days },
        answer: summary,
        answerMeans: "The summary; null is no data",
        refusals: DAYS_REFUSAL,
      },
      async (context) => json(200, await reader.summary(daysOf(context.req.queries("days")))),
    ),
    guardedRoute(
      "read",
      {
        method: "get",
        path: "/api/metrics/daily",
        summary: "One row a day, oldest first.",
        request: { query: days },
        answer: daily,
        answerMeans: "Exactly `days` rows; a day without data has nulls",
        refusals: DAYS_REFUSAL,
      },
      async (context) => json(200, await reader.daily(daysOf(context.req.queries("days")))),
    ),
    seriesRoute(reader, overviews),
    explainRoute(reader, parts),
  ];
}

function seriesRoute(reader: Reader, overviews: Pick<Overviews, "seriesBy">): Route {
  return guardedRoute(
    "read",
    {
      method: "get",
      path: "/api/metrics/series/{metric}",
      summary: "One metric by day, and over the whole window by its kind; with `by`, also for its largest groups.",
      request: { params: metric, query: days.extend(splitting.shape) },
      answer: series,
      answerMeans: "The series; null is no data",
      refusals: { 400: "invalid_days, unknown_group, not_additive, invalid_aggregate", 404: "unknown_metric" },
    },
    async (context) => {
      const name = knownMetric(context.req.param("metric") ?? "");
      const asked = daysOf(context.req.queries("days"));
      refuseSum(name, context.req.queries("aggregate"));
      const by = groupAsked(name, context.req.queries("by"));
      return json(200, by === null ? await reader.series(name, asked) : await overviews.seriesBy(name, asked, by));
    },
  );
}

function explainRoute(reader: Reader, { clock, workspace }: Pick<MetricsParts, "clock" | "workspace">): Route {
  const date = z.object({
    date: z.iso
      .date()
      .optional()
      .meta({ description: "last day of the window, at most today; yesterday unless given" }),
  });
  return guardedRoute(
    "read",
    {
      method: "get",
      path: "/api/metrics/explain/{metric}",
      summary: "How a number comes about: formula, policies, inputs, its parts, and what was restated.",
      request: { params: metric, query: days.extend(date.shape) },
      answer: explanation,
      answerMeans: "The explanation; its value is what the rule makes of the parts",
      refusals: { 400: "invalid_days, invalid_date", 404: "unknown_metric" },
    },
    async (context) => {
      const name = knownMetric(context.req.param("metric") ?? "");
      const given = context.req.queries("date");
      const today = localDay(clock.now(), workspace.timeZone);
      const last = given === undefined ? {} : { date: dateOf(given, today) };
      return json(200, await reader.explain(name, { days: daysOf(context.req.queries("days")), ...last, names: true }));
    },
  );
}

function knownMetric(name: string): MetricName {
  if (isMetricName(name)) return name;
  const near = nearestWord(name.slice(0, 64), metricNames);
  const detail = /^[\w-]{1,40}$/.test(name) ? `There is no metric \`${name}\`.` : "There is no such metric.";
  throw new Problem("unknown_metric", 404, near === null ? detail : `${detail} Did you mean \`${near}\`?`, {
    next: "GET /api/metrics lists all.",
  });
}
