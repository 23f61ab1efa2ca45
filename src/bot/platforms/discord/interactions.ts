import { randomBytes } from "node:crypto";
import {
  DiscordAPIError,
  InteractionResponseType,
  MessageFlags,
  Routes,
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  type REST,
} from "discord.js";
import { describeError, type Log } from "../../../core/log.ts";
import { metricNames } from "../../../metrics/catalogue.ts";
import type { Gate } from "../../permission/gate.ts";
import type { Subject } from "../../permission/policy.ts";
import type { Audience } from "../../permission/view.ts";
import type { Command } from "../../command.ts";
import type { Message } from "../../message.ts";
import { runText, type Outcome } from "../../run-command.ts";
import { readButtonId, type ButtonPurpose } from "./button-id.ts";
import { CODE } from "./failures.ts";
import { withFiles, type DrawPng } from "./files.ts";
import { messagePayload } from "./message-payload.ts";
import { plainWords } from "./plain-words.ts";
import { suggestions } from "./suggestions.ts";
import { askerOf, nameOf, placeOf } from "./who-and-where.ts";

interface InteractionParts {
  readonly commands: readonly Command[];
  readonly gate: Gate;
  /** Without retries: what acknowledges is worth nothing after 3 s. */
  readonly once: REST;
  /** With retries: an edit may be repeated. */
  readonly rest: REST;
  readonly png: DrawPng;
  readonly log: Log;
  /** After this the person is told that no answer came. */
  readonly answerWithinMs: number;
}

type Asked = ChatInputCommandInteraction | ButtonInteraction | MessageContextMenuCommandInteraction;

const PREFIX = "/";
const AUDIENCES: Readonly<Record<ButtonPurpose, Audience>> = { run: "person", share: "everyone" };
const ACKNOWLEDGE_MS = 2_800;

/** Answers what people ask by commands, buttons and half-typed words. Never rejects. */
export function createInteractions(parts: InteractionParts): (interaction: Interaction) => Promise<void> {
  const { commands, once, log } = parts;
  return async (interaction) => {
    try {
      if (interaction.isAutocomplete()) return await complete(interaction, commands, once);
      if (interaction.isChatInputCommand()) return await answer(interaction, lineOf(interaction), "person", parts);
      if (interaction.isMessageContextMenuCommand()) {
        const command = commands.find(({ onMessage }) => onMessage?.label === interaction.commandName);
        if (command !== undefined) await answer(interaction, command.path.join(" "), "person", parts);
      }
      if (interaction.isButton()) {
        const button = readButtonId(interaction.customId);
        if (button !== null) await answer(interaction, button.command, AUDIENCES[button.purpose], parts);
      }
    } catch (thrown) {
      log.warn({ error: describeError(thrown) }, "An answer did not reach Discord.");
    }
  };
}

async function complete(interaction: AutocompleteInteraction, commands: readonly Command[], once: REST): Promise<void> {
  const { name, value } = interaction.options.getFocused(true);
  const path = [interaction.commandName, interaction.options.getSubcommand(false)].filter((word) => word !== null);
  const option = commands.find((command) => command.path.join(" ") === path.join(" "))?.options[name];
  const words = option?.kind === "choice" ? option.choices : metricNames;
  await once.post(Routes.interactionCallback(interaction.id, interaction.token), {
    auth: false,
    body: {
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices: suggestions(value, words) },
    },
    signal: AbortSignal.timeout(ACKNOWLEDGE_MS),
  });
}

/** The command as a person would type it. */
function lineOf(interaction: ChatInputCommandInteraction): string {
  const subcommand = interaction.options.getSubcommand(false);
  const given = subcommand === null ? interaction.options.data : (interaction.options.data[0]?.options ?? []);
  const options = given.map(({ name, value }) => `--${name}=${quoted(String(value ?? ""))}`);
  return [interaction.commandName, ...(subcommand === null ? [] : [subcommand]), ...options].join(" ");
}

