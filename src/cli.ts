import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { withWords } from "./bot/answer-file.ts";
import { OPERATOR_VISIT } from "./bot/permission/gate.ts";
import type { Message } from "./bot/message.ts";
import type { Command } from "./bot/command.ts";
import { parseCommand } from "./bot/command-line.ts";
import { createTerminal, type Terminal } from "./bot/platforms/terminal/terminal.ts";
import type { Platform } from "./bot/platform.ts";
import { runWords, type Outcome } from "./bot/run-command.ts";
import { createPictures } from "./chart-pictures.ts";
import type { Chart } from "./charts/chart.ts";
import { chatCommandsOf } from "./cli-commands.ts";
import { databaseFor, elsewhereNote, serviceOn, unusedDatabase } from "./cli-database.ts";
import { commandsWithoutDatabase, helpOn } from "./cli-help.ts";
import { readLine, type Line } from "./cli-line.ts";
import { complaintOf } from "./complaint.ts";
import { readConfig, type Config } from "./config.ts";
import { createLifecycle, type Lifecycle } from "./core/lifecycle.ts";
import { CALLED } from "./core/called.ts";
import { createLog } from "./core/log.ts";
import { Problem } from "./core/problem.ts";
import { terminalJson, terminalText } from "./core/terminal-text.ts";
import { loadDotEnv } from "./dot-env.ts";
import { layFoundation, type Foundation } from "./foundation.ts";
import { audit } from "./operations/audit.ts";
import { dataQuality } from "./operations/data-quality.ts";
import { demoConfig, demoOperation, openDemo } from "./operations/demo.ts";
import { importing } from "./operations/import.ts";
import { keys } from "./operations/keys.ts";
import { EVERYWHERE, mistakeIn, type Operation, type Result } from "./operations/operation.ts";
import { rates } from "./operations/rates.ts";
import { refused } from "./operations/refused.ts";
import { rollup } from "./operations/rollup.ts";
import { settings } from "./operations/settings.ts";
import { verify } from "./operations/verify.ts";
import { openRooms } from "./rooms.ts";
import { runningServices, type RunningService } from "./running.ts";
import { versionOfPackage } from "./version.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

const OPERATIONS: readonly Operation[] = [
  demoOperation,
  rollup,
  importing,
  verify,
  keys,
  rates,
  refused,
  dataQuality,
  settings,
  audit,
];
const STOP_DEADLINE_MS = 15_000;

const say = (text: string) => void process.stdout.write(text);
const sayAside = (text: string) => void process.stderr.write(text);
const complain = (text: string) => sayAside(`${terminalText(text)}\n`);

/** Runs one line and answers the exit status: 0 done, 1 refused. */
async function run(line: Line): Promise<number> {
  const { words, asks } = line;
  const prefix = `${CALLED.cli}${line.demo ? "--demo " : ""}`;
  if (asks === "version")
    return tellResult({ ok: true, text: versionOfPackage(), data: { version: versionOfPackage() } }, line);
  if (asks === "help") {
    const help = { operations: OPERATIONS, version: versionOfPackage(), prefix };
    return tellResult(await helpOn(words, help), line);
  }
  const terminal = openTerminal(prefix);
  // Help of chat needs no database, so that it can be read before there is one.
  if (words[0] === "metrics" && (words.length === 1 || words[1] === "help"))
    return show(await typed(words, { commands: commandsWithoutDatabase(), prefix }), terminal, line);
  const operation = OPERATIONS.find(({ name }) => name === words[0]);
  if (operation !== undefined && line.out !== null) throw noChart();
  if (operation === undefined) refuseWhatIsNone(words, prefix);
  const mistake = operation === undefined ? null : mistakeIn(operation, words.slice(1));
  if (mistake !== null) return tellResult(mistake, line);
  loadDotEnv();
  const given = readConfig(process.env);
  const config = line.demo ? demoConfig(given) : given;
  const lifecycle = createLifecycle();
  const stopping = stopOnSignals({ lifecycle, deadlineMs: STOP_DEADLINE_MS, exitCode: 1, onStopped: () => {} });
  const work = perform({ line, terminal, operation, config, lifecycle });
  stopping.after(work);
  try {
    return await work;
  } catch (thrown) {
    if (stopping.hasBegun()) return 1;
    throw thrown;
  } finally {
    await (stopping.hasBegun() ? new Promise(() => {}) : lifecycle.stop(STOP_DEADLINE_MS));
  }
}

/** Nobody waits for a database to learn that a word was mistyped. */
function refuseWhatIsNone(words: readonly string[], prefix: string): void {
  if (words[0] === "start")
    throw new Problem("not_a_command", 400, "The service is not started like a command.", {
      next: `Use \`${CALLED.start}\`.`,
    });
  const line = words.map((text) => ({ text, quoted: false }));
  const read = parseCommand(line, commandsWithoutDatabase(), { prefix, ...TYPING });
  if (!read.ok) throw new Problem("invalid_command", 400, read.complaint);
}

const TYPING = {
  others: OPERATIONS.flatMap(({ usage, name }) => [
    name,
    ...usage.map((form) => form.split(" ").slice(0, 2).join(" ")),
  ]),
  everywhere: EVERYWHERE.map((flag) => flag.slice(2)),
  help: "help",
};

function typed(words: readonly string[], { commands, prefix }: { commands: readonly Command[]; prefix: string }) {
  return runWords(words, { commands, prefix, ...TYPING, ...OPERATOR_VISIT });
}

