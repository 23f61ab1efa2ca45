import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/db/client.ts";
import { startOwnServer } from "../support/server.ts";
import { startFakeDiscord } from "../support/discord/fake-discord.ts";
import { runProgram, startProgram, type Program } from "../support/program.ts";
import { startSlack } from "../support/slack/slack.ts";

const DISCORD_CHANNEL = "500000000000000001";

async function started(settings: Readonly<Record<string, string>>): Promise<Program> {
  const program = await startProgram(settings);
  onTestFinished(async () => void (program.child.exitCode === null && (await program.kill())));
  return program;
}

/** A server that keeps its data, as the program demands, with a migrated database. */
async function ownDatabase() {
  const { url } = await startOwnServer();
  const first = await startProgram({ DATABASE_URL: url, TIMEZONE: "UTC" });
  await first.stop();
  const db = await openDatabase(url);
  onTestFinished(() => db.close());
  return { ...db, url };
}

test("three instances of the real program post one digest to Slack and one to Discord", async () => {
  const db = await ownDatabase();
  const [slack, discord] = [await startSlack(), await startFakeDiscord()];
  onTestFinished(() => slack.close());
  onTestFinished(() => discord.stop());
  const channel = await slack.channelId("numbers");
  const [clock] = await db.read.run(
    (sql) => sql<{ at: string }[]>`select to_char(now() at time zone 'UTC', 'HH24:MI') as at`,
  );
  const settings = {
    DATABASE_URL: db.url,
    TIMEZONE: "UTC",
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_API_URL: discord.apiUrl,
    DIGEST_AT: clock?.at ?? "",
    DIGEST_CHANNELS: `slack:${channel},discord:${DISCORD_CHANNEL}`,
  };
  await db.work.run(
    (sql) => sql`
      insert into schedules (kind, platform, channel, at, time_zone, origin, created_at)
      select 'digest', platform, channel, '00:00', 'UTC', 'environment', date_trunc('minute', now()) - interval '1 minute'
      from (values ('slack', ${channel}), ('discord', ${DISCORD_CHANNEL})) as made(platform, channel)`,
  );
  const program = await started(settings);
  expect(program.output()).toContain("Socket Mode");
  await started(settings);
  await started(settings);
  const states = async () =>
    db.read.run((sql) => sql<{ state: string }[]>`select state from deliveries where state not in ('sent', 'skipped')`);
  const sent = async () => db.read.run((sql) => sql`select from deliveries where state = 'sent'`);
  for (const until = performance.now() + 20_000; (await sent()).length < 2 && performance.now() < until;)
    await sleep(100);
  expect(await states()).toEqual([]);
  expect(await slack.messages(channel)).toHaveLength(1);
  expect(discord.world.messages).toHaveLength(1);
  expect(discord.faultsFound).toEqual([]);
  expect(await program.stop()).toBe(0);
}, 120_000);

test("a token that the platform refuses ends the start with the step that mends it", async () => {
  const db = await ownDatabase();
  const slack = await startSlack();
  onTestFinished(() => slack.close());
  const ran = await runProgram("main", [], {
    DATABASE_URL: db.url,
    PORT: "0",
    ADMIN_KEY: "an-admin-key-for-tests-of-the-real-program",
    SLACK_BOT_TOKEN: "xoxb-wrong",
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
  });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("SLACK_BOT_TOKEN");
  expect(ran.stderr).not.toContain("xoxb-wrong");
}, 120_000);
