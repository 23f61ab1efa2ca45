import { randomBytes } from "node:crypto";
import {
  DiscordAPIError,
  InteractionResponseType,
  MessageFlags,
  Routes,
  type ChatInputCommandInteraction,
  type MessageComponentInteraction,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
  type REST,
} from "discord.js";
import { describeError, type Log } from "../../../core/log.ts";
import type { Gate } from "../../permission/gate.ts";
import type { Subject } from "../../permission/policy.ts";
import type { Audience } from "../../permission/view.ts";
import type { Command, TargetMessage } from "../../command.ts";
import type { Message } from "../../message.ts";
import { runText, runTyped, type Outcome } from "../../run-command.ts";
import type { TypedWord } from "../../typed-words.ts";
import { CODE } from "./failures.ts";
import { withAnswerFile, withFiles, type DrawPng } from "./files.ts";
import { ACKNOWLEDGE_MS, PREFIX } from "./limits.ts";
import { messagePayload } from "./message-payload.ts";
import { askerOf, nameOf, placeOf } from "./who-and-where.ts";

export interface AnsweringParts {
  readonly commands: readonly Command[];
  readonly gate: Gate;
  /** See `Inbox.isNews`. */
  readonly isNews: (eventId: string) => Promise<boolean>;
  /** Without retries: what acknowledges is worth nothing after 3 s. */
  readonly once: REST;
  /** With retries: an edit may be repeated. */
  readonly rest: REST;
  readonly png: DrawPng;
  readonly log: Log;
  /** After this the person is told that no answer came. */
  readonly answerWithinMs: number;
}

type Asked =
  | ChatInputCommandInteraction
  | MessageComponentInteraction
  | MessageContextMenuCommandInteraction
  | ModalSubmitInteraction;

/** A command that somebody gave, in whatever way. */
export interface Request {
  readonly asked: Asked;
  readonly typed: string | readonly TypedWord[];
  /** The command as a person would type it, for Share; null: it is not offered. */
  readonly line: string | null;
  /** `in its place`: instead of the message that the button stands on, which only that person sees. */
  readonly shown: "privately" | "in its place" | "to all";
  /** It came by a form. */
  readonly isSubmitted: boolean;
  /** What has the same id has one effect, however often it is told; absent where it may be repeated. */
  readonly effectId?: string;
  /** See `Invocation.target`. */
  readonly target?: () => Promise<TargetMessage>;
  /** The answer, where there is nothing to run. */
  readonly refusal?: Message;
}

/** Acknowledges, runs the command and answers. */
export async function answer(request: Request, parts: AnsweringParts): Promise<void> {
  if (!(await acknowledge(request, parts))) return;
  const outcome = await outcomeWithin(request, parts);
  const { asked, line, shown } = request;
  const share = outcome.isShareable && shown !== "to all" && line !== null ? { share: line } : {};
  const given = await withAnswerFile(outcome, parts.log);
  const payload = messagePayload(given.message, share);
  const { body, files } = await withFiles(payload, parts.png, parts.log, given.files);
  if (shown === "to all" || (shown === "in its place" && !outcome.ok))
    return followUp(request, { body, files, isShown: outcome.ok }, parts);
  const route = Routes.webhookMessage(asked.applicationId, asked.token, "@original");
  await parts.rest.patch(route, { auth: false, body, files });
}

type Shared = Awaited<ReturnType<typeof withFiles>> & { readonly isShown: boolean };

/** What is shared is a message of its own, that all see; a refusal is seen by who pressed the button. Tried once: twice would be two messages. */
async function followUp({ asked }: Request, { body, files, isShown }: Shared, { once }: AnsweringParts): Promise<void> {
  const framed = isShown
    ? { content: `<@${asked.user.id}> shows this.`, ...body }
    : { flags: MessageFlags.Ephemeral, ...body };
  await once.post(Routes.webhook(asked.applicationId, asked.token), { auth: false, body: framed, files });
}

/**
 * Before anything else, because Discord waits 3 s. False when another instance was faster. A lost reply counts as yes:
 * the edit shows whether it was.
 */
async function acknowledge({ asked, shown }: Request, { once, log }: AnsweringParts): Promise<boolean> {
  try {
    await once.post(Routes.interactionCallback(asked.id, asked.token), {
      auth: false,
      body: acknowledgement(shown),
      signal: AbortSignal.timeout(ACKNOWLEDGE_MS),
    });
    return true;
  } catch (thrown) {
    if (!(thrown instanceof DiscordAPIError)) return true;
    if (thrown.code !== CODE.alreadyAcknowledged)
      log.warn({ error: describeError(thrown) }, "A command could not be acknowledged in time.");
    return false;
  }
}

/** Whether an answer is private is fixed here; what is shared may be refused, so that nothing is announced yet. */
function acknowledgement(shown: Request["shown"]) {
  return shown === "privately"
    ? {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: { flags: MessageFlags.Ephemeral },
      }
    : { type: InteractionResponseType.DeferredMessageUpdate };
}

async function outcomeWithin(request: Request, parts: AnsweringParts): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve(apology(NO_ANSWER)), parts.answerWithinMs);
  });
  try {
    return await Promise.race([outcomeOf(request, parts), late]);
  } catch (thrown) {
    const reference = randomBytes(4).toString("hex");
    parts.log.error({ error: describeError(thrown), reference }, "A command failed.");
    return apology(`That failed, and it is our mistake. The log has it as \`${reference}\`.`);
  } finally {
    clearTimeout(timer);
  }
}

async function outcomeOf(request: Request, { commands, gate, isNews }: AnsweringParts): Promise<Outcome> {
  const { asked, typed, shown, effectId, refusal } = request;
  if (refusal !== undefined) return refused(refusal);
  if (effectId !== undefined && !(await isNews(`form ${effectId}`))) return apology(SENT_BEFORE);
  const [asker, place] = [askerOf(asked), placeOf(asked.client, asked.channelId)];
  const names = (subject: Subject) => nameOf(asked.client, subject);
  const audience: Audience = shown === "to all" ? "everyone" : "person";
  const target = await request.target?.();
  const visit = { request: effectId ?? asked.id, prefix: PREFIX, asker, place, audience, nameOf: names };
  const set = { commands, gate, ...visit, ...(target === undefined ? {} : { target }) };
  return typeof typed === "string" ? runText(typed, set) : runTyped(typed, set);
}

const NO_ANSWER = "The database does not answer. Nothing is lost: ask again in a minute.";
const SENT_BEFORE = "This form was sent before, and counts once.";

function apology(text: string): Outcome {
  return refused({ tone: "warning", blocks: [{ kind: "text", text }] });
}

function refused(message: Message): Outcome {
  return { ok: false, isShareable: false, message, data: null };
}
