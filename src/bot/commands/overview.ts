import { localDay, type Temporal } from "../../core/time.ts";
import type { DateRange, Day, Today } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import { fullDayEnds, noEventsMessage, stageOf } from "../first-day.ts";
import type { Block, Button, Message } from "../message.ts";
import { dayText, freshness, rangeText, timeText } from "../window-words.ts";
import type { CommandContext } from "./context.ts";
import { periodMenu, type WindowMeant } from "./window-options.ts";

/** What stands around the numbers of a subject. */
interface Frame {
  /** "Revenue" */
  readonly title: string;
  /** Without its window. */
  readonly command: string;
  readonly window: WindowMeant;
  readonly answer: { readonly date_range: DateRange; readonly computed_at: string | null };
  /** Told while no day is complete. */
  readonly today: readonly Extract<MetricName, keyof Day>[];
  /** Said at the foot beside the window: "page 2 of 13". */
  readonly aside?: string | null;
  readonly buttons: readonly Button[];
}

/** The blocks of a subject in their frame; or how to begin, or today so far, while there is no complete day. */
export async function overviewMessage(
  frame: Frame,
  { reader, clock, workspace, firstEvent }: CommandContext,
  tell: (today: Temporal.PlainDate) => readonly Block[],
): Promise<Message> {
  const { title, command, window, answer, aside = null, buttons } = frame;
  const now = clock.now();
  const { timeZone } = workspace;
  const today = localDay(now, timeZone);
  const firstDay = await reader.firstDay();
  if (firstDay === null) return noEventsMessage(firstEvent);
  const fresh = freshness(answer.computed_at, now);
  if (stageOf(firstDay, today.toString()) === "first day") {
    const { today: numbers, currency } = await reader.daily(1);
    const text = `${todaySoFar(numbers, frame.today, { timeZone, currency })} ${fullDayEnds(timeZone)}`;
    return {
      title,
      tone: "neutral",
      blocks: [
        { kind: "text", text },
        { kind: "note", text: fresh },
      ],
    };
  }
  const { start, end, complete } = answer.date_range;
  const since =
    firstDay.toString() > start && firstDay.toString() <= end
      ? `data since ${dayText(firstDay.toString(), today)}`
      : null;
  const range = `${rangeText({ start, end }, today)}${complete ? "" : " (not over)"}`;
  const foot = [fresh, `days end at midnight ${timeZone}`, range, since, aside];
  return {
    title: `${title}, ${window.name}`,
    tone: "neutral",
    blocks: [
      ...tell(today),
      { kind: "note", text: foot.filter((part) => part !== null).join(" · ") },
      periodMenu(command, today),
      ...(buttons.length === 0 ? [] : [{ kind: "buttons", buttons } as const]),
    ],
  };
}

function todaySoFar(
  today: Today,
  metrics: Frame["today"],
  { timeZone, currency }: { readonly timeZone: string; readonly currency: string },
): string {
  const told = metrics.map((name) => `${metricOf(name).label} ${formatValue(name, today[name], { currency })}`);
  return `Today so far (until ${timeText(today.as_of, timeZone)}, partial): ${told.join(", ")}.`;
}
