import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import { allIsNews } from "../support/inbox.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { startFakeDiscord } from "../../support/discord/fake-discord.ts";
import type { StoredMessage } from "../../support/discord/message-store.ts";
import { SILENT } from "../../support/silent.ts";
import { describeChat } from "../platform-contract.ts";
import { createHeard } from "../support/heard.ts";
import { expect } from "vitest";
import { textOf } from "./reading.ts";

const judge = createJudge();
const PEOPLE = ["700000000000000011", "700000000000000012"] as const;
const OTHER_BOT = "700000000000000013";
const CLOSED = "700000000000000014";
/** As the fake's server says. */
const OWNER = "1";

describeChat("Discord", async () => {
  const fake = await startFakeDiscord({ judge });
  const { crowd, world, gateway } = fake;
  const heard = createHeard();
  for (const id of PEOPLE) world.rooms.addMember(id);
  world.rooms.addMember(OWNER);
  world.rooms.addMember(OTHER_BOT, { isBot: true });
  world.rooms.addMember(CLOSED, { takesDirect: false });
  const channel = "500000000000000002";
  const { token, guildId, apiUrl } = fake;
  const platform = createDiscord({
    token,
    guildId,
    apiUrl,
    png: async () => Buffer.from("png"),
    gate: OPEN_GATE,
    isNews: allIsNews,
    log: SILENT,
  });
  await platform.start([], heard.events);
  const found = (id: string) => world.messages.find((message) => message.id === id) as StoredMessage;

  return {
    platform,
    channel,
    people: PEOPLE,
    otherBot: OTHER_BOT,
    closed: CLOSED,
    nobody: "700000000000000099",
    standings: { [PEOPLE[0]]: "member", [PEOPLE[1]]: "member", [OWNER]: "admin" },
    told: heard.told,
    readies: heard.readies,
    async say(content, { author = PEOPLE[0], thread } = {}) {
      const place = thread?.thread ?? channel;
      const isFirst = thread !== undefined && world.messages.every((message) => message.channel_id !== place);
      if (isFirst) crowd.say(place, { type: 21, author });
      return crowd.say(place, { content, author }).id;
    },
    rewrite: async (id, text) => crowd.rewrite(found(id), text),
    takeBack: async (id) => crowd.takeBack(found(id)),
    react: async (id, emoji, person) => crowd.react(channel, id, emoji, person),
    unreact: async (id, emoji, person) => crowd.unreact(channel, id, emoji, person),
    async read({ channel: place, thread }) {
      return world.messages.filter((message) => message.channel_id === (thread ?? place)).map(textOf);
    },
    settled: () => gateway.settled(),
    makeBusy() {
      for (const operation of [
        "patch /channels/{channel_id}/messages/{message_id}",
        "get /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
      ])
        fake.failNext(operation, { kind: "answer", status: 429, retryAfterSeconds: 0 });
    },
    async reconnect() {
      const again = heard.nextReady();
      gateway.drop();
      await again;
    },
    setWeather: gateway.setWeather,
    async stop() {
      await platform.stop();
      await fake.stop();
      expect(fake.faultsFound).toEqual([]);
      expect(fake.unknownFields).toEqual([]);
    },
  };
});
