import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);

export interface Packages {
  readonly service: string;
  readonly client: string;
  readonly folder: string;
}

/** Only what a stranger's shell has: nothing of the test run's, least of all npm's own variables. */
export function strangersEnvironment(settings: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = "", HOME = "/tmp" } = process.env;
  const certificates = process.env["NODE_EXTRA_CA_CERTS"];
  return {
    PATH,
    HOME,
    ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates }),
    ...settings,
  };
}

/** Both packages as `npm run pack` makes them. */
export async function packAll(): Promise<Packages> {
  const folder = await mkdtemp(join(tmpdir(), "bw-packages-"));
  const { stdout } = await run(process.execPath, ["--import", "tsx", "scripts/pack.ts", folder]);
  const [service = "", client = ""] = stdout.trim().split("\n");
  return { service, client, folder };
}

export async function strangersFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bw-stranger-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  return folder;
}

/** Runs npm in a folder. An unreachable registry fails the test in a sentence: what was not installed was not tested. */
export async function npm(folder: string, words: readonly string[]): Promise<string> {
  try {
    const flags = ["--no-audit", "--no-fund", "--prefer-offline"];
    return (await run("npm", [...words, ...flags], { cwd: folder, env: strangersEnvironment() })).stdout;
  } catch (thrown) {
    const said = String((thrown as { stderr?: unknown }).stderr ?? thrown).slice(-2_000);
    const isOffline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network/i.test(said);
    const why = isOffline
      ? "The npm registry cannot be reached, so installing the package could not be tested"
      : "npm failed";
    throw new Error(`${why}: npm ${words.join(" ")}\n${said}`, { cause: thrown });
  }
}

/** Versions of packages that a stranger's lock file may hold: by name, as installed. */
export async function installedVersion(folder: string, name: string): Promise<string> {
  const manifest = await readFile(join(folder, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

interface Told {
  readonly settled: boolean;
  readonly recorded: number;
  readonly accepted: number;
  readonly lines: readonly string[];
}

export interface Application {
  readonly url: string;
  told(): Promise<Told>;
}

/** Starts the stranger's application in his folder. */
export async function startApplication(folder: string, words: readonly string[]): Promise<Application> {
  await copyFile("tests/package/scripts/application.mjs", join(folder, "application.mjs"));
  const child = spawn(process.execPath, ["application.mjs", ...words], {
    cwd: folder,
    env: strangersEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => Promise.reject(new Error("the application ended"))),
  ])) as [Buffer];
  const url = line.toString().trim();
  return { url, told: async () => (await (await fetch(`${url}/told`)).json()) as Told };
}

/**
 * Compiles the stranger's TypeScript in his folder with the strictest usual settings, declarations included; throws with what the
 * compiler says. What it says of Hono's own declarations is not ours: those of 4.0.0 repeat a name.
 */
export async function compile(folder: string, [client, hono]: readonly [string, string]): Promise<void> {
  const source = await readFile("tests/package/scripts/application.ts.txt", "utf8");
  const text = source.replaceAll("PACKAGE-CLIENT", client).replaceAll("PACKAGE-HONO", hono);
  await writeFile(join(folder, "application.ts"), text);
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [resolve("node_modules/@types")],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["application.ts"] }));
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const said = await run(process.execPath, [tsc, "-p", folder]).then(
    () => "",
    (thrown: unknown) => String((thrown as { stdout?: unknown }).stdout ?? thrown),
  );
  const ours = said.split("\n").filter((line) => line !== "" && !line.includes("node_modules/hono/"));
  if (ours.length > 0) throw new Error(ours.join("\n"));
}

/** Any program of the stranger's shell, in his folder. */
export async function runThere(
  folder: string,
  program: string,
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const options = { cwd: folder, env: strangersEnvironment(settings) };
  try {
    return { code: 0, ...(await run(program, words, options)) };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code?: unknown; stdout?: unknown; stderr?: unknown };
    if (typeof code !== "number") throw thrown;
    return { code, stdout: String(stdout), stderr: String(stderr) };
  }
}

export interface Service {
  readonly url: string;
  output(): string;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the service by whatever starts it there, and waits for the text that says that it is up. */
export async function startThere(folder: string, program: string, words: readonly string[]): Promise<Service> {
  const env = strangersEnvironment({ PORT: "0", LOG_LEVEL: "warn" });
  const child = spawn(program, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGTERM"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => void (output += chunk));
  const exited = once(child, "exit");
  for (;;) {
    const url = /dashboard\s+(http:\/\/\S+)\/metrics/.exec(output)?.[1];
    if (url !== undefined)
      return {
        url,
        output: () => output,
        async stop() {
          child.kill("SIGTERM");
          await exited;
          return child.exitCode;
        },
      };
    await Promise.race([once(child.stdout, "data"), exited]);
    if (child.exitCode !== null) throw new Error(`The service ended early:\n${output}`);
  }
}
