import { readFileSync } from "node:fs";
import { startupText } from "./banner.ts";
import { readConfig, type Config } from "./config.ts";
import { createLifecycle } from "./core/lifecycle.ts";
import { createLog, describeError } from "./core/log.ts";
import { Problem } from "./core/problem.ts";
import { demoConfig, prepareDemo } from "./operations/demo.ts";
import { startService } from "./service.ts";

const STOP_DEADLINE_MS = 9_000;

function environment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile();
  } catch {
    // Without a file .env the environment is all there is.
  }
  return process.env;
}

function say(text: string): void {
  process.stdout.write(text);
}

async function main(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => word !== "--demo");
  if (unknown !== undefined)
    throw new Problem("unknown_flag", 500, `npm start knows the flag --demo only; you wrote ${unknown}.`);
  const demo = words.includes("--demo");
  const given = readConfig(environment());
  const config: Config = demo ? demoConfig(given) : given;
  const log = createLog(config.LOG_LEVEL);
  const lifecycle = createLifecycle();
  let stopping = false;
  const endWith = async (stopped: Promise<string[]>) => {
    const failed = await stopped;
    if (failed.length > 0) log.warn({ failed }, "some parts did not stop in time");
    process.exit(failed.length === 0 ? 0 : 1);
  };
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    void endWith(lifecycle.stop(STOP_DEADLINE_MS));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const isTerminal = process.stdout.isTTY;
  const prepare = demo ? { prepare: prepareDemo({ write: say, isTerminal }) } : {};
  try {
    say(startupText(await startService({ config, log, lifecycle, version, demo, isTerminal, ...prepare })));
  } catch (thrown) {
    if (stopping) return;
    await lifecycle.stop(STOP_DEADLINE_MS);
    throw thrown;
  }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const told =
    thrown instanceof Problem ? [thrown.detail, thrown.next].filter((part) => part !== undefined).join(" ") : null;
  process.stderr.write(
    told === null
      ? `Bellwether cannot start: ${JSON.stringify(describeError(thrown))}\n`
      : `Bellwether cannot start. ${told}\n`,
  );
  process.exit(1);
});