interface Work {
  readonly line: Line;
  readonly terminal: Terminal;
  /** Absent for a command of chat. */
  readonly operation: Operation | undefined;
  readonly config: Config;
  readonly lifecycle: Lifecycle;
}

/** Lays the foundation where there is a database, or where the command may make one. */
async function openFoundation(
  { line, operation, config, lifecycle }: Omit<Work, "terminal">,
  running: readonly RunningService[],
): Promise<Foundation> {
  const startsNew = line.demo || operation?.startsNew?.(line.words.slice(1)) === true;
  const isFolderNamed = (process.env["DATA_DIR"] ?? "").trim() !== "";
  const state = await databaseFor({ config, demo: line.demo, startsNew, isFolderNamed, running });
  if (state === "new" && !line.demo)
    sayAside(`There is no database in ${resolve(config.DATA_DIR)} yet; one is made.\n`);
  const note = elsewhereNote({ config, demo: line.demo, isFolderNamed, running });
  if (note !== null) sayAside(`${note}\n`);
  const onUnused = (place: string) => {
    throw unusedDatabase(place, running);
  };
  return layFoundation({
    config,
    log: createLog("silent"),
    lifecycle,
    purpose: "cli",
    keepStoredWorkspace: operation === settings,
    ...(startsNew ? {} : { onUnused }),
  });
}

async function perform({ line, terminal, operation, config, lifecycle }: Work): Promise<number> {
  const running = await runningServices();
  const foundation = await openFoundation({ line, operation, config, lifecycle }, running);
  const rooms = openRooms(foundation, config);
  const progress = { write: sayAside, isTerminal: process.stderr.isTTY };
  if (line.demo) await openDemo(progress, { foundation, rooms, dataDir: config.DATA_DIR });
  if (operation === undefined) {
    await rooms.roller.drain();
    const commands = await chatCommandsOf({ foundation, rooms, config, service: serviceOn(config, running) });
    const outcome = await typed(line.words, { commands, prefix: terminal.prefix });
    return tell(outcome, { line, terminal, config });
  }
  const parts = { config, foundation, rooms, write: say, progress };
  return tellResult(await operation.run(line.words.slice(1), parts), line);
}

/** What was refused, by whom ever: nothing was done, and the reason goes where errors go. */
function isRefused(ok: boolean, data: unknown): data is { readonly complaint: string } {
  return !ok && typeof data === "object" && data !== null && "complaint" in data && typeof data.complaint === "string";
}

function tellResult({ ok, text, data }: Result, { json }: Line): number {
  const told = json ? terminalJson(data) : terminalText(text.trimEnd());
  if (isRefused(ok, data)) complain(data.complaint);
  else say(`${told}\n`);
  return ok ? 0 : 1;
}

/** Shows what came of a command, and leaves its file or its chart where the line says. */
async function tell(outcome: Outcome, { line, terminal, config }: Pick<Work, "line" | "terminal" | "config">) {
  const { file, message } = outcome;
  if (file !== undefined) {
    const told = await terminal.give({ message, file }, line.out);
    return show({ ...outcome, message: told }, terminal, line);
  }
  if (line.out !== null && outcome.ok) {
    const pictures = await createPictures(config, (sentence) => sayAside(`${sentence}\n`));
    const isDrawn = line.words.slice(0, 2).join(" ") === "metrics show";
    await writeChart(message, { path: line.out, png: pictures("file"), isDrawn });
    const told = withWords(message, `Chart written to \`${line.out}\` (PNG).`);
    return show({ ...outcome, message: told }, terminal, line);
  }
  return show(outcome, terminal, line);
}

function openTerminal(prefix: string): Terminal {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  return createTerminal({ write: say, columns: process.stdout.columns ?? 80, colour, prefix });
}

async function show(outcome: Outcome, terminal: Platform, { json }: Line): Promise<number> {
  if (isRefused(outcome.ok, outcome.data)) complain(outcome.data.complaint);
  else if (json) say(`${terminalJson(outcome.data)}\n`);
  else await terminal.show(outcome.message);
  return outcome.ok ? 0 : 1;
}

function noChart(): Problem {
  return new Problem("no_chart", 400, "This command draws no chart.", {
    next: "Use `metrics show <metric> --out chart.png`.",
  });
}

function nothingToDraw(): Problem {
  return new Problem("no_data", 404, "There is no data to draw yet.", {
    next: "Send the first events, and ask again.",
  });
}

async function writeChart(
  message: Message,
  { path, png, isDrawn }: { path: string; png: (chart: Chart) => Promise<Buffer>; isDrawn: boolean },
): Promise<void> {
  const block = message.blocks.find((one) => one.kind === "chart");
  // What draws a chart has none before there is something to draw.
  if (block?.kind !== "chart") throw isDrawn ? nothingToDraw() : noChart();
  try {
    await writeFile(path, await png(block.chart));
  } catch (cause) {
    throw new Problem("cannot_write", 400, `The chart could not be written to ${path}.`, {
      next: "Name a file in a folder that exists and that you may write to.",
      cause,
    });
  }
}

async function main(): Promise<number> {
  try {
    return await run(readLine(process.argv.slice(2)));
  } catch (thrown) {
    complain(complaintOf(thrown));
    return 1;
  }
}

// `| head` may close our output before we are done; what was started is stopped all the same.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

void main().then((status) => process.exit(status));
