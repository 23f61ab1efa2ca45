import { Problem } from "../../core/problem.ts";
import { scoreOf, type Answer } from "../../surveys/answer.ts";
import { followUpOfTicket, followUpsOf, type FollowUp } from "../../surveys/follow-up-store.ts";
import { defineCommand, type Command, type Invocation } from "../command.ts";
import type { Fact, Message } from "../message.ts";
import { ADMINISTERS, FREE_ACT } from "../permission/need.ts";
import { actorOf } from "./nps-ask.ts";
import type { AskingContext } from "./context.ts";
import { resultOf, surveyOption } from "./nps-results.ts";

type WhoParts = Pick<AskingContext, "surveys" | "db" | "followUpOwner">;

/** The two commands that say who answered what. */
export function createNpsWho(parts: WhoParts): Command[] {
  return [createWho(parts), createFollowUp(parts)];
}

/** Only for those who say who sees what. */
function createWho({ surveys, db }: WhoParts): Command {
  return defineCommand({
    path: ["nps", "who"],
    description: "who answered what; for admins",
    options: { survey: surveyOption },
    access: () => ADMINISTERS,
    async run({ survey }, { nameOf }) {
      const { round, answers } = await resultOf(surveys, survey);
      const followUps = await db.read.run((sql) => followUpsOf(sql, round.surveyId));
      const ticketOf = (person: string) => followUps.find((one) => one.person === person)?.ticketId ?? null;
      const rows = await Promise.all(
        answers.map(async (answer) => [
          await nameOf(personOf(answer.person)),
          String(scoreOf(answer)),
          answer.privateScore === null ? "by reaction" : "privately",
          answer.reason ?? "",
          ticketOf(answer.person) ?? "",
        ]),
      );
      const data = answers.map((answer) => {
        const { person, reason } = answer;
        return { person, score: scoreOf(answer), reason, follow_up: ticketOf(person) };
      });
      return { message: answersMessage(round.question, rows), data };
    },
  });
}

function answersMessage(title: string, rows: readonly string[][]): Message {
  if (rows.length === 0)
    return { title, tone: "neutral", blocks: [{ kind: "text", text: "Nobody has answered yet." }] };
  const columns = ["who", "score", "how", "why", "follow-up"].map((label) => ({ label, align: "left" }) as const);
  return { title, tone: "neutral", blocks: [{ kind: "table", columns, rows }] };
}

/** For the one whom the configuration names, and in the terminal. Whom a ticket is assigned to in chat gives no right to it. */
function createFollowUp({ surveys, db, followUpOwner }: WhoParts): Command {
  return defineCommand({
    path: ["nps", "followup"],
    description: "whose low answer a follow-up ticket is about; for whoever follows up",
    options: { ticket: { kind: "text", description: "as TCK-118", longest: 20 } },
    access: () => FREE_ACT,
    async run({ ticket }, invocation) {
      refuseOthers(invocation, followUpOwner);
      const found = await db.read.run((sql) => followUpOfTicket(sql, ticket.toUpperCase()));
      if (found === null) throw new Problem("unknown_follow_up", 404, "No survey opened a ticket of that number.");
      const [first, again] = await Promise.all([
        answerIn(surveys, found.surveyId, found.person),
        found.askedAgain === null ? null : answerIn(surveys, found.askedAgain, found.person),
      ]);
      const who = await invocation.nameOf(personOf(found.person));
      return {
        message: followUpMessage(found, { who, first, again }),
        data: { ticket: found.ticketId, survey: found.surveyId, person: found.person, answer: dataOf(first) },
      };
    },
  });
}

function refuseOthers(invocation: Invocation, owner: string | null): void {
  if (invocation.place.kind === "terminal" || actorOf(invocation) === owner) return;
  const { prefix } = invocation;
  throw new Problem("not_yours", 403, "Only whoever follows up low answers is told whose they are.", {
    next: `The setting NPS_FOLLOW_UP names them; admins see who answered what by \`${prefix}nps who\`.`,
  });
}

/** What stands for the person now, under whichever of their identities; null: it was withdrawn, or never given. */
async function answerIn(surveys: WhoParts["surveys"], surveyId: string, person: string): Promise<Answer | null> {
  const { answers, all } = await surveys.result(surveyId);
  const userId = all.find((answer) => answer.person === person)?.userId;
  return answers.find((answer) => answer.userId === userId) ?? null;
}

interface Shown {
  readonly who: string;
  readonly first: Answer | null;
  readonly again: Answer | null;
}

function followUpMessage({ ticketId, surveyId, askedAgain }: FollowUp, { who, first, again }: Shown): Message {
  const facts: Fact[] = [
    { label: "Who", value: who },
    { label: "Score", value: first === null ? "withdrawn" : String(scoreOf(first)) },
    {
      label: "Asked again",
      value: askedAgain === null ? "not yet" : again === null ? "no answer" : String(scoreOf(again)),
    },
  ];
  return {
    title: `${ticketId ?? ""}: whose answer it is`,
    tone: "neutral",
    blocks: [
      { kind: "facts", facts },
      { kind: "text", text: first?.reason ?? "No reason was given." },
      { kind: "note", text: `survey ${surveyId} · for you alone` },
    ],
  };
}

function dataOf(answer: Answer | null) {
  return answer === null ? null : { score: scoreOf(answer), reason: answer.reason };
}

function personOf(person: string) {
  const [platform, id = ""] = person.split(":");
  return { kind: "person", platform: platform === "discord" ? "discord" : "slack", id } as const;
}
