import { setImmediate as turn } from "node:timers/promises";
import { WebSocket } from "ws";
import { OPEN_GATE } from "../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../src/bot/platform.ts";
import { plainEmoji, DIGITS } from "../../src/bot/emoji.ts";
import { createDiscord } from "../../src/bot/platforms/discord/discord.ts";
import { emojiNamed, slackName } from "../../src/bot/platforms/slack/emoji-names.ts";
import { slackFor } from "../bot/slack/support.ts";
import { startFakeDiscord } from "../support/discord/fake-discord.ts";
import { BOT_ID } from "../support/discord/message-store.ts";
import { createJudge } from "../support/discord/judge.ts";
import { SILENT } from "../support/silent.ts";
import { startSlack } from "../support/slack/slack.ts";

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
  react(message: string, digit: number, person: string): void;
  unreact(message: string, digit: number, person: string): void;
  clear(message: string): void;
  remove(message: string): Promise<void>;
  /** What stands under the message: who holds which digits, our own and bots' left out. */
  held(message: string): ReadonlyMap<string, readonly number[]>;
  setWeather(weather: Weather | null): void;
  settled(): Promise<void>;
  /** The connection breaks; whatever happens before it is back is lost. */
  breakSession(): Promise<void>;
  /** Begins to count what the gateway tells, one event after another: what converges only by luck. */
  countEvents(): Promise<Counted>;
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

export async function slackGround(mode: "socket" | "http"): Promise<Ground> {
  const fake = await startSlack();
  const channel = await fake.channelId("numbers");
  const otherBot = fake.rooms.addPerson("U0OTHERBOT", { name: "other", is_bot: true });
  const tallies = new Set<ReturnType<typeof createTally>>();
  const overhear = (body: string) => {
    const { event } = JSON.parse(body) as { event?: { type: string; user: string; reaction: string } };
    for (const { note } of tallies)
      if (event?.type === "reaction_added" || event?.type === "reaction_removed")
        note(event.user, digitOf(emojiNamed(event.reaction)), event.type === "reaction_added");
  };
  const key = (message: string) => `${channel}/${message}`;
  return {
    channel,
    otherBot,
    connect() {
      const platform = slackFor(
        fake,
        mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret },
      );
      const handle = async (request: Request) => {
        overhear(await request.clone().text());
        return platform.handle(request);
      };
      return {
        platform,
        begin: () => fake.setRoute(mode === "socket" ? { kind: "socket" } : { kind: "http", handle }),
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
    react: (message, digit, person) => fake.rooms.react(channel, message, slackName(DIGITS[digit] ?? ""), person),
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
    async stop() {
      fake.setRoute(null);
      await fake.close();
    },
  };
}

export async function discordGround(): Promise<Ground> {
  const fake = await startFakeDiscord({ judge: createJudge() });
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
    react: (message, digit, person) => crowd.react(channel, message, DIGITS[digit] ?? "", person),
    unreact: (message, digit, person) => crowd.unreact(channel, message, DIGITS[digit] ?? "", person),
    clear: (message) => crowd.clear(channel, message),
    async remove(message) {
      crowd.takeBack({ id: message, channel_id: channel });
    },
    held: (message) => without(heldIn(world.rooms.votes.get(message), plainEmoji), BOT_ID, otherBot),
    setWeather: gateway.setWeather,
    settled: () => gateway.settled(),
    async breakSession() {
      gateway.forget();
      gateway.drop();
    },
    countEvents: () => countDispatches(apiUrl, token),
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
