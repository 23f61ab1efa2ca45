import { firstEvent } from "./banner.ts";
import { createCommands } from "./bot/commands/commands.ts";
import { startDelivering } from "./bot/digest/delivering.ts";
import { createDigestWriter } from "./bot/digest/digest-post.ts";
import { applyWantedDigests } from "./bot/digest/schedule-store.ts";
import type { ChatPlatform } from "./bot/platform.ts";
import type { Config } from "./config.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import type { Foundation } from "./foundation.ts";
import { startDigestTick } from "./jobs.ts";
import type { Rooms } from "./rooms.ts";

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
  const context = {
    db,
    clock,
    workspace,
    reader: rooms.reader,
    firstEvent: firstEvent(config.PUBLIC_URL ?? `http://localhost:${config.PORT}`),
  };
  const commands = createCommands(context);
  for (const platform of platforms) {
    await platform.start(commands);
    lifecycle.onStop(platform.name, () => platform.stop());
  }
  await db.work.transaction((sql) =>
    applyWantedDigests(sql, { at: config.DIGEST_AT, channels: config.DIGEST_CHANNELS }, workspace.timeZone),
  );
  if (platforms.length === 0) return;
  const delivering = startDelivering({ pool: db.work, platforms, write: createDigestWriter(context), clock, log });
  lifecycle.onStop("digests", () => delivering.stop());
  await startDigestTick(delivering, lifecycle);
}

/** What the banner says about chat. */
export function chatLines(config: Config): { readonly label: string; readonly text: string }[] {
  const slack =
    config.SLACK_BOT_TOKEN === undefined
      ? "off: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN"
      : config.SLACK_APP_TOKEN === undefined
        ? "on, HTTP mode: /slack/events"
        : "on, Socket Mode";
  const discord = config.DISCORD_TOKEN === undefined ? "off: set DISCORD_TOKEN" : "on";
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
