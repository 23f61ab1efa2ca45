import { setImmediate as turn } from "node:timers/promises";
import { WebSocket } from "ws";
import { OPEN_GATE } from "../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../src/bot/platform.ts";
import { plainEmoji, DIGITS } from "../../src/bot/emoji.ts";
import { createDiscord } from "../../src/bot/platforms/discord/discord.ts";
import { emojiNamed, slackName } from "../../src/bot/platforms/slack/emoji-names.ts";
import { textOf } from "../bot/discord/reading.ts";
import { readBlocks, slackFor } from "../bot/slack/support.ts";
import { startFakeDiscord, type FakeDiscord } from "../support/discord/fake-discord.ts";
import { BOT_ID } from "../support/discord/message-store.ts";
import { createJudge } from "../support/discord/judge.ts";
import { SILENT } from "../support/silent.ts";
import { SOMEBODY } from "../support/slack/workspace.ts";
import { startSlack, type FakeSlack, type Route } from "../support/slack/slack.ts";

export interface Weather {
  readonly lost: number;
  readonly doubled: number;
  readonly delayed: number;
  readonly random: () => number;
}

/** A chat platform and people who vote in it; programs come and go. */
export interface Ground {
  readonly channel: string;
  /** Connects a program. */
  connect(): { readonly platform: ChatPlatform; begin(): void };
  /** A program was killed: what was on its way to it is lost. */
  bury(): Promise<void>;
  person(index: number): string;
  /** A bot that is not ours. */
  readonly otherBot: string;
  /** In the channel, or in another place. */
  react(message: string, digit: number, person: string, place?: string): void;
  unreact(message: string, digit: number, person: string): void;
  clear(message: string): void;
  remove(message: string): Promise<void>;
  /** The next message is posted, and nobody learns of it. */
  loseReply(): void;
  /** How many messages of ours stand in a place. */
  shownIn(place: string): Promise<number>;
  /** Two who take direct messages. */
  readonly reachable: readonly [string, string];
  /** Somebody takes direct messages, or does not. */
  setDirect(person: string, takes: boolean): void;
  /** Somebody is there no more. */
  leave(person: string): void;
  /** What stands under the message: who holds which digits, our own and bots' left out. */
  held(message: string): ReadonlyMap<string, readonly number[]>;
  setWeather(weather: Weather | null): void;
  settled(): Promise<void>;
  /** The connection breaks; whatever happens before it is back is lost. */
  breakSession(): Promise<void>;
  /** Begins to count what the gateway tells, one event after another: what converges only by luck. */
  countEvents(): Promise<Counted>;
  /** What connects the program as people start it. */
  readonly settings: Readonly<Record<string, string>>;
  /** That program is there, and hears what happens; its address changes with each start. */
  serve(url: () => string): void;
  /** Somebody gives a command to it, in the channel. Answers what they read. */
  tell(command: readonly [string, string], text: string, person?: string): Promise<string>;
  /** What we wrote to somebody alone, as it was sent. */
  directTexts(
    person: string,
  ): Promise<readonly { readonly id: string; readonly place: string; readonly text: string }[]>;
  /** Somebody presses "Answer privately" under the message and sends the form. Answers what they read. */
  answerPrivately(message: string, person: string, written: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

export interface Counted {
  /** By person: the digits that the events leave. */
  readonly held: ReadonlyMap<string, ReadonlySet<number>>;
  stop(): void;
}

/** One who believes each event. */
function createTally() {
  const held = new Map<string, Set<number>>();
  const note = (person: string, digit: number, isThere: boolean) => {
    const digits = held.get(person) ?? new Set<number>();
    held.set(person, digits);
    if (isThere) digits.add(digit);
    else digits.delete(digit);
  };
  return { held, note };
}

const digitOf = (emoji: string) => (DIGITS as readonly string[]).indexOf(emoji);

function heldIn(votes: ReadonlyMap<string, ReadonlySet<string>> | undefined, read: (name: string) => string) {
  const held = new Map<string, number[]>();
  for (const [name, people] of votes ?? [])
    for (const person of people) {
      const digit = digitOf(read(name));
      if (digit >= 0) held.set(person, [...(held.get(person) ?? []), digit]);
    }
  return held;
}

const without = <T>(held: Map<string, T>, ...people: readonly string[]) => {
  for (const person of people) held.delete(person);
  return held;
};

export async function slackGround(mode: "socket" | "http", given?: FakeSlack): Promise<Ground> {
  const fake = given ?? (await startSlack());
  const channel = await fake.channelId("numbers");
  const otherBot = fake.rooms.addPerson("U0OTHERBOT", { name: "other", is_bot: true });
  const tallies = new Set<ReturnType<typeof createTally>>();
  fake.listeners.add((told) => {
    const event = told as { readonly type: string; readonly user: string; readonly reaction: string };
    for (const { note } of tallies)
      if (event.type === "reaction_added" || event.type === "reaction_removed")
        note(event.user, digitOf(emojiNamed(event.reaction)), event.type === "reaction_added");
  });
  const appears = mode === "socket" ? { SLACK_APP_TOKEN: fake.appToken } : { SLACK_SIGNING_SECRET: fake.signingSecret };
  let route: Route = { kind: "socket" };
  const key = (message: string) => `${channel}/${message}`;
  return {
    channel,
    otherBot,
    connect() {
      const platform = slackFor(
        fake,
        mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret },
      );
      return {
        platform,
        begin: () => fake.setRoute(mode === "socket" ? { kind: "socket" } : { kind: "http", handle: platform.handle }),
      };
    },
    async bury() {
      if (mode === "http") return;
      fake.socket.drop();
      while (fake.socket.open() > 0) await turn();
    },
    person(index) {
      const id = `U0VOTER${String(index).padStart(3, "0")}`;
      return fake.workspace.people.has(id) ? id : fake.rooms.addPerson(id);
    },
    react: (message, digit, person, place = channel) =>
      fake.rooms.react(place, message, slackName(DIGITS[digit] ?? ""), person),
    unreact: (message, digit, person) => fake.rooms.unreact(channel, message, slackName(DIGITS[digit] ?? ""), person),
    // Slack has no such event: each reaction is told by itself.
    clear(message) {
      for (const [name, people] of fake.rooms.votes.get(key(message)) ?? [])
        for (const person of people) fake.rooms.unreact(channel, message, name, person);
    },
    async remove(message) {
      await fetch(`${fake.apiUrl}chat.delete`, {
        method: "POST",
        headers: { authorization: `Bearer ${fake.botToken}`, "content-type": "application/json" },
        body: JSON.stringify({ channel, ts: message }),
      });
      await fake.crowd.takeBack(channel, message, { author: fake.rooms.self() });
    },
    loseReply: () => fake.faults.add("chat.postMessage", { kind: "reply lost" }),
    shownIn: async (place) => (await fake.messages(place)).length,
    reachable: [fake.writers[0] ?? "", fake.writers[1] ?? ""],
    setDirect: (person, takes) => void (takes ? fake.rooms.closed.delete(person) : fake.rooms.closed.add(person)),
    leave: (person) => void fake.workspace.people.set(person, { name: "gone", deleted: true }),
    held: (message) => without(heldIn(fake.rooms.votes.get(key(message)), emojiNamed), fake.rooms.self(), otherBot),
    setWeather: fake.setWeather,
    settled: fake.settled,
    async breakSession() {
      if (mode === "http") return;
      fake.socket.drop();
      while (fake.socket.open() > 0) await turn();
    },
    async countEvents() {
      const tally = createTally();
      tallies.add(tally);
      return { held: tally.held, stop: () => void tallies.delete(tally) };
    },
    settings: { SLACK_BOT_TOKEN: fake.botToken, SLACK_API_URL: fake.apiUrl, ...appears },
    serve(url) {
      const handle = async (request: Request) =>
        fetch(`${url()}/slack/events`, { method: "POST", headers: request.headers, body: await request.text() });
      if (mode === "http") route = { kind: "http", handle };
      fake.setRoute(route);
    },
    async tell([command, name], text, user = SOMEBODY) {
      const answer = await fake.type(route, `/${command}`, `${name} ${text}`, { user, channel }).next();
      return readBlocks(answer.blocks);
    },
    async directTexts(person) {
      const headers = { authorization: `Bearer ${fake.botToken}`, "content-type": "application/json" };
      const asked = { method: "POST", headers, body: JSON.stringify({ users: person }) };
      const opened = (await (await fetch(`${fake.apiUrl}conversations.open`, asked)).json()) as {
        channel: { id: string };
      };
      const place = opened.channel.id;
      return (await fake.messages(place)).map(({ ts, blocks }) => ({ id: ts, place, text: readBlocks(blocks) }));
    },
    async answerPrivately(message, person, written) {
      const { blocks = [] } = (await fake.messages(channel)).find(({ ts }) => ts === message) ?? {};
      const { elements } = blocks.find(({ type }) => type === "actions") ?? {};
      const [action] = (elements ?? []) as { action_id: string; value: string }[];
      if (action === undefined) throw new Error("the question has no button");
      const from = { user: person, channel };
      const pressed = fake.click(route, action, { ...from, isPublic: true });
      await fake.submit(route, await fake.views.next(), written, from);
      return readBlocks((await pressed.next()).blocks);
    },
    async stop() {
      fake.setRoute(null);
      await fake.close();
    },
  };
}

export async function discordGround(given?: FakeDiscord): Promise<Ground> {
  const fake = given ?? (await startFakeDiscord({ judge: createJudge() }));
  const { crowd, gateway, world, token, guildId, apiUrl } = fake;
  const channel = "500000000000000002";
  const otherBot = "700000000000000013";
  world.rooms.addMember(otherBot, { isBot: true });
  const png = async () => Buffer.from("png");
  const seen = new Set<string>();
  const isNews = async (id: string) => !seen.has(id) && seen.add(id) !== undefined;
  return {
    channel,
    otherBot,
    connect: () => ({
      platform: createDiscord({ token, guildId, apiUrl, png, gate: OPEN_GATE, isNews, log: SILENT }),
      begin() {},
    }),
    async bury() {},
    person: (index) => String(710_000_000_000_000_000n + BigInt(index)),
    react: (message, digit, person, place = channel) => crowd.react(place, message, DIGITS[digit] ?? "", person),
    unreact: (message, digit, person) => crowd.unreact(channel, message, DIGITS[digit] ?? "", person),
    clear: (message) => crowd.clear(channel, message),
    async remove(message) {
      crowd.takeBack({ id: message, channel_id: channel });
    },
    loseReply: () => fake.failNext("post /channels/{channel_id}/messages", { kind: "lose the answer" }),
    shownIn: async (place) => world.messages.filter(({ channel_id }) => channel_id === place).length,
    reachable: ["711000000000000001", "711000000000000002"],
    setDirect: (person, takesDirect) => void world.rooms.addMember(person, { takesDirect }),
    leave: (person) => void world.rooms.members.delete(person),
    held: (message) => without(heldIn(world.rooms.votes.get(message), plainEmoji), BOT_ID, otherBot),
    setWeather: gateway.setWeather,
    settled: () => gateway.settled(),
    async breakSession() {
      gateway.forget();
      gateway.drop();
    },
    countEvents: () => countDispatches(apiUrl, token),
    settings: { DISCORD_TOKEN: token, DISCORD_GUILD_ID: guildId, DISCORD_API_URL: apiUrl },
    serve() {},
    async directTexts(person) {
      const place = [...world.rooms.channels.values()].find(({ recipient }) => recipient === person)?.id ?? "";
      const there = world.messages.filter(({ channel_id }) => channel_id === place);
      return there.map((message) => ({ id: message.id, place, text: textOf(message) }));
    },
    async tell(command, text, user) {
      const words = text === "" ? [] : text.split(" ").map((word) => word.split("="));
      const options = words.map(([name = "", value = ""]) => ({
        name,
        value: /^\d+$/.test(value) ? Number(value) : value,
      }));
      const asked = fake.ask(command, options, { channel, ...(user === undefined ? {} : { user }) });
      return textOf(await fake.until(() => asked.reply));
    },
    async answerPrivately(id, user, written) {
      const message = world.messages.find((one) => one.id === id);
      if (message === undefined) throw new Error("no such message");
      const [button] = message.components.flatMap((row) => row["components"] as { custom_id: string }[]);
      const from = { user, channel };
      const pressed = fake.press(button?.custom_id ?? "", message, from);
      await fake.until(() => pressed.modal);
      const sent = fake.submit(pressed, written, from);
      return textOf(await fake.until(() => sent.reply));
    },
    stop: () => fake.stop(),
  };
}

/** A second program with the same token, that adds up what the gateway tells it. */
async function countDispatches(apiUrl: string, token: string): Promise<Counted> {
  const { held, note } = createTally();
  const url = apiUrl.replace(/^http/, "ws").replace(/\/api.*$/, "");
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data) => {
      const { op, t, d } = JSON.parse(String(data as Buffer)) as { op: number; t?: string; d: never };
      if (op === 10) socket.send(JSON.stringify({ op: 2, d: { token, intents: 0, properties: {} } }));
      if (t === "READY") resolve();
      const { user_id: person, emoji } = (d ?? {}) as { user_id?: string; emoji?: { name?: string } };
      if (person === undefined || emoji?.name === undefined) return;
      if (t === "MESSAGE_REACTION_ADD") note(person, digitOf(plainEmoji(emoji.name)), true);
      if (t === "MESSAGE_REACTION_REMOVE") note(person, digitOf(plainEmoji(emoji.name)), false);
    });
  });
  return { held, stop: () => socket.terminate() };
}
