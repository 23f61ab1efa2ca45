import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defineCommand } from "../../../src/bot/command.ts";
import type { Message } from "../../../src/bot/message.ts";
import { FREE } from "../../../src/bot/permission/need.ts";
import { chartBlock } from "../../../src/bot/platforms/slack/chart-block.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import { altText } from "../../../src/charts/alt-text.ts";
import type { SeriesChart } from "../../../src/charts/chart.ts";
import { Temporal } from "../../../src/core/time.ts";
import { daysUntil20November, lineOf, MOVEMENTS, STEPS_TO_PAYING } from "../../charts/example-charts.ts";
import { judgeBlocks } from "../../support/slack/block-kit-judge.ts";
import { startSlack, type FakeSlack, type StoredMessage } from "../../support/slack/slack.ts";
import { readBlocks, slackFor } from "./support.ts";

const WEEK = lineOf([14_900, 15_000, 15_010, 15_400, 15_400, 16_100, 16_412]);
const MONTH = lineOf(Array.from({ length: 30 }, (_, index) => 15_000 + index));
const named = (count: number, name = (index: number) => `plan ${index}`): SeriesChart =>
  lineOf([], {
    labels: daysUntil20November(2),
    series: Array.from({ length: count }, (_, index) => ({ label: name(index), values: [index, index + 0.125] })),
  });

describe("a chart that Slack draws itself", () => {
  test("has the title, the names, the days and the numbers of the chart, and what they are counted in", () => {
    expect(chartBlock(WEEK)).toEqual({
      type: "data_visualization",
      title: "MRR",
      chart: {
        type: "line",
        series: [
          {
            name: "MRR",
            data: WEEK.series[0]?.values.map((value, index) => ({ label: `${14 + index} Nov`, value })),
          },
        ],
        axis_config: {
          categories: Array.from({ length: 7 }, (_, index) => `${14 + index} Nov`),
          x_label: "Day",
          y_label: "USD",
        },
      },
    });
  });

  test.each<[string, SeriesChart]>([
    ["20 days", lineOf(Array.from({ length: 20 }, (_, index) => index - 3))],
    ["6 series", named(6)],
    ["a title of 500 characters", lineOf([1, 2], { title: "MRR ".repeat(125) })],
    ["bars over words", lineOf([3, 2], { kind: "bar", labels: ["Pro", "Team of up to 20 now"], unit: "count" })],
    ["names with markup", named(2, (index) => `<!here> & *${index}*`)],
  ])("with %s is one that Slack takes", (_, chart) => {
    const block = chartBlock(chart);
    expect(block).not.toBeNull();
    expect(judgeBlocks([block], () => false)).toEqual([]);
  });

  test.each([
    ["21 days", lineOf(Array.from({ length: 21 }, (_, index) => index))],
    ["7 series", named(7)],
    ["a gap", lineOf([1, null, 3])],
    ["a day that is not over", lineOf([1, 2, 3], { lastIsPartial: true })],
    ["nothing to show", lineOf([null])],
    ["a name of 21 characters", named(1, () => "x".repeat(21))],
    ["two names alike", named(2, () => "Pro")],
    ["two labels alike", lineOf([1, 2], { labels: ["Pro", "Pro"] })],
    ["no title", lineOf([1, 2], { title: " " })],
    ["stacked bars", lineOf([1, 2], { kind: "stacked-bar" })],
    ["a waterfall", MOVEMENTS],
    ["a funnel", STEPS_TO_PAYING],
  ])("is a picture instead with %s", (_, chart) => {
    expect(chartBlock(chart)).toBeNull();
  });

  test("would be refused beyond the limits", () => {
    const block = chartBlock(WEEK);
    if (block === null) throw new Error("no block");
    const { chart } = block;
    const [series] = chart.series;
    const wrong = [
      { ...block, title: "x".repeat(51) },
      { ...block, chart: { ...chart, series: [] } },
      { ...block, chart: { ...chart, series: [series, series] } },
      { ...block, chart: { ...chart, series: [{ name: "MRR", data: series?.data.slice(1) }] } },
      { ...block, chart: { ...chart, axis_config: { categories: [] } } },
      { ...block, chart: { ...chart, type: "funnel" } },
      { ...block, alt_text: "words" },
    ];
    for (const one of wrong) expect(judgeBlocks([one], () => false)).not.toEqual([]);
    expect(judgeBlocks([block, block, block], () => false)).not.toEqual([]);
  });
});

const messageWith = (...charts: readonly SeriesChart[]): Message => ({
  title: "MRR",
  tone: "neutral",
  blocks: charts.map((chart) => ({ kind: "chart", chart }) as const),
});

const show = defineCommand({
  path: ["metrics", "week"],
  description: "a week",
  options: {},
  access: () => FREE,
  run: async () => ({ message: messageWith(WEEK), data: null }),
});

