import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommands } from "../../../src/bot/commands/commands.ts";
import type { Block, Message } from "../../../src/bot/message.ts";
import { slackMessage } from "../../../src/bot/platforms/slack/message-blocks.ts";
import { slackManifest } from "../../../src/bot/platforms/slack/manifest.ts";
import { metricNames } from "../../../src/metrics/catalogue.ts";
import { judgeBlocks } from "../../support/slack/block-kit-judge.ts";
import { startSlack, type FakeSlack, type StoredMessage } from "../../support/slack/slack.ts";
import { describePlatform } from "../platform-contract.ts";
import { clock, madeUpReader, noDatabase, noRules, workspace, noSurveys } from "../support/made-up-numbers.ts";
import { readBlocks, slackFor } from "./support.ts";

let fake: FakeSlack;
let channel: string;

beforeAll(async () => {
  fake = await startSlack();
  channel = await fake.channelId("numbers");
});
afterAll(() => fake.close());

describePlatform("Slack", () => {
  let arrived: StoredMessage | undefined;
  return {
    platform: {
      name: "slack",
      prefix: "/",
      async show(message) {
        const destination = { platform: "slack", channel } as const;
        const outcome = await slackFor(fake).post({ destination, message, key: "d-1" });
        if (outcome.outcome !== "sent") throw new Error(outcome.reason);
        arrived = (await fake.messages(channel)).find(({ ts }) => ts === outcome.externalId);
      },
    },
    wire: () => JSON.stringify(arrived),
    read: () => readBlocks(arrived?.blocks ?? []),
  };
});

const HOSTILE = [
  "@everyone <!channel> <!here> <@U0HUMAN01> <#C000000001> <http://evil.example|click> & &lt;!channel&gt;",
  "`code` ``` *bold* _it_ ~x~ :tada: [a](http://evil.example)",
  "👩‍👩‍👧‍👦".repeat(200),
  "שלום عليكم ".repeat(100),
  "n".repeat(500),
  "&".repeat(9_000),
  "<".repeat(5_000),
];

function everywhere(text: string): Message {
  const rows = Array.from({ length: 200 }, () => [text, text]);
  const blocks: Block[] = [
    { kind: "text", text },
    { kind: "code", text },
    { kind: "note", text },
    { kind: "facts", facts: metricNames.map((label) => ({ label, value: text, detail: text, trend: [1, 2] })) },
    {
      kind: "table",
      columns: [
        { label: text, align: "left" },
        { label: "b", align: "right" },
      ],
      rows,
    },
    {
      kind: "chart",
      chart: { kind: "bar", title: text, unit: "count", labels: [text], series: [{ label: text, values: [1] }] },
    },
    { kind: "buttons", buttons: Array.from({ length: 60 }, () => ({ label: text, command: text })) },
    {
      kind: "menu",
      label: text,
      options: Array.from({ length: 150 }, (_, index) => ({ label: text, command: `metrics ${text} ${index}` })),
    },
  ];
  return { title: text, tone: "neutral", blocks: Array.from({ length: 12 }, () => blocks).flat() };
}

describe("a message in Slack's limits", () => {
  test.each(HOSTILE.map((text) => ({ name: text.slice(0, 30), text })))("$name", ({ text }) => {
    const { text: fallback, blocks } = slackMessage(everywhere(text), new Map());
    expect(judgeBlocks(blocks, () => false)).toEqual([]);
    expect(fallback.length).toBeLessThanOrEqual(3_000);
    expect(fallback).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    expect(JSON.stringify(blocks)).not.toContain('"mrkdwn"');
  });

  test("200 metrics with long names say how many are missing", () => {
    const facts = Array.from({ length: 200 }, (_, index) => ({
      label: `${"long ".repeat(10)}${index}`,
      value: `v${index};`,
    }));
    const { blocks } = slackMessage({ tone: "neutral", blocks: [{ kind: "facts", facts }] }, new Map());
    const read = readBlocks(blocks as never);
    const missing = facts.filter(({ value }) => !read.includes(value)).length;
    expect(missing).toBeGreaterThan(0);
    expect(read).toContain(`… ${missing} more`);
  });

  test("an ampersand is a plain one in blocks and escaped in the fallback", () => {
    const message: Message = { tone: "neutral", blocks: [{ kind: "text", text: "R&D <team>" }] };
    const { text, blocks } = slackMessage(message, new Map());
    expect(text).toBe("R&amp;D &lt;team&gt;");
    expect(readBlocks(blocks as never)).toBe("R&D <team>");
  });
});

const menuOf = (values: readonly string[]) => {
  const options = values.map((value) => ({ text: { type: "plain_text", text: "x" }, value }));
  return [{ type: "actions", elements: [{ type: "static_select", action_id: "a", options }] }];
};

describe("the fake", () => {
  const isFile = (id: string) => id === "F1";
  test.each([
    ["a menu of 101 options", menuOf(Array.from({ length: 101 }, (_, index) => String(index)))],
    ["a menu with a value of 151 characters", menuOf(["v".repeat(151)])],
    ["a menu with a value twice", menuOf(["v", "v"])],
    ["51 blocks", Array.from({ length: 51 }, () => ({ type: "divider" }))],
    ["a header of 151 characters", [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }]],
    ["a header with markup", [{ type: "header", text: { type: "mrkdwn", text: "x" } }]],
    ["a picture without alt text", [{ type: "image", slack_file: { id: "F1" } }]],
    ["a picture that is no file", [{ type: "image", slack_file: { id: "F2" }, alt_text: "x" }]],
    ["a field that does not exist", [{ type: "divider", colour: "red" }]],
    ["an empty text", [{ type: "section", text: { type: "mrkdwn", text: "" } }]],
    [
      "11 parts in a context",
      [{ type: "context", elements: Array.from({ length: 11 }, () => ({ type: "mrkdwn", text: "x" })) }],
    ],
  ])("refuses %s", (_, blocks) => {
    expect(judgeBlocks(blocks, isFile)).not.toEqual([]);
  });

  test("refuses a planted wrong payload over the wire", async () => {
    const blocks = [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }];
    const answer = await fetch(`${fake.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${fake.botToken}` },
      body: JSON.stringify({ channel, text: "x", blocks }),
    });
    expect(await answer.json()).toMatchObject({ ok: false, error: "invalid_blocks" });
    expect(fake.complaints.splice(0)).toHaveLength(1);
  });

  test.each(["chat.postMessage", "response_url"])("fails the test in which the bot sent one to %s", async (way) => {
    const own = await startSlack();
    const address = way === "response_url" ? own.openResponse().url : `${own.apiUrl}${way}`;
    await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${own.botToken}` },
      body: JSON.stringify({ channel: "C1", text: "x", blocks: [{ type: "divider", colour: "red" }] }),
    });
    await expect(own.close()).rejects.toThrow("invalid additional property: colour");
  });
});

test("the manifest has a slash command for each group of commands, and no more scopes than are used", () => {
  const commands = createCommands({
    ...noSurveys,
    reader: madeUpReader(),
    db: noDatabase,
    accessBook: noRules,
    clock,
    workspace,
    firstEvent: "",
  });
  const manifest = slackManifest(commands);
  expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([
    "/metrics",
    "/digest",
    "/nps",
    "/link",
    "/access",
  ]);
  expect(manifest.features.slash_commands.map((command) => command.should_escape)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  const signed = slackManifest(commands, "https://numbers.example.com");
  expect(signed.settings.interactivity).toEqual({
    is_enabled: true,
    request_url: "https://numbers.example.com/slack/events",
  });
});
