import { setTimeout as sleep } from "node:timers/promises";
import type { webApi } from "@slack/bolt";
import { describeError, type Log } from "../../../core/log.ts";
import { Problem, sentenceOf } from "../../../core/problem.ts";
import { withWords } from "../../answer-file.ts";
import type { Gate } from "../../permission/gate.ts";
import type { Command, TargetMessage } from "../../command.ts";
import type { Message } from "../../message.ts";
import { runText, runTyped, type Outcome } from "../../run-command.ts";
import type { TypedWord } from "../../typed-words.ts";
import { SHARE } from "./action-id.ts";
import type { Directory } from "./directory.ts";
import { paragraph, type SlackBlock, type SlackMessage } from "./block-kit.ts";
import { giveFile } from "./file-giving.ts";
import { button, NATIVE, slackMessage, type Pictures } from "./message-blocks.ts";
import { withNativeCharts, type NativeCharts } from "./native-charts.ts";
import { uploadPictures, type RenderPng } from "./pictures.ts";
import { withPictures } from "./posting.ts";
import { sendDirectly } from "./direct-message.ts";
import { isOver, respond } from "./response-url.ts";

export const PREFIX = "/";

/** A command that somebody gave, by typing it or by a button. Already acknowledged. */
export interface Request {
  /** Without the slash. */
  readonly text: string;
  /** What was sent by a form, in the place of `text`: nothing to share. */
  readonly submitted?: readonly TypedWord[];
  readonly responseUrl: string;
  /** The same for every delivery of the same request. */
  readonly id: string;
  /** `everyone`: the answer is for the channel, and says who shared it. */
  readonly audience: "person" | "everyone";
  /** The answer stands in the place of the message that was clicked, which nobody else sees. */
  readonly replaces?: boolean;
  readonly user: string;
  readonly channel: string;
  /** The message that the thread hangs at; null outside threads. */
  readonly thread: string | null;
  /** See `Invocation.target`. */
  readonly target?: TargetMessage;
}

export interface AnsweringParts {
  readonly client: webApi.WebClient;
  readonly png: RenderPng;
  readonly charts: NativeCharts;
  readonly log: Log;
  /** Of any number of deliveries of one request, on any number of instances, one is news. */
  readonly isNews: (eventId: string) => Promise<boolean>;
  readonly answerMs: number;
  readonly directory: Directory;
  readonly gate: Gate;
}

const MOST_SHARED_VALUE = 1_900;

/** Runs the command and answers. Never rejects. */
export async function answer(request: Request, commands: readonly Command[], parts: AnsweringParts): Promise<void> {
  const { log } = parts;
  try {
    const outcome = await withinTime(outcomeOf(request, commands, parts), parts.answerMs);
    if (outcome === "old news") return;
    await deliver(request, outcome, parts);
  } catch (thrown) {
    log.warn({ platform: "slack", error: describeError(thrown) }, "A command was not answered.");
  }
}

/** Says that to the person alone. Never rejects. */
export async function answerWith(text: string, request: Request, parts: AnsweringParts): Promise<void> {
  try {
    await deliver(request, failure(text), parts);
  } catch (thrown) {
    parts.log.warn({ platform: "slack", error: describeError(thrown) }, "A command was not answered.");
  }
}

async function outcomeOf(
  { id, text, submitted, user, channel, thread, audience, target }: Request,
  commands: readonly Command[],
  { isNews, directory, gate, log }: AnsweringParts,
): Promise<Outcome | "old news"> {
  try {
    if (!(await isNews(id))) return "old news";
    const [asker, place] = await Promise.all([directory.askerOf(user), directory.placeOf(channel, thread)]);
    const visit = { request: id, prefix: PREFIX, asker, place, audience, nameOf: directory.nameOf };
    const set = { commands, gate, ...visit, ...(target === undefined ? {} : { target }) };
    return await (submitted === undefined ? runText(text, set) : runTyped(submitted, set));
  } catch (thrown) {
    if (thrown instanceof Problem) return failure(sentenceOf(thrown));
    log.error({ platform: "slack", error: describeError(thrown) }, "A command failed.");
    return failure("That did not work, and it is not your fault. The log of Bellwether says why. Try again.");
  }
}

