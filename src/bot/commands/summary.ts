import { localDay, type Temporal } from "../../core/time.ts";
import { wishName } from "../../core/window-name.ts";
import type { Summary } from "../../metrics/answers.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { ASKS_ALL } from "../permission/need.ts";
import type { View } from "../permission/view.ts";
import { defineCommand, type Command } from "../command.ts";
import { firstDaySentences, noEventsMessage, stageOf } from "../first-day.ts";
import type { Block, Message } from "../message.ts";
import { freshness, rangeText, windowBeforeName } from "../window-words.ts";
import type { CommandContext } from "./context.ts";
import { windowMeant, windowOption, type WindowMeant } from "./window-options.ts";
import { comparisonTable, summaryFacts } from "./summary-lines.ts";

export function createSummary(context: CommandContext): Command {
  return defineCommand({
    path: ["metrics", "summary"],
    description: "users, money, usage, health, satisfaction and support at a glance",
    options: {
      window: windowOption,
      compare: {
        kind: "choice",
        description: "each number beside that of the window before, of the same a year ago, or of nothing",
        choices: ["no", "previous", "year", "none"],
        fallback: "no",
        bare: "previous",
      },
    },
    access: () => ASKS_ALL,
    async run({ window: typed, compare }, { view }) {
      const window = windowMeant(typed, localDay(context.clock.now(), context.workspace.timeZone));
      const [summary, firstDay] = await Promise.all([
        context.reader.summary(window.wish, compare === "no" ? "previous" : compare),
        context.reader.firstDay(),
      ]);
      const asked = { window, earlier: compare === "year" ? "year" : "previous", view } as const;
      const isTable = compare === "previous" || compare === "year";
      return { message: summaryMessage(summary, firstDay, { ...asked, compare: isTable }, context), data: summary };
    },
  });
}

interface AskedSummary {
  readonly window: WindowMeant;
  readonly earlier: "previous" | "year";
  /** In a table of its own. */
  readonly compare: boolean;
  readonly view: View;
}

function summaryMessage(
  summary: Summary,
  firstDay: Temporal.PlainDate | null,
  { compare, earlier, window, view }: AskedSummary,
  { clock, workspace, firstEvent }: CommandContext,
): Message {
  const now = clock.now();
  const { today } = window;
  const stage = stageOf(firstDay, today.toString());
  if (firstDay === null || stage === "no events") return noEventsMessage(firstEvent);
  if (stage === "first day") return { tone: "neutral", blocks: firstDayBlocks(summary, workspace.timeZone, view) };
  const { start, complete } = summary.date_range;
  const { previous } = summary;
  const comparable = previous !== null && summary.change !== null && firstDay.toString() <= previous.date_range.start;
  const since =
    firstDay.toString() > start
      ? ` · data since ${rangeText({ start: firstDay.toString(), end: firstDay.toString() }, today)}`
      : "";
  const windows = comparable ? ` against ${rangeText(previous.date_range, today)}` : "";
  const before = earlier === "year" ? "a year ago" : windowBeforeName(window.wish);
  const numbers: Block =
    compare && comparable
      ? comparisonTable(summary, previous, view.groups)
      : { kind: "facts", facts: summaryFacts(comparable ? summary : { ...summary, change: null }, view.groups) };
  return {
    title: `${wishName(window.wish, today)}${comparable ? ` against ${before}` : since}`,
    tone: "neutral",
    blocks: [
      numbers,
      ...leftOut(view),
      ...(compare && !comparable ? [tooEarly(summary)] : []),
      {
        kind: "note",
        text: [
          freshness(summary.computed_at, now),
          `days end at midnight ${workspace.timeZone}`,
          `${rangeText(summary.date_range, today)}${complete ? "" : " (not over)"}${windows}`,
        ].join(" · "),
      },
      { kind: "buttons", buttons: nextSteps(window, compare || !comparable, view) },
    ],
  };
}

function firstDayBlocks(summary: Summary, timeZone: string, view: View): Block[] {
  return [{ kind: "text", text: firstDaySentences(summary.today, timeZone, view.groups) }, ...leftOut(view)];
}

function leftOut({ leftOut: text }: View): Block[] {
  return text === null ? [] : [{ kind: "text", text }];
}

function tooEarly({ previous }: Summary): Block {
  const days = previous?.date_range.days ?? 0;
  const before = days === 1 ? "day before is" : `${days} days before are`;
  return { kind: "text", text: `Nothing to compare with: the ${before} not all on record.` };
}

function nextSteps({ typed }: WindowMeant, compared: boolean, { groups }: View) {
  const compare = { label: "Compare", command: `metrics summary ${typed} --compare` };
  const mrr = { label: "Show MRR", command: `metrics show mrr ${typed}` };
  return [...(compared ? [] : [compare]), ...(groups.has(metricOf("mrr").group) ? [mrr] : [])];
}
