import { afterEach, describe, expect, test } from "vitest";
import { OPEN_GATE } from "../../src/bot/permission/gate.ts";
import type { Policy } from "../../src/bot/permission/policy.ts";
import { createDiscord } from "../../src/bot/platforms/discord/discord.ts";
import type { ChatName, ChatPlatform, Destination } from "../../src/bot/platform.ts";
import { listSchedules } from "../../src/bot/digest/schedule-store.ts";
import { createSubscriptions } from "../../src/bot/digest/subscriptions.ts";
import { createWarner } from "../../src/bot/warnings/warner.ts";
import { OPERATOR } from "../../src/bot/asker.ts";
import { systemClock } from "../../src/core/time.ts";
import type { Pool } from "../../src/db/client.ts";
import { startFakeDiscord } from "../support/discord/fake-discord.ts";
import { createJudge } from "../support/discord/judge.ts";
import { listeningLog, SILENT } from "../support/silent.ts";
import { startSlack } from "../support/slack/slack.ts";
import { NAME_OF_SOMEBODY, SOMEBODY } from "../support/slack/workspace.ts";
import { createFakeChat, type Mood } from "./support/fake-chat.ts";
import { ledgerWith, senderOn, slack } from "./support/ledger-world.ts";
import { readBlocks, slackFor } from "./slack/support.ts";
import { textOf } from "./discord/reading.ts";

/** Of the server that the fake of Discord has. */
const OWNER = "1";
const NOBODY_NAMED: Policy = { admins: [], rules: [] };
const gone = { outcome: "refused", reason: "The channel is gone.", retryAfterMs: null, lasting: true } as const;

/** A platform in memory whose admins are reached in channels called as they are. */
function place(name: ChatName, admins: readonly string[]) {
  const chat = createFakeChat(name);
  const asked: string[] = [];
  const platform = {
    ...chat.platform,
    prefix: "/",
    directTo: async (person: string) => ({ ok: true, value: { platform: name, channel: person } }) as const,
    audienceOf: async ({ kind }: { kind: string }) =>
      ({ ok: true, value: { people: kind === "group" ? [{ id: "G1", isBot: false }] : [], missing: [] } }) as const,
    adminsOf: async () => ({ ok: true, value: admins }) as const,
    async nameOf(subject: { kind: string; id?: string }) {
      asked.push(subject.id ?? "");
      return `#name-of-${subject.id ?? ""}`;
    },
  };
  const told = (person: string) => chat.shown(person).map(({ posting }) => JSON.stringify(posting.message.blocks));
  return { chat, platform, told, asked };
}

async function world(channels: readonly string[], policy = NOBODY_NAMED) {
  const ledger = await ledgerWith(channels.map(slack));
  await ledger.makeDue(0);
  const [here, there] = [place("slack", ["U1", "U2", "U3", "U4"]), place("discord", ["7"])];
  const log = listeningLog();
  const warner = (platforms = [here.platform, there.platform]) =>
    createWarner({ pool: ledger.pool, platforms, policyNow: async () => policy, log });
  const refuse = async (...refused: string[]) => {
    for (const channel of refused) here.chat.meet(channel, gone);
    const own = warner();
    const onRefusedEverywhere = (reason: string) =>
      own.raise({ platform: "slack", channel: null, reason, retry: null });
    await senderOn(ledger.db, here.platform, { onRefusedEverywhere }).once();
  };
  const later = () => ledger.pool.run((sql) => sql`update warnings set next_at = now()`);
  return { ...ledger, here, there, warner, refuse, later, said: log.said };
}

