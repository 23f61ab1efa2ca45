import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OPERATOR_VISIT } from "../../../src/bot/permission/gate.ts";
import { FREE } from "../../../src/bot/permission/need.ts";
import { createCommands } from "../../../src/bot/commands/commands.ts";
import { defineCommand, type Command } from "../../../src/bot/command.ts";
import { runText } from "../../../src/bot/run-command.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import { Temporal, type Clock } from "../../../src/core/time.ts";
import { startSlack, type FakeSlack, type Route } from "../../support/slack/slack.ts";
import {
  clock as madeUpClock,
  madeUpReader,
  noDatabase,
  noRules,
  workspace,
  noSurveys,
} from "../support/made-up-numbers.ts";
import { CHART, nobodysUrl, readBlocks, slackFor } from "./support.ts";

let fake: FakeSlack;
let slack: SlackPlatform | null = null;

beforeEach(async () => {
  fake = await startSlack();
});
afterEach(async () => {
  await slack?.stop();
  slack = null;
  await fake.close();
});

const MODES = ["socket", "http"] as const;

async function start(
  mode: (typeof MODES)[number],
  commands: readonly Command[],
  more: Parameters<typeof slackFor>[1] = {},
): Promise<Route> {
  const platform = slackFor(fake, {
    ...(mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret }),
    ...more,
  });
  slack = platform;
  await platform.start(commands);
  return mode === "socket" ? { kind: "socket" } : { kind: "http", handle: platform.handle };
}

let runs = 0;
const count = (path: readonly string[] = ["metrics", "count"]) =>
  defineCommand({
    path,
    description: "counts",
    options: {},
    access: () => FREE,
    async run() {
      runs += 1;
      return { message: { tone: "neutral", blocks: [{ kind: "text", text: `Run ${runs}.` }] }, data: null };
    },
  });
const hanging = () =>
  defineCommand({
    path: ["metrics", "hang"],
    description: "hangs",
    options: {},
    access: () => FREE,
    run: () => new Promise<never>(() => undefined),
  });

