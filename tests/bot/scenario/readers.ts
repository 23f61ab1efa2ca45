import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import type { Command } from "../../../src/bot/command.ts";
import { OPEN_GATE, OPERATOR_VISIT } from "../../../src/bot/permission/gate.ts";
import { createTerminal } from "../../../src/bot/platforms/terminal/terminal.ts";
import { runTyped } from "../../../src/bot/run-command.ts";
import { splitWords } from "../../../src/bot/typed-words.ts";
import { createPngRenderer } from "../../../src/charts/png.ts";
import { startFakeDiscord } from "../../support/discord/fake-discord.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { SILENT } from "../../support/silent.ts";
import { startSlack, type Route } from "../../support/slack/slack.ts";
import { textOf } from "../discord/reading.ts";
import { readBlocks, slackFor } from "../slack/support.ts";
import { allIsNews } from "../support/inbox.ts";

/** A command with its options, as every platform can give it. */
export interface Step {
  readonly line: `${string} ${string}`;
  readonly options?: Readonly<Record<string, string | number | true>>;
}

/** Somebody who gives commands in one place, and reads what is shown there. */
export interface Reader {
  /** What is read, apart from what can be pressed. */
  ask(step: Step): Promise<string>;
  /** The file that came with the last answer. */
  lastFile(): Promise<Buffer | null>;
  stop(): Promise<void>;
}

export type StartReader = (commands: readonly Command[]) => Promise<Reader>;

const renderer = createPngRenderer();
const judge = createJudge();

function typed({ line, options = {} }: Step): string {
  return [
    line,
    ...Object.entries(options).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`)),
  ].join(" ");
}

function startSlackReader(mode: "socket" | "http"): StartReader {
  return async (commands) => {
    const fake = await startSlack();
    const by = mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret };
    const slack = slackFor(fake, by);
    await slack.start(commands);
    const route: Route = mode === "socket" ? { kind: "socket" } : { kind: "http", handle: slack.handle };
    return {
      async ask(step) {
        const [command = "", ...words] = typed(step).split(" ");
        const { blocks } = await fake.type(route, `/${command}`, words.join(" ")).next();
        return readBlocks(blocks.filter(({ type }) => type !== "actions"));
      },
      async lastFile() {
        const messages = await fake.directMessages();
        const files = messages.flatMap(
          (message) => (Reflect.get(message, "files") ?? []) as readonly { readonly id: string }[],
        );
        return fake.pictures.get(files[0]?.id ?? "") ?? null;
      },
      async stop() {
        await slack.stop();
        await fake.close();
      },
    };
  };
}

const startDiscordReader: StartReader = async (commands) => {
  const fake = await startFakeDiscord({ judge });
  const { apiUrl, token, guildId } = fake;
  const discord = createDiscord({
    token,
    guildId,
    apiUrl,
    png: (chart) => renderer.render(chart, { theme: "dark" }),
    gate: OPEN_GATE,
    isNews: allIsNews,
    log: SILENT,
  });
  await discord.start(commands);
  let file: Buffer | null = null;
  return {
    async ask({ line, options = {} }) {
      const [name = "", ...rest] = line.split(" ");
      const given = Object.entries(options).map(([option, value]) => ({ name: option, value }));
      const asked = fake.ask([name, rest.join("-")], given);
      const reply = await fake.until(() => asked.reply);
      const csv = reply.attachments.find(({ filename }) => String(filename).endsWith(".csv"));
      file = csv === undefined ? null : (fake.world.files.get(new URL(String(csv["url"])).pathname) ?? null);
      return textOf({ ...reply, components: [], attachments: [] });
    },
    lastFile: async () => file,
    async stop() {
      await discord.stop();
      await fake.stop();
      const faults = [...fake.faultsFound, ...fake.unknownFields];
      if (faults.length > 0) throw new Error(`Discord would refuse this:\n${faults.join("\n")}`);
    },
  };
};

const startTerminalReader: StartReader = async (commands) => {
  let text = "";
  let file: Buffer | null = null;
  const terminal = createTerminal({ write: (more) => (text += more), columns: 100, colour: false, prefix: "/" });
  return {
    async ask(step) {
      text = "";
      const outcome = await runTyped(splitWords(typed(step)).words, { commands, prefix: "/", ...OPERATOR_VISIT });
      const bytes = await outcome.file?.open();
      const parts: Uint8Array[] = [];
      for (let part = await bytes?.next(); part !== undefined && part !== null; part = await bytes?.next())
        parts.push(part);
      file = bytes === undefined ? null : Buffer.concat(parts);
      await terminal.show(outcome.message);
      return text;
    },
    lastFile: async () => file,
    stop: async () => {},
  };
};

export const READERS: Readonly<
  Record<"Slack over a socket" | "Slack over HTTP" | "Discord" | "the terminal", StartReader>
> = {
  "Slack over a socket": startSlackReader("socket"),
  "Slack over HTTP": startSlackReader("http"),
  Discord: startDiscordReader,
  "the terminal": startTerminalReader,
};

export const CHATS = ["Slack over a socket", "Slack over HTTP", "Discord"] as const;
