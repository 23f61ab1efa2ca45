import { expect } from "vitest";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import type { Command } from "../../../src/bot/command.ts";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { createJudge } from "../../support/discord/judge.ts";
import type { Asked } from "../../support/discord/rest.ts";
import { SILENT } from "../../support/silent.ts";
import { describeMenus, type AnswerUnderTest, type MenusUnderTest } from "../menu-contract.ts";
import { describeSubjects } from "../subject-contract.ts";
import { allIsNews } from "../support/inbox.ts";
import { textOf } from "./reading.ts";

interface Component {
  readonly type: number;
  readonly custom_id: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly options?: readonly { readonly label: string; readonly value: string }[];
}

const EPHEMERAL = 64;
const judge = createJudge();

async function answerTo(fake: FakeDiscord, asked: Asked): Promise<AnswerUnderTest> {
  const reply = await fake.until(() => asked.reply);
  const components = reply.components.flatMap((row) => row["components"] as readonly Component[]);
  const menus = components.filter(({ type }) => type === 3);
  return {
    text: textOf(reply),
    isPrivate: (Number(reply["flags"]) & EPHEMERAL) !== 0,
    isInPlace: asked.standsOn !== null && reply.id === asked.standsOn.id,
    buttons: components.flatMap(({ label }) => label ?? []),
    menus: Object.fromEntries(
      menus.map(({ placeholder, options = [] }) => [placeholder, options.map(({ label }) => label)]),
    ),
    async press(wanted) {
      const id = components.find(({ label }) => label === wanted)?.custom_id ?? "";
      return answerTo(fake, fake.press(id, reply));
    },
    async choose(menu, wanted) {
      const found = menus.find(({ placeholder }) => placeholder === menu);
      const value = found?.options?.find(({ label }) => label === wanted)?.value ?? "";
      return answerTo(fake, fake.pick(found?.custom_id ?? "", value, reply));
    },
  };
}

async function startMenus(): Promise<MenusUnderTest> {
  const fake = await startFakeDiscord({ judge });
  let platform: ChatPlatform | null = null;
  let given: readonly Command[] = [];
  const connect = async () => {
    const { apiUrl, token, guildId } = fake;
    const png = async () => Buffer.from("a picture");
    platform = createDiscord({ token, guildId, apiUrl, png, gate: OPEN_GATE, isNews: allIsNews, log: SILENT });
    await platform.start(given);
  };
  return {
    mostOptions: 25,
    async start(commands) {
      given = commands;
      await connect();
    },
    async restart() {
      await platform?.stop();
      await connect();
    },
    ask: (path) => answerTo(fake, fake.ask(path)),
    async stop() {
      await platform?.stop();
      await fake.stop();
      expect(fake.faultsFound).toEqual([]);
      expect(fake.unknownFields).toEqual([]);
    },
  };
}

describeMenus("Discord", startMenus);
describeSubjects("Discord", startMenus);
