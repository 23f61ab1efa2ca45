import { localDay } from "../../core/time.ts";
import type { ErrorOverview, Series } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { uptimeText } from "../../metrics/uptime-words.ts";
import { formatValue } from "../../metrics/format.ts";
import type { RouteUses } from "../../metrics/read/route-page.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block, Fact } from "../message.ts";
import { asks } from "../permission/need.ts";
import type { CommandContext } from "./context.ts";
import { countText, shareText, shortName } from "./number-words.ts";
import { overviewMessage } from "./overview.ts";
import { pageButtons, pageOption, pageText, readPage } from "./paging.ts";
import { chartOf, windowFact } from "./show-numbers.ts";
import { windowMeant, windowOption, type WindowMeant } from "./window-options.ts";

const COMMAND = "metrics errors";
const ROUTES_A_PAGE = 10;
const KINDS_SHOWN = 5;

export function createErrors(context: CommandContext): Command {
  const { overviews, details, reader, clock, workspace } = context;
  return defineCommand({
    path: ["metrics", "errors"],
    description: "error rate by route, Apdex, latency, and the error log",
    options: { window: windowOption, page: pageOption },
    access: () => asks("health"),
    async run(values) {
      const window = windowMeant(values.window, localDay(clock.now(), workspace.timeZone));
      const asked = window.wish;
      const [overview, rate, firstDay, { page, found }] = await Promise.all([
        overviews.errorOverview(asked),
        reader.series("error_rate", asked),
        reader.firstDay(),
        readPage(values.page, ROUTES_A_PAGE, (range) => details.routes(asked, { order: "failed", ...range })),
      ]);
      const frame = {
        title: "Errors and latency",
        command: COMMAND,
        window,
        answer: overview,
        today: ["error_rate", "errors", "latency_p95"],
        aside: pageText(page),
        buttons: [
          ...pageButtons(`${COMMAND} ${window.typed}`, page),
          { label: "Errors by type", command: `metrics show errors ${window.typed} --by type` },
        ],
      } as const;
      const { today } = window;
      const rateFact = windowFact("error_rate", rate, { firstDay: firstDay ?? today, today });
      const message = await overviewMessage(frame, context, () =>
        page.number > 1
          ? routeTable(found)
          : [
              { kind: "facts", facts: healthFacts(overview, rateFact) },
              ...rateChart(overview, rate, window),
              ...routeTable(found),
              ...logBlocks(overview),
            ],
      );
      return { message, data: { ...overview, by_route: found.routes, routes_that_failed: found.total } };
    },
  });
}

function healthFacts(overview: ErrorOverview, rate: Fact): Fact[] {
  const value = (name: MetricName, number: number | null) => formatValue(name, number, { currency: "" });
  const { total_requests, failed_requests, client_error_rate, apdex, api_uptime } = overview;
  const quantiles = (["latency_p95", "latency_p99"] as const).map(
    (name) => `${name.slice("latency_".length)} ${value(name, overview[name])}`,
  );
  const ofAll = `${countText(failed_requests)} of ${countText(total_requests)} requests`;
  return [
    { ...rate, label: "Error rate" },
    ...(total_requests === null || total_requests === 0
      ? []
      : [
          { label: "Failed", value: ofAll, detail: `4xx ${value("client_error_rate", client_error_rate)}` },
          { label: "Median latency", value: value("latency_p50", overview.latency_p50), detail: quantiles.join(" · ") },
          { label: "Apdex", value: value("apdex", apdex), detail: "satisfied within 500 ms, tolerating within 2 s" },
        ]),
    {
      label: "Uptime",
      value: uptimeText(api_uptime, overview.api_uptime_observed),
      ...(api_uptime === null ? { detail: metricOf("uptime").needs } : {}),
    },
  ];
}

function rateChart({ total_requests }: ErrorOverview, rate: Series, window: WindowMeant): Block[] {
  if (total_requests === null || total_requests === 0)
    return [{ kind: "text", text: `No requests in these days. ${metricOf("error_rate").needs}` }];
  return [{ kind: "chart", chart: chartOf("error_rate", rate, window) }];
}

/** The routes that failed most often; nothing when none did. */
function routeTable({ routes }: RouteUses): Block[] {
  if (routes.length === 0) return [];
  return [
    {
      kind: "table",
      columns: [
        { label: "Route", align: "left" },
        ...["Failed", "Of calls", "p95"].map((label) => ({ label, align: "right" }) as const),
      ],
      rows: routes.map(({ route, calls, failed, p95 }) => [
        shortName(route),
        countText(failed),
        shareText(failed, calls),
        formatValue("milliseconds", p95, { currency: "" }),
      ]),
    },
  ];
}

function logBlocks({ total_errors, critical_errors, by_type }: ErrorOverview): Block[] {
  if (total_errors === null || total_errors === 0)
    return [{ kind: "text", text: `The error log is empty. ${metricOf("errors").needs}` }];
  const kinds = by_type.slice(0, KINDS_SHOWN).map(({ type, count }) => `${shortName(type)} ${countText(count)}`);
  const more = by_type.length > KINDS_SHOWN ? ", and others" : "";
  const critical = critical_errors === 0 ? "none critical" : `${countText(critical_errors)} critical`;
  return [
    { kind: "text", text: `Error log: ${countText(total_errors)}, ${critical}. By type: ${kinds.join(", ")}${more}.` },
  ];
}
