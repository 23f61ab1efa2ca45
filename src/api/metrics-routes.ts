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
import { json } from "./reply.ts";
import { groupAsked, refuseSum, stepAsked, stepQuery } from "./series-query.ts";
import { guardedRoute, type Route } from "./route.ts";
import { compareAsked, compareQuery, DAYS_BY_DEFAULT, windowAsked, windowQuery } from "./window-query.ts";

const window = windowQuery(DAYS_BY_DEFAULT);
const compared = window.extend(compareQuery("previous").shape);
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

const WINDOW_REFUSAL = { 400: "invalid_days, invalid_window" };

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
        summary: "The numbers of a window, of the one before it with what changed, and of today so far.",
        request: { query: compared },
        answer: summary,
        answerMeans: "The summary; null is no data",
        refusals: WINDOW_REFUSAL,
      },
      async (context) => json(200, await reader.summary(windowAsked(context), compareAsked(context, "previous"))),
    ),
    guardedRoute(
      "read",
      {
        method: "get",
        path: "/api/metrics/daily",
        summary: "One row a day, oldest first.",
        request: { query: window },
        answer: daily,
        answerMeans: "A row for each day of the window; a day without data has nulls",
        refusals: WINDOW_REFUSAL,
      },
      async (context) => json(200, await reader.daily(windowAsked(context))),
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
      summary:
        "One metric by day (rates of accounts by month), and over the whole window by its kind; with `by`, also for its largest groups.",
      request: { params: metric, query: compared.extend({ ...splitting.shape, ...stepQuery.shape }) },
      answer: series,
      answerMeans: "The series; null is no data",
      refusals: {
        400: "invalid_days, invalid_window, unknown_group, not_additive, invalid_aggregate, invalid_step",
        404: "unknown_metric",
      },
    },
    async (context) => {
      const name = knownMetric(context.req.param("metric") ?? "");
      const asked = windowAsked(context);
      const options = { compare: compareAsked(context, "previous"), step: stepAsked(name, context.req.query("step")) };
      refuseSum(name, context.req.queries("aggregate"));
      const by = groupAsked(name, context.req.queries("by"));
      const answer =
        by === null ? await reader.series(name, asked, options) : await overviews.seriesBy(name, asked, by, options);
      return json(200, answer);
    },
  );
}

function explainRoute(reader: Reader, { clock, workspace }: Pick<MetricsParts, "clock" | "workspace">): Route {
  const date = z.object({
    date: z.iso.date().optional().meta({ description: "last of the `days`, at most today; yesterday unless given" }),
  });
  return guardedRoute(
    "read",
    {
      method: "get",
      path: "/api/metrics/explain/{metric}",
      summary: "How a number comes about: formula, policies, inputs, its parts, and what was restated.",
      request: { params: metric, query: window.extend(date.shape) },
      answer: explanation,
      answerMeans: "The explanation; its value is what the rule makes of the parts",
      refusals: { 400: "invalid_days, invalid_window, invalid_date", 404: "unknown_metric" },
    },
    async (context) => {
      const name = knownMetric(context.req.param("metric") ?? "");
      const given = context.req.queries("date");
      const today = localDay(clock.now(), workspace.timeZone);
      const days = windowAsked(context);
      if (given !== undefined && days.kind !== "days") throw contradiction();
      const last = given === undefined ? {} : { date: dateOf(given, today) };
      return json(200, await reader.explain(name, { days, ...last, names: true }));
    },
  );
}

function contradiction(): Problem {
  return new Problem(
    "invalid_window",
    400,
    "`date` is the last of so many `days`; a window with a name has its own end.",
    {
      next: "Leave `date` out, or write `days`.",
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