describe.each(MODES)("a slash command over %s", (mode) => {
  test("shows the numbers of the reader, privately, with a way to share them", async () => {
    const commands = createCommands({
      ...noSurveys,
      reader: madeUpReader(),
      db: noDatabase,
      accessBook: noRules,
      clock: madeUpClock,
      workspace,
      firstEvent: "curl",
    });
    const route = await start(mode, commands);
    const answer = await fake.type(route, "/metrics", "summary --days 30").next();
    expect(answer.response_type).toBe("ephemeral");
    const { message } = await runText("metrics summary --days 30", {
      commands,
      prefix: "/",
      ...OPERATOR_VISIT,
    });
    const facts = message.blocks.flatMap((block) => (block.kind === "facts" ? block.facts : []));
    expect(facts.length).toBeGreaterThan(3);
    const read = readBlocks(answer.blocks);
    for (const { label, value } of facts) expect(read).toContain(`${label} ${value}`);
    expect(JSON.stringify(answer.blocks.at(-1))).toContain('"action_id":"share"');
  });

  test("a picture comes with show", async () => {
    const show = defineCommand({
      path: ["metrics", "show"],
      description: "a chart",
      options: {},
      access: () => FREE,
      run: async () => ({ message: { tone: "neutral", blocks: [{ kind: "chart", chart: CHART }] }, data: null }),
    });
    const route = await start(mode, [show]);
    const { blocks } = await fake.type(route, "/metrics", "show").next();
    expect(blocks[0]).toMatchObject({ type: "image" });
    expect(fake.pictures.size).toBe(1);
  });

  test("what is refused is said to the person alone, and is not to be shared", async () => {
    const route = await start(mode, [count()]);
    const answer = await fake.type(route, "/metrics", "cuont &lt;!channel&gt;").next();
    expect(answer.response_type).toBe("ephemeral");
    expect(readBlocks(answer.blocks)).toContain("Did you mean");
    expect(JSON.stringify(answer.blocks)).not.toContain("share");
    expect(answer.text).not.toContain("<!channel>");
  });

  test("a button runs its command for the one who clicked; Share shows it to all", async () => {
    const route = await start(mode, [count()]);
    expect((await fake.click(route, { action_id: "run:0:0", value: "metrics count" }).next()).response_type).toBe(
      "ephemeral",
    );
    const shared = await fake.click(route, { action_id: "share", value: "metrics count" }).next();
    expect(shared.response_type).toBe("in_channel");
    expect(JSON.stringify(shared.blocks)).toContain('{"type":"user","user_id":"U0HUMAN01"}');
  });

  test("is acknowledged at once while the numbers hang, then says so", async () => {
    const route = await start(mode, [hanging()], { answerMs: 50 });
    const invocation = fake.type(route, "/metrics", "hang");
    expect(await invocation.acknowledged).toBeLessThan(3_000);
    expect(readBlocks((await invocation.next()).blocks)).toContain("The database does not answer.");
  });

  test("is acknowledged at once while the inbox hangs", async () => {
    const isNews = () => new Promise<never>(() => undefined);
    const route = await start(mode, [count()], { answerMs: 50, isNews });
    const invocation = fake.type(route, "/metrics", "count");
    expect(await invocation.acknowledged).toBeLessThan(3_000);
    expect(readBlocks((await invocation.next()).blocks)).toContain("The database does not answer.");
  });

  test("delivered five times, it has one effect", async () => {
    const route = await start(mode, [count()]);
    const opened = fake.openResponse();
    const payload = fake.slashPayload("/metrics", "count", opened.url);
    const before = runs;
    for (let nth = 0; nth < 5; nth += 1) {
      if (route.kind === "socket") await fake.socket.deliver("slash_commands", payload);
      else expect((await route.handle(fake.requestOf("slash_commands", payload))).status).toBe(200);
    }
    await opened.next();
    await slack?.stop();
    expect(opened.answers).toHaveLength(1);
    expect(runs).toBe(before + 1);
  });

  test("an answer that Slack lost, refused with 503 or asked to wait for comes all the same", async () => {
    const route = await start(mode, [count()]);
    fake.faults.add("response_url", { kind: "status", status: 503 });
    fake.faults.add("response_url", { kind: "429", retryAfterSeconds: 0 });
    expect(readBlocks((await fake.type(route, "/metrics", "count").next()).blocks)).toContain("Run");
  });
});

describe("a picture that Slack does not show to one person alone", () => {
  const show = defineCommand({
    path: ["metrics", "show"],
    description: "a chart",
    options: {},
    access: () => FREE,
    run: async () => ({ message: { tone: "neutral", blocks: [{ kind: "chart", chart: CHART }] }, data: null }),
  });
  const isPicture = (block: object) => "slack_file" in block;

  test("comes by direct message, and the answer says so", async () => {
    const route = await start("http", [show]);
    fake.setPrivatePictures(false);
    const answer = await fake.type(route, "/metrics", "show").next();
    expect(readBlocks(answer.blocks)).toBe("Slack shows this picture in direct messages only, so the answer is there.");
    const [message, ...others] = await fake.directMessages();
    expect(others).toEqual([]);
    expect(message?.blocks.filter(isPicture)).toHaveLength(1);
    expect(fake.pictures.size).toBe(1);
  });

  test("is told in words where the app may not write to people", async () => {
    const route = await start("http", [show]);
    fake.setPrivatePictures(false);
    fake.faults.add("conversations.open", { kind: "error", error: "missing_scope", needed: "im:write" });
    const answer = await fake.type(route, "/metrics", "show").next();
    expect(readBlocks(answer.blocks)).toContain("MRR, last 3 days, from $14,900");
    expect(answer.blocks.some(isPicture)).toBe(false);
    expect(await fake.directMessages()).toEqual([]);
  });

  test("is shown to all when it is shared, where nothing keeps it from being shown", async () => {
    const route = await start("http", [show]);
    fake.setPrivatePictures(false);
    const shared = await fake.click(route, { action_id: "share", value: "metrics show" }).next();
    expect(shared.blocks.filter(isPicture)).toHaveLength(1);
    expect(await fake.directMessages()).toEqual([]);
  });
});

