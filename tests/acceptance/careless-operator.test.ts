import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { access, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withDatabase } from "../../src/db/connect.ts";
import { freshFolder, removeFolder, runProgram, startProgram } from "../support/program.ts";
import { postmasterPid, startOwnServer } from "../support/server.ts";

async function ownFolder(): Promise<string> {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The built program, not yet up; all that it says goes nowhere. */
function begin(
  settings: Readonly<Record<string, string>>,
  words: readonly string[] = [],
  entry: "main" | "cli" = "main",
) {
  const { PATH = "", HOME = "/tmp" } = process.env;
  const child = spawn(process.execPath, [`dist/${entry}.js`, ...words], {
    env: { PATH, HOME, LOG_LEVEL: "silent", PORT: "0", ...settings },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, exited };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate);
}

test("two signals at once, as Ctrl-C under npm sends them, stop it as one does", async () => {
  const folder = await ownFolder();
  const program = await startProgram({ DATA_DIR: folder });
  const exited = once(program.child, "exit");
  program.child.kill("SIGINT");
  program.child.kill("SIGINT");
  expect((await exited)[0]).toBe(0);
  expect(program.output().match(/Bellwether has stopped\./g)).toHaveLength(1);
  expect(program.output()).toMatch(/\nBellwether has stopped\.\n$/);
  expect(postmasterPid(folder)).toBeUndefined();
});

test("a start that is told to stop leaves no database running", async () => {
  const folder = await ownFolder();
  const { child, exited } = begin({ DATA_DIR: folder });
  await until(() => postmasterPid(folder) !== undefined);
  child.kill("SIGTERM");
  expect((await exited)[0]).toBe(0);
  expect(postmasterPid(folder)).toBeUndefined();
});

/** A folder in which a database has been made and nothing runs. */
async function usedFolder(): Promise<string> {
  const folder = await ownFolder();
  expect((await runProgram("cli", ["keys", "create", "--scope", "ingest"], { DATA_DIR: folder })).code).toBe(0);
  return folder;
}

test("a command that is told to stop takes along the database that it started", async () => {
  const folder = await usedFolder();
  const { child, exited } = begin({ DATA_DIR: folder }, ["rollup", "--days", "3000", "--force"], "cli");
  await until(() => postmasterPid(folder) !== undefined);
  child.kill("SIGINT");
  expect((await exited)[0]).toBe(1);
  expect(postmasterPid(folder)).toBeUndefined();
});

test(
  "the demo's data lie beside the data folder, also when that is written with a slash, and its start can be stopped",
  { timeout: 60_000 },
  async () => {
    const folder = await ownFolder();
    const data = join(folder, "numbers");
    const { child, exited } = begin({ DATA_DIR: `${data}/` }, ["--demo"]);
    await until(() => postmasterPid(`${data}-demo`) !== undefined);
    child.kill("SIGTERM");
    expect((await exited)[0]).toBe(0);
    expect(postmasterPid(`${data}-demo`)).toBeUndefined();
    expect(await exists(data)).toBe(false);
  },
);

test("a new key comes with the line that the README's examples need", async () => {
  const made = await runProgram("cli", ["keys", "create", "--scope", "ingest"], { DATA_DIR: await ownFolder() });
  const key = /^bw_\S+$/m.exec(made.stdout)?.[0];
  expect(key).toBeDefined();
  expect(made.stdout).toContain(`export BELLWETHER_KEY=${key}\n`);
});

test("the first admin key is not made by a start that fails, so that the next one tells it", async () => {
  const folder = await ownFolder();
  const occupant = createServer().listen(0, "127.0.0.1");
  await once(occupant, "listening");
  const { port } = occupant.address() as AddressInfo;
  const failed = await runProgram("main", [], { DATA_DIR: folder, PORT: String(port) });
  expect(failed.code).toBe(1);
  // It did not even make a database, which later commands would answer from.
  expect(await exists(join(folder, "pgdata"))).toBe(false);
  occupant.close();
  const program = await startProgram({ DATA_DIR: folder, ADMIN_KEY: "" });
  expect(program.output()).toContain(join(folder, "admin-key"));
  await program.stop();
});

test("beside a DATABASE_URL the admin key finds its folder made, or the start says that it could not be kept", async () => {
  const { url } = await startOwnServer();
  const folder = join(await ownFolder(), "not there yet");
  const settings = { DATABASE_URL: withDatabase(url, "bellwether"), DATA_DIR: folder, ADMIN_KEY: "" };

  await writeFile(folder, "a file in its place");
  const refused = await runProgram("main", [], { ...settings, PORT: "0" });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^Bellwether cannot start\. The first admin key could not be written to .+\n$/);
  await rm(folder);

  const program = await startProgram(settings);
  const path = join(folder, "admin-key");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const key = (await readFile(path, "utf8")).trim();
  const answer = await fetch(`${program.url}/api/metrics`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
  expect(await program.stop()).toBe(0);
});

test("with any free port, the page shows the one that was taken", async () => {
  const program = await startProgram({ DATA_DIR: await ownFolder() });
  const page = await fetch(`${program.url}/metrics`, { headers: { authorization: `Bearer ${program.adminKey}` } });
  expect(await page.text()).toContain(`curl ${program.url}/api/events`);
  await program.stop();
});

test.each([[[]], [["help"]], [["--help"]], [["-h"]]])(
  "typing %j lists chat commands and what the terminal alone can do, without a database",
  async (words: string[]) => {
    const folder = join(await ownFolder(), "none");
    const { code, stdout, stderr } = await runProgram("cli", words, { DATA_DIR: folder });
    expect([code, stderr]).toEqual([0, ""]);
    for (const one of ["metrics summary", "digest", "preview", "rollup", "keys create", "settings apply", "--json"])
      expect(stdout).toContain(one);
    // One screen, as a terminal opens.
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const data = await runProgram("cli", [...words, "--json"], { DATA_DIR: folder });
    expect(Object.keys(JSON.parse(data.stdout) as object)).toEqual(["commands", "metrics", "operations"]);
    expect(await exists(folder)).toBe(false);
  },
);

test.each([
  [["metrics", "show", "mrr", "--out"], "`--out` needs the name of a file"],
  [["metrics", "show", "mrr", "--out", "--json"], "`--out` needs the name of a file"],
  [["keys", "list", "--out", "x.png"], "draws no chart"],
])("%j is refused in a sentence", async (words, sentence) => {
  const folder = await ownFolder();
  const { code, stdout, stderr } = await runProgram("cli", words, { DATA_DIR: folder });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(sentence);
});

test("days before the last ten years are refused in a sentence", async () => {
  const words = ["rollup", "--date", "0001-01-02", "--days", "3660", "--force"];
  const { code, stdout, stderr } = await runProgram("cli", words, { DATA_DIR: await usedFolder() });
  expect([code, stdout, stderr]).toEqual([1, "", "These days must be within the last ten years.\n"]);
});

test("a reader who leaves early, as `| head` does, gets no stack trace and leaves no database behind", async () => {
  const folder = await usedFolder();
  const { PATH = "", HOME = "/tmp" } = process.env;
  const child = spawn(process.execPath, ["dist/cli.js", "metrics", "summary"], {
    env: { PATH, HOME, DATA_DIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => void (complaint += chunk.toString()));
  await once(child, "close");
  expect(complaint).toBe("");
  expect(postmasterPid(folder)).toBeUndefined();
});

test.each([
  ["DATABASE_URL", "postgres://user:se%cret@host/name"],
  ["DATABASE_URL", "postgres://user:secret@host:port/name"],
  ["DATABASE_URL", "mysql://user:secret@host/name"],
  ["CORS_ORIGINS", "https://app.example.com,*"],
  ["CORS_ORIGINS", "https://app.example.com/path"],
  ["PUBLIC_URL", "numbers.example.com"],
])("a %s that cannot work (%s) is refused by its name and not repeated", async (name, value) => {
  const { code, stderr } = await runProgram("main", [], { [name]: value });
  expect(code).toBe(1);
  expect(stderr).toContain(`${name} must be`);
  expect(stderr).not.toContain(value);
});
