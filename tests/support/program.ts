import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

const ADMIN_KEY = "an-admin-key-for-tests-of-the-real-program";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly url: string;
  readonly adminKey: string;
  /** What it has printed so far. */
  output(): string;
  readonly child: ChildProcess;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, as the kernel would. */
  kill(): Promise<void>;
}

function environment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = "", HOME = "/tmp" } = process.env;
  return { PATH, HOME, TZ: "America/Los_Angeles", LOG_LEVEL: "warn", ...settings };
}

export function freshFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "bw-program-"));
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Starts the built program and waits until it answers /readyz; throws with its output when it ends before. */
export async function startProgram(
  settings: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
  openFiles?: number,
): Promise<Program> {
  const env = environment({ PORT: "0", ADMIN_KEY, ...settings });
  const own = [process.execPath, "dist/main.js", ...flags];
  const [file = "", ...words] =
    openFiles === undefined ? own : ["sh", "-c", `ulimit -n ${openFiles}; exec "$@"`, "sh", ...own];
  const child = spawn(file, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk: Buffer) => void (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exited = once(child, "exit");
  const url = await addressIn(() => output, child);
  for (;;) {
    const ready = await fetch(`${url}/readyz`).catch(() => null);
    if (ready?.ok === true) break;
    if (child.exitCode !== null) throw new Error(`The program ended early:\n${output}`);
  }
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    child.kill(signal);
    await exited;
  };
  return {
    url,
    adminKey: settings["ADMIN_KEY"] ?? ADMIN_KEY,
    output: () => output,
    child,
    async stop() {
      await end("SIGTERM");
      return child.exitCode;
    },
    kill: () => end("SIGKILL"),
  };
}

async function addressIn(output: () => string, child: ChildProcess): Promise<string> {
  for (;;) {
    const found = /dashboard\s+(http:\/\/\S+)\/metrics/.exec(output());
    if (found?.[1] !== undefined) return found[1];
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The program ended early:\n${output()}`);
    await Promise.race([once(child.stdout ?? child, "data"), once(child, "exit")]);
  }
}

/** Runs a built entry to its end; `input` is piped into it and `onStart` hears its process id. */
export async function runProgram(
  entry: "main" | "cli" | "bellwether",
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
  { input, onStart }: { readonly input?: Iterable<string>; readonly onStart?: (pid: number) => void } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [`dist/${entry}.js`, ...words], {
    env: environment(settings),
    stdio: ["pipe", "pipe", "pipe"],
  });
  onStart?.(child.pid ?? 0);
  // A program that ends before it has read everything is judged by what it said.
  Readable.from(input ?? [])
    .pipe(child.stdin)
    .on("error", () => {});
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => void (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (stderr += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}
