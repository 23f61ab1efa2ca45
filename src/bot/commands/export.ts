import { CALLED } from "../../core/called.ts";
import { localDay, type Temporal } from "../../core/time.ts";
import { addressedWindow, typedWindow } from "../../core/window-text.ts";
import { settledOn, wishOf } from "../../core/window-wish.ts";
import type { Group } from "../../metrics/catalogue.ts";
import type { Exportable } from "../../metrics/export/export-store.ts";
import type { Exporter, ExportWish } from "../../metrics/export/exporter.ts";
import type { AnswerFile } from "../answer-file.ts";
import { defineCommand, type Command } from "../command.ts";
import { noEventsMessage } from "../first-day.ts";
import type { Message } from "../message.ts";
import { ALL_GROUPS, type Need } from "../permission/need.ts";
import { rangeText } from "../window-words.ts";
import { daysOption, type ExportContext } from "./context.ts";

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
    holds: "One line a day, one column a metric. An empty cell is no data.",
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
      days: daysOption,
    },
    access: ({ what }) => needOf(what),
    async run({ what, days }) {
      const firstDay = await reader.firstDay();
      const wish: ExportWish = { what, format: "csv", days };
      const name = exporter.nameOf(wish);
      const data = { what, days, file: name };
      if (firstDay === null) return { message: noEventsMessage(firstEvent), data: { ...data, file: null } };
      const today = localDay(clock.now(), workspace.timeZone);
      const message = exportMessage(what, exporter.windowOf(wish), today);
      return { message, data, file: exportFile(wish, name, { exporter, today }) };
    },
  });
}

function needOf(what: Exportable): Need {
  const { groups, names } = KINDS[what];
  return { action: "ask", groups, leavesOut: false, file: what, ...(names ? { names } : {}) };
}

function exportMessage(
  what: Exportable,
  { start, end }: ReturnType<Exporter["windowOf"]>,
  today: ReturnType<typeof localDay>,
): Message {
  const { title, holds } = KINDS[what];
  return {
    title: `${title} · ${rangeText({ start: start.toString(), end: end.toString() }, today)}`,
    tone: "neutral",
    blocks: [
      { kind: "text", text: holds },
      { kind: "note", text: "A text that a spreadsheet would take for a formula has an apostrophe before it." },
    ],
  };
}

interface Giving {
  readonly exporter: Exporter;
  readonly today: Temporal.PlainDate;
}

function exportFile(wish: ExportWish, name: string, { exporter, today }: Giving): AnswerFile {
  const { what } = wish;
  const window = settledOn(today, wishOf(wish.days));
  return {
    name,
    mediaType: "text/csv",
    open: () => exporter.open(wish),
    elsewhere: `Take it over HTTP with \`GET /api/analytics/export/${what}?${addressedWindow(window)}\`, or on the machine with \`${CALLED.cli}metrics export ${what} ${typedWindow(window)}\`; fewer days give a smaller file.`,
  };
}
