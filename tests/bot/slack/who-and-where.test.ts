import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FREE } from "../../../src/bot/permission/need.ts";
import { defineCommand, type Invocation } from "../../../src/bot/command.ts";
import { createRemembered } from "../../../src/bot/platforms/slack/remembered.ts";
import { slackManifest } from "../../../src/bot/platforms/slack/manifest.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import { startSlack, type FakeSlack, type From, type Route } from "../../support/slack/slack.ts";
import { slackFor } from "./support.ts";

let fake: FakeSlack;
let slack: SlackPlatform;
let route: Route;
const told: Invocation[] = [];

const tell = defineCommand({
  path: ["metrics", "tell"],
  description: "tells who asked",
  options: {},
  access: () => FREE,
  async run(_, invocation) {
    told.push(invocation);
    return { message: { tone: "neutral", blocks: [{ kind: "text", text: "Told." }] }, data: null };
  },
});

const open = defineCommand({
  ...tell,
  path: ["ticket", "open"],
  onMessage: { id: "open_ticket", label: "Open support ticket" },
});

beforeEach(async () => {
  told.length = 0;
  fake = await startSlack();
  slack = slackFor(fake, { signingSecret: fake.signingSecret, lookUpMs: 200 });
  await slack.start([tell, open]);
  route = { kind: "http", handle: slack.handle };
});
afterEach(async () => {
  await slack.stop();
  await fake.close();
});

async function commandOf(from: From = {}): Promise<Invocation | undefined> {
  await fake.type(route, "/metrics", "tell", from).next();
  return told.at(-1);
}

describe("who asks in Slack", () => {
  test.each([
    ["U0HUMAN01", "member", []],
    ["U0ADMIN01", "admin", ["S0FOUNDERS"]],
    ["U0OWNER01", "admin", []],
    ["U0GUEST01", "guest", []],
    ["U0STRANGE", "guest", []],
  ] as const)("%s is known as %s, with the user groups", async (user, standing, groups) => {
    expect((await commandOf({ user }))?.asker).toEqual({ platform: "slack", person: user, standing, groups });
  });

  test("is unknown when Slack does not know the person, without a scope, and when Slack takes too long", async () => {
    expect((await commandOf({ user: "U0NOBODY1" }))?.asker.standing).toBe("unknown");
    fake.setScopes(["commands"]);
    expect((await commandOf({ user: "U0OWNER01" }))?.asker).toMatchObject({ standing: "unknown", groups: [] });
    fake.faults.add("users.info", { kind: "slow", until: new Promise(() => {}) });
    expect((await commandOf({ user: "U0ADMIN01" }))?.asker.standing).toBe("unknown");
  });

  test("is in no known groups when Slack does not tell them", async () => {
    fake.faults.add("usergroups.list", { kind: "error", error: "missing_scope", needed: "usergroups:read" });
    expect((await commandOf())?.asker).toMatchObject({ standing: "member", groups: null });
  });

  test("is asked of Slack once for two commands in a row", async () => {
    await commandOf();
    await commandOf();
    const asked = (method: string) => fake.calls.filter((call) => call.method === method).length;
    expect([asked("users.info"), asked("usergroups.list"), asked("conversations.info")]).toEqual([1, 1, 1]);
  });

  test("of who clicks, is known too", async () => {
    await fake.click(route, { action_id: "run:0:0", value: "metrics tell" }, { user: "U0GUEST01" }).next();
    expect(told.at(-1)?.asker.standing).toBe("guest");
  });
});

describe("where it is asked in Slack", () => {
  test.each([
    ["C000000001", "private", "team"],
    ["C000GENERAL", "public", "general"],
    ["C000PARTNER", "shared", "partners"],
    ["C000ORG0001", "public", "whole-company"],
    ["G000MPIM001", "private", "mpdm-dana--kim-1"],
    ["D000DIRECT1", "direct", null],
    ["C000UNKNOWN", "unknown", null],
  ] as const)("%s is a channel of the kind %s", async (channel, kind, name) => {
    const place = { platform: "slack", channel, kind, name, thread: null };
    expect((await commandOf({ channel }))?.place).toEqual(place);
    expect(await slack.placeOf(channel)).toEqual(place);
  });

  test("is unknown without the scope", async () => {
    fake.setScopes(["commands", "users:read", "usergroups:read"]);
    expect((await commandOf({ channel: "C000GENERAL" }))?.place.kind).toBe("unknown");
  });
});

describe("what Slack said before", () => {
  function remembered() {
    let now = 0;
    const answers: (() => Promise<string>)[] = [];
    const failures: unknown[] = [];
    const ask = createRemembered({
      ask: () => (answers.shift() ?? (() => Promise.reject(new Error("away"))))(),
      steadyNow: () => now,
      onFailure: (thrown) => void failures.push(thrown),
      answerWithinMs: 50,
    });
    const pass = (minutes: number) => void (now += minutes * 60_000);
    return { ask, failures, pass, answer: (given: () => Promise<string>) => void answers.push(given) };
  }

  test("counts for two minutes, and for fifteen while Slack does not answer", async () => {
    const { ask, failures, pass, answer } = remembered();
    answer(async () => "old");
    expect(await ask("U1")).toBe("old");
    pass(1);
    expect(await ask("U1")).toBe("old");
    expect(failures).toHaveLength(0);
    pass(2);
    expect(await ask("U1")).toBe("old");
    expect(failures).toHaveLength(1);
    pass(13);
    expect(await ask("U1")).toBe(null);
    answer(async () => "new");
    expect(await ask("U1")).toBe("new");
  });

  test("comes late, and is known to who asks next", async () => {
    const { ask, answer } = remembered();
    let arrive: (value: string) => void = () => {};
    answer(() => new Promise((resolve) => (arrive = resolve)));
    expect(await ask("U1")).toBe(null);
    const again = ask("U1");
    arrive("late");
    expect(await again).toBe("late");
  });
});

test("a command on a message in a thread knows the message, its thread and its words, and is answered privately", async () => {
  const message = {
    ts: "1700000000.000200",
    thread_ts: "1700000000.000100",
    user: "U0ADMIN01",
    text: "It &lt;fails&gt;, <@U1>",
  };
  const answer = await fake.choose(route, "open_ticket", message).next();
  expect(answer.response_type).toBe("ephemeral");
  expect(JSON.stringify(answer.blocks)).not.toContain('"share"');
  const { target, place } = told.at(-1) ?? {};
  expect(target).toEqual({
    message: { platform: "slack", channel: "C000000001", id: message.ts, thread: message.thread_ts },
    author: { id: "U0ADMIN01", isBot: false },
    text: "It <fails>, @U1",
  });
  expect(place?.thread).toBe(message.thread_ts);
});

test("a command on a message stands in the manifest as a shortcut", () => {
  expect(slackManifest([open]).features).toMatchObject({
    shortcuts: [{ name: "Open support ticket", type: "message", callback_id: "open_ticket" }],
  });
});
