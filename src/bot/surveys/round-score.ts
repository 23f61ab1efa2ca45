import { formatNps, formatNpsChange, type Change, type NpsNumbers } from "../../metrics/format.ts";
import { npsInterval } from "../../metrics/read/nps-interval.ts";
import { scoreOf, tallyOf, type Answer, type Tally } from "../../surveys/answer.ts";
import type { RoundResult } from "../../surveys/surveys.ts";

export const FEWEST_ANSWERS = 10;

export interface RoundScore extends NpsNumbers {
  readonly tally: Tally;
  /** How many were asked alone and reached; null for a channel, where it is not known who read the question. */
  readonly asked: number | null;
  /** How many could not be asked. */
  readonly unreached: number;
}

export function scoreOfRound({ answers, messages }: Pick<RoundResult, "answers" | "messages">): RoundScore {
  const tally = tallyOf(scoresOf(answers));
  const n = answers.length;
  const alone = messages.filter(({ person }) => person !== null);
  return {
    nps_score: n === 0 ? null : (100 * (tally.promoters - tally.detractors)) / n,
    nps_responses: n,
    nps_interval: npsInterval(tally),
    tally,
    asked: alone.length === 0 ? null : alone.filter(({ state }) => state === "posted" || state === "gone").length,
    unreached: alone.filter(({ state }) => state === "failed").length,
  };
}

function scoresOf(answers: readonly Answer[]): number[] {
  return answers.map(scoreOf).filter((score) => score !== null);
}

/** "38 ± 14 · 41 of 120 answered", "too few answers (4)". */
export function scoreText(score: RoundScore): string {
  return formatNps(score);
}

export function changeText(score: RoundScore, before: RoundScore | null): Change | null {
  return before === null ? null : formatNpsChange(score, before);
}

/** "41 of 120 (34 %)", "41" */
export function answeredText({ nps_responses, asked }: RoundScore): string {
  const answered = nps_responses ?? 0;
  if (asked === null || asked === 0) return String(answered);
  return `${answered} of ${asked} (${Math.round((100 * answered) / asked)} %)`;
}
