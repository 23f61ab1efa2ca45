import { longDay } from "../../charts/day-labels.ts";
import { localDay, type Temporal } from "../../core/time.ts";
import { Problem } from "../../core/problem.ts";
import type { Series } from "../../metrics/answers.ts";
import { groupsOf, metricOf, type GroupName, type MetricName } from "../../metrics/catalogue.ts";
import { asks } from "../permission/need.ts";
import { defineCommand, type Command } from "../command.ts";
import { fullDayEnds, noEventsMessage, stageOf } from "../first-day.ts";
import type { Block, Message } from "../message.ts";
import { wordList } from "../quotation.ts";
import { freshness } from "../window-words.ts";
import type { CommandContext } from "./context.ts";
import { comparison, type Comparison } from "./show-compare.ts";
import { chartOf, todayFact, windowFact, type ShownDays } from "./show-numbers.ts";
import { npsFact, onlyEnoughAnswers } from "./show-nps.ts";
import { splitBlocks, splitMenu } from "./show-split.ts";
import { periodMenu, windowMeant, windowOption, type WindowMeant } from "./window-options.ts";

const WHOLE = "whole";
const GROUP_CHOICES = [
  WHOLE,
  "plan",
  "route",
  "service",
  "type",
  "endpoint",
  "severity",
  "priority",
  "category",
] as const;

export function createShow(context: CommandContext): Command {
  return defineCommand({
    path: ["metrics", "show"],
    description: "one metric, drawn and in numbers",
    options: {
      metric: { kind: "metric", description: "its name" },
      window: windowOption,
      by: { kind: "choice", description: "split by what", choices: GROUP_CHOICES, fallback: WHOLE },
      compare: {
        kind: "choice",
        description: "with the window before, the same a year ago, or nothing",
        choices: ["no", "previous", "year", "none"],
        fallback: "no",
        bare: "previous",
      },
    },
    access: ({ metric }) => asks(metricOf(metric).group),
    async run({ metric, by, compare, window: typed }) {
      const window = windowMeant(typed, localDay(context.clock.now(), context.workspace.timeZone));
      const group = by === WHOLE ? null : groupAsked(metric, by);
      if (group !== null && compare !== "no" && compare !== "none") throw bothAsked(metric);
      const { reader, overviews } = context;
      const [series, firstDay] = await Promise.all([
        group === null
          ? reader.series(metric, window.wish, { compare: compare === "no" ? "previous" : compare })
          : overviews.seriesBy(metric, window.wish, group),
        reader.firstDay(),
      ]);
      if (firstDay === null) return { message: noEventsMessage(context.firstEvent), data: series };
      const compared =
        compare === "no" || compare === "none"
          ? null
          : await comparison(metric, series, { earlier: compare, window }, context);
      const message = await showMessage({ metric, series, group, compared, firstDay, window }, context);
      return { message, data: compared === null ? series : { ...series, compared: compared.data } };
    },
  });
}

function groupAsked(metric: MetricName, by: GroupName): GroupName {
  const groups = groupsOf(metric);
  if (groups.includes(by)) return by;
  const next =
    groups.length === 0 ? "Leave out `by`." : `It can be by ${wordList(groups, "or")}: \`--by ${groups[0] ?? ""}\`.`;
  throw new Problem("unknown_group", 400, `${metricOf(metric).label} cannot be split by \`${by}\`.`, { next });
}

function bothAsked(metric: MetricName): Problem {
  return new Problem("split_or_compare", 400, "`by` and `compare` do not fit into one picture.", {
    next: `Ask for one of them: \`metrics show ${metric} --compare\`.`,
  });
}

interface Shown {
  readonly window: WindowMeant;
  readonly metric: MetricName;
  readonly series: Series;
  readonly group: GroupName | null;
  readonly compared: Comparison | null;
  readonly firstDay: Temporal.PlainDate;
}

async function showMessage(shown: Shown, context: CommandContext): Promise<Message> {
  const { metric, series, group, compared, firstDay, window } = shown;
  const { timeZone } = context.workspace;
  const now = context.clock.now();
  const { today } = window;
  const { label, meaning } = metricOf(metric);
  const small: Block[] = [
    { kind: "note", text: meaning },
    {
      kind: "note",
      text: `${freshness(series.computed_at, now)} · days end at midnight ${timeZone}${notOver(series)}`,
    },
  ];
  if (stageOf(firstDay, today.toString()) === "first day") {
    const facts = [todayFact(metric, series)];
    const text = fullDayEnds(timeZone);
    return { title: label, tone: "neutral", blocks: [{ kind: "facts", facts }, { kind: "text", text }, ...small] };
  }
  const against = compared === null ? "" : ` against ${compared.name}`;
  return {
    title: `${label}${group === null ? "" : ` by ${group}`}, ${window.name}${against}`,
    tone: "neutral",
    blocks: [...(await numbersOf(shown, { firstDay, today }, context)), ...small, ...nextSteps(shown)],
  };
}

/** Said of a window that is cut at yesterday. */
function notOver({ date_range: { complete, end } }: Series): string {
  return complete ? "" : ` · not over: until ${longDay(end)}`;
}

/** The facts, and what may be drawn. */
async function numbersOf(
  { metric, series, group, compared, window }: Shown,
  days: ShownDays,
  { reader }: CommandContext,
): Promise<Block[]> {
  const empty = [...series.points, series.today].every(({ value }) => value === null || value === 0);
  const needs: Block = { kind: "text", text: metricOf(metric).needs };
  if (metric === "nps") {
    const { wish } = window;
    const [summary, answers] = await Promise.all([reader.summary(wish), reader.series("nps_responses", wish)]);
    const fact = npsFact(summary, days.today);
    const { detail: _, tone: _tone, ...alone } = fact;
    const drawn = compared?.chart ?? chartOf(metric, onlyEnoughAnswers(series, answers), window);
    const facts = [compared?.earlier === "year" ? alone : fact];
    return [{ kind: "facts", facts }, ...said(compared), empty ? needs : { kind: "chart", chart: drawn }];
  }
  const facts = [compared?.fact ?? windowFact(metric, series, days), todayFact(metric, series)];
  if (empty) return [{ kind: "facts", facts }, ...said(compared), needs];
  if (group !== null) return [{ kind: "facts", facts }, ...splitBlocks(metric, series, window)];
  return [
    { kind: "facts", facts },
    ...said(compared),
    { kind: "chart", chart: compared?.chart ?? chartOf(metric, series, window) },
  ];
}

function said(compared: Comparison | null): Block[] {
  return compared === null || compared.sentence === null ? [] : [{ kind: "text", text: compared.sentence }];
}

function nextSteps({ metric, group, compared, window }: Shown): Block[] {
  const command = `metrics show ${metric}`;
  const rest = `${group === null ? "" : ` --by ${group}`}${compared === null ? "" : ` --compare ${compared.earlier}`}`;
  const compare = (label: string, earlier: string) =>
    ({ label, command: `${command} ${window.typed} --compare ${earlier}`, replaces: true }) as const;
  return [
    periodMenu(command, window.today, rest),
    ...splitMenu(metric, window),
    {
      kind: "buttons",
      buttons: [
        ...(compared?.earlier === "previous" ? [] : [compare("Against the days before", "previous")]),
        ...(compared?.earlier === "year" ? [] : [compare("Against a year ago", "year")]),
        { label: "Explain", command: `metrics explain ${metric} ${window.typed}` },
      ],
    },
  ];
}
