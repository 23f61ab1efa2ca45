import { Problem } from "../../core/problem.ts";
import { Temporal } from "../../core/time.ts";
import type { SurveyMessage } from "../../surveys/round-store.ts";
import type { Asking } from "../../surveys/surveys.ts";
import { defineCommand, type Command, type Invocation } from "../command.ts";
import type { Message } from "../message.ts";
import { MANAGES } from "../permission/need.ts";
import type { PersonOrGroup, Subject } from "../permission/policy.ts";
import { momentText, USUAL_QUESTION } from "../surveys/question.ts";
import type { AskingContext } from "./context.ts";

type AskParts = Pick<AskingContext, "surveys" | "pollster" | "workspace">;

export function createNpsAsk(parts: AskParts): Command {
  return defineCommand({
    path: ["nps", "ask"],
    description: "ask a channel, or each member of a group alone, how likely they are to recommend you",
    options: {
      where: { kind: "reference", description: "a channel, a group or a person; else this channel", optional: true },
      days: { kind: "integer", description: "how long answers count", min: 1, max: 90, fallback: 7 },
      question: { kind: "text", description: "what is asked", longest: 240, fallback: USUAL_QUESTION },
    },
    access: () => MANAGES,
    run: async ({ where, days, question }, invocation) =>
      where !== null && isAudience(where)
        ? askAlone(where, { question, days, openedBy: actorOf(invocation) }, parts)
        : askChannel(channelOf(where, invocation), { question, days, openedBy: actorOf(invocation) }, parts),
  });
}

function isAudience(where: Subject): where is PersonOrGroup {
  return where.kind === "group" || where.kind === "person";
}

type Wish = Omit<Asking, "places">;

function actorOf({ asker }: Invocation): string {
  return `${asker.platform}:${asker.person}`;
}

function channelOf(where: Subject | null, { place }: Invocation): Asking["places"][number] {
  if (where?.kind === "channel") return { platform: where.platform, channel: where.id, person: null };
  if (where !== null)
    throw new Problem("no_audience", 400, "A survey needs a channel, a group or a person.", {
      next: "Name one: `nps ask #general`.",
    });
  if (place.platform === "terminal")
    throw new Problem("no_channel", 400, "Say where to ask.", { next: "Write `nps ask slack:C0123456789`." });
  return { platform: place.platform, channel: place.channel, person: null };
}

async function askChannel(place: Asking["places"][number], wish: Wish, parts: AskParts) {
  const { surveys, pollster } = parts;
  const round = await surveys.open({ ...wish, places: [place] });
  await pollster.post();
  const { messages } = await surveys.result(round.surveyId);
  const where = `${place.platform}:${place.channel}`;
  const until = momentText(Temporal.Instant.from(round.closesAt), parts.workspace.timeZone);
  return {
    message: askedMessage(messages[0], { surveyId: round.surveyId, where, until }),
    data: { survey: round.surveyId, closes_at: round.closesAt, state: messages[0]?.state ?? "pending" },
  };
}

function askedMessage(
  message: SurveyMessage | undefined,
  { surveyId, where, until }: { readonly surveyId: string; readonly where: string; readonly until: string },
): Message {
  switch (message?.state) {
    case "posted":
    case "gone":
      return said("good", `Asked in ${where}. Answers count until ${until}.`, surveyId);
    case "failed":
      return said("bad", `The question could not be posted in ${where}. ${message.reason ?? ""}`, surveyId);
    case "pending":
    case "sending":
    case "uncertain":
    case undefined:
      return said(
        "neutral",
        `The question is posted in ${where} within a few minutes. Answers count until ${until}.`,
        surveyId,
      );
  }
}

async function askAlone(audience: PersonOrGroup, wish: Wish, parts: AskParts) {
  const { people, resting, missing } = await parts.pollster.membersOf(audience);
  const { platform } = audience;
  if (people.length === 0)
    throw new Problem("nobody_to_ask", 409, nobody(resting.length), {
      next: "Name another group, or ask in a channel.",
    });
  const places = people.map((person) => ({ platform, channel: null, person }));
  const round = await parts.surveys.open({ ...wish, places });
  void parts.pollster.post();
  const until = momentText(Temporal.Instant.from(round.closesAt), parts.workspace.timeZone);
  const left = [
    ...(resting.length === 0
      ? []
      : [`${resting.length} were asked or answered in the last 90 days and are left alone.`]),
    ...(missing === 0 ? [] : [`${missing} are not there any more.`]),
  ];
  const asked = `Asking ${people.length} ${people.length === 1 ? "person" : "people"} directly. Answers count until ${until}.`;
  return {
    message: said("good", [asked, ...left].join(" "), round.surveyId),
    data: { survey: round.surveyId, closes_at: round.closesAt, asked: people.length, resting: resting.length, missing },
  };
}

function nobody(resting: number): string {
  return resting === 0
    ? "There is nobody to ask in it."
    : `Nobody is asked: all ${resting} were asked or answered in the last 90 days.`;
}

function said(tone: Message["tone"], text: string, surveyId: string): Message {
  const results = { label: "Results", command: `nps results ${surveyId}` };
  return {
    tone,
    blocks: [
      { kind: "text", text },
      { kind: "buttons", buttons: [results] },
    ],
  };
}
