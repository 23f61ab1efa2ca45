import { REST, type Client } from "discord.js";
import { describeError, type Log } from "../../../core/log.ts";
import type { Command } from "../../command.ts";
import type { ChatPlatform } from "../../platform.ts";
import { askForSign, connect } from "./connection.ts";
import { CHECK_EVERY_MS, createDeafness } from "./deafness.ts";
import { closedProblem, startProblem } from "./failures.ts";
import type { DrawPng } from "./files.ts";
import { createInteractions } from "./interactions.ts";
import { createPoster, createSingleAttemptRest } from "./posting.ts";
import { registerCommands } from "./registration.ts";

interface DiscordParts {
  readonly token: string;
  /** Commands are registered for this server, at once; null: for all servers. */
  readonly guildId: string | null;
  /** `https://…/api` of another server than Discord's own; null: Discord's. */
  readonly apiUrl: string | null;
  /** As many gateway connections as Discord recommends, for bots in more than 2,500 servers. */
  readonly sharding?: boolean;
  readonly png: DrawPng;
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
const READY_WITHIN_MS = 30_000;
const API_TIMEOUT_MS = 10_000;

export function createDiscord(parts: DiscordParts): ChatPlatform {
  const { token, guildId, apiUrl, png, log, sharding = false } = parts;
  const { every = everyReal, steadyNow = () => performance.now(), readyWithinMs = READY_WITHIN_MS } = parts;
  const timeout = parts.postTimeoutMs === undefined ? {} : { timeoutMs: parts.postTimeoutMs };
  const poster = createPoster({ token, apiUrl, png, log, ...timeout });
  const once = createSingleAttemptRest({ token, apiUrl }, API_TIMEOUT_MS);
  const rest = new REST({ ...(apiUrl === null ? {} : { api: apiUrl }), timeout: API_TIMEOUT_MS }).setToken(token);
  let client: Client<true> | null = null;
  let stopWatch: (() => void) | null = null;
  let isStopped = false;

  async function open(onInteraction: ReturnType<typeof createInteractions>): Promise<void> {
    const deafness = createDeafness({
      now: steadyNow,
      ask: () => (client === null ? undefined : askForSign(client)),
      onDeaf: () => {
        log.warn({}, "Discord's gateway answers heartbeats and nothing else; connecting anew.");
        void reopen(onInteraction);
      },
    });
    stopWatch?.();
    client = await connect({
      token,
      apiUrl,
      sharding,
      readyWithinMs,
      log,
      onInteraction: (interaction) => void onInteraction(interaction),
      onDispatch: () => deafness.heard(),
      onClosed: (code) => {
        const { detail, next } = closedProblem(code);
        log.error({ code }, [detail, next].join(" "));
      },
    });
    deafness.heard();
    stopWatch = every(CHECK_EVERY_MS, () => {
      if (client !== null && client.guilds.cache.size > 0) deafness.check();
    });
  }

  async function close(): Promise<void> {
    stopWatch?.();
    stopWatch = null;
    const old = client;
    client = null;
    await old?.destroy();
  }

  async function reopen(onInteraction: ReturnType<typeof createInteractions>): Promise<void> {
    await close();
    try {
      if (!isStopped) await open(onInteraction);
      if (isStopped) await close();
    } catch (thrown) {
      log.warn({ error: describeError(thrown) }, "Discord's gateway cannot be reached; trying again.");
      stopWatch = every(CHECK_EVERY_MS, () => {
        stopWatch?.();
        void reopen(onInteraction);
      });
    }
  }

  return {
    name: "discord",
    prefix: "/",
    ...poster,
    async start(commands: readonly Command[]) {
      const answerWithinMs = parts.answerWithinMs ?? ANSWER_WITHIN_MS;
      const onInteraction = createInteractions({ commands, once, rest, png, log, answerWithinMs });
      let applicationId: string | null = null;
      try {
        await open(onInteraction);
        if (client === null) return;
        applicationId = client.application.id;
        const changed = await registerCommands(client, commands, guildId);
        log.info({ servers: client.guilds.cache.size, commandsChanged: changed }, "Discord is connected.");
      } catch (thrown) {
        await close();
        throw startProblem(thrown, { applicationId });
      }
    },
    async stop() {
      isStopped = true;
      await close();
    },
  };
}

function everyReal(ms: number, check: () => void): () => void {
  const timer = setInterval(check, ms);
  return () => clearInterval(timer);
}
