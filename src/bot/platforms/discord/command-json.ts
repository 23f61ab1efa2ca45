import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  type RESTPutAPIApplicationCommandsJSONBody,
} from "discord.js";
import { isRequired, type Command, type Option } from "../../command.ts";
import { fieldsOf } from "../../form.ts";
import { LONGEST_WINDOW } from "../../../core/window-wish.ts";
import { WINDOW } from "../../window-typing.ts";
import { LIMITS } from "./limits.ts";

export type CommandsJson = RESTPutAPIApplicationCommandsJSONBody;

/** The commands as Discord registers them: `/metrics` with a subcommand for each second word. */
export function commandsJson(commands: readonly Command[]): CommandsJson {
  return [...typedCommands(commands), ...messageCommands(commands)];
}

const PLACES = {
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
};

/** In the menu of a message. */
function messageCommands(commands: readonly Command[]): CommandsJson {
  const labels = commands.flatMap(({ onMessage }) => (onMessage === undefined ? [] : [onMessage.label]));
  return labels.map((name) => ({ type: ApplicationCommandType.Message, name, ...PLACES }));
}

function typedCommands(commands: readonly Command[]): CommandsJson {
  const groups = [...new Set(commands.map(({ path }) => path[0] ?? ""))];
  return groups.map((name) => {
    const ours = commands.filter(({ path }) => path[0] === name);
    const alone = ours.find(({ path }) => path.length === 1);
    return {
      type: ApplicationCommandType.ChatInput,
      name,
      description: described(alone?.description ?? ours.map(({ path }) => path.slice(1).join(" ")).join(", ")),
      ...PLACES,
      options: alone === undefined ? ours.map(subcommand) : optionsOf(alone),
    };
  });
}

function subcommand(command: Command): APIApplicationCommandSubcommandOption {
  return {
    type: ApplicationCommandOptionType.Subcommand,
    name: command.path.slice(1).join("-"),
    description: described(command.description),
    options: optionsOf(command),
  };
}

/** Those that are required come first: Discord insists. */
function optionsOf(command: Command): APIApplicationCommandBasicOption[] {
  const asked = new Set(fieldsOf(command).map(({ name }) => name));
  const all = Object.entries(command.options).flatMap(([name, option]) =>
    // What is missing there, the form asks for.
    option.kind === "window" ? windowJson(option) : [optionJson(name, option, isRequired(option) && !asked.has(name))],
  );
  return all.toSorted((one, other) => Number(other.required ?? false) - Number(one.required ?? false));
}

/** So many days, or a window in words; the names of a typed line are words there too. */
function windowJson({ description }: Extract<Option, { kind: "window" }>): APIApplicationCommandBasicOption[] {
  return [
    {
      type: ApplicationCommandOptionType.Integer,
      name: "days",
      description: described(description),
      required: false,
      min_value: 1,
      max_value: LONGEST_WINDOW,
    },
    {
      type: ApplicationCommandOptionType.String,
      name: WINDOW,
      description: described("instead of days: last month, Q3 2025, 2026-10, 2026-10-01 to 2026-10-31"),
      required: false,
      autocomplete: true,
    },
  ];
}

type OneOption = Exclude<Option, { kind: "window" }>;

function optionJson(name: string, option: OneOption, required: boolean): APIApplicationCommandBasicOption {
  const description = described(option.description);
  switch (option.kind) {
    case "integer": {
      const { min, max } = option;
      const type = ApplicationCommandOptionType.Integer;
      return { type, name, description, required, min_value: min, max_value: max };
    }
    case "choice": {
      const type = ApplicationCommandOptionType.String;
      if (option.choices.length > LIMITS.choices) return { type, name, description, required, autocomplete: true };
      const choices = option.choices.map((choice) => ({ name: choice.slice(0, LIMITS.choiceName), value: choice }));
      return { type, name, description, required, choices };
    }
    case "text": {
      const most = Math.min(option.longest, LIMITS.optionText);
      const autocomplete = option.suggestions === undefined ? {} : { autocomplete: true as const };
      return {
        type: ApplicationCommandOptionType.String,
        name,
        description,
        required,
        max_length: most,
        ...autocomplete,
      };
    }
    case "flag":
      return { type: ApplicationCommandOptionType.Boolean, name, description, required };
    case "date":
    case "reference":
    case "references":
      return { type: ApplicationCommandOptionType.String, name, description, required };
    case "metric":
      return { type: ApplicationCommandOptionType.String, name, description, required, autocomplete: true };
  }
}

function described(text: string): string {
  return text.length <= LIMITS.commandDescription ? text : `${text.slice(0, LIMITS.commandDescription - 1)}…`;
}
