import { PermissionFlagsBits, REST, type Client } from "discord.js";
import type { Log } from "../../../core/log.ts";
import type { Gate } from "../../permission/gate.ts";
import type { Command } from "../../command.ts";
import type { ChatEvents } from "../../conversation.ts";
import { checkForms } from "../../form.ts";
import type { ChatPlatform } from "../../platform.ts";
import { edit } from "./editing.ts";
import { startProblem } from "./failures.ts";
import type { DrawPng } from "./files.ts";
import { createGatewayLink } from "./gateway-link.ts";
import { createHappenings } from "./happenings.ts";
import { createInteractions } from "./interactions.ts";
import { modalFaults } from "./modal-json.ts";
import { linkTo } from "./links.ts";
import { adminsOf, audienceOf, directTo } from "./people.ts";
import { createPoster, createSingleAttemptRest, userIdOf } from "./posting.ts";
import { react, reactionsOf } from "./reactions.ts";
import { registerCommands } from "./registration.ts";
import { readThread } from "./thread-reading.ts";
import { startThread, tagThread, threadOf } from "./threads.ts";
import { nameOf, placeOf, standingOf } from "./who-and-where.ts";

interface DiscordParts {
  readonly token: string;
  /** Commands are registered for this server, at once; null: for all servers. */
  readonly guildId: string | null;
  /** `https://…/api` of another server than Discord's own; null: Discord's. */
  readonly apiUrl: string | null;
  /** As many gateway connections as Discord recommends, for bots in more than 2,500 servers. */
  readonly sharding?: boolean;
  /** Asks for the privileged intent that lets the bot read whole threads. */
  readonly messageContent?: boolean;
  readonly png: DrawPng;
  readonly gate: Gate;
  /** See `Inbox.isNews`. */
  readonly isNews: (eventId: string) => Promise<boolean>;
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

/** Answers to interactions do not count against the bot's 50 requests a second. */
const UNBOUND = { globalRequestsPerSecond: Infinity };

export function createDiscord(parts: DiscordParts): ChatPlatform {
  const { token, guildId, apiUrl, png, gate, isNews, log, answerWithinMs = ANSWER_WITHIN_MS } = parts;
  const once = createSingleAttemptRest({ token, apiUrl }, API_TIMEOUT_MS, UNBOUND);
  const rest = new REST({ ...(apiUrl === null ? {} : { api: apiUrl }), timeout: API_TIMEOUT_MS }).setToken(token);
  const { sharding = false, messageContent = false } = parts;
  const link = createGatewayLink({ ...parts, sharding, messageContent });
  const timeout = parts.postTimeoutMs === undefined ? {} : { timeoutMs: parts.postTimeoutMs };
  const mayReadHistory = (channel: string) => readsHistory(link.client(), channel);
  return {
    name: "discord",
    prefix: "/",
    ...createPoster({ token, apiUrl, png, log, mayReadHistory, ...timeout }),
    ...createConversing({ rest, png, log, mayReadHistory, guildId: () => guildId ?? firstGuild(link.client()) }),
    adminsOf: async () => adminsOf(link.client(), guildId ?? firstGuild(link.client())),
    placeOf: async (channel) => placeOf(link.client(), channel),
    standingOf: (person) => standingOf(link.client(), person),
    nameOf: (subject) => nameOf(link.client(), subject),
    async start(commands: readonly Command[], events: ChatEvents = {}) {
      checkForms("Discord", commands, modalFaults);
      const happenings = createHappenings({ events, rest, log, client: link.client, selfId: userIdOf(token) });
      const onInteraction = createInteractions({ commands, gate, isNews, once, rest, png, log, answerWithinMs });
      let applicationId: string | null = null;
      try {
        const client = await link.open({
          ...happenings,
          onInteraction: (interaction) => void onInteraction(interaction),
        });
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

interface ConversingParts {
  readonly rest: REST;
  readonly png: DrawPng;
  readonly log: Log;
  readonly mayReadHistory: (channel: string) => boolean | null;
  readonly guildId: () => string | null;
}

function createConversing(parts: ConversingParts) {
  const { rest } = parts;
  return {
    edit: (message, shown) => edit(message, shown, parts),
    react: (message, emoji) => react(message, emoji, rest),
    reactionsOf: (message) => reactionsOf(message, rest),
    threadOf: (message) => threadOf(message, rest),
    startThread: (message, name) => startThread(message, name, rest),
    readThread: (thread) => readThread(thread, parts),
    tagThread: (thread, tags, among) => tagThread(thread, tags, among, rest),
    directTo: (personId) => directTo(personId, parts),
    audienceOf: (audience) => audienceOf(audience, parts),
    linkTo: (message) => linkTo(message, rest),
  } satisfies Partial<ChatPlatform>;
}

function firstGuild(client: Client<true> | null): string | null {
  return client?.guilds.cache.first()?.id ?? null;
}

function readsHistory(client: Client<true> | null, channelId: string): boolean | null {
  const channel = client?.channels.cache.get(channelId);
  if (channel === undefined || channel.isDMBased()) return null;
  return channel.permissionsFor(channel.client.user)?.has(PermissionFlagsBits.ReadMessageHistory) ?? null;
}
