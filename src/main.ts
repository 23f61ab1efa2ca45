import { readFileSync } from "node:fs";
import { startupText } from "./banner.ts";
import { readConfig, type Config } from "./config.ts";
import { createLifecycle } from "./core/lifecycle.ts";
import { createLog, describeError } from "./core/log.ts";
import { Problem, sentenceOf } from "./core/problem.ts";
import { loadDotEnv } from "./dot-env.ts";
import { demoConfig, prepareDemo } from "./operations/demo.ts";
import { startService } from "./service.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

const STOP_DEADLINE_MS = 9_000;

function say(text: string): void {
  process.stdout.write(text);
}

async function main(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => word !== "--demo");
  if (unknown !== undefined)
    throw new Problem("unknown_flag", 500, `npm start knows the flag --demo only; you wrote ${unknown}.`);
  const demo = words.includes("--demo");
  loadDotEnv();
  const given = readConfig(process.env);
  const config: Config = demo ? demoConfig(given) : given;
  const log = createLog(config.LOG_LEVEL);
  const lifecycle = createLifecycle();
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const isTerminal = process.stdout.isTTY;
  const prepare = demo ? { prepare: prepareDemo({ write: say, isTerminal }) } : {};
  const onStopped = (failed: readonly string[]) =>
    failed.length === 0 ? say("Bellwether has stopped.\n") : log.warn({ failed }, "some parts did not stop in time");
  const stopping = stopOnSignals({ lifecycle, deadlineMs: STOP_DEADLINE_MS, exitCode: 0, onStopped });
  process.on("uncaughtException", (thrown) => {
    log.error(describeError(thrown), "a bug; stopping");
    void stopping.stop(1);
  });
  const starting = startService({ config, log, lifecycle, version, demo, isTerminal, ...prepare });
  stopping.after(starting);
  try {
    say(startupText(await starting));
  } catch (thrown) {
    if (stopping.hasBegun()) return;
    await lifecycle.stop(STOP_DEADLINE_MS);
    throw thrown;
  }
}

// Whoever read the output may leave; the service stays.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const told = thrown instanceof Problem ? sentenceOf(thrown) : JSON.stringify(describeError(thrown));
  process.stderr.write(`Bellwether cannot start. ${told}\n`);
  process.exit(1);
});
