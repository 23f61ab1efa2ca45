import { resolve } from "node:path";
import { START_HELP } from "./start-help.ts";
import { demoListeningText, demoReadyText, startupText } from "./banner.ts";
import { complaintOf } from "./complaint.ts";
import { readConfig, type Config } from "./config.ts";
import { CALLED } from "./core/called.ts";
import { createLifecycle } from "./core/lifecycle.ts";
import { createLog, describeError } from "./core/log.ts";
import { Problem } from "./core/problem.ts";
import { loadDotEnv } from "./dot-env.ts";
import { demoConfig, prepareDemo } from "./operations/demo.ts";
import { refuseTakenPort } from "./free-port.ts";
import { runningServices, type RunningService } from "./running.ts";
import { startService, type Preparing, type ServiceParts, type Started } from "./service.ts";
import { versionOfPackage } from "./version.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

const STOP_DEADLINE_MS = 9_000;

function say(text: string): void {
  process.stdout.write(text);
}

async function main(words: readonly string[]): Promise<void> {
  if (words.includes("--version")) return say(`${versionOfPackage()}\n`);
  if (words.includes("--help") || words.includes("-h")) return say(`${START_HELP}\n`);
  const unknown = words.find((word) => word !== "--demo");
  if (unknown !== undefined)
    throw new Problem("unknown_flag", 500, `\`${CALLED.start}\` has no option \`${unknown}\`.`, {
      next: `It takes --demo alone; settings are environment variables: docs/configuration.md.`,
    });
  const demo = words.includes("--demo");
  loadDotEnv();
  const given = readConfig(process.env);
  const config: Config = demo ? demoConfig(given) : given;
  const log = createLog(config.LOG_LEVEL);
  const lifecycle = createLifecycle();
  const version = versionOfPackage();
  const isTerminal = process.stdout.isTTY;
  const prepare = demo ? { prepare: fillDemoWith(isTerminal) } : {};
  const onStopped = (failed: readonly string[]) =>
    failed.length === 0 ? say("Bellwether has stopped.\n") : log.warn({ failed }, "some parts did not stop in time");
  const stopping = stopOnSignals({ lifecycle, deadlineMs: STOP_DEADLINE_MS, exitCode: 0, onStopped });
  process.on("uncaughtException", (thrown) => {
    log.error(describeError(thrown), "a bug; stopping");
    void stopping.stop(1);
  });
  const starting = startAfterLook({ config, log, lifecycle, version, demo, isTerminal, ...prepare });
  stopping.after(starting);
  try {
    const { startup, ready } = await starting;
    say(demo ? demoReadyText() : startupText(startup));
    ready();
  } catch (thrown) {
    if (stopping.hasBegun()) return;
    await lifecycle.stop(STOP_DEADLINE_MS);
    throw thrown;
  }
}

async function startAfterLook(parts: ServiceParts): Promise<Started> {
  const { config } = parts;
  const running = await runningServices();
  // Who runs on this very folder is told by its database, with what to do.
  const isOwn = ({ data_dir }: RunningService) =>
    config.DATABASE_URL === undefined && data_dir === resolve(config.DATA_DIR);
  if (!running.some(isOwn)) await refuseTakenPort(config, running);
  return startService(parts);
}

/** The demo listens before its data are there, so its address is said first. */
function fillDemoWith(isTerminal: boolean) {
  return async (parts: Preparing) => {
    say(demoListeningText(parts.startup));
    await prepareDemo({ write: say, isTerminal }, parts);
  };
}

// Whoever read the output may leave; the service stays.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.stderr.write(`Bellwether cannot start. ${complaintOf(thrown)}\n`);
  process.exit(1);
});
