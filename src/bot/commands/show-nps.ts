import type { Temporal } from "../../core/time.ts";
import type { Series, Summary } from "../../metrics/answers.ts";
import { formatNps, formatNpsChange } from "../../metrics/format.ts";
import type { Fact } from "../message.ts";
import { dayText } from "../window-words.ts";

export const FEWEST_ANSWERS = 10;

/** The score at the end of the window with its interval; a change only when the intervals say so. */
export function npsFact(summary: Summary, today: Temporal.PlainDate): Fact {
  const change = summary.previous === null ? null : formatNpsChange(summary, summary.previous);
  return {
    label: dayText(summary.date_range.end, today),
    value: formatNps(summary),
    ...(change === null ? {} : { detail: change.text, tone: change.tone }),
  };
}

/** The score on the days on which enough people had answered; a gap on the others. */
export function onlyEnoughAnswers(score: Series, answers: Series): Series {
  const enough = new Set(answers.points.filter(({ value }) => (value ?? 0) >= FEWEST_ANSWERS).map(({ date }) => date));
  return {
    ...score,
    points: score.points.map((point) => (enough.has(point.date) ? point : { ...point, value: null })),
  };
}
