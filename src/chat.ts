import { setTimeout as sleep } from "node:timers/promises";
import { alertCommandsFor, alertPartsFrom } from "./alerts.ts";
import { firstEvent } from "./banner.ts";
import { digestView, layDigestGround, startDigests } from "./digests.ts";
import type { Command } from "./bot/command.ts";
import { createAccessBook } from "./bot/permission/access-book.ts";
import { createGate, policyReader, type Gate } from "./bot/permission/gate.ts";
import { createCommands } from "./bot/commands/commands.ts";
import { tellingWhatIsOff, type WhyOff } from "./bot/commands/platforms-off.ts";
import { applyWantedDigests } from "./bot/digest/schedule-store.ts";
import { createSubscriptions } from "./bot/digest/subscriptions.ts";
import { createInbox } from "./bot/inbox-store.ts";
import type { ChatEvents } from "./bot/conversation.ts";
import type { ChatName, ChatPlatform } from "./bot/platform.ts";
import type { SlackPlatform } from "./bot/platforms/slack/slack.ts";
import { ticketEvents } from "./bot/tickets/listening.ts";
import { together } from "./bot/together.ts";
import { createWarner } from "./bot/warnings/warner.ts";
import { createTicketCommands } from "./bot/tickets/ticket-commands.ts";
import type { Chart } from "./charts/chart.ts";
import { createFollowingUp } from "./bot/surveys/following-up.ts";
import { createPollster } from "./bot/surveys/pollster.ts";
import { createPictures } from "./chart-pictures.ts";
import { standingPolicyOf } from "./chat-config.ts";
import type { Config } from "./config.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import { describeError, type Log } from "./core/log.ts";
import { Problem } from "./core/problem.ts";
import type { Foundation } from "./foundation.ts";
import { startSurveyTick, startTicketTick, startWarningTick } from "./jobs.ts";
import type { Rooms } from "./rooms.ts";
import { ticketingFor } from "./support.ts";
import { followUpSettingsOf } from "./survey-config.ts";
import { createWaveBook } from "./surveys/wave-book.ts";

export interface Platforms {
  readonly all: readonly ChatPlatform[];
  /** Null when Slack is off or comes by Socket Mode; takes what is posted to /slack/events. */
  readonly slackEvents: ((request: Request) => Promise<Response>) | null;
}

type Foundations = Pick<Foundation, "db" | "clock" | "log">;

interface Shared {
  readonly png: (chart: Chart) => Promise<Buffer>;
  readonly gate: Gate;
}

/** Who may see what, by the configuration and by what is set in chat. */
function createGateFor(config: Config, { db }: Pick<Foundation, "db">): Gate {
  return createGate({ db, standing: standingPolicyOf(config) });
}

/** One for each token that is set; none is connected yet. */
export async function createPlatforms(config: Config, foundation: Foundations): Promise<Platforms> {
  const pictures = await createPictures(config, (sentence, error) => foundation.log.warn({ error }, sentence));
  const gate = createGateFor(config, foundation);
  const [slack, discord] = await Promise.all([
    slackFrom(config, foundation, { gate, png: pictures("slack") }),
    discordFrom(config, foundation, { gate, png: pictures("discord") }),
  ]);
  return {
    all: [slack, discord].filter((one) => one !== null),
    slackEvents: slack === null || config.SLACK_APP_TOKEN !== undefined ? null : slack.handle,
  };
}

/** The SDKs are large: each is loaded only when its platform is on. */
async function slackFrom(
  config: Config,
  { db, clock, log }: Foundations,
  shared: Shared,
): Promise<SlackPlatform | null> {
  if (config.SLACK_BOT_TOKEN === undefined) return null;
  const { createSlack } = await import("./bot/platforms/slack/slack.ts");
  return createSlack({
    botToken: config.SLACK_BOT_TOKEN,
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_APP_TOKEN === undefined ? config.SLACK_SIGNING_SECRET : undefined,
    apiUrl: config.SLACK_API_URL,
    nativeCharts: config.SLACK_CHARTS === "native",
    ...shared,
    isNews: createInbox(db.intake, "slack").isNews,
    clock,
    log,
  });
}

async function discordFrom(config: Config, { db, log }: Foundations, shared: Shared): Promise<ChatPlatform | null> {
  if (config.DISCORD_TOKEN === undefined) return null;
  const { createDiscord } = await import("./bot/platforms/discord/discord.ts");
  return createDiscord({
    token: config.DISCORD_TOKEN,
    guildId: config.DISCORD_GUILD_ID ?? null,
    apiUrl: config.DISCORD_API_URL ?? null,
    messageContent: config.DISCORD_MESSAGE_CONTENT,
    sharding: config.DISCORD_SHARDING,
    ...shared,
    isNews: createInbox(db.intake, "discord").isNews,
    log,
  });
}

interface ChatParts {
  readonly config: Config;
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly lifecycle: Lifecycle;
  readonly platforms: readonly ChatPlatform[];
}

