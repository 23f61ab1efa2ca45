import { expect, onTestFinished, test } from "vitest";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import type { Command } from "../../../src/bot/command.ts";
import { OPEN_GATE, type Gate } from "../../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { CHANNEL, PERSON } from "../../support/discord/guild.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { heldIn } from "../../support/discord/modals.ts";
import type { Asked } from "../../support/discord/rest.ts";
import { SILENT } from "../../support/silent.ts";
import { describeForms, type ShownFormUnderTest } from "../form-contract.ts";
import { createTicketCommand } from "../support/form-commands.ts";
import { createMemory } from "../support/inbox.ts";
import { textOf } from "./reading.ts";

const judge = createJudge();
const CALLBACK = "post /interactions/{interaction_id}/{interaction_token}/callback";

async function begin() {
  let lateMs = 0;
  const fake = await startFakeDiscord({ judge, now: () => Date.now() + lateMs });
  const isNews = createMemory();
  let platform: ChatPlatform | null = null;
  let given: readonly Command[] = [];
  let gate = OPEN_GATE;
  const connect = async () => {
    const { apiUrl, token, guildId } = fake;
    const made = createDiscord({ token, guildId, apiUrl, png: async () => Buffer.from(""), gate, isNews, log: SILENT });
    await made.start(given);
    platform = made;
  };
  return {
    fake,
    async start(commands: readonly Command[], using: Gate = OPEN_GATE) {
      [given, gate] = [commands, using];
      await connect();
    },
    async restart() {
      await platform?.stop();
      await connect();
    },
    pass: (ms: number) => void (lateMs += ms),
    async stop() {
      await platform?.stop();
      await fake.stop();
    },
  };
}

async function answerTo(fake: FakeDiscord, asked: Asked) {
  const reply = await fake.until(() => asked.reply);
  return { text: textOf(reply), isPrivate: asked.isPrivate };
}

async function formOf(fake: FakeDiscord, asked: Asked): Promise<ShownFormUnderTest> {
  const modal = await fake.until(() => asked.modal);
  return {
    title: modal.title,
    held: heldIn(modal),
    async submit(written) {
      const sent = fake.submit(asked, written);
      return {
        errors: null,
        answer: () => answerTo(fake, sent),
        async tellAgain() {
          const before = fake.requests.filter((request) => request === CALLBACK).length;
          fake.tellAgain();
          await fake.until(() => fake.requests.filter((request) => request === CALLBACK).length > before);
        },
      };
    },
  };
}

describeForms("Discord", async () => {
  const { fake, pass, ...under } = await begin();
  const asks: Asked[] = [];
  let latenessMs = 0;
  const given = (asked: Asked) => {
    asks.push(asked);
    pass(latenessMs);
    return { form: () => formOf(fake, asked), answer: () => answerTo(fake, asked) };
  };
  return {
    ...under,
    person: PERSON.dana,
    channel: CHANNEL.numbers,
    staysOpen: false,
    mostCarried: 70,
    beLate: () => void (latenessMs = 3_001),
    type: (path, options = {}) =>
      given(
        fake.ask(
          path,
          Object.entries(options).map(([name, value]) => ({ name, value })),
        ),
      ),
    press: (command) => given(fake.press(`run:${command}`, fake.crowd.say(CHANNEL.numbers, { content: "buttons" }))),
    async choose(command, text) {
      const message = fake.crowd.say(CHANNEL.numbers, { content: text, author: PERSON.kim });
      const label = command.onMessage?.label ?? "";
      return { ...given(fake.choose(label, message)), message: message.id, author: PERSON.kim };
    },
    forms: () => asks.filter(({ modal }) => modal !== null).length,
    async settled() {
      await fake.gateway.settled();
      await fake.until(() => [...fake.world.asked.values()].every((one) => isDealtWith(fake, one)));
    },
  };
});

/** It was answered, or its acknowledgement was refused. */
function isDealtWith({ requests, world }: FakeDiscord, asked: Asked): boolean {
  if (asked.reply !== null || asked.modal !== null) return true;
  return asked.acknowledgedAfterMs === null && requests.filter((one) => one === CALLBACK).length >= world.asked.size;
}

async function started(commands: readonly Command[]) {
  const { fake, start, restart, stop } = await begin();
  onTestFinished(stop);
  await start(commands);
  return { fake, restart };
}

test("of two instances one opens the form and one takes it", async () => {
  const { command, runs } = createTicketCommand();
  const { fake } = await started([command]);
  const { apiUrl, token, guildId } = fake;
  const isNews = createMemory();
  const png = async () => Buffer.from("");
  const other = createDiscord({ token, guildId, apiUrl, gate: OPEN_GATE, isNews, log: SILENT, png });
  onTestFinished(() => other.stop());
  await other.start([command]);
  const asked = fake.ask(["ticket", "open"]);
  await fake.until(() => asked.modal);
  const sent = fake.submit(asked, { title: "Export fails" });
  await fake.until(() => sent.reply);
  await fake.until(() => fake.requests.filter((request) => request === CALLBACK).length === 4);
  await fake.gateway.settled();
  expect(runs).toHaveLength(1);
});

test("a message's words that were forgotten are read again, and are empty when Discord withholds them", async () => {
  const { command, runs } = createTicketCommand();
  const { fake, restart } = await started([command]);
  for (const [content, isWithheld] of [
    ["Export fails", false],
    ["Export fails again", true],
  ] as const) {
    fake.world.rooms.intents.messageContent = !isWithheld;
    const message = fake.crowd.say(CHANNEL.numbers, { content, author: PERSON.kim });
    const asked = fake.choose("Open support ticket", message);
    await fake.until(() => asked.modal);
    await restart();
    await fake.until(() => fake.submit(asked, { title: "x" }).id);
    await fake.until(() => runs.at(-1)?.target?.message.id === message.id);
    expect(runs.at(-1)).toMatchObject({
      values: { details: content },
      target: { author: { id: PERSON.kim, isBot: false }, text: isWithheld ? "" : content },
    });
  }
});

test("the fields of a form may be left out of the command, and no other", async () => {
  const { command } = createTicketCommand();
  const { fake } = await started([command]);
  const [ticket = {}] = fake.world.commands.get(fake.guildId) ?? [];
  const [open] = ticket["options"] as { options: { name: string; required?: boolean; max_length?: number }[] }[];
  expect(open?.options.map(({ name, required = false }) => `${name} ${required}`)).toEqual(
    ["title", "details", "priority", "seats", "account"].map((name) => `${name} false`),
  );
  expect(open?.options[0]?.max_length).toBe(80);
});
