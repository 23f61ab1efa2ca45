import { expect, onTestFinished, test } from "vitest";
import type { Command } from "../../../src/bot/command.ts";
import type { Gate } from "../../../src/bot/permission/gate.ts";
import type { SlackPlatform } from "../../../src/bot/platforms/slack/slack.ts";
import type { Invocation } from "../../support/slack/invocations.ts";
import { startSlack, type Route } from "../../support/slack/slack.ts";
import { heldIn, judgeView, type OpenedView } from "../../support/slack/views.ts";
import { HOME_CHANNEL, SOMEBODY } from "../../support/slack/workspace.ts";
import { describeForms } from "../form-contract.ts";
import { createTicketCommand } from "../support/form-commands.ts";
import { createMemory } from "../support/inbox.ts";
import { readBlocks, slackFor } from "./support.ts";

type Mode = "socket" | "http";

async function begin(mode: Mode) {
  const fake = await startSlack();
  const isNews = createMemory();
  let slack: SlackPlatform | null = null;
  let given: readonly Command[] = [];
  let gate: { gate?: Gate } = {};
  const connect = async () => {
    const by = mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret };
    const made = slackFor(fake, { ...by, ...gate, isNews });
    await made.start(given);
    slack = made;
  };
  const handle = () => {
    if (slack === null) throw new Error("not started");
    return slack.handle;
  };
  return {
    fake,
    route: (): Route => (mode === "socket" ? { kind: "socket" } : { kind: "http", handle: handle() }),
    handle,
    async start(commands: readonly Command[], using?: Gate) {
      given = commands;
      gate = using === undefined ? {} : { gate: using };
      await connect();
    },
    async restart() {
      await slack?.stop();
      await connect();
    },
    /** Resolves when what was begun is done. */
    finish: async () => {
      await slack?.stop();
    },
    async stop() {
      await slack?.stop();
      await fake.close();
    },
  };
}

const readingOf = async (invocation: Invocation) => {
  const { blocks, response_type: type } = await invocation.next();
  return { text: readBlocks(blocks), isPrivate: type === "ephemeral" };
};

function formsOf(mode: Mode) {
  return async () => {
    const { fake, route, finish, handle: _handle, ...under } = await begin(mode);
    let isLate = false;
    const given = (invocation: Invocation) => {
      if (isLate) fake.views.expireTriggers();
      const answer = () => readingOf(invocation);
      return { answer, form: async () => formOf(await fake.views.next(), answer) };
    };
    const formOf = (view: OpenedView, answer: () => ReturnType<typeof readingOf>) => ({
      title: view.title.text,
      held: heldIn(view),
      async submit(written: Readonly<Record<string, string>>) {
        const send = () => fake.submit(route(), view, written);
        const errors = errorsIn(await send());
        return { errors, answer, tellAgain: async () => void (await send()) };
      },
    });
    return {
      ...under,
      person: SOMEBODY,
      channel: HOME_CHANNEL,
      staysOpen: true,
      mostCarried: 1_950,
      type: ([command, name]: readonly [string, string], options: Readonly<Record<string, string>> = {}) => {
        const words = Object.entries(options).map(([option, value]) => `--${option}=“${value}”`);
        return given(fake.type(route(), `/${command}`, [name, ...words].join(" ")));
      },
      press: (command: string) => given(fake.click(route(), { action_id: "run:0:0", value: command })),
      async choose({ onMessage }: Command, text: string) {
        const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
        const message = { ts: "1700000000.000100", user: "U0ADMIN01", text: escaped };
        const chosen = given(fake.choose(route(), onMessage?.id ?? "", message));
        return { ...chosen, message: message.ts, author: message.user };
      },
      beLate: () => void (isLate = true),
      forms: () => fake.views.opened.length,
      settled: finish,
    };
  };
}

function errorsIn(answer: unknown): Readonly<Record<string, string>> | null {
  const { errors } = (answer ?? {}) as { readonly errors?: Readonly<Record<string, string>> };
  return errors ?? null;
}