describe("a channel that refuses us for good", () => {
  test("is paused, and three of those who run the place are told once, however many instances look", async () => {
    const { here, there, warner, refuse, pool, later } = await world(["C1", "C2"]);
    await refuse("C1");
    expect((await pool.run(listSchedules)).map(({ pausedFor }) => pausedFor)).toEqual(["The channel is gone.", null]);
    await Promise.all([warner().tick(), warner().tick(), warner().tick()]);
    await later();
    await warner().tick();
    const counts = ["U1", "U2", "U3", "U4"].map((person) => here.told(person).length);
    expect(counts).toEqual([1, 1, 1, 0]);
    expect(here.told("U1")[0]).toContain("Slack, #name-of-C1: The channel is gone.");
    expect(here.told("U1")[0]).toContain("`/digest resume` there tries again");
    expect(there.told("7")).toEqual([]);
  });

  test("among two hundred is told in one message that names ten", async () => {
    const channels = Array.from({ length: 200 }, (_, n) => `C${n}`);
    const { here, warner, refuse, db } = await world(channels);
    await refuse(...channels);
    for (let rounds = 0; rounds < 20; rounds += 1) await senderOn(db, here.platform).once();
    await warner().tick();
    expect(here.told("U1")).toHaveLength(1);
    expect(here.told("U1")[0]?.match(/The channel is gone/g)).toHaveLength(10);
    expect(here.told("U1")[0]).toContain("And 190 more: `/digest list` shows all.");
    expect(here.asked).toHaveLength(10);
  });

  test("is told where the policy says who administers, groups included, and to nobody else", async () => {
    const admins = [
      { kind: "group", platform: "slack", id: "S1" },
      { kind: "person", platform: "discord", id: "9" },
    ] as const;
    const { here, there, warner, refuse } = await world(["C1"], { admins, rules: [] });
    await refuse("C1");
    await warner().tick();
    expect(here.told("G1")).toHaveLength(1);
    expect([...here.told("U1"), ...there.told("9")]).toEqual([]);
  });

  test("is told on the other platform when nobody takes it here, and when nobody takes it there the log says so", async () => {
    const { here, there, warner, refuse, said } = await world(["C1"]);
    await refuse("C1");
    for (const person of ["U1", "U2", "U3", "U4"]) here.chat.meet(person, gone);
    await warner().tick();
    expect(there.told("7")).toHaveLength(1);
    const alone = await world(["C1"]);
    await alone.refuse("C1");
    for (const person of ["U1", "U2", "U3", "U4"]) alone.here.chat.meet(person, gone);
    await alone.warner([alone.here.platform]).tick();
    expect(said).toEqual([]);
    expect(alone.said).toContain("Nobody could be told of a trouble in chat.");
  });

  test.each<readonly [string, Mood]>([
    ["the answer is lost after it was taken", "accept and lose the reply"],
    ["it was lost on the way", "lose the request"],
  ])("is told once when %s", async (_, mood) => {
    const { here, warner, refuse, later } = await world(["C1"]);
    await refuse("C1");
    here.chat.meet("U1", mood);
    for (let rounds = 0; rounds < 3; rounds += 1) {
      await warner().tick();
      await later();
    }
    expect(["U1", "U2", "U3"].map((person) => here.told(person).length)).toEqual([1, 1, 1]);
  });

  test("is told again only after it took something in between", async () => {
    const { here, warner, refuse, later, db, apply, pool } = await world(["C1"]);
    await refuse("C1");
    await warner().tick();
    const again = () => pool.run((sql) => sql`update deliveries set next_at = now()`);
    here.chat.meet("C1", gone);
    await apply([slack("C1")]);
    await senderOn(db, here.platform).once();
    await later();
    await warner().tick();
    expect(here.told("U1")).toHaveLength(1);
    await apply([slack("C1")]);
    await again();
    await senderOn(db, here.platform).once();
    expect(await pool.run((sql) => sql`select from warnings`)).toHaveLength(0);
  });

  test("is tried again by `digest resume`, and is told anew when it still refuses", async () => {
    const { here, warner, refuse, db, pool } = await world(["C1"]);
    await refuse("C1");
    await warner().tick();
    const subscriptions = createSubscriptions({
      pool,
      platforms: [here.platform],
      timeZone: "UTC",
      usualAt: "09:00",
      clock: systemClock,
    });
    await subscriptions.change(slack("C1"), { change: "resume", edition: "all" }, OPERATOR);
    here.chat.meet("C1", gone);
    await senderOn(db, here.platform).once();
    await warner().tick();
    expect(here.told("U1")).toHaveLength(2);
    expect((await pool.run(listSchedules))[0]?.pausedFor).toBe("The channel is gone.");
  });

  test("(control) is not what asks to wait, answers 5xx or says nothing: none of these pauses or is told", async () => {
    const { here, warner, db, pool } = await world(["C1", "C2", "C3"]);
    here.chat.meet("C1", { outcome: "refused", reason: "Slack asks to wait.", retryAfterMs: 30_000, lasting: false });
    here.chat.meet("C2", "lose the request");
    here.chat.meet("C3", "throw");
    await senderOn(db, here.platform).once();
    await warner().tick();
    expect((await pool.run(listSchedules)).map(({ pausedFor }) => pausedFor)).toEqual([null, null, null]);
    expect(here.told("U1")).toEqual([]);
  });
});

describe("a platform that refuses us altogether", () => {
  test("stops, and the others' admins are told once by three instances", async () => {
    const { here, there, warner, db, later } = await world(["C1", "C2"]);
    const revoked = { ...gone, reason: "Slack does not accept SLACK_BOT_TOKEN.", everywhere: true } as const;
    for (const channel of ["C1", "C2"]) here.chat.meet(channel, revoked, revoked, revoked);
    const tellers = [warner(), warner(), warner()];
    for (const teller of tellers) {
      const onRefusedEverywhere = (reason: string) =>
        teller.raise({ platform: "slack", channel: null, reason, retry: null });
      await senderOn(db, here.platform, { onRefusedEverywhere }).once();
    }
    await Promise.all(tellers.map((teller) => teller.tick()));
    expect(there.told("7")).toHaveLength(1);
    expect(there.told("7")[0]).toContain("Slack does not accept SLACK_BOT_TOKEN.");
    expect(here.told("U1")).toEqual([]);
    await later();
    await warner().tick();
    expect(there.told("7")).toHaveLength(1);
  });
});

