import { Problem } from "../../core/problem.ts";
import { scoreOf } from "../../surveys/answer.ts";
import type { RoundResult, Surveys } from "../../surveys/surveys.ts";
import { defineCommand, type Command, type Invocation, type Option } from "../command.ts";
import type { Block, Fact } from "../message.ts";
import { asks } from "../permission/need.ts";
import {
  answeredText,
  changeText,
  FEWEST_ANSWERS,
  scoreOfRound,
  scoreText,
  type RoundScore,
} from "../surveys/round-score.ts";
import { freshness } from "../window-words.ts";
import type { AskingContext } from "./context.ts";
import { onlyEnoughAnswers } from "./show-nps.ts";
import { chartOf } from "./show-numbers.ts";

export const surveyOption = {
  kind: "text",
  description: "which survey; else the newest",
  longest: 20,
  fallback: "",
} as const satisfies Option;

const MOST_ROUNDS = 50;
const MOST_REASONS = 20;
const TREND_DAYS = 90;

/** Of the survey that was named, or of the newest. */
export async function resultOf(surveys: Surveys, surveyId: string): Promise<RoundResult> {
  const [newest] = surveyId === "" ? await surveys.list(1) : [];
  const wanted = newest?.surveyId ?? surveyId;
  if (wanted === "")
    throw new Problem("no_survey", 404, "Nobody was asked yet.", { next: "`/nps ask` posts the question." });
  return surveys.result(wanted);
}

export function createNpsResults(context: AskingContext): Command {
  return defineCommand({
    path: ["nps", "results"],
    description: "what a survey came to: score, how many answered, reasons",
    options: { survey: surveyOption },
    access: () => asks("satisfaction"),
    async run({ survey }, invocation) {
      const result = await resultOf(context.surveys, survey);
      const score = scoreOfRound(result);
      const before = await scoreBefore(context.surveys, result);
      const reasons = mayReadReasons(invocation) && hidesWhose(result) ? reasonsOf(result) : null;
      return {
        message: {
          title: result.round.question,
          tone: "neutral",
          blocks: [
            { kind: "facts", facts: factsOf(score, before) },
            ...(await trend(context)),
            ...reasonBlocks(reasons, result),
            { kind: "note", text: footnote(result, context) },
          ],
        },
        data: dataOf(result, score, reasons),
      };
    },
  });
}

/** Reasons are for those who may see names, and for nobody else who reads along. */
function mayReadReasons({ view, audience }: Invocation): boolean {
  return audience === "person" && view.names.has("satisfaction");
}

/** Of a few who were asked alone, a reason says whose it is. */
function hidesWhose({ answers, messages }: RoundResult): boolean {
  return answers.length >= FEWEST_ANSWERS || messages.every(({ person }) => person === null);
}

/** Of the last round before it that is closed. */
async function scoreBefore(surveys: Surveys, { round }: RoundResult): Promise<RoundScore | null> {
  const rounds = await surveys.list(MOST_ROUNDS);
  const earlier = rounds.slice(rounds.findIndex(({ surveyId }) => surveyId === round.surveyId) + 1);
  const before = earlier.find(({ closedAt }) => closedAt !== null);
  return before === undefined ? null : scoreOfRound(await surveys.result(before.surveyId));
}

function factsOf(score: RoundScore, before: RoundScore | null): Fact[] {
  const change = changeText(score, before);
  const { promoters, passives, detractors } = score.tally;
  return [
    {
      label: "NPS",
      value: scoreText(score),
      ...(change === null ? {} : { detail: change.text, tone: change.tone }),
    },
    {
      label: "Answered",
      value: answeredText(score),
      ...(score.unreached === 0 ? {} : { detail: `${score.unreached} could not be reached` }),
    },
    ...((score.nps_responses ?? 0) < FEWEST_ANSWERS
      ? []
      : [{ label: "Of them", value: `${promoters} promoters, ${passives} passives, ${detractors} detractors` }]),
  ];
}

/** The score of all answers, from chat and elsewhere, where enough people answered. */
async function trend({ reader }: AskingContext): Promise<Block[]> {
  const [score, answers] = await Promise.all([
    reader.series("nps", TREND_DAYS),
    reader.series("nps_responses", TREND_DAYS),
  ]);
  const shown = onlyEnoughAnswers(score, answers);
  if (shown.points.every(({ value }) => value === null)) return [];
  return [
    {
      kind: "chart",
      chart: chartOf("nps", shown, { name: `last ${TREND_DAYS} days` }),
    },
  ];
}

interface Reason {
  readonly score: number | null;
  readonly reason: string;
}

/** The newest first, without saying whose they are. */
function reasonsOf({ answers }: RoundResult): Reason[] {
  return answers
    .flatMap((answer) => (answer.reason === null ? [] : [{ ...answer, reason: answer.reason }]))
    .toSorted((one, other) => (one.changedAt < other.changedAt ? 1 : -1))
    .map((answer) => ({ score: scoreOf(answer), reason: answer.reason }));
}

function reasonBlocks(reasons: readonly Reason[] | null, result: RoundResult): Block[] {
  if (reasons === null) {
    const isWithheld = result.answers.some(({ reason }) => reason !== null);
    const few = `Reasons of fewer than ${FEWEST_ANSWERS} people who were asked alone are not shown: one could tell whose they are.`;
    const withheld = hidesWhose(result) ? "Reasons are shown privately, to those who may see names." : few;
    return isWithheld ? [{ kind: "note", text: withheld }] : [];
  }
  if (reasons.length === 0) return [];
  const rows = reasons.slice(0, MOST_REASONS).map(({ score, reason }) => [String(score), reason]);
  const more = reasons.length - rows.length;
  return [
    {
      kind: "table",
      columns: [
        { label: "score", align: "right" },
        { label: "why", align: "left" },
      ],
      rows,
    },
    ...(more > 0 ? [{ kind: "note", text: `${more} more reasons are older.` } as const] : []),
  ];
}

function footnote({ round, messages }: RoundResult, { clock }: AskingContext): string {
  const readAt =
    messages
      .map((message) => message.readAt)
      .filter((at) => at !== null)
      .toSorted()
      .at(-1) ?? null;
  const gone = messages.filter(({ state }) => state === "gone").length;
  const state = round.closedAt === null ? `open, read ${freshness(readAt, clock.now())}` : "closed";
  const lost = gone === 0 ? "" : ` · the message was deleted; answers stand as they were read last`;
  return `${round.surveyId} · ${state}${lost}`;
}

function dataOf({ round }: RoundResult, score: RoundScore, reasons: readonly Reason[] | null) {
  const { tally, asked, unreached, ...numbers } = score;
  return {
    survey: round.surveyId,
    question: round.question,
    opened_at: round.openedAt,
    closed_at: round.closedAt,
    ...numbers,
    ...tally,
    asked,
    unreached,
    ...(reasons === null ? {} : { reasons }),
  };
}
