import { Routes, type ApplicationCommand, type Client } from "discord.js";
import type { Command } from "../../command.ts";
import { commandsJson, type CommandsJson } from "./command-json.ts";

/** Registers the commands where they are not yet registered so. Answers whether something had to be changed. */
export async function registerCommands(
  client: Client<true>,
  commands: readonly Command[],
  guildId: string | null,
): Promise<boolean> {
  const wanted = commandsJson(commands).map((command) => (guildId === null ? command : withoutPlaces(command)));
  const manager = client.application.commands;
  const registered = await (guildId === null ? manager.fetch() : manager.fetch({ guildId }));
  if (registered.size === wanted.length && wanted.every((one) => registered.some((other) => isSame(other, one))))
    return false;
  const route =
    guildId === null
      ? Routes.applicationCommands(client.application.id)
      : Routes.applicationGuildCommands(client.application.id, guildId);
  await client.rest.put(route, { body: wanted });
  return true;
}

/** A command of one server says nothing about where it may be used. */
function withoutPlaces(command: CommandsJson[number]): CommandsJson[number] {
  const { contexts: _contexts, integration_types: _types, ...rest } = command;
  return rest;
}

function isSame(registered: ApplicationCommand, wanted: CommandsJson[number]): boolean {
  return registered.equals(wanted as Parameters<ApplicationCommand["equals"]>[0], true);
}
