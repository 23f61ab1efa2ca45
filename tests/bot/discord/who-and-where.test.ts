import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import { FREE } from "../../../src/bot/permission/need.ts";
import { defineCommand, type Invocation } from "../../../src/bot/command.ts";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import { allIsNews } from "../support/inbox.ts";
import { createLog } from "../../../src/core/log.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { CHANNEL, guild, PERSON, ROLE } from "../../support/discord/guild.ts";
import type { From } from "../../support/discord/interactions.ts";
import { createJudge } from "../../support/discord/judge.ts";

const judge = createJudge();
let fake: FakeDiscord;
beforeEach(async () => {
  fake = await startFakeDiscord({ judge });
});
afterEach(async () => {
  await fake.stop();
  expect(fake.faultsFound).toEqual([]);
});

async function start() {
  const told: Invocation[] = [];
  const tell = defineCommand({
    path: ["metrics", "tell"],
    description: "tells who asked",
    options: {},
    access: () => FREE,
    async run(_, invocation) {
      told.push(invocation);
      return { message: { tone: "neutral", blocks: [{ kind: "text", text: "Told." }] }, data: null };
    },
  });
  const { apiUrl, token, guildId } = fake;
  const png = async () => Buffer.alloc(0);
  const discord = createDiscord({
    token,
    guildId,
    apiUrl,
    png,
    gate: OPEN_GATE,
    isNews: allIsNews,
    log: createLog("silent"),
  });
  onTestFinished(() => discord.stop());
  await discord.start([tell]);
  const ask = async (from: From = {}) => {
    const asked = fake.ask(["metrics", "tell"], [], from);
    await fake.until(() => asked.reply);
    return told.at(-1);
  };
  return { discord, ask };
}

describe("who asks in Discord", () => {
  test("is known with the roles, by what comes with the command", async () => {
    const { ask } = await start();
    expect((await ask())?.asker).toEqual({
      platform: "discord",
      person: PERSON.dana,
      groups: [ROLE.team],
      standing: "member",
    });
    const founder = await ask({ user: PERSON.kim, roles: [ROLE.team, ROLE.founders] });
    expect(founder?.asker).toMatchObject({ groups: [ROLE.team, ROLE.founders], standing: "admin" });
    expect((await ask({ roles: [ROLE.founders] }))?.asker.groups).toEqual([ROLE.founders]);
    expect((await ask({ user: "1" }))?.asker.standing).toBe("admin");
  });

  test("is a guest in a server that anybody can join, unless an administrator", async () => {
    const { ask } = await start();
    fake.gateway.dispatch("GUILD_UPDATE", guild(fake.guildId, ["COMMUNITY"]));
    expect((await ask())?.asker.standing).toBe("guest");
    expect((await ask({ user: PERSON.kim }))?.asker.standing).toBe("admin");
  });
});

describe("how somebody stands in Discord", () => {
  test("in a server that anybody can join a member is a guest, and whoever owns it is not", async () => {
    const { discord } = await start();
    for (const person of [PERSON.dana, "1"]) fake.world.rooms.addMember(person);
    expect(await discord.standingOf(PERSON.dana)).toBe("member");
    fake.gateway.dispatch("GUILD_UPDATE", guild(fake.guildId, ["COMMUNITY"]));
    await fake.gateway.settled();
    expect(await discord.standingOf(PERSON.dana)).toBe("guest");
    expect(await discord.standingOf("1")).toBe("admin");
  });
});

describe("where it is asked in Discord", () => {
  test.each([
    [CHANNEL.numbers, { channel: CHANNEL.numbers, kind: "private", name: "numbers", thread: null }],
    [CHANNEL.general, { channel: CHANNEL.general, kind: "public", name: "general", thread: null }],
    [CHANNEL.publicThread, { channel: CHANNEL.general, kind: "public", name: "general", thread: CHANNEL.publicThread }],
    [
      CHANNEL.privateThread,
      { channel: CHANNEL.general, kind: "private", name: "general", thread: CHANNEL.privateThread },
    ],
  ])("the kind of channel %s is known", async (channel, place) => {
    const { ask, discord } = await start();
    expect((await ask({ channel }))?.place).toEqual({ platform: "discord", ...place });
    expect(await discord.placeOf(channel)).toEqual({ platform: "discord", ...place });
  });

  test("is known anew when the channel is opened to everyone", async () => {
    const { ask } = await start();
    const opened = guild(fake.guildId).channels.find(({ id }) => id === CHANNEL.numbers);
    fake.gateway.dispatch("CHANNEL_UPDATE", { ...opened, permission_overwrites: [] });
    expect((await ask({ channel: CHANNEL.numbers }))?.place.kind).toBe("public");
  });

  test("is unknown for a channel that the gateway never told of, and without a gateway", async () => {
    const { discord } = await start();
    expect((await discord.placeOf("500000000000000099")).kind).toBe("unknown");
    await discord.stop();
    expect((await discord.placeOf(CHANNEL.general)).kind).toBe("unknown");
  });
});

test("a command on a message knows the message and its words, also without the intent, and is answered privately", async () => {
  const told: Invocation[] = [];
  const open = defineCommand({
    path: ["ticket", "open"],
    description: "opens a ticket",
    options: {},
    onMessage: { id: "open_ticket", label: "Open support ticket" },
    access: () => FREE,
    async run(_, invocation) {
      told.push(invocation);
      return { message: { tone: "neutral", blocks: [{ kind: "text", text: "Opened." }] }, data: null };
    },
  });
  const { apiUrl, token, guildId } = fake;
  const png = async () => Buffer.alloc(0);
  const begin = async () => {
    const discord = createDiscord({
      token,
      guildId,
      apiUrl,
      png,
      gate: OPEN_GATE,
      isNews: allIsNews,
      log: createLog("silent"),
    });
    onTestFinished(() => discord.stop());
    await discord.start([open]);
  };
  await begin();
  fake.world.rooms.intents.messageContent = false;
  const message = fake.crowd.say(CHANNEL.general, { content: "It fails, <@1>" });
  const asked = fake.choose("Open support ticket", message);
  const reply = await fake.until(() => asked.reply);
  expect(asked.isPrivate).toBe(true);
  expect(JSON.stringify(reply.components)).not.toContain("share");
  expect(told.at(-1)?.target).toEqual({
    message: { platform: "discord", channel: CHANNEL.general, id: message.id },
    author: { id: PERSON.dana, isBot: false },
    text: "It fails, @1",
  });
  const registered = fake.world.commands.get(guildId)?.map(({ name, type }) => `${String(type)} ${String(name)}`);
  expect(registered).toEqual(["1 ticket", "3 Open support ticket"]);
  await begin();
  expect(fake.requests.filter((name) => name.startsWith("put /applications"))).toHaveLength(1);
});
