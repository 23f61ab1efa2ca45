import type { Command } from "../../../src/bot/command.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import type { Invocation } from "../../support/slack/invocations.ts";
import { startSlack, type FakeSlack, type Route } from "../../support/slack/slack.ts";
import { describeMenus, type AnswerUnderTest, type MenusUnderTest } from "../menu-contract.ts";
import { describeSubjects } from "../subject-contract.ts";
import { createMemory } from "../support/inbox.ts";
import { readBlocks, slackFor } from "./support.ts";

interface Text {
  readonly text: string;
}

interface Element {
  readonly type: string;
  readonly action_id: string;
  readonly text?: Text;
  readonly value?: string;
  readonly placeholder?: Text;
  readonly options?: readonly { readonly text: Text; readonly value: string }[];
}

async function answerTo(fake: FakeSlack, route: () => Route, invocation: Invocation): Promise<AnswerUnderTest> {
  const { blocks, response_type: type, replace_original: isInPlace } = await invocation.next();
  const elements = blocks.flatMap((block) =>
    block["type"] === "actions" ? (block["elements"] as readonly Element[]) : [],
  );
  const menus = elements.filter((element) => element.type === "static_select");
  const isPrivate = type === "ephemeral";
  const next = (made: Invocation) => answerTo(fake, route, made);
  const from = { isPublic: !isPrivate };
  return {
    text: readBlocks(blocks),
    isPrivate,
    isInPlace,
    buttons: elements.flatMap(({ type: kind, text }) => (kind === "button" ? [text?.text ?? ""] : [])),
    menus: Object.fromEntries(
      menus.map(({ placeholder, options = [] }) => [placeholder?.text, options.map(({ text }) => text.text)]),
    ),
    async press(wanted) {
      const { action_id = "", value = "" } = elements.find(({ text }) => text?.text === wanted) ?? {};
      return next(fake.click(route(), { action_id, value }, from));
    },
    async choose(menu, wanted) {
      const { action_id = "", options = [] } = menus.find(({ placeholder }) => placeholder?.text === menu) ?? {};
      const value = options.find(({ text }) => text.text === wanted)?.value ?? "";
      return next(fake.pick(route(), { action_id, value }, from));
    },
  };
}

function startMenus(mode: "socket" | "http") {
  return async (): Promise<MenusUnderTest> => {
    const fake = await startSlack();
    const isNews = createMemory();
    let slack: SlackPlatform;
    let given: readonly Command[] = [];
    const connect = async () => {
      const by = mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret };
      slack = slackFor(fake, { ...by, isNews });
      await slack.start(given);
    };
    const route = (): Route => (mode === "socket" ? { kind: "socket" } : { kind: "http", handle: slack.handle });
    return {
      mostOptions: 100,
      async start(commands) {
        given = commands;
        await connect();
      },
      async restart() {
        await slack.stop();
        await connect();
      },
      ask: ([command, name]) => answerTo(fake, route, fake.type(route(), `/${command}`, name)),
      async stop() {
        await slack.stop();
        await fake.close();
      },
    };
  };
}

for (const mode of ["socket", "http"] as const) {
  describeMenus(`Slack over ${mode}`, startMenus(mode));
  describeSubjects(`Slack over ${mode}`, startMenus(mode));
}
