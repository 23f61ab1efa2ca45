import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { startFakeDiscord } from "../../support/discord/fake-discord.ts";
import { CHANNEL, PERSON } from "../../support/discord/guild.ts";
import { heldIn } from "../../support/discord/modals.ts";
import { BOT_ID, type StoredMessage } from "../../support/discord/message-store.ts";
import type { Asked } from "../../support/discord/rest.ts";
import { SILENT } from "../../support/silent.ts";
import { textOf } from "../discord/reading.ts";
import { createMemory } from "../support/inbox.ts";
import {
  freshDatabase,
  instanceOf,
  movableClock,
  SILENCE,
  threadOf,
  type Counter,
  type StartCounter,
} from "./counter.ts";

const judge = createJudge();

interface Button {
  readonly label: string;
  readonly custom_id: string;
}

export type DiscordCounter = Counter & { readonly fake: Awaited<ReturnType<typeof startFakeDiscord>> };

export const startDiscordCounter = async (
  ...[settings, clock = movableClock()]: Parameters<StartCounter>
): Promise<DiscordCounter> => {
  const fake = await startFakeDiscord({ judge });
  const { crowd, world } = fake;
  const db = await freshDatabase();
  world.rooms.addMember(PERSON.dana);
  world.rooms.addMember(PERSON.kim);
  const channel = CHANNEL.general;
  const { token, guildId, apiUrl } = fake;
  const platform = createDiscord({
    token,
    guildId,
    apiUrl,
    png: async () => Buffer.from("png"),
    gate: OPEN_GATE,
    isNews: createMemory(),
    log: SILENT,
  });
  const instance = instanceOf({ db, clock, platforms: [platform], ...(settings === undefined ? {} : { settings }) });
  await platform.start(instance.commands, instance.events);
  const found = (id: string) => {
    const message = world.messages.find((one) => one.id === id);
    if (message === undefined) throw new Error("no such message");
    return message;
  };
  const wordsOf = async (asked: Asked) => textOf(await fake.until(() => asked.reply));
  const counter: DiscordCounter = {
    fake,
    platform,
    db,
    clock,
    ticketing: instance.ticketing,
    channel,
    dana: PERSON.dana,
    kim: PERSON.kim,
    until: instance.until,
    async say(content, { author = PERSON.dana, thread } = {}) {
      return crowd.say(thread?.thread ?? channel, { content, author }).id;
    },
    rewrite: async (id, text) => crowd.rewrite(found(id), text),
    takeBack: async (id) => crowd.takeBack(found(id)),
    react: async (id, emoji, person, thread) => crowd.react(thread?.thread ?? channel, id, emoji, person),
    async choose(id, person, clicks = 1) {
      const filled = await Promise.all(Array.from({ length: clicks }, () => counter.fill(id, person, {})));
      return filled.map(({ answer }) => answer);
    },
    async fill(id, person, written) {
      const message = found(id);
      const from = { user: person, channel: message.channel_id };
      const asked = fake.choose("Open support ticket", message, from);
      const modal = await fake.until(() => asked.modal);
      return { held: heldIn(modal), answer: await wordsOf(fake.submit(asked, written, from)) };
    },
    command(path, options, person) {
      const [name = "", subcommand = ""] = path.split(" ");
      const given = Object.entries(options).map(([option, value]) => ({ name: option, value }));
      return wordsOf(fake.ask([name, subcommand], given, { user: person, channel }));
    },
    async press(label, ticketId, person) {
      const { card } = await instance.ticketing.desk.find(ticketId);
      const message = found(card ?? "");
      const button = buttonsOf(message).find((one) => one.label === label);
      if (button === undefined) throw new Error(`the card has no button ${label}`);
      const { thread } = await threadOf(counter, ticketId);
      return wordsOf(fake.press(button.custom_id, message, { user: person, channel: thread }));
    },
    async read(place) {
      const where = "thread" in place ? place.thread : place.channel;
      return world.messages.filter((message) => message.channel_id === where).map((message) => textOf(message).trim());
    },
    posts: () =>
      world.messages
        .filter((message) => (message["author"] as { id: string }).id === BOT_ID && message["type"] !== 21)
        .map((message) => ({ channel: message.channel_id, thread: null, wire: JSON.stringify(message) })),
    makeBusy: () =>
      fake.failNext("get /channels/{channel_id}/messages", { kind: "answer", status: 429, retryAfterSeconds: 0 }, 2),
    deafen: () => fake.gateway.setWeather(SILENCE),
    async stop() {
      await platform.stop();
      await instance.ticketing.cards.idle();
      await fake.stop();
    },
  };
  return counter;
};

function buttonsOf({ components }: StoredMessage): Button[] {
  return components.flatMap((row) => row["components"] as Button[]);
}