function quoted(value: string): string {
  if (/^[\w.-]+$/.test(value)) return value;
  return value.includes('"') ? `«${value.replaceAll("»", "")}»` : `"${value}"`;
}

async function answer(asked: Asked, line: string, audience: Audience, parts: InteractionParts): Promise<void> {
  if (!(await acknowledge(asked, audience, parts))) return;
  const outcome = await outcomeWithin(asked, line, audience, parts);
  const isPublic = audience === "everyone";
  const payload = messagePayload(outcome.message, outcome.isShareable && !isPublic ? { share: line } : {});
  const { body, files } = await withFiles(payload, parts.png, parts.log);
  if (isPublic) return followUp(asked, { body, files, isShown: outcome.ok }, parts);
  const route = Routes.webhookMessage(asked.applicationId, asked.token, "@original");
  await parts.rest.patch(route, { auth: false, body, files });
}

type Shared = Awaited<ReturnType<typeof withFiles>> & { readonly isShown: boolean };

/** What is shared is a message of its own, that all see; a refusal is seen by who pressed the button. Tried once: twice would be two messages. */
async function followUp(asked: Asked, { body, files, isShown }: Shared, { once }: InteractionParts): Promise<void> {
  const framed = isShown
    ? { content: `<@${asked.user.id}> shows this.`, ...body }
    : { flags: MessageFlags.Ephemeral, ...body };
  await once.post(Routes.webhook(asked.applicationId, asked.token), { auth: false, body: framed, files });
}

/**
 * Before anything else, because Discord waits 3 s. False when another instance was faster. A lost reply counts as yes:
 * the edit shows whether it was.
 */
async function acknowledge(
  { id, token }: Asked,
  audience: Audience,
  { once, log }: InteractionParts,
): Promise<boolean> {
  try {
    await once.post(Routes.interactionCallback(id, token), {
      auth: false,
      body: acknowledgement(audience),
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
function acknowledgement(audience: Audience) {
  return audience === "everyone"
    ? { type: InteractionResponseType.DeferredMessageUpdate }
    : {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: { flags: MessageFlags.Ephemeral },
      };
}

async function outcomeWithin(
  asked: Asked,
  line: string,
  audience: Audience,
  { commands, gate, answerWithinMs, log }: InteractionParts,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve(apology(NO_ANSWER)), answerWithinMs);
  });
  try {
    const [asker, place] = [askerOf(asked), placeOf(asked.client, asked.channelId)];
    const names = (subject: Subject) => nameOf(asked.client, subject);
    const set = { commands, gate, request: asked.id, prefix: PREFIX, asker, place, audience, nameOf: names };
    const target = asked.isMessageContextMenuCommand() ? { target: targetOf(asked) } : {};
    return await Promise.race([runText(line, { ...set, ...target }), late]);
  } catch (thrown) {
    const reference = randomBytes(4).toString("hex");
    log.error({ error: describeError(thrown), reference }, "A command failed.");
    return apology(`That failed, and it is our mistake. The log has it as \`${reference}\`.`);
  } finally {
    clearTimeout(timer);
  }
}

/** Discord gives the message's words along, whatever the bot may read otherwise. */
function targetOf({ targetMessage: { id, channelId, author, content, embeds } }: MessageContextMenuCommandInteraction) {
  const shown = embeds.map(({ title, description }) => ({ title: title ?? "", description: description ?? "" }));
  return {
    message: { platform: "discord", channel: channelId, id },
    author: { id: author.id, isBot: author.bot },
    text: plainWords({ content, embeds: shown }),
  } as const;
}

const NO_ANSWER = "The database does not answer. Nothing is lost: ask again in a minute.";

function apology(text: string): Outcome {
  const message: Message = { tone: "warning", blocks: [{ kind: "text", text }] };
  return { ok: false, isShareable: false, message, data: { complaint: text } };
}
