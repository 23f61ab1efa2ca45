import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

export interface Child {
  readonly process: ChildProcess;
  /** The first line it prints. */
  readonly firstLine: Promise<string>;
  /** What it printed in all, and how it ended. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

interface ChildOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a TypeScript file as a process of its own, which does not outlive the test. */
export function runScript(path: string, words: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), path, ...words], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  const firstLine = new Promise<string>((resolve, reject) => {
    const add = (bytes: Buffer) => {
      output += bytes.toString();
      const end = output.indexOf("\n");
      if (end >= 0) resolve(output.slice(0, end));
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("close", () => reject(new Error(`it ended without a word: ${output}`)));
  });
  firstLine.catch(() => {});
  const ended = once(child, "close").then(([exitCode]) => ({ exitCode: exitCode as number | null, output }));
  return { process: child, firstLine, ended };
}
