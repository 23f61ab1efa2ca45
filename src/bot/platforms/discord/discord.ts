import { PermissionFlagsBits, REST, type Client } from "discord.js";
import type { Log } from "../../../core/log.ts";
import type { Gate } from "../../permission/gate.ts";
import type { Command } from "../../command.ts";
import type { ChatPlatform } from "../../platform.ts";
import { startProblem } from "./failures.ts";
import type { DrawPng } from "./files.ts";
import { createGatewayLink } from "./gateway-link.ts";
import { createInteractions } from "./interactions.ts";
import { createPoster, createSingleAttemptRest } from "./posting.ts";
import { registerCommands } from "./registration.ts";
import { nameOf, placeOf } from "./who-and-where.ts";

interface DiscordParts {
  readonly token: string;
  /** Commands are registered for this server, at once; null: for all servers. */
  readonly guildId: string | null;
  /** `https://…/api` of another server than Discord's own; null: Discord's. */
  readonly apiUrl: string | null;
  /** As many gateway connections as Discord recommends, for bots in more than 2,500 servers. */
  readonly sharding?: boolean;
  readonly png: DrawPng;
  readonly gate: Gate;
  readonly log: Log;
  /** Calls `check` every so often and answers how to end that. */
  readonly every?: (ms: number, check: () => void) => () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly steadyNow?: () => number;
  readonly answerWithinMs?: number;
  readonly postTimeoutMs?: number;
  readonly readyWithinMs?: number;
}

const ANSWER_WITHIN_MS = 25_000;
const API_TIMEOUT_MS = 10_000;

export function createDiscord(parts: DiscordParts): ChatPlatform {
  const { token, guildId, apiUrl, png, gate, log, answerWithinMs = ANSWER_WITHIN_MS } = parts;
  const once = createSingleAttemptRest({ token, apiUrl }, API_TIMEOUT_MS);
  const rest = new REST({ ...(apiUrl === null ? {} : { api: apiUrl }), timeout: API_TIMEOUT_MS }).setToken(token);
  const link = createGatewayLink({ ...parts, sharding: parts.sharding ?? false });
  const timeout = parts.postTimeoutMs === undefined ? {} : { timeoutMs: parts.postTimeoutMs };
  const mayReadHistory = (channel: string) => readsHistory(link.client(), channel);
  return {
    name: "discord",
    prefix: "/",
    ...createPoster({ token, apiUrl, png, log, mayReadHistory, ...timeout }),
    placeOf: async (channel) => placeOf(link.client(), channel),
    nameOf: (subject) => nameOf(link.client(), subject),
    async start(commands: readonly Command[]) {
      const onInteraction = createInteractions({ commands, gate, once, rest, png, log, answerWithinMs });
      let applicationId: string | null = null;
      try {
        const client = await link.open((interaction) => void onInteraction(interaction));
        applicationId = client.application.id;
        const changed = await registerCommands(client, commands, guildId);
        log.info({ servers: client.guilds.cache.size, commandsChanged: changed }, "Discord is connected.");
      } catch (thrown) {
        await link.close();
        throw startProblem(thrown, { applicationId });
      }
    },
    stop: () => link.close(),
  };
}

function readsHistory(client: Client<true> | null, channelId: string): boolean | null {
  const channel = client?.channels.cache.get(channelId);
  if (channel === undefined || channel.isDMBased()) return null;
  return channel.permissionsFor(channel.client.user)?.has(PermissionFlagsBits.ReadMessageHistory) ?? null;
}
