import { localDay, type Temporal } from "../../core/time.ts";
import type { Summary } from "../../metrics/answers.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { ASKS_ALL } from "../permission/need.ts";
import type { View } from "../permission/view.ts";
import { defineCommand, type Command } from "../command.ts";
import { firstDaySentences, noEventsMessage, stageOf } from "../first-day.ts";
import type { Block, Message } from "../message.ts";
import { freshness, rangeText, windowBeforeName, windowName } from "../window-words.ts";
import { daysOption, type CommandContext } from "./context.ts";
import { comparisonTable, summaryFacts } from "./summary-lines.ts";

export function createSummary(context: CommandContext): Command {
  return defineCommand({
    path: ["metrics", "summary"],
    description: "users, money, usage, health, satisfaction and support at a glance",
    options: {
      days: daysOption,
      compare: { kind: "flag", description: "each number beside that of the days before" },
    },
    access: () => ASKS_ALL,
    async run({ days, compare }, { view }) {
      const [summary, firstDay] = await Promise.all([context.reader.summary(days), context.reader.firstDay()]);
      return { message: summaryMessage(summary, firstDay, { compare, view }, context), data: summary };
    },
  });
}

function summaryMessage(
  summary: Summary,
  firstDay: Temporal.PlainDate | null,
  { compare, view }: { readonly compare: boolean; readonly view: View },
  { clock, workspace, firstEvent }: CommandContext,
): Message {
  const now = clock.now();
  const today = localDay(now, workspace.timeZone);
  const stage = stageOf(firstDay, today.toString());
  if (firstDay === null || stage === "no events") return noEventsMessage(firstEvent);
  if (stage === "first day") return { tone: "neutral", blocks: firstDayBlocks(summary, workspace.timeZone, view) };
  const { days, start } = summary.date_range;
  const { previous } = summary;
  const comparable = previous !== null && summary.change !== null && firstDay.toString() <= previous.date_range.start;
  const since =
    firstDay.toString() > start
      ? ` · data since ${rangeText({ start: firstDay.toString(), end: firstDay.toString() }, today)}`
      : "";
  const windows = comparable ? ` against ${rangeText(previous.date_range, today)}` : "";
  const numbers: Block =
    compare && comparable
      ? comparisonTable(summary, previous, view.groups)
      : { kind: "facts", facts: summaryFacts(comparable ? summary : { ...summary, change: null }, view.groups) };
  return {
    title: `${windowName(days)}${comparable ? ` against ${windowBeforeName(days)}` : since}`,
    tone: "neutral",
    blocks: [
      numbers,
      ...leftOut(view),
      ...(compare && !comparable ? [tooEarly(days)] : []),
      {
        kind: "note",
        text: [
          freshness(summary.computed_at, now),
          `days end at midnight ${workspace.timeZone}`,
          `${rangeText(summary.date_range, today)}${windows}`,
        ].join(" · "),
      },
      { kind: "buttons", buttons: nextSteps(days, compare || !comparable, view) },
    ],
  };
}

function firstDayBlocks(summary: Summary, timeZone: string, view: View): Block[] {
  return [{ kind: "text", text: firstDaySentences(summary.today, timeZone, view.groups) }, ...leftOut(view)];
}

function leftOut({ leftOut: text }: View): Block[] {
  return text === null ? [] : [{ kind: "text", text }];
}

function tooEarly(days: number): Block {
  const before = days === 1 ? "day before is" : `${days} days before are`;
  return { kind: "text", text: `Nothing to compare with: the ${before} not all on record.` };
}

function nextSteps(days: number, compared: boolean, { groups }: View) {
  const compare = { label: "Compare", command: `metrics summary --days ${days} --compare` };
  const mrr = { label: "Show MRR", command: `metrics show mrr --days ${days}` };
  return [...(compared ? [] : [compare]), ...(groups.has(metricOf("mrr").group) ? [mrr] : [])];
}
