import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCommands } from "../../../src/bot/commands/commands.ts";
import { createAccessBook } from "../../../src/bot/permission/access-book.ts";
import { admissionOf } from "../../../src/bot/permission/admission.ts";
import { createGate, OPEN_GATE, type Gate } from "../../../src/bot/permission/gate.ts";
import type { Policy } from "../../../src/bot/permission/policy.ts";
import { standingPolicy } from "../../../src/bot/permission/standing-policy.ts";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { allIsNews } from "../support/inbox.ts";
import { createLog } from "../../../src/core/log.ts";
import { createTestDatabase } from "../../support/database.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { CHANNEL, guild, PERSON, ROLE } from "../../support/discord/guild.ts";
import type { From as DiscordFrom } from "../../support/discord/interactions.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { startSlack, type FakeSlack, type From as SlackFrom, type Route } from "../../support/slack/slack.ts";
import { textOf } from "../discord/reading.ts";
import { readBlocks, slackFor } from "../slack/support.ts";
import { clock, madeUpReader, noDatabase, noRules, workspace, noSurveys } from "../support/made-up-numbers.ts";
import { CHANNELS, policies, ROLES, type Cell, type Channel, type Role } from "./matrix.ts";

const PNG = Buffer.from("89504e470d0a1a0a", "hex");
const png = async () => PNG;
const context = { reader: madeUpReader(), clock, workspace, firstEvent: "curl" };
const commands = createCommands({ ...noSurveys, db: noDatabase, accessBook: noRules, ...context });
const AUDIENCES = ["person", "everyone"] as const;
type Audience = (typeof AUDIENCES)[number];

/** What a platform showed: its words, and whether to one person alone. */
interface Shown {
  readonly text: string;
  readonly isPrivate: boolean;
}
type Ask = (line: string, role: Role, channel: Channel, audience: Audience) => Promise<Shown>;

let policy: Policy = { admins: [], rules: [] };
/** The pure decision behind the real adapters; the stored table has a test of its own. */
const gate: Gate = { ...OPEN_GATE, admit: (_, need, visit) => admissionOf(policy, need, visit) };

const LINES: Readonly<Record<string, (cell: Cell) => Cell>> = {
  "metrics summary": (cell) => cell,
  "metrics show mrr": (cell) => (cell === "all" ? "all" : "no"),
  "metrics show dau": (cell) => (cell === "no" ? "no" : "all"),
};

/** What is in the words of an answer to each line when it is whole. */
const WHOLE: Readonly<Record<string, string>> = {
  "metrics summary": "$16,412",
  "metrics show mrr": "MRR, last 30 days",
  "metrics show dau": "last 30 days",
};

function cellOf(line: string, { text }: Shown): Cell {
  if (text.includes(WHOLE[line] ?? "?")) return "all";
  expect(text).not.toContain("$");
  return text.includes("1,204") ? "some" : "no";
}

function describeCells(platform: "slack" | "discord", roles: readonly Role[], channels: readonly Channel[], ask: Ask) {
  for (const { name, policy: given, table } of policies(platform))
    describe(`in ${platform}, ${name}`, () => {
      test.each(roles)("a %s is shown what the table says, in every kind of channel", async (role) => {
        policy = given;
        for (const channel of channels)
          for (const audience of AUDIENCES)
            for (const [line, expected] of Object.entries(LINES)) {
              const cell = expected(audience === "person" ? table[role].asks : table[role][channel]);
              const shown = await ask(line, role, channel, audience);
              const where = { line, channel, audience };
              expect({ ...where, cell: cellOf(line, shown) }).toEqual({ ...where, cell });
              expect({ ...where, isPrivate: shown.isPrivate }).toEqual({
                ...where,
                isPrivate: audience === "person" || cell === "no",
              });
            }
      });
    });
}

