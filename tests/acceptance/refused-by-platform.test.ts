import { expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { chatGround, deliveryStates, digestDueNow, started, type ChatGround, type Settings } from "./chat-ground.ts";

interface Refusal {
  readonly what: string;
  /** Makes the platform refuse, and answers what to start with. */
  readonly arrange: (ground: ChatGround) => Settings;
  readonly words: readonly string[];
}

const PORTAL = "https://discord.com/developers/applications";
const REFUSALS: readonly Refusal[] = [
  {
    what: "a wrong bot token of Slack",
    arrange: () => ({ SLACK_BOT_TOKEN: "xoxb-wrong" }),
    words: ["SLACK_BOT_TOKEN", "OAuth & Permissions"],
  },
  {
    what: "a wrong app token of Slack",
    arrange: () => ({ SLACK_APP_TOKEN: "xapp-wrong" }),
    words: ["SLACK_APP_TOKEN", "`connections:write`"],
  },
  {
    what: "a wrong token of Discord",
    arrange: () => ({ DISCORD_TOKEN: "d3Jvbmc.x.wrong" }),
    words: ["DISCORD_TOKEN", PORTAL],
  },
  {
    what: "a server of Discord without the bot",
    arrange: ({ discord }) => {
      discord.world.foreignGuilds.add("600000000000000002");
      return { DISCORD_GUILD_ID: "600000000000000002" };
    },
    words: ["DISCORD_GUILD_ID", "https://discord.com/oauth2/authorize?client_id="],
  },
  {
    what: "an intent that is not turned on",
    arrange: ({ discord }) => {
      discord.gateway.refuseWith(4014);
      return {};
    },
    words: ["Turn on Message Content Intent", PORTAL],
  },
  {
    what: "a scope that the Slack app lacks",
    arrange: ({ slack }) => {
      slack.setScopes(["commands", "chat:write", "files:read"]);
      return {};
    },
    words: ["`files:write`", "slack-manifest.json", "install the app again"],
  },
  {
    what: "half a configuration",
    arrange: () => ({ SLACK_APP_TOKEN: "", DISCORD_TOKEN: "" }),
    words: ["SLACK_SIGNING_SECRET", "DISCORD_TOKEN is missing"],
  },
];

test("a start that a platform refuses ends with the step that mends it, and without the token", async () => {
  const ground = await chatGround();
  const usual = { PORT: "0", ADMIN_KEY: "an-admin-key-for-tests-of-the-real-program", ...ground.settings };
  for (const { what, arrange, words } of REFUSALS) {
    const settings: Settings = { ...usual, ...arrange(ground) };
    const { code, stderr } = await runProgram("main", [], settings);
    expect(code, what).toBe(1);
    for (const one of words) expect(stderr, what).toContain(one);
    for (const name of ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"])
      if (settings[name] !== "") expect(stderr, what).not.toContain(settings[name]);
  }
}, 120_000);

test("a channel that is gone is paused with the step that mends it, and the other channels get their digest", async () => {
  const ground = await chatGround();
  const { db, slack, discord, slackChannel } = ground;
  const { DIGEST_CHANNELS, ...due } = await digestDueNow(ground);
  const gone = ["slack:C0NOWHERE", "discord:500000000000000404"];
  discord.world.closedChannels.set("500000000000000404", "gone");
  await db.work.run(
    (sql) => sql`
      insert into schedules (kind, platform, channel, at, time_zone, origin, created_at)
      select kind, platform, case platform when 'slack' then 'C0NOWHERE' else '500000000000000404' end, at, time_zone,
        origin, created_at
      from schedules`,
  );
  const settings = { ...due, DIGEST_CHANNELS: [DIGEST_CHANNELS, ...gone].join() };
  const program = await started(settings);
  await expect.poll(() => deliveryStates(db), { timeout: 20_000 }).toEqual(["dead", "dead", "sent", "sent"]);
  expect(await slack.messages(slackChannel)).toHaveLength(1);
  expect(discord.world.messages).toHaveLength(1);
  const { stdout } = await runProgram("cli", ["digest", "list"], settings);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("slack:C0NOWHERE is paused: The channel is gone, or private");
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "discord:500000000000000404 is paused: The channel is gone. Take it",
  );
  expect(program.output()).toContain("A digest is paused.");
}, 120_000);
