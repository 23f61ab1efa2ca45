import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defineCommand, type Command } from "../../../src/bot/command.ts";
import { FREE } from "../../../src/bot/permission/need.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import type { Invocation } from "../../support/slack/invocations.ts";
import { startSlack, type FakeSlack, type Route } from "../../support/slack/slack.ts";
import { describeFiles, type FileAnswer } from "../file-contract.ts";
import { readBlocks, slackFor } from "./support.ts";

interface SharedFile {
  readonly id: string;
  readonly name: string;
}

/** Files in the direct messages with whoever asks, and those that anybody else could see. */
async function filesOf(fake: FakeSlack) {
  const direct = await fake.directMessages();
  const everywhere = await Promise.all(
    ["numbers", "founders"].map(async (name) => fake.messages(await fake.channelId(name))),
  );
  const given = (messages: readonly object[], isPrivate: boolean) =>
    messages
      .flatMap((message) => (Reflect.get(message, "files") ?? []) as readonly SharedFile[])
      .map(({ id, name }) => ({ name, bytes: fake.pictures.get(id) ?? Buffer.from(""), isPrivate }));
  return [...given(direct, true), ...given(everywhere.flat(), false)];
}

async function answerTo(fake: FakeSlack, invocation: Invocation): Promise<FileAnswer> {
  const { blocks, response_type: type } = await invocation.next();
  const elements = blocks.flatMap((block) =>
    block["type"] === "actions" ? (block["elements"] as readonly { readonly text: { readonly text: string } }[]) : [],
  );
  return {
    text: readBlocks(blocks),
    isPrivate: type === "ephemeral",
    buttons: elements.map(({ text }) => text.text),
    files: await filesOf(fake),
  };
}

for (const mode of ["socket", "http"] as const)
  describeFiles(`Slack over ${mode}`, async () => {
    const fake = await startSlack();
    const by = mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret };
    const slack = slackFor(fake, by);
    const route: Route = mode === "socket" ? { kind: "socket" } : { kind: "http", handle: slack.handle };
    return {
      mostBytes: 25 * 1024 ** 2,
      start: (commands) => slack.start(commands),
      ask: ([command, name]) => answerTo(fake, fake.type(route, `/${command}`, name)),
      async stop() {
        await slack.stop();
        await fake.close();
      },
    };
  });

const rows: Command = defineCommand({
  path: ["metrics", "rows"],
  description: "rows",
  options: {},
  access: () => ({ ...FREE, file: "rows" }),
  run: async () => {
    const parts = [Buffer.from("day,mrr\n"), null];
    const bytes = { next: async () => parts.shift() ?? null, close: () => {} };
    return {
      message: { tone: "neutral", blocks: [{ kind: "text", text: "Rows." }] },
      data: null,
      file: { name: "rows.csv", mediaType: "text/csv", open: async () => bytes, elsewhere: "Take it over HTTP." },
    };
  },
});

describe("a file that Slack does not take", () => {
  let fake: FakeSlack;
  let slack: SlackPlatform;
  beforeEach(async () => {
    fake = await startSlack();
    slack = slackFor(fake, { signingSecret: fake.signingSecret });
    await slack.start([rows]);
  });
  afterEach(async () => {
    await slack.stop();
    await fake.close();
  });
  const ask = () => answerTo(fake, fake.type({ kind: "http", handle: slack.handle }, "/metrics", "rows"));

  test("because whoever asked takes no direct messages is told with another way to it", async () => {
    fake.faults.add("conversations.open", { kind: "error", error: "messages_tab_disabled" });
    const answer = await ask();
    expect(answer.files).toEqual([]);
    expect(answer.text).toContain("could not be put into your direct messages");
    expect(answer.text).toContain("Turn on Messages Tab under App Home of the Slack app. Take it over HTTP.");
  });

  test("for want of a scope names the scope", async () => {
    fake.faults.add("files.getUploadURLExternal", { kind: "error", error: "missing_scope", needed: "files:write" });
    expect((await ask()).text).toContain("The Slack app lacks `files:write`".replaceAll("`", ""));
  });

  test("whose last answer was lost is not said to be missing", async () => {
    fake.faults.add("files.completeUploadExternal", { kind: "reply lost" });
    const answer = await ask();
    expect(answer.text).toContain("may not have come into your direct messages");
    expect(answer.files).toHaveLength(1);
  });
});
