import { readFileSync } from "node:fs";
import { startupText } from "./banner.ts";
import { readConfig, type Config } from "./config.ts";
import { createLifecycle, type Lifecycle } from "./core/lifecycle.ts";
import { createLog, describeError, type Log } from "./core/log.ts";
import { Problem, sentenceOf } from "./core/problem.ts";
import { loadDotEnv } from "./dot-env.ts";
import { demoConfig, prepareDemo } from "./operations/demo.ts";
import { startService } from "./service.ts";

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
  const stopping = stopOnSignals(lifecycle, log);
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

/**
 * A signal ends the process once everything has stopped. Ctrl-C under npm brings two signals, from the terminal and from npm,
 * so that a second one must not cut the first short. A start under way breaks off, and what it had begun is stopped as well.
 */
function stopOnSignals(lifecycle: Lifecycle, log: Log) {
  let begun = false;
  let starting: Promise<unknown> = Promise.resolve();
  const stop = async (exitCode: number) => {
    if (begun) return;
    begun = true;
    const until = performance.now() + STOP_DEADLINE_MS;
    const failed = await lifecycle.stop(STOP_DEADLINE_MS);
    const gaveUp = setTimeout(() => process.exit(1), Math.max(until - performance.now(), 1_000));
    await starting.catch(() => {});
    failed.push(...(await lifecycle.stop(until - performance.now())));
    clearTimeout(gaveUp);
    if (failed.length > 0) log.warn({ failed }, "some parts did not stop in time");
    process.exit(failed.length === 0 ? exitCode : 1);
  };
  process.on("SIGTERM", () => void stop(0));
  process.on("SIGINT", () => void stop(0));
  process.on("uncaughtException", (thrown) => {
    log.error(describeError(thrown), "a bug; stopping");
    void stop(1);
  });
  return {
    after: (start: Promise<unknown>) => void (starting = start),
    hasBegun: () => begun,
  };
}

// Whoever read the output may leave; the service stays.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const told = thrown instanceof Problem ? sentenceOf(thrown) : JSON.stringify(describeError(thrown));
  process.stderr.write(`Bellwether cannot start. ${told}\n`);
  process.exit(1);
});
