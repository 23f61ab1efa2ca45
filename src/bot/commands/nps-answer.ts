import { Problem } from "../../core/problem.ts";
import { Temporal } from "../../core/time.ts";
import type { Round } from "../../surveys/round-store.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Message } from "../message.ts";
import { FREE_ACT } from "../permission/need.ts";
import type { AskingContext } from "./context.ts";

type AnswerParts = Pick<AskingContext, "surveys" | "clock">;

const SCORES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"] as const;
const MOST_LISTED = 50;

/** Whoever is asked may answer: guests and customers too. Only they see what they answered. */
export function createNpsAnswer(parts: AnswerParts): Command {
  return defineCommand({
    path: ["nps", "answer"],
    description: "answer a survey privately, from 0 to 10; `withdraw` takes it back",
    options: {
      score: {
        kind: "choice",
        description: "0 = not at all likely, 10 = extremely likely",
        choices: [...SCORES, "withdraw"],
      },
      why: { kind: "text", description: "your reason, in your own words", longest: 2_000, fallback: "" },
      survey: { kind: "text", description: "which survey; else the newest", longest: 20, fallback: "" },
    },
    form: {
      title: "Your private answer",
      fields: {
        score: { label: "How likely are you to recommend us?", hint: "0 = not at all likely, 10 = extremely likely." },
        why: { label: "Why?", hint: "You may leave it empty. Only those who may see reasons read it.", isLong: true },
      },
    },
    access: () => FREE_ACT,
    async run({ score, why, survey }, { asker, prefix }) {
      const round = await openRound(survey, parts);
      const given = score === "withdraw" ? null : Number(score);
      const person = `${asker.platform}:${asker.person}`;
      await parts.surveys.answer(round.surveyId, { person, score: given, reason: given === null ? null : why });
      return { message: thanks(round, given, why, prefix), data: { survey: round.surveyId, score: given } };
    },
  });
}

async function openRound(survey: string, { surveys, clock }: AnswerParts): Promise<Round> {
  if (survey !== "") return (await surveys.result(survey)).round;
  const rounds = await surveys.list(MOST_LISTED);
  const open = rounds.find(
    ({ closedAt, closesAt }) =>
      closedAt === null && Temporal.Instant.compare(Temporal.Instant.from(closesAt), clock.now()) > 0,
  );
  if (open === undefined) throw new Problem("no_open_survey", 404, "No survey is open now.");
  return open;
}

function thanks({ surveyId, question }: Round, score: number | null, why: string, prefix: string): Message {
  if (score === null)
    return { tone: "neutral", blocks: [{ kind: "text", text: "Your private answer is taken back." }] };
  const withdraw = { label: "Take it back", command: `nps answer withdraw --survey=${surveyId}` };
  const because =
    why === "" ? ` Say why with \`${prefix}nps answer ${score} your reason\`.` : " Your reason is kept with it.";
  return {
    tone: "good",
    blocks: [
      {
        kind: "text",
        text: `Thank you: ${score} of 10. Only those who may see reasons read what you write.${because}`,
      },
      { kind: "buttons", buttons: [withdraw] },
      { kind: "note", text: question },
    ],
  };
}
