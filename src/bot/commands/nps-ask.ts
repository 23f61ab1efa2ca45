import { Problem } from "../../core/problem.ts";
import { Temporal } from "../../core/time.ts";
import type { Asking } from "../../surveys/opening.ts";
import type { SurveyMessage } from "../../surveys/round-store.ts";
import { defineCommand, type Command, type Invocation, type Option } from "../command.ts";
import type { Message } from "../message.ts";
import { MANAGES } from "../permission/need.ts";
import type { Subject } from "../permission/policy.ts";
import { momentText, USUAL_QUESTION } from "../surveys/question.ts";
import { placesOf, targetOf, type Target } from "../surveys/target.ts";
import type { AskingContext } from "./context.ts";

type AskParts = Pick<AskingContext, "surveys" | "pollster" | "workspace">;

export const askedOptions = {
  where: { kind: "references", description: "a channel, or people and groups; else this channel" },
  days: { kind: "integer", description: "how long answers count", min: 1, max: 90, fallback: 7 },
  question: { kind: "text", description: "what is asked", longest: 240, fallback: USUAL_QUESTION },
} as const satisfies Readonly<Record<string, Option>>;

export function createNpsAsk(parts: AskParts): Command {
  return defineCommand({
    path: ["nps", "ask"],
    description: "ask a channel, or people and groups alone, how likely they are to recommend you",
    options: {
      ...askedOptions,
      "no-reminder": { kind: "flag", description: "do not remind those who have not answered at half-time" },
    },
    access: () => MANAGES,
    async run({ where, days, question, "no-reminder": isQuiet }, invocation) {
      const wish = { question, days, openedBy: actorOf(invocation), reminds: !isQuiet };
      const target = meant(where, invocation);
      return target.kind === "people" ? askAlone(target, wish, parts) : askChannel(target, wish, parts);
    },
  });
}

type Wish = Omit<Asking, "places">;

export function actorOf({ asker }: Invocation): string {
  return `${asker.platform}:${asker.person}`;
}

/** Where nobody is named, the channel in which it is said. */
export function meant(named: readonly Subject[], { place }: Invocation): Target {
  const target = targetOf(named);
  if (target !== null) return target;
  if (place.platform === "terminal")
    throw new Problem("no_channel", 400, "Say where to ask.", { next: "Write `nps ask slack:C0123456789`." });
  return { kind: "channel", platform: place.platform, id: place.channel };
}

type ChannelTarget = Extract<Target, { kind: "channel" }>;
type PeopleTarget = Extract<Target, { kind: "people" }>;

async function askChannel(target: ChannelTarget, wish: Wish, parts: AskParts) {
  const { surveys, pollster } = parts;
  const round = await surveys.open({ ...wish, places: placesOf(target, null) });
  await pollster.post();
  const { messages } = await surveys.result(round.surveyId);
  const where = `${target.platform}:${target.id}`;
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
    case "skipped":
    case undefined:
      return said(
        "neutral",
        `The question is posted in ${where} within a few minutes. Answers count until ${until}.`,
        surveyId,
      );
  }
}

async function askAlone(target: PeopleTarget, wish: Wish, parts: AskParts) {
  const audience = await parts.pollster.membersOf(target.whom);
  const { people, resting, missing } = audience;
  if (people.length === 0)
    throw new Problem("nobody_to_ask", 409, nobody(resting), { next: "Name others, or ask in a channel." });
  const places = placesOf(target, audience);
  const round = await parts.surveys.open({ ...wish, places });
  void parts.pollster.post();
  const until = momentText(Temporal.Instant.from(round.closesAt), parts.workspace.timeZone);
  const left = [
    ...(resting === 0 ? [] : [`${resting} were asked or answered in the last 90 days and are left alone.`]),
    ...(missing === 0 ? [] : [`${missing} are not there any more.`]),
  ];
  const asked = `Asking ${people.length} ${people.length === 1 ? "person" : "people"} directly. Answers count until ${until}.`;
  return {
    message: said("good", [asked, ...left].join(" "), round.surveyId),
    data: { survey: round.surveyId, closes_at: round.closesAt, asked: people.length, resting, missing },
  };
}

function nobody(resting: number): string {
  return resting === 0
    ? "There is nobody to ask among them."
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
