import type { SeriesChart } from "../../charts/chart.ts";
import type { Series } from "../../metrics/answers.ts";
import { localDay } from "../../core/time.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import type { RouteUses } from "../../metrics/read/route-page.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block } from "../message.ts";
import { asks } from "../permission/need.ts";
import type { CommandContext } from "./context.ts";
import { countText, shareText, shortName } from "./number-words.ts";
import { overviewMessage } from "./overview.ts";
import { pageButtons, pageOption, pageText, readPage, type Page } from "./paging.ts";
import { splitChart } from "./show-split.ts";
import { windowMeant, windowOption, type WindowMeant } from "./window-options.ts";

const COMMAND = "metrics features";
const FEATURES_A_PAGE = 10;

export function createFeatures(context: CommandContext): Command {
  const { overviews, details, clock, workspace } = context;
  return defineCommand({
    path: ["metrics", "features"],
    description: "which features are used: calls, share, latency, failures",
    options: { window: windowOption, page: pageOption },
    access: () => asks("usage"),
    async run(values, { view }) {
      const window = windowMeant(values.window, localDay(clock.now(), workspace.timeZone));
      const asked = window.wish;
      const [calls, { page, found }] = await Promise.all([
        overviews.seriesBy("api_calls", asked, "route"),
        readPage(values.page, FEATURES_A_PAGE, (range) => details.routes(asked, { order: "calls", ...range })),
      ]);
      const frame = {
        title: "Features",
        command: COMMAND,
        window,
        answer: calls,
        today: ["api_calls", "agent_sessions"],
        aside: pageText(page),
        buttons: pageButtons(`${COMMAND} ${window.typed}`, page),
      } as const;
      const tell = () => featureBlocks(calls, found, { page, window, withHealth: view.groups.has("health") });
      const { date_range, computed_at } = calls;
      const data = { total_api_calls: calls.window.value, ...found, page: page.number, date_range, computed_at };
      return { message: await overviewMessage(frame, context, tell), data };
    },
  });
}

function featureBlocks(
  calls: Series,
  { total, routes }: RouteUses,
  { page, window, withHealth }: { readonly page: Page; readonly window: WindowMeant; readonly withHealth: boolean },
): Block[] {
  if (routes.length === 0) return [{ kind: "text", text: `No requests in these days. ${metricOf("api_calls").needs}` }];
  const all = calls.window.value;
  const table: Block = {
    kind: "table",
    columns: [
      { label: "Feature", align: "left" },
      ...["Calls", "Share", ...(withHealth ? ["p95", "Failed"] : [])].map(
        (label) => ({ label, align: "right" }) as const,
      ),
    ],
    rows: routes.map(({ route, calls: own, failed, p95 }) => [
      shortName(route),
      countText(own),
      shareText(own, all),
      ...(withHealth ? [formatValue("milliseconds", p95, { currency: "" }), shareText(failed, own)] : []),
    ]),
  };
  if (page.number > 1) return [table];
  const facts = [
    { label: "API calls", value: countText(all) },
    { label: "Features in use", value: countText(total) },
  ];
  return [{ kind: "facts", facts }, { kind: "chart", chart: usageChart(calls, window) }, table];
}

function usageChart(calls: Series, window: WindowMeant): SeriesChart {
  return { ...splitChart("api_calls", calls, window), title: "API calls by feature" };
}