async function withinTime(outcome: Promise<Outcome | "old news">, ms: number): Promise<Outcome | "old news"> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(
    () => failure("The database does not answer. Nothing is lost. Ask again in a minute."),
    () => failure(""),
  );
  return Promise.race([outcome, late]).finally(() => timer.abort());
}

function failure(text: string): Outcome {
  return { ok: false, isShareable: false, message: { tone: "bad", blocks: [{ kind: "text", text }] }, data: null };
}

async function deliver(request: Request, outcome: Outcome, parts: AnsweringParts): Promise<void> {
  const { ok, isShareable, file } = outcome;
  const message =
    file === undefined ? outcome.message : withWords(outcome.message, await giveFile(file, request.user, parts));
  const audience = ok ? request.audience : "person";
  const content = (shown: Pictures | typeof NATIVE) =>
    framed(slackMessage(message, shown), request, audience, isShareable);
  const send = async (one: SlackMessage) => {
    try {
      await respond(request.responseUrl, one, audience, ok && request.replaces === true);
    } catch (thrown) {
      // Whoever fills in a form may take longer than Slack takes answers.
      if (request.submitted === undefined || !isOver(thrown)) throw thrown;
      await sendDirectly(parts.client, request.user, one);
    }
  };
  const withPng = async () => {
    const pictures = await picturesOf(message, parts);
    const inWords = async () =>
      send((await isSentDirectly(request, content(pictures), parts)) ? ELSEWHERE : content(NO_PICTURES));
    await (audience === "person" && pictures.size > 0
      ? withPictures(send, content, pictures, inWords)
      : withPictures(send, content, pictures));
  };
  await withNativeCharts(message, parts.charts, { natively: () => send(content(NATIVE)), otherwise: withPng });
}

const NO_PICTURES: Pictures = new Map();
const ELSEWHERE_TEXT = "Slack shows this picture in direct messages only, so the answer is there.";
const ELSEWHERE: SlackMessage = {
  text: ELSEWHERE_TEXT,
  blocks: [paragraph([{ type: "text", text: ELSEWHERE_TEXT }])],
};

/** Slack may refuse a picture that is shared nowhere in what only one person sees. */
async function isSentDirectly({ user }: Request, content: SlackMessage, { client, log }: AnsweringParts) {
  try {
    await sendDirectly(client, user, content);
    return true;
  } catch (thrown) {
    log.warn({ platform: "slack", error: describeError(thrown) }, "A picture is told in words.");
    return false;
  }
}

/** A picture that cannot be had is told in words. */
async function picturesOf(message: Message, { client, png, log }: AnsweringParts): Promise<Pictures> {
  try {
    return await uploadPictures(message, client, png);
  } catch (thrown) {
    log.warn({ platform: "slack", error: describeError(thrown) }, "A picture could not be uploaded.");
    return new Map();
  }
}

function framed(
  { text, blocks }: SlackMessage,
  request: Request,
  audience: Request["audience"],
  isShareable: boolean,
): SlackMessage {
  if (audience === "everyone") return { text, blocks: [...blocks, sharedBy(request)] };
  if (!isShareable || request.submitted !== undefined || request.text.length > MOST_SHARED_VALUE)
    return { text, blocks };
  const share = button(SHARE, "Share", request.text);
  const last = blocks.at(-1);
  if (last?.type === "actions")
    return { text, blocks: [...blocks.slice(0, -1), { ...last, elements: [...last.elements, share] }] };
  return { text, blocks: [...blocks, { type: "actions", elements: [share] }] };
}

function sharedBy({ user, text }: Request): SlackBlock {
  const who = /^[UW][A-Z0-9]{2,20}$/.test(user)
    ? ({ type: "user", user_id: user } as const)
    : ({ type: "text", text: "somebody" } as const);
  return paragraph([
    { type: "text", text: "Shared by " },
    who,
    { type: "text", text: " · " },
    { type: "text", text: `${PREFIX}${text}`, style: { code: true } },
  ]);
}
