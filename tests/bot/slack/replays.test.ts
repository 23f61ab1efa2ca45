import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FREE } from "../../../src/bot/permission/need.ts";
import { defineCommand } from "../../../src/bot/command.ts";
import { createInbox } from "../../../src/bot/inbox-store.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import { createTestDatabase } from "../../support/database.ts";
import { startSlack, type FakeSlack } from "../../support/slack/slack.ts";
import { slackFor } from "./support.ts";

const TIMES = 5;
let fake: FakeSlack;
let running: SlackPlatform[] = [];

beforeEach(async () => {
  fake = await startSlack();
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
  await fake.close();
});

/** A command whose effects are counted, on any number of instances and starts of the program. */
function countedCommand() {
  const seen = { effects: 0 };
  const command = defineCommand({
    path: ["metrics", "count"],
    description: "counts",
    options: {},
    access: () => FREE,
    async run() {
      seen.effects += 1;
      return { message: { tone: "neutral", blocks: [{ kind: "text", text: "Done." }] }, data: null };
    },
  });
  return { seen, command };
}

type IsNews = (id: string) => Promise<boolean>;

/** What comes of a request that is delivered five times to one program, and five times more after it was started again. */
async function effectsOfReplays(
  mode: "socket" | "http",
  isNews: IsNews,
): Promise<{ effects: number; answers: number }> {
  const { seen, command } = countedCommand();
  const opened = fake.openResponse();
  const payload = fake.slashPayload("/metrics", "count", opened.url);
  const signed = await fake.requestOf("slash_commands", payload).text();
  const { headers } = fake.requestOf("slash_commands", payload);
  for (let start = 0; start < 2; start += 1) {
    const way = mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret };
    const platform = slackFor(fake, { ...way, isNews });
    running.push(platform);
    await platform.start([command]);
    for (let nth = 0; nth < TIMES; nth += 1)
      if (mode === "socket") await fake.socket.deliver("slash_commands", payload);
      else {
        const request = new Request("http://bellwether.test/slack/events", { method: "POST", headers, body: signed });
        expect((await platform.handle(request)).status).toBe(200);
      }
    await platform.stop();
  }
  return { effects: seen.effects, answers: opened.answers.length };
}

describe.each(["socket", "http"] as const)("over %s", (mode) => {
  test("the same request five times, and again after a new start, has one effect and one answer", async () => {
    const db = await createTestDatabase();
    const came = await effectsOfReplays(mode, createInbox(db.intake, "slack").isNews);
    console.log(JSON.stringify({ promise: "G17", mode, deliveries: 2 * TIMES, starts: 2, ...came }));
    expect(came).toEqual({ effects: 1, answers: 1 });
  });

  test("control: without the inbox each delivery has its effect", async () => {
    const { effects } = await effectsOfReplays(mode, async () => true);
    expect(effects).toBe(2 * TIMES);
  });
});
