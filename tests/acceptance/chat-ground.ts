import { expect, onTestFailed, onTestFinished } from "vitest";
import { openDatabase, type Database } from "../../src/db/client.ts";
import { startFakeDiscord, type FakeDiscord } from "../support/discord/fake-discord.ts";
import { startProgram, type Program } from "../support/program.ts";
import { startOwnServer } from "../support/server.ts";
import { startSlack, type FakeSlack, type Route } from "../support/slack/slack.ts";

export const ZONE = "Europe/Berlin";
export const DISCORD_CHANNEL = "500000000000000001";

export type Settings = Readonly<Record<string, string>>;

export interface ChatGround {
  readonly db: Database;
  readonly slack: FakeSlack;
  readonly discord: FakeDiscord;
  readonly slackChannel: string;
  /** Both platforms on, Slack in Socket Mode. */
  readonly settings: Settings;
}

/** The real program's child, which does not outlive the test. */
export async function started(settings: Settings): Promise<Program> {
  const program = await startProgram(settings);
  onTestFailed(() => console.log(program.output()));
  onTestFinished(async () => void (program.child.exitCode === null && (await program.kill())));
  return program;
}

/** A server that keeps its data, as the program demands, with a migrated database, beside both platforms. */
export async function chatGround(): Promise<ChatGround> {
  const { url } = await startOwnServer();
  const first = await startProgram({ DATABASE_URL: url, TIMEZONE: ZONE });
  await first.stop();
  const db = await openDatabase(url);
  onTestFinished(() => db.close());
  const [slack, discord] = [await startSlack(), await startFakeDiscord()];
  onTestFinished(() => slack.close());
  onTestFinished(async () => {
    await discord.stop();
    expect(discord.faultsFound).toEqual([]);
    expect(discord.unknownFields).toEqual([]);
  });
  const settings = {
    DATABASE_URL: url,
    TIMEZONE: ZONE,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_API_URL: discord.apiUrl,
  };
  return { db, slack, discord, slackChannel: await slack.channelId("numbers"), settings };
}

/** The way into another program of that workspace, to which Slack sends signed requests. */
export async function httpRoute({ slack }: ChatGround, settings: Settings): Promise<Route> {
  const { SLACK_APP_TOKEN: _app, DISCORD_TOKEN: _token, DISCORD_GUILD_ID: _guild, ...slackOnly } = settings;
  const { url } = await started({ ...slackOnly, SLACK_SIGNING_SECRET: slack.signingSecret });
  const handle = async (request: Request) =>
    fetch(`${url}/slack/events`, { method: "POST", headers: request.headers, body: await request.text() });
  return { kind: "http", handle };
}

/** The settings with which the next start owes one digest to each platform at once. */
export async function digestDueNow({ db, slackChannel, settings }: ChatGround): Promise<Settings> {
  const [clock] = await db.work.run(
    (sql) => sql<{ at: string }[]>`select to_char(now() at time zone ${ZONE}, 'HH24:MI') as at`,
  );
  await db.work.run(
    (sql) => sql`
      insert into schedules (kind, platform, channel, at, time_zone, origin, created_at)
      select 'digest', platform, channel, '00:00', ${ZONE}, 'environment',
        date_trunc('minute', now()) - interval '1 minute'
      from (values ('slack', ${slackChannel}), ('discord', ${DISCORD_CHANNEL})) as made(platform, channel)`,
  );
  return {
    ...settings,
    DIGEST_AT: clock?.at ?? "",
    DIGEST_CHANNELS: `slack:${slackChannel},discord:${DISCORD_CHANNEL}`,
  };
}

export async function deliveryStates(db: Database): Promise<string[]> {
  const rows = await db.read.run(
    (sql) => sql<{ state: string }[]>`select state from deliveries where kind = 'digest' order by state`,
  );
  return rows.map(({ state }) => state);
}

const PNG = "\u0089PNG";

/** How many digests each platform shows, and how many pictures are in each. */
export async function digestsShown({ slack, discord, slackChannel }: ChatGround) {
  const inSlack = (await slack.messages(slackChannel)).map(
    ({ blocks }) => blocks.filter((block) => block["type"] === "image" && isPicture(block, slack)).length,
  );
  const inDiscord = await Promise.all(
    discord.world.messages.map(async ({ attachments }) => {
      const files = await Promise.all(attachments.map(async ({ url }) => (await fetch(String(url))).arrayBuffer()));
      return files.filter((file) => Buffer.from(file).toString("latin1").startsWith(PNG)).length;
    }),
  );
  return { slack: inSlack, discord: inDiscord };
}

function isPicture(block: Readonly<Record<string, unknown>>, slack: FakeSlack): boolean {
  const { id } = block["slack_file"] as { id: string };
  return slack.pictures.get(id)?.toString("latin1").startsWith(PNG) === true;
}

export const ONE_EACH = { slack: [1], discord: [1] };