describe("with the real adapters", () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  async function both() {
    const slackServer = await startSlack();
    slackServer.workspace.people.set(SOMEBODY, { name: NAME_OF_SOMEBODY, is_admin: true });
    const discordServer = await startFakeDiscord({ judge: createJudge() });
    discordServer.world.rooms.addMember(OWNER);
    const slackPlatform = slackFor(slackServer, { appToken: slackServer.appToken });
    const refused: [ChatName, string][] = [];
    const discordPlatform = createDiscord({
      token: discordServer.token,
      guildId: null,
      apiUrl: discordServer.apiUrl,
      png: async () => Buffer.from("png"),
      gate: OPEN_GATE,
      isNews: async () => true,
      log: SILENT,
    });
    stops.push(
      () => slackServer.close(),
      () => discordServer.stop(),
      () => slackPlatform.stop(),
      () => discordPlatform.stop(),
    );
    const events = { refused: async (platform: ChatName, reason: string) => void refused.push([platform, reason]) };
    await slackPlatform.start([], events);
    await discordPlatform.start([], events);
    return { slackServer, discordServer, slackPlatform, discordPlatform, refused };
  }

  function warnerOf(pool: Pool, platforms: readonly ChatPlatform[]) {
    return createWarner({ pool, platforms, policyNow: async () => NOBODY_NAMED, log: SILENT });
  }

  async function owed(channels: readonly Destination[]) {
    const ledger = await ledgerWith(channels);
    await ledger.makeDue(0);
    return ledger;
  }

  test("an archived channel of Slack and a deleted one of Discord are told in direct messages on their own platform", async () => {
    const { slackServer, discordServer, slackPlatform, discordPlatform } = await both();
    const channel = "500000000000000404";
    discordServer.world.closedChannels.set(channel, "gone");
    const { db, pool } = await owed([slack("C0NOWHERE"), { platform: "discord", channel }]);
    await senderOn(db, slackPlatform).once();
    await senderOn(db, discordPlatform).once();
    const three = [1, 2, 3].map(() => warnerOf(pool, [slackPlatform, discordPlatform]));
    await Promise.all(three.map((warner) => warner.tick()));
    const direct = discordServer.world.messages.map(textOf);
    expect(direct).toHaveLength(1);
    expect(direct[0]).toContain("The channel is gone.");
    const words = (await slackServer.directMessages()).map(({ blocks }) => readBlocks(blocks));
    expect(words).toHaveLength(1);
    expect(words[0]).toContain("The channel is gone, or private and Bellwether is not in it.");
  });

  test("a token that Discord no longer knows is told on Slack, and by the gateway at once", async () => {
    const { slackServer, discordServer, slackPlatform, discordPlatform, refused } = await both();
    const { db, pool } = await owed([{ platform: "discord", channel: "500000000000000001" }]);
    const warner = warnerOf(pool, [slackPlatform, discordPlatform]);
    discordServer.failNext("post /channels/{channel_id}/messages", { kind: "answer", status: 401 });
    const onRefusedEverywhere = (reason: string) =>
      warner.raise({ platform: "discord", channel: null, reason, retry: null });
    await senderOn(db, discordPlatform, { onRefusedEverywhere }).once();
    await warner.tick();
    const words = (await slackServer.directMessages()).map(({ blocks }) => readBlocks(blocks));
    expect(words).toHaveLength(1);
    expect(words[0]).toContain("Discord refuses DISCORD_TOKEN");
    discordServer.gateway.refuseWith(4004);
    discordServer.gateway.forget();
    discordServer.gateway.drop();
    await expect.poll(() => refused.map(([platform]) => platform), { timeout: 20_000 }).toEqual(["discord"]);
  });

  test("an app token that Slack revoked ends the connecting, and is told to the listeners", async () => {
    const { slackServer, refused } = await both();
    slackServer.faults.add("apps.connections.open", { kind: "error", error: "token_revoked" }, 9);
    slackServer.socket.drop();
    await expect.poll(() => refused, { timeout: 20_000 }).toHaveLength(1);
    expect(refused[0]).toEqual([
      "slack",
      expect.stringContaining("Slack does not accept SLACK_APP_TOKEN (token_revoked)."),
    ]);
  });
});
