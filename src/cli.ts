import { writeFile } from "node:fs/promises";
import { firstEvent } from "./banner.ts";
import { createCommands } from "./bot/commands/commands.ts";
import type { Message } from "./bot/message.ts";
import { createTerminal } from "./bot/platforms/terminal/terminal.ts";
import { runWords } from "./bot/run-command.ts";
import { createPngRenderer } from "./charts/png.ts";
import { readConfig } from "./config.ts";
import { createLifecycle } from "./core/lifecycle.ts";
import { createLog, describeError } from "./core/log.ts";
import { Problem } from "./core/problem.ts";
import { layFoundation } from "./foundation.ts";
import { demoConfig } from "./operations/demo.ts";
import { keys } from "./operations/keys.ts";
import type { Operation } from "./operations/operation.ts";
import { rollup } from "./operations/rollup.ts";
import { settings } from "./operations/settings.ts";
import { openRooms } from "./rooms.ts";

const OPERATIONS: readonly Operation[] = [rollup, keys, settings];
const STOP_DEADLINE_MS = 15_000;

interface Line {
  readonly words: readonly string[];
  readonly json: boolean;
  readonly demo: boolean;
  /** File for the chart as PNG. */
  readonly out: string | null;
}

function readLine(argv: readonly string[]): Line {
  const words: string[] = [];
  let out: string | null = null;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    if (word === "--json" || word === "--demo") continue;
    if (word === "--out") out = argv[(index += 1)] ?? "";
    else if (word.startsWith("--out=")) out = word.slice("--out=".length);
    else words.push(word);
  }
  return { words, out, json: argv.includes("--json"), demo: argv.includes("--demo") };
}

function environment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile();
  } catch {
    // Without a file .env the environment is all there is.
  }
  return process.env;
}

const say = (text: string) => void process.stdout.write(text);
const sayAside = (text: string) => void process.stderr.write(text);

/** Runs one line and answers the exit status: 0 done, 1 refused. */
async function run(line: Line): Promise<number> {
  const given = readConfig(environment());
  const config = line.demo ? demoConfig(given) : given;
  const log = createLog("silent");
  const lifecycle = createLifecycle();
  try {
    const [name, ...rest] = line.words;
    const keepStoredWorkspace = name === "settings";
    const foundation = await layFoundation({ config, log, lifecycle, purpose: "cli", keepStoredWorkspace });
    const rooms = openRooms(foundation, config);
    const operation = OPERATIONS.find((one) => one.name === name);
    if (operation === undefined) {
      await rooms.roller.drain();
      return await chat(line, {
        ...foundation,
        reader: rooms.reader,
        firstEvent: firstEvent(config.PUBLIC_URL ?? `http://localhost:${config.PORT}`),
      });
    }
    const progress = { write: sayAside, isTerminal: process.stderr.isTTY };
    const { ok, text, data } = await operation.run(rest, { config, foundation, rooms, write: say, progress });
    say(line.json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
    return ok ? 0 : 1;
  } finally {
    await lifecycle.stop(STOP_DEADLINE_MS);
  }
}

async function chat({ words, json, out }: Line, context: Parameters<typeof createCommands>[0]): Promise<number> {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const terminal = createTerminal({ write: say, columns: process.stdout.columns ?? 80, colour });
  const outcome = await runWords(words, { commands: createCommands(context), prefix: terminal.prefix });
  if (out !== null && outcome.ok) await writeChart(outcome.message, out);
  if (json) say(`${JSON.stringify(outcome.data, null, 2)}\n`);
  else await terminal.show(outcome.message);
  return outcome.ok ? 0 : 1;
}

async function writeChart(message: Message, path: string): Promise<void> {
  const block = message.blocks.find((one) => one.kind === "chart");
  if (block?.kind !== "chart")
    throw new Problem("no_chart", 400, "This command draws no chart.", {
      next: "Use `metrics show <metric> --out chart.png`.",
    });
  const renderer = createPngRenderer();
  try {
    await writeFile(path, await renderer.render(block.chart, { theme: "light" }));
  } catch (cause) {
    throw new Problem("cannot_write", 400, `The chart could not be written to ${path}.`, {
      next: "Name a file in a folder that exists and that you may write to.",
      cause,
    });
  }
}

run(readLine(process.argv.slice(2))).then(
  (status) => process.exit(status),
  (thrown: unknown) => {
    const told =
      thrown instanceof Problem ? [thrown.detail, thrown.next].filter((part) => part !== undefined).join(" ") : null;
    sayAside(told === null ? `That did not work: ${JSON.stringify(describeError(thrown))}\n` : `${told}\n`);
    process.exit(1);
  },
);
