import { REST, Routes } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPoster } from "../../../src/bot/platforms/discord/posting.ts";
import { USUAL_TIMING } from "../../../src/bot/digest/settlement.ts";
import type { Destination } from "../../../src/bot/platform.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { listeningLog, SILENT } from "../../support/silent.ts";
import { ledgerWith, senderOn } from "../support/ledger-world.ts";

const POST = "post /channels/{channel_id}/messages";
const LIST = "get /channels/{channel_id}/messages";
const judge = createJudge();
let fake: FakeDiscord;
beforeEach(async () => {
  fake = await startFakeDiscord({ judge });
});
afterEach(() => fake.stop());

const channels = (count: number): Destination[] =>
  Array.from({ length: count }, (_, n) => ({ platform: "discord", channel: `5000000000000${1000 + n}` }));

async function owed(count: number, token = fake.token) {
  const world = await ledgerWith(channels(count));
  await world.makeDue(0);
  const log = listeningLog();
  const instance = () => {
    const poster = createPoster({ apiUrl: fake.apiUrl, token, png: async () => Buffer.from("png"), log: SILENT });
    return senderOn(world.db, { name: "discord", ...poster }, { log });
  };
  const inState = async (state: string) => Object.values(await world.states()).filter((one) => one === state).length;
  return { ...world, ...instance(), instance, said: log.said, inState };
}

const posts = () => fake.requests.filter((name) => name === POST).length;
const shownOnce = () => new Set(fake.world.messages.map((message) => message.channel_id)).size;

test("429, 5xx and lost answers over forty channels: each gets its message once, and none waits for another", async () => {
  const { once, pass, inState, instance, rows } = await owed(40);
  fake.failNext(POST, { kind: "answer", status: 429, retryAfterSeconds: 30 }, 5);
  fake.failNext(POST, { kind: "answer", status: 502 }, 5);
  fake.failNext(POST, { kind: "lose the answer" }, 5);
  fake.failNext(LIST, { kind: "answer", status: 503 }, 3);
  for (let round = 0; round < 3; round += 1) await once();
  // Those that met no fault are through while the others still wait.
  expect(await inState("sent")).toBe(25);
  const told = (await rows()).filter(({ state }) => state === "pending");
  expect(told).toHaveLength(5);
  for (const { nextMs } of told) expect(nextMs).toBeLessThanOrEqual(30_500);
  const before = posts();
  await pass(Math.min(...told.map(({ nextMs }) => nextMs)) - 10_000);
  await once();
  expect(posts()).toBe(before);
  // The SDK of the first instance keeps to 30 s by a clock of its own.
  const other = instance();
  for (let round = 0; round < 4; round += 1) {
    await pass(USUAL_TIMING.lookAgainMs);
    for (let nth = 0; nth < 3; nth += 1) await other.once();
  }
  const [delivered, doubled] = [shownOnce(), fake.world.messages.length - shownOnce()];
  console.log(JSON.stringify({ promise: "G15", storm: "429, 502, lost answers", due: 40, delivered, doubled }));
  expect({ delivered, doubled }).toEqual({ delivered: 40, doubled: 0 });
});

test("a token that Discord refuses stops the bot after the requests under way, and the log says what mends it", async () => {
  const { once, pass, inState, said } = await owed(40, "d3Jvbmc.x.y");
  for (let round = 0; round < 10; round += 1) {
    await once();
    await pass(60_000);
  }
  console.log(JSON.stringify({ promise: "G15", storm: "401", due: 40, invalidRequests: posts() }));
  expect(posts()).toBeLessThanOrEqual(16);
  expect(await inState("pending")).toBe(40);
  expect(said).toContain("The platform refuses us: posting stops.");
});

test("of two hundred channels that refuse the bot, fewer than a hundred are asked in ten minutes, and the rest wait", async () => {
  const { once, inState } = await owed(200);
  for (const { channel } of channels(200)) fake.world.closedChannels.set(channel, "hidden");
  for (let round = 0; round < 20; round += 1) await once();
  console.log(JSON.stringify({ promise: "G15", storm: "403", due: 200, invalidRequests: posts() }));
  expect(posts()).toBeLessThan(100);
  expect((await inState("dead")) + (await inState("pending"))).toBe(200);
});

test("control: the SDK alone asks all two hundred", async () => {
  for (const { channel } of channels(200)) fake.world.closedChannels.set(channel, "hidden");
  const rest = new REST({ api: fake.apiUrl, retries: 0, globalRequestsPerSecond: 1_000 }).setToken(fake.token);
  const body = { content: "a digest" };
  await Promise.allSettled(channels(200).map(({ channel }) => rest.post(Routes.channelMessages(channel), { body })));
  expect(posts()).toBe(200);
});