describe("every cell through Slack's adapter", () => {
  let fake: FakeSlack;
  let slack: SlackPlatform;
  beforeAll(async () => {
    fake = await startSlack();
    fake.workspace.people.set("U0FOUNDER", { name: "fay" });
    fake.workspace.groups.set("S0FOUNDERS", { handle: "founders", users: ["U0FOUNDER"] });
    slack = slackFor(fake, { signingSecret: fake.signingSecret, gate, png });
    await slack.start(commands);
  });
  afterAll(async () => {
    await slack.stop();
    await fake.close();
  });

  const PEOPLE = {
    admin: "U0ADMIN01",
    founder: "U0FOUNDER",
    member: "U0HUMAN01",
    guest: "U0GUEST01",
    unknown: "U0NOBODY1",
  } as const satisfies Record<Role, string>;
  const PLACES = {
    direct: "D000DIRECT1",
    private: "C000000001",
    public: "C000GENERAL",
    shared: "C000PARTNER",
    unknown: "C000UNKNOWN",
    chosen: "C000CHOSEN1",
    closed: "C000CLOSED1",
  } as const satisfies Record<Channel, string>;

  test("with the gate open, money would be shown to a guest, and to everyone", async () => {
    const open = slackFor(fake, { signingSecret: fake.signingSecret, png });
    await open.start(commands);
    const from = { user: PEOPLE.guest, channel: PLACES.shared };
    const route: Route = { kind: "http", handle: open.handle };
    const asked = fake.click(route, { action_id: "share", value: "metrics summary" }, from);
    const { blocks, response_type } = await asked.next();
    expect([response_type, readBlocks(blocks)]).toEqual(["in_channel", expect.stringContaining("$16,412")]);
    await open.stop();
  });

  describeCells("slack", ROLES, CHANNELS, async (line, role, channel, audience) => {
    const route: Route = { kind: "http", handle: slack.handle };
    const from: SlackFrom = { user: PEOPLE[role], channel: PLACES[channel] };
    const [group = "", ...rest] = line.split(" ");
    const asked =
      audience === "person"
        ? fake.type(route, `/${group}`, rest.join(" "), from)
        : fake.click(route, { action_id: "share", value: line }, from);
    const answer = await asked.next();
    return { text: readBlocks(answer.blocks), isPrivate: answer.response_type === "ephemeral" };
  });
});

const judge = createJudge();

async function startedDiscord(fake: FakeDiscord, given: typeof commands, using: Gate): Promise<ChatPlatform> {
  const { apiUrl, token, guildId } = fake;
  const discord = createDiscord({
    token,
    guildId,
    apiUrl,
    png,
    gate: using,
    isNews: allIsNews,
    log: createLog("silent"),
  });
  await discord.start(given);
  return discord;
}

/** Presses the button of a message that offers to share `line`. */
async function pressShare(fake: FakeDiscord, line: string, from: DiscordFrom): Promise<Shown> {
  const message = { id: fake.world.newId(), channel_id: from.channel ?? CHANNEL.numbers };
  const asked = fake.press(`share:${line}`, { ...EMPTY_MESSAGE, ...message }, from);
  const reply = await fake.until(() => asked.reply);
  return { text: textOf(reply), isPrivate: asked.isPrivate };
}

const EMPTY_MESSAGE = { content: "", embeds: [], attachments: [], components: [], allowed_mentions: {} };