test("what is shared with all is not sent again after a lost reply", async () => {
  const route = await start("http", [count()]);
  fake.faults.add("response_url", { kind: "reply lost" });
  const shared = fake.click(route, { action_id: "share", value: "metrics count" });
  await shared.next();
  await slack?.stop();
  expect(shared.answers).toHaveLength(1);
});

describe("signed requests", () => {
  const NOON = Temporal.Instant.from("2026-11-20T12:00:00Z");
  const clock: Clock = { now: () => NOON };
  const seconds = NOON.epochMilliseconds / 1000;

  test.each([
    [0, 200],
    [-299, 200],
    [299, 200],
    [-301, 401],
    [301, 401],
    [600, 401],
    [315_360_000, 401],
  ])("signed %i seconds from now are answered with %i", async (shift, status) => {
    await start("http", [count()], { clock });
    const payload = fake.slashPayload("/metrics", "count", fake.openResponse().url);
    expect((await slack?.handle(fake.requestOf("slash_commands", payload, seconds + shift)))?.status).toBe(status);
  });

  test("with another secret, or none, they are refused", async () => {
    await start("http", [count()], { clock });
    const payload = fake.slashPayload("/metrics", "count", fake.openResponse().url);
    expect((await slack?.handle(fake.requestOf("slash_commands", payload, seconds, "wrong")))?.status).toBe(401);
    const bare = new Request("http://bellwether.test/slack/events", { method: "POST", body: "command=x" });
    expect((await slack?.handle(bare))?.status).toBe(401);
  });

  test("Slack's challenge is answered", async () => {
    await start("http", [count()], { clock });
    const request = fake.requestOf("events_api", { type: "url_verification", challenge: "abc" }, seconds);
    expect(await (await slack?.handle(request))?.json()).toEqual({ challenge: "abc" });
  });

  test("without a signing secret there is nothing at the address", async () => {
    await start("socket", [count()]);
    const payload = fake.slashPayload("/metrics", "count", fake.openResponse().url);
    expect((await slack?.handle(fake.requestOf("slash_commands", payload)))?.status).toBe(404);
  });
});

describe("a socket", () => {
  test.each(["drop", "askToReconnect"] as const)("that Slack ends (%s) is opened again", async (way) => {
    const route = await start("socket", [count()]);
    const again = fake.socket.arrival();
    fake.socket[way]();
    await again;
    expect(readBlocks((await fake.type(route, "/metrics", "count").next()).blocks)).toContain("Run");
  });

  test("that has died without a word is opened again within two minutes", async () => {
    const route = await start("socket", [count()]);
    const startedAt = performance.now();
    const again = fake.socket.arrival();
    fake.socket.freeze();
    await again;
    const noticedMs = Math.round(performance.now() - startedAt);
    console.log(JSON.stringify({ promise: "G26", platform: "slack", fault: "no pong, nothing else", noticedMs }));
    expect(noticedMs).toBeLessThan(120_000);
    expect(readBlocks((await fake.type(route, "/metrics", "count").next()).blocks)).toContain("Run");
  });

  test("is opened again when Slack refuses for a while", async () => {
    await start("socket", [count()]);
    fake.faults.add("apps.connections.open", { kind: "status", status: 503 }, 2);
    const again = fake.socket.arrival();
    fake.socket.drop();
    await again;
    expect(fake.socket.open()).toBe(1);
  });
});

describe("a start with wrong credentials names the step that mends it", () => {
  test.each([
    ["a wrong bot token", { botToken: "xoxb-wrong" }, "SLACK_BOT_TOKEN"],
    ["a wrong app token", { appToken: "xapp-wrong" }, "SLACK_APP_TOKEN"],
    ["a bot token in place of the app token", { appToken: "xoxb-made-up-bot" }, "xapp-"],
  ])("%s", async (_, parts, words) => {
    await expect(start("socket", [], parts)).rejects.toThrow(words);
  });

  test("missing scopes are named", async () => {
    fake.setScopes(["commands", "chat:write"]);
    await expect(start("socket", [])).rejects.toThrow("`files:write`");
  });

  test("Slack out of reach is no wrong token", async () => {
    await expect(start("socket", [], { apiUrl: await nobodysUrl() })).rejects.toMatchObject({
      code: "slack_unreachable",
    });
  });
});
