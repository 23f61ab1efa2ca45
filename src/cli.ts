import { writeFile } from "node:fs/promises";
import { alertCommandsFor, alertPartsFrom } from "./alerts.ts";
import { addressInWords, firstEvent } from "./banner.ts";
import { OPEN_GATE, OPERATOR_VISIT } from "./bot/permission/gate.ts";
import { createSubscriptions } from "./bot/digest/subscriptions.ts";
import { createPollster } from "./bot/surveys/pollster.ts";
import { createAccessBook } from "./bot/permission/access-book.ts";
import { createCommands } from "./bot/commands/commands.ts";
import { tellingWhatIsOff } from "./bot/commands/platforms-off.ts";
import { whyOffIn } from "./chat.ts";
import type { Message } from "./bot/message.ts";
import { createTerminal, type Terminal } from "./bot/platforms/terminal/terminal.ts";
import type { Platform } from "./bot/platform.ts";
import { runWords, type Outcome } from "./bot/run-command.ts";
import { layDigestGround } from "./digests.ts";
import { createPictures } from "./chart-pictures.ts";
import type { Chart } from "./charts/chart.ts";
import { asksForHelp, helpOf } from "./cli-help.ts";
import { standingPolicyOf } from "./chat-config.ts";
import { readConfig, type Config } from "./config.ts";
import { createLifecycle, type Lifecycle } from "./core/lifecycle.ts";
import { createWaveBook } from "./surveys/wave-book.ts";
import { createLog, describeError } from "./core/log.ts";
import { Problem, sentenceOf } from "./core/problem.ts";
import { loadDotEnv } from "./dot-env.ts";
import { layFoundation } from "./foundation.ts";
import { audit } from "./operations/audit.ts";
import { dataQuality } from "./operations/data-quality.ts";
import { demoConfig, demoOperation, openDemo } from "./operations/demo.ts";
import { importing } from "./operations/import.ts";
import { keys } from "./operations/keys.ts";
import type { Operation } from "./operations/operation.ts";
import { rates } from "./operations/rates.ts";
import { refused } from "./operations/refused.ts";
import { rollup } from "./operations/rollup.ts";
import { settings } from "./operations/settings.ts";
import { verify } from "./operations/verify.ts";
import { createTicketCommands } from "./bot/tickets/ticket-commands.ts";
import { ticketingFor } from "./support.ts";
import { openRooms } from "./rooms.ts";
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

interface Line {
  readonly words: readonly string[];
  readonly json: boolean;
  readonly demo: boolean;
  /** File for the chart as PNG, or for what is exported. */
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
  if (out === "" || out?.startsWith("--") === true)
    throw new Problem("no_file", 400, "`--out` needs the name of a file.", {
      next: "Use `metrics show <metric> --out chart.png`.",
    });
  return {
    words,
    out,
    json: argv.includes("--json"),
    demo: argv.includes("--demo") || words[0] === demoOperation.name,
  };
}

const say = (text: string) => void process.stdout.write(text);
const sayAside = (text: string) => void process.stderr.write(text);

/** Runs one line and answers the exit status: 0 done, 1 refused. */
async function run(line: Line): Promise<number> {
  const terminal = openTerminal(line);
  if (asksForHelp(line.words)) return show(await helpOf(OPERATIONS, terminal.prefix), terminal, line);
  const operation = OPERATIONS.find(({ name }) => name === line.words[0]);
  if (operation !== undefined && line.out !== null) throw noChart();
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

interface Work {
  readonly line: Line;
  readonly terminal: Terminal;
  /** Absent for a command of chat. */
  readonly operation: Operation | undefined;
  readonly config: Config;
  readonly lifecycle: Lifecycle;
}

async function perform({ line, terminal, operation, config, lifecycle }: Work): Promise<number> {
  const log = createLog("silent");
  const keepStoredWorkspace = operation === settings;
  const foundation = await layFoundation({ config, log, lifecycle, purpose: "cli", keepStoredWorkspace });
  const rooms = openRooms(foundation, config);
  const progress = { write: sayAside, isTerminal: process.stderr.isTTY };
  if (line.demo) await openDemo(progress, foundation, rooms);
  if (operation === undefined) {
    await rooms.roller.drain();
    const address = config.PUBLIC_URL ?? addressInWords(config.HOST, config.PORT);
    const { timeZone } = foundation.workspace;
    const accessBook = createAccessBook(foundation.db, standingPolicyOf(config));
    const { reader, overviews, details, exporter, surveys } = rooms;
    // What is asked here is posted by the service that is connected.
    const waves = createWaveBook(foundation);
    const pool = foundation.db.work;
    const pollster = createPollster({
      ...foundation,
      pool,
      surveys,
      waves,
      followingUp: null,
      platforms: [],
      timeZone,
    });
    const digests = { pool: foundation.db.work, platforms: [], timeZone, usualAt: config.DIGEST_AT };
    const subscriptions = createSubscriptions({ ...foundation, ...digests });
    const context = {
      ...foundation,
      accessBook,
      reader,
      overviews,
      details,
      freshness: layDigestGround(foundation).freshness,
      exporter,
      surveys,
      waves,
      followUpOwner: null,
      pollster,
      subscriptions,
      firstEvent: firstEvent(address),
    };
    const all = createCommands(context, [
      ...alertCommandsFor(alertPartsFrom({ foundation, gate: OPEN_GATE, platforms: [] })),
      ...createTicketCommands(ticketingFor({ config, foundation, rooms, platforms: [], gate: OPEN_GATE })),
    ]);
    const outcome = await runWords(line.words, {
      commands: tellingWhatIsOff(all, whyOffIn(config)),
      prefix: terminal.prefix,
      ...OPERATOR_VISIT,
    });
    return tell(outcome, { line, terminal, config });
  }
  const parts = { config, foundation, rooms, write: say, progress };
  const { ok, text, data } = await operation.run(line.words.slice(1), parts);
  say(line.json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
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
    await writeChart(message, line.out, pictures("file"));
  }
  return show(outcome, terminal, line);
}

function openTerminal({ demo }: Line): Terminal {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const prefix = demo ? { prefix: "npm run cli -- --demo " } : {};
  return createTerminal({ write: say, columns: process.stdout.columns ?? 80, colour, ...prefix });
}

async function show(outcome: Outcome, terminal: Platform, { json }: Line): Promise<number> {
  if (json) say(`${JSON.stringify(outcome.data, null, 2)}\n`);
  else await terminal.show(outcome.message);
  return outcome.ok ? 0 : 1;
}

function noChart(): Problem {
  return new Problem("no_chart", 400, "This command draws no chart.", {
    next: "Use `metrics show <metric> --out chart.png`.",
  });
}

async function writeChart(message: Message, path: string, png: (chart: Chart) => Promise<Buffer>): Promise<void> {
  const block = message.blocks.find((one) => one.kind === "chart");
  if (block?.kind !== "chart") throw noChart();
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
    const told =
      thrown instanceof Problem ? sentenceOf(thrown) : `That did not work: ${JSON.stringify(describeError(thrown))}`;
    sayAside(`${told}\n`);
    return 1;
  }
}

// `| head` may close our output before we are done; what was started is stopped all the same.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

void main().then((status) => process.exit(status));