describe("charts in Slack", () => {
  let fake: FakeSlack;
  let slack: SlackPlatform;
  let channel = "";
  let now = Temporal.Instant.from("2026-11-20T09:00:00Z");
  const typesOf = (blocks: readonly Readonly<Record<string, unknown>>[] = []) => blocks.map(({ type }) => type);
  const uploads = () => fake.calls.filter(({ method }) => method === "files.getUploadURLExternal").length;
  const tries = () => fake.calls.filter(({ method }) => method === "chat.postMessage").length;

  async function start(nativeCharts = true) {
    slack = slackFor(fake, { appToken: fake.appToken, nativeCharts, clock: { now: () => now } });
    await slack.start([show]);
  }
  let keys = 0;
  async function posted(message: Message): Promise<StoredMessage | undefined> {
    const destination = { platform: "slack", channel } as const;
    const outcome = await slack.post({ destination, message, key: `k-${(keys += 1)}` });
    if (outcome.outcome !== "sent") throw new Error(outcome.reason);
    return (await fake.messages(channel)).find(({ ts }) => ts === outcome.externalId);
  }

  beforeEach(async () => {
    fake = await startSlack();
    channel = await fake.channelId("numbers");
    await start();
  });
  afterEach(async () => {
    await slack.stop();
    await fake.close();
  });

  test("that fit are drawn by Slack, with their words in the message's text alone, and no picture is uploaded", async () => {
    const message = await posted(messageWith(WEEK));
    expect(typesOf(message?.blocks)).toEqual(["header", "data_visualization"]);
    expect(readBlocks(message?.blocks ?? [])).not.toContain(altText(WEEK));
    expect(message?.text).toContain(altText(WEEK));
    expect(uploads()).toBe(0);
  });

  test("in an answer to one person are drawn by Slack too", async () => {
    const answer = await fake.type({ kind: "socket" }, "/metrics", "week").next();
    expect(typesOf(answer.blocks)).toContain("data_visualization");
    expect(uploads()).toBe(0);
  });

  test("are all pictures when one of them does not fit, or when there are three", async () => {
    expect(typesOf((await posted(messageWith(WEEK, MONTH)))?.blocks)).toEqual(["header", "image", "image"]);
    expect(typesOf((await posted(messageWith(WEEK, WEEK, WEEK)))?.blocks).slice(1)).toEqual([
      "image",
      "image",
      "image",
    ]);
  });

  test("that the workspace refuses are pictures, and for half a day it is not asked again", async () => {
    fake.setCharts(false);
    expect(typesOf((await posted(messageWith(WEEK)))?.blocks)).toEqual(["header", "image"]);
    expect(tries()).toBe(2);
    await posted(messageWith(WEEK));
    expect(tries()).toBe(3);
    const answer = await fake.type({ kind: "socket" }, "/metrics", "week").next();
    expect(typesOf(answer.blocks)).toContain("image");
    fake.setCharts(true);
    now = now.add({ hours: 11 });
    expect(typesOf((await posted(messageWith(WEEK)))?.blocks)).toEqual(["header", "image"]);
    now = now.add({ hours: 1 });
    expect(typesOf((await posted(messageWith(WEEK)))?.blocks)).toContain("data_visualization");
  });

  test("refused in an answer to one person come as a picture there", async () => {
    fake.setCharts(false);
    const answer = await fake.type({ kind: "socket" }, "/metrics", "week").next();
    expect(typesOf(answer.blocks)).toContain("image");
  });

  test("are pictures again when a message is edited in a workspace that refuses them", async () => {
    const message = await posted({ tone: "neutral", blocks: [{ kind: "text", text: "soon" }] });
    fake.setCharts(false);
    const edited = await slack.edit({ platform: "slack", channel, id: message?.ts ?? "" }, messageWith(WEEK));
    expect(edited.ok).toBe(true);
    const shown = (await fake.messages(channel)).find(({ ts }) => ts === message?.ts);
    expect(typesOf(shown?.blocks)).toEqual(["header", "image"]);
  });

  test("are not taken for the mistake when Slack refuses the message without them too", async () => {
    fake.faults.add("chat.postMessage", { kind: "error", error: "invalid_blocks" }, 5);
    const destination = { platform: "slack", channel } as const;
    await expect(slack.post({ destination, message: messageWith(WEEK), key: "k-x" })).resolves.toMatchObject({
      outcome: "refused",
    });
    expect(typesOf((await posted(messageWith(WEEK)))?.blocks)).toContain("data_visualization");
  });

  test("are pictures where the setting says so", async () => {
    await slack.stop();
    await start(false);
    expect(typesOf((await posted(messageWith(WEEK)))?.blocks)).toEqual(["header", "image"]);
    expect(tries()).toBe(1);
  });
});
