import { localDay, type Temporal } from "../../core/time.ts";
import type { Series } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { asks } from "../permission/need.ts";
import { defineCommand, type Command } from "../command.ts";
import { fullDayEnds, noEventsMessage, stageOf } from "../first-day.ts";
import type { Block, Fact, Message } from "../message.ts";
import { freshness, windowName } from "../window-words.ts";
import { daysOption, type CommandContext } from "./context.ts";
import { npsFact, onlyEnoughAnswers } from "./show-nps.ts";
import { chartOf, todayFact, windowFact } from "./show-numbers.ts";

export function createShow(context: CommandContext): Command {
  return defineCommand({
    path: ["metrics", "show"],
    description: "one metric, drawn and in numbers",
    options: { metric: { kind: "metric", description: "its name" }, days: daysOption },
    access: ({ metric }) => asks(metricOf(metric).group),
    async run({ metric, days }) {
      const [series, firstDay] = await Promise.all([context.reader.series(metric, days), context.reader.firstDay()]);
      const message = await showMessage(metric, series, firstDay, context);
      return { message, data: series };
    },
  });
}

async function showMessage(
  metric: MetricName,
  series: Series,
  firstDay: Temporal.PlainDate | null,
  context: CommandContext,
): Promise<Message> {
  const { timeZone } = context.workspace;
  const now = context.clock.now();
  const today = localDay(now, timeZone);
  if (firstDay === null) return noEventsMessage(context.firstEvent);
  const { label, meaning, needs } = metricOf(metric);
  const small: Block[] = [
    { kind: "note", text: meaning },
    { kind: "note", text: `${freshness(series.computed_at, now)} · days end at midnight ${timeZone}` },
  ];
  if (stageOf(firstDay, today.toString()) === "first day") {
    const facts = [todayFact(metric, series)];
    const text = fullDayEnds(timeZone);
    return { title: label, tone: "neutral", blocks: [{ kind: "facts", facts }, { kind: "text", text }, ...small] };
  }
  const { facts, shown } = await numbersOf(metric, series, { firstDay, today }, context);
  const empty = [...series.points, series.today].every(({ value }) => value === null || value === 0);
  const picture: Block = empty ? { kind: "text", text: needs } : { kind: "chart", chart: chartOf(metric, shown) };
  return {
    title: `${label}, ${windowName(series.date_range.days).toLowerCase()}`,
    tone: "neutral",
    blocks: [{ kind: "facts", facts }, picture, ...small],
  };
}

/** The facts, and the series as it may be drawn. */
async function numbersOf(
  metric: MetricName,
  series: Series,
  days: { readonly firstDay: Temporal.PlainDate; readonly today: Temporal.PlainDate },
  { reader }: CommandContext,
): Promise<{ readonly facts: Fact[]; readonly shown: Series }> {
  if (metric !== "nps") return { facts: [windowFact(metric, series, days), todayFact(metric, series)], shown: series };
  const length = series.date_range.days;
  const [summary, answers] = await Promise.all([reader.summary(length), reader.series("nps_responses", length)]);
  return { facts: [npsFact(summary, days.today)], shown: onlyEnoughAnswers(series, answers) };
}