describeForms("Slack over socket", formsOf("socket"));
describeForms("Slack over http", formsOf("http"));

async function started(commands: readonly Command[]) {
  const { fake, handle, start, finish, stop } = await begin("http");
  onTestFinished(stop);
  await start(commands);
  return { fake, route: { kind: "http", handle: handle() } as const, finish };
}

test("an answer that comes when Slack takes none there any more comes by direct message", async () => {
  const { command } = createTicketCommand();
  const { fake, route, finish } = await started([command]);
  fake.type(route, "/ticket", "open");
  const view = await fake.views.next();
  fake.expireResponseUrls();
  await fake.submit(route, view, { title: "Export fails" });
  await finish();
  expect((await fake.directMessages()).map(({ blocks }) => readBlocks(blocks))).toEqual([
    "Opened: Export fails (low).",
  ]);
});

test("a form that Slack did not open is told, and asked for twice it is opened once", async () => {
  const { command } = createTicketCommand();
  const { fake, route, finish } = await started([command]);
  const late = fake.type(route, "/ticket", "open");
  fake.views.expireTriggers();
  expect(readBlocks((await late.next()).blocks)).toContain("try again");
  const asked = fake.type(route, "/ticket", "open");
  await fake.views.next();
  await route.handle(fake.requestOf("slash_commands", asked.payload));
  await finish();
  expect(fake.views.opened).toHaveLength(1);
  expect(asked.answers).toEqual([]);
});

test("all that is wrong in a form is said beside its fields, and the form stays", async () => {
  const { command, runs } = createTicketCommand();
  const { fake, route } = await started([{ ...command, options: { ...command.options, title: SHORT } }]);
  fake.type(route, "/ticket", "open");
  const view = await fake.views.next();
  const written = { title: "Export", seats: "7" };
  const unbounded = { ...view, blocks: view.blocks.map((block) => ({ ...block, element: withoutLimits(block) })) };
  expect(await fake.submit(route, unbounded, { ...written, seats: "900" })).toEqual({
    response_action: "errors",
    errors: {
      title: "title has 6 characters; 3 are the most. Shorten it.",
      seats: "seats must be a whole number from 1 to 500; you wrote 900.",
    },
  });
  expect(runs).toEqual([]);
});

const SHORT = { kind: "text", description: "in a line", longest: 3 } as const;

/** As an older form that was opened before the limits changed. */
function withoutLimits({ element }: OpenedView["blocks"][number]) {
  const { max_length: _most, max_value: _highest, ...rest } = element as Record<string, unknown>;
  return { ...rest, ...("min_value" in rest ? { max_value: "9999" } : {}) } as typeof element;
}

const PLAIN = { type: "plain_text", text: "x" } as const;
const view = (more: object, element: object = {}) => ({
  type: "modal",
  callback_id: "form",
  title: PLAIN,
  submit: PLAIN,
  close: PLAIN,
  private_metadata: "",
  blocks: [
    { type: "input", block_id: "a", label: PLAIN, element: { type: "plain_text_input", action_id: "v", ...element } },
  ],
  ...more,
});

test("the fake takes a right form", () => {
  expect(judgeView(view({}))).toEqual([]);
});

test.each([
  ["a title of 25 characters", view({ title: { ...PLAIN, text: "t".repeat(25) } })],
  ["a state of 3,001 characters", view({ private_metadata: "m".repeat(3_001) })],
  ["no fields", view({ blocks: [] })],
  ["a field twice", view({ blocks: [...view({}).blocks, ...view({}).blocks] })],
  ["a text that is longer than its field", view({}, { initial_value: "long", max_length: 3 })],
  ["a field for 3,001 characters", view({}, { max_length: 3_001 })],
  ["an empty text", view({}, { initial_value: "" })],
  ["a misspelt field", view({}, { multi_line: true })],
])("the fake refuses a form with %s", (_, wrong) => {
  expect(judgeView(wrong)).not.toEqual([]);
});
