import { Temporal } from "../../core/time.ts";
import type { Round } from "../../surveys/round-store.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Message } from "../message.ts";
import { asks, MANAGES } from "../permission/need.ts";
import { momentText } from "../surveys/question.ts";
import { answeredText, scoreOfRound, scoreText } from "../surveys/round-score.ts";
import type { AskingContext } from "./context.ts";
import { resultOf, surveyOption } from "./nps-results.ts";

const MOST_LISTED = 10;

export function createNpsList({ surveys, workspace }: AskingContext): Command {
  return defineCommand({
    path: ["nps", "list"],
    description: "the surveys, the newest first",
    options: {},
    access: () => asks("satisfaction"),
    async run(_, { prefix }) {
      const results = await Promise.all(
        (await surveys.list(MOST_LISTED)).map(({ surveyId }) => surveys.result(surveyId)),
      );
      const rows = results.map((result) => {
        const score = scoreOfRound(result);
        return [
          result.round.surveyId,
          result.round.question,
          stateText(result.round, workspace.timeZone),
          answeredText(score),
          scoreText(score),
        ];
      });
      const data = results.map(({ round }) => round);
      return { message: listMessage(rows, prefix), data };
    },
  });
}

function stateText({ closedAt, closesAt }: Round, timeZone: string): string {
  return closedAt === null ? `open until ${momentText(Temporal.Instant.from(closesAt), timeZone)}` : "closed";
}

function listMessage(rows: readonly string[][], prefix: string): Message {
  if (rows.length === 0)
    return {
      tone: "neutral",
      blocks: [{ kind: "text", text: `No survey yet. \`${prefix}nps ask\` posts the question.` }],
    };
  const columns = ["survey", "question", "state", "answered", "NPS"].map(
    (label) => ({ label, align: "left" }) as const,
  );
  return { title: "Surveys", tone: "neutral", blocks: [{ kind: "table", columns, rows }] };
}

export function createNpsClose({ surveys, pollster }: AskingContext): Command {
  return defineCommand({
    path: ["nps", "close"],
    description: "end a survey before its time",
    options: { survey: surveyOption },
    access: () => MANAGES,
    async run({ survey }) {
      const { round } = await resultOf(surveys, survey);
      const ended = round.closedAt === null ? await surveys.end(round.surveyId) : round;
      const isClosed = ended.closedAt !== null || (await pollster.close(ended));
      const text = isClosed
        ? "The survey is closed."
        : "The survey takes no more answers. It is closed as soon as its reactions can be read a last time.";
      const results = { label: "Results", command: `nps results ${round.surveyId}` };
      return {
        message: {
          tone: "good",
          blocks: [
            { kind: "text", text },
            { kind: "buttons", buttons: [results] },
          ],
        },
        data: { survey: round.surveyId, closed: isClosed },
      };
    },
  });
}