describe("every cell through Discord's adapter", () => {
  let fake: FakeDiscord;
  let discord: ChatPlatform;
  beforeAll(async () => {
    fake = await startFakeDiscord({ judge });
    discord = await startedDiscord(fake, commands, gate);
  });
  beforeEach(() => fake.gateway.dispatch("GUILD_UPDATE", guild(fake.guildId)));
  afterAll(async () => {
    await discord.stop();
    await fake.stop();
    expect(fake.faultsFound).toEqual([]);
  });

  const PEOPLE = {
    admin: { user: PERSON.kim },
    founder: { roles: [ROLE.team, ROLE.founders] },
    member: {},
    guest: {},
  } as const satisfies Partial<Record<Role, DiscordFrom>>;
  /** Commands are for servers only, and Discord shares no channel between them; it always says who asks. */
  const PLACES = {
    private: CHANNEL.numbers,
    public: CHANNEL.general,
    unknown: "500000000000000099",
    chosen: CHANNEL.investors,
    closed: CHANNEL.board,
  } as const satisfies Partial<Record<Channel, string>>;
  type DiscordRole = keyof typeof PEOPLE;
  type DiscordChannel = keyof typeof PLACES;

  const roles = Object.keys(PEOPLE) as DiscordRole[];
  const channels = Object.keys(PLACES) as DiscordChannel[];
  describeCells("discord", roles, channels, async (line, role, channel, audience) => {
    if (role === "guest") fake.gateway.dispatch("GUILD_UPDATE", guild(fake.guildId, ["COMMUNITY"]));
    const from: DiscordFrom = { ...PEOPLE[role as DiscordRole], channel: PLACES[channel as DiscordChannel] };
    if (audience === "everyone") return pressShare(fake, line, from);
    const [group = "", name = "", metric] = line.split(" ");
    const options = metric === undefined ? [] : [{ name: "metric", value: metric }];
    const asked = fake.ask([group, name], options, from);
    const reply = await fake.until(() => asked.reply);
    return { text: textOf(reply), isPrivate: asked.isPrivate };
  });
});

describe("an admin opens a channel for money by mentioning it", () => {
  async function stored() {
    const db = await createTestDatabase();
    const standing = standingPolicy([], [], []);
    const accessBook = createAccessBook(db, standing);
    return { gate: createGate({ db, standing }), all: createCommands({ ...noSurveys, db, accessBook, ...context }) };
  }

  test("in Slack", async () => {
    const { gate: real, all } = await stored();
    const fake = await startSlack();
    const slack = slackFor(fake, { signingSecret: fake.signingSecret, gate: real, png });
    await slack.start(all);
    const route: Route = { kind: "http", handle: slack.handle };
    const share = async () => {
      const { response_type, blocks } = await fake
        .click(route, { action_id: "share", value: "metrics show mrr" }, { channel: "C000GENERAL" })
        .next();
      return [response_type, readBlocks(blocks)];
    };
    const grant = async (user: string) => {
      const asked = fake.type(route, "/access", "grant &lt;#C000GENERAL|general&gt;", { user, channel: "C000000001" });
      return readBlocks((await asked.next()).blocks);
    };
    expect(await share()).toEqual(["ephemeral", expect.stringContaining("Revenue is not shown in #general: everyone")]);
    expect(await grant("U0HUMAN01")).toContain("You may not change who sees what. Ask an admin of the workspace");
    expect(await grant("U0ADMIN01")).toContain("Done: #general may be shown revenue.");
    expect(await share()).toEqual(["in_channel", expect.stringContaining("MRR, last 30 days")]);
    await slack.stop();
    await fake.close();
  });

  test("in Discord", async () => {
    const { gate: real, all } = await stored();
    const fake = await startFakeDiscord({ judge });
    const discord = await startedDiscord(fake, all, real);
    const share = () => pressShare(fake, "metrics show mrr", { channel: CHANNEL.general });
    const grant = async (from: DiscordFrom) => {
      const asked = fake.ask(["access", "grant"], [{ name: "who", value: `<#${CHANNEL.general}>` }], from);
      return textOf(await fake.until(() => asked.reply));
    };
    expect(await share()).toMatchObject({ isPrivate: true, text: expect.stringContaining("not shown in #general") });
    expect(await grant({})).toContain("Ask an administrator of the server");
    expect(await grant({ user: PERSON.kim })).toContain("Done: #general may be shown revenue.");
    expect(await share()).toMatchObject({ isPrivate: false, text: expect.stringContaining("MRR, last 30 days") });
    await discord.stop();
    await fake.stop();
    expect(fake.faultsFound).toEqual([]);
  });
});

afterEach(() => {
  policy = { admins: [], rules: [] };
});
