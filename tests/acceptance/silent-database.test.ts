import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/db/client.ts";
import { textOf } from "../bot/discord/reading.ts";
import { readBlocks } from "../bot/slack/support.ts";
import type { FakeDiscord } from "../support/discord/fake-discord.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import type { FakeSlack, Route } from "../support/slack/slack.ts";
import { chatGround, httpRoute, started } from "./chat-ground.ts";

const COMMANDS = 50;
const ACKNOWLEDGED_WITHIN_MS = 3_000;
const ANSWERED_WITHIN_MS = 30_000;

interface Asked {
  readonly acknowledgedMs: number;
  readonly answeredMs: number;
  readonly text: string;
}

async function askSlack(slack: FakeSlack, route: Route): Promise<Asked> {
  const start = performance.now();
  const invocation = slack.type(route, "/metrics", "summary");
  const acknowledgedMs = await invocation.acknowledged;
  const { blocks } = await invocation.next();
  return { acknowledgedMs, answeredMs: performance.now() - start, text: readBlocks(blocks) };
}

async function askDiscord(discord: FakeDiscord): Promise<Asked> {
  const start = performance.now();
  const asked = discord.ask(["metrics", "summary"]);
  const reply = await discord.until(() => asked.reply);
  const acknowledgedMs = asked.acknowledgedAfterMs ?? Infinity;
  return { acknowledgedMs, answeredMs: performance.now() - start, text: textOf(reply) };
}

test("with a database that takes everything and answers nothing, commands are acknowledged and told so", async () => {
  const ground = await chatGround();
  const { slack, discord, settings } = ground;
  const proxy = await startFaultProxy(settings["DATABASE_URL"] ?? "");
  const through = { ...settings, DATABASE_URL: proxy.url };
  await started(through);
  const http = await httpRoute(ground, through);
  const ways: readonly (readonly [string, () => Promise<Asked>])[] = [
    ["Slack, Socket Mode", () => askSlack(slack, { kind: "socket" })],
    ["Slack, HTTP", () => askSlack(slack, http)],
    ["Discord", () => askDiscord(discord)],
  ];
  for (const [, ask] of ways) expect((await ask()).text).toContain("No events yet");

  await proxy.set("silence");
  for (const [way, ask] of ways) {
    const asked = await Promise.all(Array.from({ length: COMMANDS }, ask));
    const slowest = (times: readonly number[]) => Math.round(Math.max(...times));
    const figures = {
      commands: COMMANDS,
      acknowledged: asked.filter((one) => one.acknowledgedMs < ACKNOWLEDGED_WITHIN_MS).length,
      told: asked.filter(({ text }) => text.includes("The database does not answer.")).length,
      answered: asked.filter((one) => one.answeredMs < ANSWERED_WITHIN_MS).length,
    };
    const slowestAckMs = slowest(asked.map((one) => one.acknowledgedMs));
    const slowestAnswerMs = slowest(asked.map((one) => one.answeredMs));
    console.log(JSON.stringify({ promise: "G16", way, ...figures, slowestAckMs, slowestAnswerMs }));
    expect(figures).toEqual({ commands: COMMANDS, acknowledged: COMMANDS, told: COMMANDS, answered: COMMANDS });
  }

  await proxy.set("pass");
  for (const [, ask] of ways) await expect.poll(async () => (await ask()).text).toContain("No events yet");
}, 180_000);

test("control: who asks the silent database first acknowledges too late for Discord", async () => {
  const { discord, settings } = await chatGround();
  const proxy = await startFaultProxy(settings["DATABASE_URL"] ?? "");
  const db = await openDatabase(proxy.url);
  onTestFinished(() => db.close());
  await db.read.run((sql) => sql`select 1`);
  await proxy.set("silence");
  const asked = discord.ask(["metrics", "summary"]);
  await expect(db.read.run((sql) => sql`select 1`)).rejects.toMatchObject({ code: "database_unavailable" });
  const acknowledge = await fetch(`${discord.apiUrl}/v10/interactions/${asked.id}/${asked.token}/callback`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: 5 }),
  });
  expect(acknowledge.status).toBe(404);
  expect(asked.acknowledgedAfterMs).toBeNull();
}, 60_000);
