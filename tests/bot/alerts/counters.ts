import { expect } from "vitest";
import type { Command } from "../../../src/bot/command.ts";
import { OPEN_GATE, type Gate } from "../../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import { startFakeDiscord } from "../../support/discord/fake-discord.ts";
import { CHANNEL, PERSON } from "../../support/discord/guild.ts";
import { createJudge } from "../../support/discord/judge.ts";
import type { StoredMessage } from "../../support/discord/message-store.ts";
import type { Asked } from "../../support/discord/rest.ts";
import type { Invocation } from "../../support/slack/invocations.ts";
import { startSlack, type Route } from "../../support/slack/slack.ts";
import { SILENT } from "../../support/silent.ts";
import { textOf } from "../discord/reading.ts";
import { readBlocks, slackFor } from "../slack/support.ts";
import { createMemory } from "../support/inbox.ts";

/** A channel in which a card stands, and somebody who presses on it. */
export interface Counter {
  readonly channel: string;
  /** As commands name who presses. */
  readonly person: string;
  platform(): ChatPlatform;
  start(commands: readonly Command[], gate?: Gate): Promise<void>;
  /** As the program is started anew, with other parts of its own. */
  restart(commands: readonly Command[], gate?: Gate): Promise<void>;
  /** Messages of the channel, or of the thread on the first of them. */
  read(where: "channel" | "thread"): Promise<readonly string[]>;
  /** What can be pressed and chosen on the first message of the channel. */
  controls(): Promise<readonly string[]>;
  /** Answers in words what was answered. */
  press(label: string): Promise<string>;
  choose(label: string): Promise<string>;
  type(name: string, options: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

interface Element {
  readonly type: string;
  readonly action_id: string;
  readonly text?: { readonly text: string };
  readonly value?: string;
  readonly options?: readonly { readonly text: { readonly text: string }; readonly value: string }[];
}

export function slackCounter(mode: "socket" | "http") {
  return async (): Promise<Counter> => {
    const fake = await startSlack();
    const isNews = createMemory();
    const channel = await fake.channelId("numbers");
    const user = fake.crowd.writers[0]?.id ?? "";
    let slack: SlackPlatform;
    const route = (): Route => (mode === "socket" ? { kind: "socket" } : { kind: "http", handle: slack.handle });
    const from = { user, channel, isPublic: true };
    const elements = async () => {
      const [card] = await fake.messages(channel);
      return (card?.blocks ?? []).flatMap((block) =>
        block["type"] === "actions" ? (block["elements"] as readonly Element[]) : [],
      );
    };
    const wordsOf = async (invocation: Invocation) => readBlocks((await invocation.next()).blocks);
    const start = async (commands: readonly Command[], gate: Gate = OPEN_GATE) => {
      const by = mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret };
      slack = slackFor(fake, { ...by, isNews, gate });
      await slack.start(commands);
      fake.setRoute(route());
    };
    return {
      channel,
      person: `slack:${user}`,
      platform: () => slack,
      start,
      async restart(commands, gate) {
        await slack.stop();
        await start(commands, gate);
      },
      async read(where) {
        const [card] = await fake.messages(channel);
        const messages = await fake.messages(channel, where === "thread" ? card?.ts : undefined);
        return messages.map(({ blocks, text }) => (blocks === undefined ? text : readBlocks(blocks)));
      },
      controls: async () =>
        (await elements()).flatMap(({ text, options = [] }) => [
          ...(text === undefined ? [] : [text.text]),
          ...options.map((option) => option.text.text),
        ]),
      async press(label) {
        const { action_id = "", value = "" } = (await elements()).find(({ text }) => text?.text === label) ?? {};
        return wordsOf(fake.click(route(), { action_id, value }, from));
      },
      async choose(label) {
        const menu = (await elements()).find(({ type }) => type === "static_select");
        const value = menu?.options?.find(({ text }) => text.text === label)?.value ?? "";
        return wordsOf(fake.pick(route(), { action_id: menu?.action_id ?? "", value }, from));
      },
      async type(name, options) {
        const given = Object.entries(options).map(([option, value]) => `--${option}="${value}"`);
        return wordsOf(fake.type(route(), "/alert", [name, ...given].join(" "), { user, channel }));
      },
      async stop() {
        await slack.stop();
        await fake.close();
      },
    };
  };
}

interface Component {
  readonly type: number;
  readonly custom_id: string;
  readonly label?: string;
  readonly options?: readonly { readonly label: string; readonly value: string }[];
}

const judge = createJudge();

export async function discordCounter(): Promise<Counter> {
  const fake = await startFakeDiscord({ judge });
  const { world } = fake;
  world.rooms.addMember(PERSON.kim);
  const channel = CHANNEL.general;
  const from = { user: PERSON.kim, channel };
  const isNews = createMemory();
  let discord: ChatPlatform;
  const start = async (commands: readonly Command[], gate: Gate = OPEN_GATE) => {
    const { token, guildId, apiUrl } = fake;
    const png = async () => Buffer.from("png");
    discord = createDiscord({ token, guildId, apiUrl, png, gate, isNews, log: SILENT });
    await discord.start(commands);
  };
  const messagesIn = (place: string): readonly StoredMessage[] =>
    world.messages.filter((message) => message.channel_id === place);
  const card = () => {
    const [first] = messagesIn(channel);
    if (first === undefined) throw new Error("no card");
    return first;
  };
  const components = () => card().components.flatMap((row) => row["components"] as readonly Component[]);
  const wordsOf = async (asked: Asked) => textOf(await fake.until(() => asked.reply));
  return {
    channel,
    person: `discord:user:${PERSON.kim}`,
    platform: () => discord,
    start,
    async restart(commands, gate) {
      await discord.stop();
      await start(commands, gate);
    },
    async read(where) {
      const place = where === "thread" ? card().id : channel;
      return messagesIn(place).map((message) => textOf(message).trim());
    },
    controls: async () =>
      components().flatMap(({ label, options = [] }) => [
        ...(label === undefined ? [] : [label]),
        ...options.map((option) => option.label),
      ]),
    press: (label) =>
      wordsOf(fake.press(components().find((one) => one.label === label)?.custom_id ?? "", card(), from)),
    choose(label) {
      const menu = components().find(({ type }) => type === 3);
      const value = menu?.options?.find((option) => option.label === label)?.value ?? "";
      return wordsOf(fake.pick(menu?.custom_id ?? "", value, card(), from));
    },
    type(name, options) {
      const given = Object.entries(options).map(([option, value]) => ({ name: option, value }));
      return wordsOf(fake.ask(["alert", name], given, from));
    },
    async stop() {
      await discord.stop();
      await fake.stop();
      expect(fake.faultsFound).toEqual([]);
      expect(fake.unknownFields).toEqual([]);
    },
  };
}