/** Connects the platforms and posts digests; each part registers its stop. */
export async function startChat({ config, foundation, rooms, lifecycle, platforms }: ChatParts): Promise<void> {
  const { db, workspace, clock, log } = foundation;
  const { surveys, reader, overviews, details, exporter } = rooms;
  const ticketing = ticketingFor({ config, foundation, rooms, platforms, gate: createGateFor(config, foundation) });
  const asking = { pool: db.work, surveys, platforms, timeZone: workspace.timeZone, clock, log };
  const waves = createWaveBook({ db, clock });
  const followUp = followUpSettingsOf(config);
  const followingUp = followUp === null ? null : createFollowingUp({ ...ticketing, ...asking, settings: followUp });
  const pollster = createPollster({ ...asking, waves, followingUp });
  const digestGround = layDigestGround(foundation);
  const context = {
    db,
    clock,
    workspace,
    reader,
    overviews,
    details,
    freshness: digestGround.freshness,
    exporter,
    surveys,
    waves,
    followUpOwner: followUp?.owner ?? null,
    pollster,
    subscriptions: createSubscriptions({
      pool: db.work,
      platforms,
      timeZone: workspace.timeZone,
      usualAt: config.DIGEST_AT,
      clock,
    }),
    accessBook: createAccessBook(db, standingPolicyOf(config)),
    firstEvent: firstEvent(config.PUBLIC_URL ?? `http://localhost:${config.PORT}`, null),
  };
  const alerts = alertPartsFrom({ foundation, gate: createGateFor(config, foundation), platforms });
  const all = createCommands(context, [...alertCommandsFor(alerts), ...createTicketCommands(ticketing)]);
  const commands = tellingWhatIsOff(all, whyOffIn(config));
  const { warner, onRefused } = warningFor({ config, foundation, platforms });
  const heard = [pollster.events, ticketEvents(ticketing, pollster.asksAt), { refused: onRefused }];
  const hearing = { commands, events: together(heard), log };
  for (const platform of platforms) {
    const stop = await startPlatform(platform, hearing);
    lifecycle.onStop(platform.name, stop);
  }
  await db.work.transaction((sql) =>
    applyWantedDigests(sql, { at: config.DIGEST_AT, channels: config.DIGEST_CHANNELS }, workspace.timeZone),
  );
  if (platforms.length === 0) return;
  startTicketTick(ticketing, lifecycle);
  const viewOf = digestView(createGateFor(config, foundation), platforms, log);
  await startDigests({ foundation, lifecycle, platforms, context, digestGround, alerts, viewOf, onRefused });
  startWarningTick(warner, lifecycle);
  await startSurveyTick(pollster, lifecycle);
}

/** Who tells admins what only they can mend, and hears of platforms that refuse us. */
function warningFor({
  config,
  foundation: { db, log },
  platforms,
}: Pick<ChatParts, "config" | "foundation" | "platforms">) {
  const policyNow = policyReader({ db, standing: standingPolicyOf(config) });
  const warner = createWarner({ pool: db.work, platforms, policyNow, log });
  return {
    warner,
    onRefused: async (platform: ChatName, reason: string) => {
      await warner.raise({ platform, channel: null, reason, retry: null });
      await warner.tick();
    },
  };
}

const TRY_AGAIN_MS = 15_000;

interface Hearing {
  readonly commands: readonly Command[];
  readonly events: ChatEvents;
  readonly log: Log;
}

/**
 * A platform that cannot be reached is tried again in the background: events and the dashboard do not wait for it. What
 * only a person can mend rejects. Answers how to stop it.
 */
async function startPlatform(platform: ChatPlatform, { commands, events, log }: Hearing) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const again = async (): Promise<void> => {
    await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await attempt().catch((thrown: unknown) => log.error(describeError(thrown), platform.name));
  };
  const attempt = async (): Promise<void> => {
    try {
      await platform.start(commands, events);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.code !== `${platform.name}_unreachable`) throw thrown;
      log.warn({ platform: platform.name, reason: thrown.detail }, "A platform cannot be reached; trying again.");
      void again();
    }
  };
  await attempt();
  return async () => {
    stopping.abort();
    await platform.stop();
  };
}

/** What to set so that a platform that is off is on; null where it is on. */
function toSet(platform: ChatName, config: Config): string | null {
  switch (platform) {
    case "slack":
      return config.SLACK_BOT_TOKEN === undefined ? "SLACK_BOT_TOKEN and SLACK_APP_TOKEN" : null;
    case "discord":
      return config.DISCORD_TOKEN === undefined ? "DISCORD_TOKEN" : null;
  }
}

/** By the tokens that are set. */
export function whyOffIn(config: Config): WhyOff {
  return (platform) => {
    const tokens = toSet(platform, config);
    const name = platform === "slack" ? "Slack" : "Discord";
    return tokens === null
      ? null
      : `${name} is off: set ${tokens} and start again; until then nothing is posted there.`;
  };
}

/** What the banner says about chat. */
export function chatLines(config: Config): { readonly label: string; readonly text: string }[] {
  const standing = (platform: ChatName, on: string): string => {
    const tokens = toSet(platform, config);
    return tokens === null ? on : `off: set ${tokens}`;
  };
  const slack = standing(
    "slack",
    config.SLACK_APP_TOKEN === undefined ? "on, HTTP mode: /slack/events" : "on, Socket Mode",
  );
  const discord = standing("discord", "on");
  const count = config.DIGEST_CHANNELS.length;
  const digest =
    count === 0
      ? "off: set DIGEST_CHANNELS"
      : `every day at ${config.DIGEST_AT} in ${count} ${count === 1 ? "channel" : "channels"}`;
  return [
    { label: "Slack", text: slack },
    { label: "Discord", text: discord },
    { label: "digest", text: digest },
  ];
}
