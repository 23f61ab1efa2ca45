import type { SeriesChart } from "../../charts/chart.ts";
import { localDay } from "../../core/time.ts";
import type { Series, SupportOverview } from "../../metrics/answers.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block, Fact } from "../message.ts";
import { asks } from "../permission/need.ts";
import type { CommandContext } from "./context.ts";
import { countText } from "./number-words.ts";
import { overviewMessage } from "./overview.ts";
import { windowFact } from "./show-numbers.ts";
import { windowMeant, windowOption } from "./window-options.ts";

const COMMAND = "metrics support";

/** Numbers by day, each with that of the days before. */
interface Course {
  readonly opened: Series;
  readonly resolved: Series;
  readonly open: Series;
}

export function createSupport(context: CommandContext): Command {
  const { overviews, reader, clock, workspace } = context;
  return defineCommand({
    path: ["metrics", "support"],
    description: "tickets: opened, answered, resolved, and what they are about",
    options: { window: windowOption },
    access: () => asks("support"),
    async run(values) {
      const window = windowMeant(values.window, localDay(clock.now(), workspace.timeZone));
      const asked = window.wish;
      const [overview, opened, resolved, open, firstDay] = await Promise.all([
        overviews.supportOverview(asked),
        reader.series("tickets_opened", asked),
        reader.series("tickets_resolved", asked),
        reader.series("open_tickets", asked),
        reader.firstDay(),
      ]);
      const frame = {
        title: "Support",
        command: COMMAND,
        window,
        answer: overview,
        today: ["tickets_opened", "tickets_resolved", "open_tickets"],
        buttons: [{ label: "Open tickets by day", command: `metrics show open_tickets ${window.typed}` }],
      } as const;
      const { today } = window;
      const tell = () => supportBlocks(overview, { opened, resolved, open }, { firstDay: firstDay ?? today, today });
      return { message: await overviewMessage(frame, context, tell), data: overview };
    },
  });
}

function supportBlocks(overview: SupportOverview, course: Course, days: Parameters<typeof windowFact>[2]): Block[] {
  const { opened, resolved, open_tickets: open } = overview;
  const isQuiet = [opened, resolved, open].every((count) => count === null || count === 0);
  const counts = [
    { ...windowFact("tickets_opened", course.opened, days), label: "Opened" },
    { ...windowFact("tickets_resolved", course.resolved, days), label: "Resolved" },
    { ...windowFact("open_tickets", course.open, days), label: "Open at the end" },
    ...todayFact(course),
  ];
  if (isQuiet)
    return [
      { kind: "facts", facts: counts },
      { kind: "text", text: `No tickets in these days. ${metricOf("tickets_opened").needs}` },
    ];
  return [
    { kind: "facts", facts: [...counts, ...hoursFacts(overview), ...kindFacts(overview)] },
    { kind: "chart", chart: courseChart(course) },
    {
      kind: "note",
      text: "Status, priority, category and first response are those of the tickets opened in these days; resolution is that of those first resolved in them.",
    },
  ];
}

/** What a ticket of this morning is found in: the window ends yesterday. */
function todayFact({ opened, resolved, open }: Course): Fact[] {
  if (open.today.value === null) return [];
  const told = [
    [opened, "opened"],
    [resolved, "resolved"],
    [open, "open"],
  ] as const;
  return [
    { label: "Today so far", value: told.map(([{ today }, words]) => `${countText(today.value)} ${words}`).join(", ") },
  ];
}

function hoursFacts({ first_response_hours, resolution_hours, full_resolution_hours }: SupportOverview): Fact[] {
  const hours = (value: number | null) => formatValue("hours", value, { currency: "" });
  const fact = (label: string, { median, mean, p90 }: SupportOverview["resolution_hours"]): Fact => ({
    label,
    value: hours(median),
    ...(median === null ? {} : { detail: `median · mean ${hours(mean)} · 90 % within ${hours(p90)}` }),
  });
  const reopened = full_resolution_hours.mean !== resolution_hours.mean;
  return [
    fact("First response", first_response_hours),
    fact("Resolution", resolution_hours),
    ...(reopened ? [fact("Resolution, reopened ones to the last", full_resolution_hours)] : []),
  ];
}

function kindFacts({ status, priority, by_category }: SupportOverview): Fact[] {
  const listed = (counts: Readonly<Record<string, number | null>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${countText(count)} ${name.replaceAll("_", " ")}`)
      .join(", ");
  return [
    { label: "By status", value: listed(status) },
    { label: "By priority", value: listed(priority) },
    { label: "By category", value: listed(by_category) },
  ];
}

function courseChart({ opened, resolved }: Course): SeriesChart {
  return {
    kind: "bar",
    title: "Tickets opened and resolved",
    unit: "count",
    labels: opened.points.map(({ date }) => date),
    series: [
      { label: "Opened", values: opened.points.map(({ value }) => value) },
      { label: "Resolved", values: resolved.points.map(({ value }) => value) },
    ],
  };
}
