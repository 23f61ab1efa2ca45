import { localDay, Temporal } from "../../core/time.ts";
import { Problem } from "../../core/problem.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { asks } from "../permission/need.ts";
import { defineCommand, type Command } from "../command.ts";
import { noEventsMessage } from "../first-day.ts";
import type { CommandContext } from "./context.ts";
import { windowOption } from "./window-options.ts";
import { explanationMessage } from "./explain-message.ts";

export function createExplain(context: CommandContext): Command {
  const { reader, clock, workspace, firstEvent } = context;
  return defineCommand({
    path: ["metrics", "explain"],
    description: "how a number comes about: formula, parts, inputs, corrections",
    options: {
      metric: { kind: "metric", description: "its name" },
      window: windowOption,
      date: { kind: "date", description: "last of the days", fallback: "yesterday" },
    },
    access: ({ metric }) => asks(metricOf(metric).group),
    async run({ metric, window, date: typed }, { view }) {
      const now = clock.now();
      const date = dayMeant(typed, localDay(now, workspace.timeZone));
      if (window.kind !== "days" && typed !== "yesterday") throw twoEnds();
      const last = window.kind === "days" ? { date } : {};
      const names = view.names.has(metricOf(metric).group);
      const [explanation, firstDay] = await Promise.all([
        reader.explain(metric, { days: window, ...last, names }),
        reader.firstDay(),
      ]);
      const message =
        firstDay === null ? noEventsMessage(firstEvent) : explanationMessage(explanation, metric, { now, firstDay });
      return { message, data: explanation };
    },
  });
}

function twoEnds(): Problem {
  return new Problem(
    "invalid_window",
    400,
    "`date` is the last of so many days; a window with a name has its own end.",
    {
      next: "Leave `--date` out, or write `--days`.",
    },
  );
}

function dayMeant(typed: string, today: Temporal.PlainDate): Temporal.PlainDate {
  if (typed === "today") return today;
  if (typed === "yesterday") return today.subtract({ days: 1 });
  const date = Temporal.PlainDate.from(typed);
  if (Temporal.PlainDate.compare(date, today) <= 0) return date;
  throw new Problem("invalid_date", 400, `\`date\` must not be after today, ${today.toString()}.`);
}
