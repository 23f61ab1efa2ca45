import { CALLED } from "../../core/called.ts";
import { localDay } from "../../core/time.ts";
import { addressedWindow } from "../../core/window-text.ts";
import type { Group } from "../../metrics/catalogue.ts";
import type { Exportable } from "../../metrics/export/export-store.ts";
import type { Exporter, ExportWish } from "../../metrics/export/exporter.ts";
import type { AnswerFile } from "../answer-file.ts";
import { defineCommand, type Command } from "../command.ts";
import { noEventsMessage } from "../first-day.ts";
import type { Message } from "../message.ts";
import { ALL_GROUPS, type Need } from "../permission/need.ts";
import { rangeText } from "../window-words.ts";
import type { ExportContext } from "./context.ts";
import { windowMeant, windowOption, type WindowMeant } from "./window-options.ts";

interface Kind {
  readonly title: string;
  readonly holds: string;
  readonly groups: readonly Group[];
  /** It says who did something. */
  readonly names: boolean;
}

const KINDS: Readonly<Record<Exportable, Kind>> = {
  "daily-metrics": {
    title: "Every metric, day by day",
    holds: "One row per day, one column per metric. An empty cell means no data.",
    groups: ALL_GROUPS,
    names: false,
  },
  usage: {
    title: "Requests",
    holds:
      "One line a request: when, who, which route, its status and how long it took. What was taken back is left out.",
    groups: ["usage", "health"],
    names: true,
  },
  "agent-sessions": {
    title: "Agent sessions",
    holds: "One line a session that started in the window: who, with which agent, messages, tokens and how it ended.",
    groups: ["usage"],
    names: true,
  },
};

export function createExport(context: ExportContext): Command {
  const { reader, exporter, clock, workspace, firstEvent } = context;
  return defineCommand({
    path: ["metrics", "export"],
    description: "rows as a CSV file, for you alone",
    options: {
      what: { kind: "choice", description: "which rows", choices: ["daily-metrics", "usage", "agent-sessions"] },
      window: windowOption,
    },
    access: ({ what }) => needOf(what),
    async run({ what, window: typed }) {
      const window = windowMeant(typed, localDay(clock.now(), workspace.timeZone));
      const firstDay = await reader.firstDay();
      const wish: ExportWish = { what, format: "csv", days: window.wish };
      const { start, end, days } = exporter.windowOf(wish);
      const name = exporter.nameOf(wish);
      const data = { what, start: start.toString(), end: end.toString(), days, file: name };
      if (firstDay === null) return { message: noEventsMessage(firstEvent), data: { ...data, file: null } };
      const message = exportMessage(what, { start, end }, window.today);
      return { message, data, file: exportFile(wish, name, { exporter, window }) };
    },
  });
}

function needOf(what: Exportable): Need {
  const { groups, names } = KINDS[what];
  return { action: "ask", groups, leavesOut: false, file: what, ...(names ? { names } : {}) };
}

function exportMessage(
  what: Exportable,
  { start, end }: Pick<ReturnType<Exporter["windowOf"]>, "start" | "end">,
  today: ReturnType<typeof localDay>,
): Message {
  const { title, holds } = KINDS[what];
  return {
    title: `${title} · ${rangeText({ start: start.toString(), end: end.toString() }, today)}`,
    tone: "neutral",
    blocks: [
      { kind: "text", text: holds },
      { kind: "note", text: "Text that a spreadsheet would read as a formula starts with an apostrophe." },
    ],
  };
}

interface Giving {
  readonly exporter: Exporter;
  readonly window: WindowMeant;
}

function exportFile(wish: ExportWish, name: string, { exporter, window }: Giving): AnswerFile {
  const { what } = wish;
  return {
    name,
    mediaType: "text/csv",
    open: () => exporter.open(wish),
    elsewhere: `Take it over HTTP with \`GET /api/analytics/export/${what}?${addressedWindow(window.wish)}\`, or on the machine with \`${CALLED.cli}metrics export ${what} ${window.typed}\`; fewer days give a smaller file.`,
  };
}
