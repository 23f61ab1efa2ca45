import { z } from "@hono/zod-openapi";
import { Problem } from "../core/problem.ts";
import { dailyColumns } from "../metrics/daily-view-sql.ts";
import type { Exporter, ExportWish } from "../metrics/export/exporter.ts";
import type { HttpContext } from "./endpoint.ts";
import { attachment } from "./reply.ts";
import { streamBody } from "./stream-body.ts";
import { mediaRoute, type Route } from "./route.ts";
import { DAYS_BY_DEFAULT, windowAsked, windowQuery } from "./window-query.ts";

const MEDIA_TYPES = { csv: "text/csv; charset=utf-8; header=present", json: "application/json" } as const;
type Format = ExportWish["format"];

const query = windowQuery(DAYS_BY_DEFAULT).extend({
  format: z.enum(["csv", "json"]).default("csv"),
});

const text = () => z.string().nullable();
const usageRow = z.object({
  timestamp: z.iso.datetime().meta({ description: "UTC" }),
  user_id: text().meta({ description: "null: anonymous" }),
  endpoint: z.string().meta({ description: "the route pattern" }),
  method: z.string(),
  status_code: z.number().int(),
  response_time_ms: z.number(),
});
const sessionRow = z.object({
  session_id: z.string(),
  user_id: text(),
  agent_id: text(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().meta({ description: "null: not ended" }),
  messages_count: z.number().int().nullable(),
  tokens_used: z.number().int().nullable(),
  status: text(),
});

const dayRow = z.object({
  date: z.iso.date(),
  partial: z.boolean().meta({ description: "always false: the window ends yesterday" }),
  ...Object.fromEntries(dailyColumns().map((name) => [name, z.number().nullable()])),
});

export function exportRoutes(exporter: Exporter): Route[] {
  return [
    exportRoute(
      exporter,
      "usage",
      "Every request of the window, whole, however many. What was taken back is left out.",
      usageRow,
    ),
    exportRoute(
      exporter,
      "agent-sessions",
      "Every agent session that started in the window, one row each.",
      sessionRow,
    ),
    exportRoute(
      exporter,
      "daily-metrics",
      "Every metric that belongs to a day, one row a day since the first event.",
      dayRow,
    ),
  ];
}

function exportRoute(exporter: Exporter, what: ExportWish["what"], summary: string, row: z.ZodObject): Route {
  return mediaRoute(
    "read",
    {
      path: `/api/analytics/export/${what}`,
      summary,
      request: { query },
      answers: {
        "application/json": z.array(row),
        "text/csv": z.string().meta({
          description: `columns ${Object.keys(row.shape).join(",")}; an empty cell is null; a text that begins with = + - @, tab or return has an apostrophe before it`,
        }),
      },
      answerMeans: "The file. When the connection ends early, it is not whole",
      refusals: {
        400: "invalid_days, invalid_window, invalid_format",
        503: "database_unavailable, shutting_down, too_many_exports",
      },
    },
    async (context, caller) => {
      const wish = { what, format: formatOf(context), days: windowAsked(context) };
      const body = context.req.method === "HEAD" ? null : streamBody(await exporter.open(wish, caller.keyId), context);
      return attachment(body, { type: MEDIA_TYPES[wish.format], fileName: exporter.nameOf(wish) });
    },
  );
}

function formatOf(context: HttpContext): Format {
  const [format = "csv", ...more] = context.req.queries("format") ?? [];
  if (more.length === 0 && (format === "csv" || format === "json")) return format;
  throw new Problem("invalid_format", 400, "`format` must be `csv` or `json`.");
}
