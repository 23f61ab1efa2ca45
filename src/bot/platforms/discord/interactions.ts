import {
  InteractionResponseType,
  MessageFlags,
  Routes,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type MessageComponentInteraction,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
  type REST,
} from "discord.js";
import { describeError } from "../../../core/log.ts";
import { metricNames } from "../../../metrics/catalogue.ts";
import type { Command, Option, TargetMessage } from "../../command.ts";
import { formFor, quoted, submittedWords } from "../../form.ts";
import type { TypedWord } from "../../typed-words.ts";
import { answer, type AnsweringParts, type Request } from "./answering.ts";
import { readComponentId } from "./component-id.ts";
import { readFormId } from "./form-id.ts";
import { openForm } from "./form-opening.ts";
import { ACKNOWLEDGE_MS, PREFIX } from "./limits.ts";
import { plainWords } from "./plain-words.ts";
import { SUGGESTED_WINDOWS } from "../../window-typing.ts";
import { suggestions } from "./suggestions.ts";
import { createTargetWords, type TargetWords } from "./target-words.ts";
import { placeOf } from "./who-and-where.ts";

/** Answers what people ask by commands, buttons, menus, forms and half-typed words. Never rejects. */
export function createInteractions(parts: AnsweringParts): (interaction: Interaction) => Promise<void> {
  const { commands, once, rest, log } = parts;
  const words = createTargetWords(rest);
  return async (interaction) => {
    try {
      if (interaction.isAutocomplete()) return await complete(interaction, commands, once);
      const request = await requestOf(interaction, commands, words);
      if (request === null) return;
      const form = request.isSubmitted ? null : formOf(request, commands);
      await (form === null ? answer(request, parts) : openForm(request, form, parts));
    } catch (thrown) {
      log.warn({ error: describeError(thrown) }, "An answer did not reach Discord.");
    }
  };
}

/** Null: what came is none of ours. */
async function requestOf(
  interaction: Interaction,
  commands: readonly Command[],
  words: TargetWords,
): Promise<Request | null> {
  if (interaction.isChatInputCommand()) {
    const asked = { asked: interaction, shown: "privately", isSubmitted: false } as const;
    return { ...asked, typed: wordsOf(interaction), line: lineOf(interaction) };
  }
  if (interaction.isMessageContextMenuCommand()) {
    const command = commands.find(({ onMessage }) => onMessage?.label === interaction.commandName);
    return command === undefined ? null : chosen(interaction, command.path.join(" "), words);
  }
  if (interaction.isButton() || interaction.isStringSelectMenu()) return pressed(interaction);
  return interaction.isModalSubmit() ? submitted(interaction, words) : null;
}

function chosen(asked: MessageContextMenuCommandInteraction, line: string, words: TargetWords): Request {
  const target = targetOf(asked);
  words.remember(target.message, target.text);
  return { asked, typed: line, line, shown: "privately", isSubmitted: false, target: async () => target };
}

function pressed(asked: MessageComponentInteraction): Request | null {
  const pressedId = readComponentId(asked.customId, asked.isStringSelectMenu() ? asked.values[0] : undefined);
  if (pressedId === null) return null;
  const { purpose, command } = pressedId;
  // What all see is not changed for all by one of them.
  const isOwn = asked.message.flags.has(MessageFlags.Ephemeral);
  const shown = purpose === "share" ? "to all" : purpose === "edit" && isOwn ? "in its place" : "privately";
  return { asked, typed: command, line: command, shown, isSubmitted: false };
}

function submitted(asked: ModalSubmitInteraction, words: TargetWords): Request | null {
  const state = readFormId(asked.customId);
  if (state === null) return null;
  const values = new Map<string, string>();
  for (const [name, field] of asked.fields.fields) {
    if ("values" in field) values.set(name, field.values[0] ?? "");
    else if ("value" in field) values.set(name, String(field.value ?? ""));
  }
  const request = { asked, typed: submittedWords(state.line, values), line: null, shown: "privately" } as const;
  const { target } = state;
  if (target === null) return { ...request, isSubmitted: true, effectId: state.openedBy };
  const message = { platform: "discord", channel: asked.channelId ?? "", id: target.id } as const;
  const withWords = async () => ({ message, author: target.author, text: await words.recall(message) });
  return { ...request, isSubmitted: true, effectId: state.openedBy, target: withWords };
}

function formOf({ asked, typed, shown, ...request }: Request, commands: readonly Command[]) {
  if (shown === "to all") return null;
  const place = placeOf(asked.client, asked.channelId);
  const call = { platform: "discord", person: asked.user.id, channel: place.channel, thread: place.thread } as const;
  const target = asked.isMessageContextMenuCommand() && request.target !== undefined ? { target: targetOf(asked) } : {};
  return formFor(typed, commands, { prefix: PREFIX, ...call, ...target });
}

async function complete(interaction: AutocompleteInteraction, commands: readonly Command[], once: REST): Promise<void> {
  const { name, value } = interaction.options.getFocused(true);
  const path = [interaction.commandName, interaction.options.getSubcommand(false)].filter((word) => word !== null);
  const option = commands.find((command) => command.path.join(" ") === path.join(" "))?.options[name];
  const words = await wordsFor(option);
  await once.post(Routes.interactionCallback(interaction.id, interaction.token), {
    auth: false,
    body: {
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices: suggestions(value, words) },
    },
    signal: AbortSignal.timeout(ACKNOWLEDGE_MS),
  });
}

/** Without them people type as before. */
async function wordsFor(option: Option | undefined): Promise<readonly string[]> {
  if (option?.kind === "choice") return option.choices;
  if (option?.kind === "window") return SUGGESTED_WINDOWS;
  if (option?.kind === "text") return (await option.suggestions?.().catch(() => [])) ?? [];
  return metricNames;
}

function givenIn(interaction: ChatInputCommandInteraction) {
  const subcommand = interaction.options.getSubcommand(false);
  const given = subcommand === null ? interaction.options.data : (interaction.options.data[0]?.options ?? []);
  const options = given.map(({ name, value }) => ({ name, value: String(value ?? "") }));
  return { path: [interaction.commandName, ...(subcommand === null ? [] : [subcommand])], options };
}

function wordsOf(interaction: ChatInputCommandInteraction): TypedWord[] {
  const { path, options } = givenIn(interaction);
  return [...path, ...options.map(({ name, value }) => `--${name}=${value}`)].map((text) => ({ text, quoted: false }));
}

/** The command as a person would type it. */
function lineOf(interaction: ChatInputCommandInteraction): string {
  const { path, options } = givenIn(interaction);
  return [...path, ...options.map(({ name, value }) => `--${name}=${quoted(value)}`)].join(" ");
}

/** Discord gives the message's words along, whatever the bot may read otherwise. */
function targetOf({ targetMessage }: MessageContextMenuCommandInteraction): TargetMessage {
  const { id, channelId, author, content, embeds } = targetMessage;
  const shown = embeds.map(({ title, description }) => ({ title: title ?? "", description: description ?? "" }));
  return {
    message: { platform: "discord", channel: channelId, id },
    author: { id: author.id, isBot: author.bot },
    text: plainWords({ content, embeds: shown }),
  };
}
