import { execFile, spawn } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { calledBy } from "../../src/core/called.ts";
import { createProgress } from "../../src/progress.ts";
import { startupText, type Startup } from "../../src/banner.ts";
import { withDatabase } from "../../src/db/connect.ts";
import { freshFolder, removeFolder, runProgram, startProgram } from "../support/program.ts";
import { startOwnServer } from "../support/server.ts";

const sh = promisify(execFile);

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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("ready", { timeout: 90_000 }, () => {
  test("is not said before the text with the key's file is out", async () => {
    const port = await freePort();
    const { PATH = "", HOME = "/tmp" } = process.env;
    const child = spawn(process.execPath, ["dist/main.js"], {
      env: { PATH, HOME, LOG_LEVEL: "silent", PORT: String(port), DATA_DIR: await ownFolder() },
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGTERM"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
    const reasons = new Set<unknown>();
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      if (answer === null) continue;
      if (answer.ok) break;
      expect(answer.status).toBe(503);
      reasons.add(((await answer.json()) as { reason: unknown }).reason);
    }
    // What was written before the answer may be read after it.
    await expect.poll(() => output, { timeout: 1_000 }).toContain("admin-key");
    for (const reason of reasons) expect(reason).toBe("Bellwether is starting");
  });
});

describe("the line that sends the first event", { timeout: 90_000 }, () => {
  test("works as it is pasted where the key went into a file", async () => {
    const program = await startProgram({ DATA_DIR: join(await ownFolder(), "with a blank"), ADMIN_KEY: "" });
    const command = /^ {2}(curl .+)$/m.exec(program.output())?.[1] ?? "";
    const { stdout } = await sh("sh", ["-c", `${command} -s`], { cwd: "/" });
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, rejected: [] });
    await program.stop();
  });

  const startup: Startup = {
    version: "0.1.0",
    timeZone: "UTC",
    currency: "USD",
    database: "embedded PostgreSQL 18.4 in ./data (new)",
    address: "http://localhost:3000",
    adminKey: { kind: "shown", key: "bw_secret" },
    demo: false,
    chat: [],
    role: "all",
  };

  test("comes after the one that exports the key, where the key was shown", () => {
    const lines = startupText(startup).split("\n");
    const at = lines.findIndex((line) => line.includes("export BELLWETHER_KEY=bw_secret"));
    expect(lines[at + 1]).toMatch(/^ {2}curl .+Bearer \$BELLWETHER_KEY"/);
  });

  test("is not shown where nobody can know the key: how to make one is", () => {
    const text = startupText({ ...startup, adminKey: null });
    expect(text).not.toContain("curl");
    expect(text).toContain("npm run cli -- keys create --scope ingest");
  });
});

describe("a command in a folder without a database", { timeout: 90_000 }, () => {
  test.each([
    ["metrics", "summary"],
    ["keys", "list"],
    ["verify"],
    ["digest", "preview"],
    ["rollup"],
    ["settings", "apply"],
    ["keys", "create", "--scope", "everything"],
    ["import", "not-there.jsonl"],
  ])("makes none, and says which folder it looked into: %s %s", async (...words) => {
    const folder = join(await ownFolder(), "none");
    const { code, stdout, stderr } = await runProgram("cli", words, { DATA_DIR: folder });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`There is no Bellwether database in ${folder}.`);
    expect(await exists(folder)).toBe(false);
  });

  test("names the service that runs elsewhere, and its folder put before the command asks it", async () => {
    const folder = await ownFolder();
    const program = await startProgram({ DATA_DIR: folder, TMPDIR: folder });
    const lost = join(await ownFolder(), "none");
    const asked = await runProgram("cli", ["metrics", "summary"], { DATA_DIR: lost, TMPDIR: folder });
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain(
      `A Bellwether is running on ${folder} (process ${program.child.pid}, ${program.url}): put \`DATA_DIR=${folder}\` before the command.`,
    );
    expect((await runProgram("cli", ["metrics", "summary"], { DATA_DIR: folder, TMPDIR: folder })).code).toBe(0);
    await program.stop();
    const after = await runProgram("cli", ["metrics", "summary"], { DATA_DIR: lost, TMPDIR: folder });
    expect(after.stderr).not.toContain("is running");
  });

  test("made by an earlier mistake says, when another folder's service runs, that it answers from its own", async () => {
    const [folder, here] = [await ownFolder(), await ownFolder()];
    await runProgram("cli", ["keys", "create", "--scope", "read"], { DATA_DIR: join(here, "data") });
    const program = await startProgram({ DATA_DIR: folder, TMPDIR: folder });
    const settings = { PATH: process.env["PATH"] ?? "", TMPDIR: folder };
    const words = [join(process.cwd(), "dist", "cli.js"), "metrics", "summary"];
    const asked = await sh(process.execPath, words, { cwd: here, env: settings });
    expect(asked.stderr).toContain(`This answers from ${join(here, "data")}. A Bellwether is running on ${folder}`);
    await program.stop();
  });

  test("is not left behind by a start that finds its port taken, which says by whom", async () => {
    const folder = await ownFolder();
    const program = await startProgram({ DATA_DIR: folder, TMPDIR: folder });
    const { port } = new URL(program.url);
    const lost = join(await ownFolder(), "none");
    const second = await runProgram("main", [], { DATA_DIR: lost, TMPDIR: folder, PORT: port });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`Port ${port} is in use by the Bellwether that runs on ${folder}`);
    expect(await exists(lost)).toBe(false);
    await program.stop();
  });

  test("does not prepare a server that was named and never used", async () => {
    const { url } = await startOwnServer();
    const settings = { DATABASE_URL: withDatabase(url, "bellwether"), DATA_DIR: await ownFolder() };
    const { code, stderr } = await runProgram("cli", ["metrics", "summary"], settings);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The database \S+ has never been used by Bellwether\. /);
    expect(stderr).not.toMatch(/password|secret/);
  });
});

describe("what is typed", () => {
  test.each([
    ["churn", "metrics show churn_rate"],
    ["sumary", "metrics summary"],
    ["metrics mmr", "metrics show mrr"],
    ["metrics show chrn", "churn_rate"],
    ["key create", "keys create"],
    ["keys creat --scope read", "keys create"],
    ["rolup", "rollup"],
    ["rollup --dayz 3", "--days"],
    ["metrics summary --dayz 3", "days"],
    ["metrics summary --jsn", "json"],
    ["help sumary", "help metrics summary"],
  ])("wrong (%s) is refused on standard error with what was probably meant: %s", async (line, meant) => {
    const folder = join(await ownFolder(), "none");
    for (const json of [[], ["--json"]]) {
      const { code, stdout, stderr } = await runProgram("cli", [...line.split(" "), ...json], { DATA_DIR: folder });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/Did you mean `[^`]+`\?/);
      expect(/Did you mean `([^`]+)`/.exec(stderr)?.[1]).toMatch(new RegExp(`(^|cli -- )${meant}$`));
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    expect(await exists(folder)).toBe(false);
  });

  test.each([
    [["help", "keys"], "keys create --scope"],
    [["keys", "--help"], "keys create --scope"],
    [["help", "metrics", "show"], "--compare"],
    [["metrics", "show", "mrr", "--help"], "--compare"],
    [["help", "digest"], "preview"],
    [["help", "start"], "--demo"],
  ])("%j says what the command takes", async (words, part) => {
    const { code, stdout, stderr } = await runProgram("cli", words, { DATA_DIR: "/nowhere/data" });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(part);
  });

  test.each(["cli", "main", "bellwether"] as const)("--version and --help of %s need nothing", async (entry) => {
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
    const ask = (...words: string[]) => runProgram(entry, words, { DATA_DIR: "/nowhere/data" });
    expect(await ask("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    expect(await ask("--help")).toMatchObject({ code: 0, stderr: "" });
  });

  test("is told as it is typed there: by npm in a checkout, by its command where the package is installed", () => {
    expect(calledBy("/app/dist/cli.js").cli).toBe("npm run cli -- ");
    expect(calledBy("/app/node_modules/.bin/bellwether")).toMatchObject({
      cli: "npx bellwether ",
      start: "npx bellwether start",
    });
    expect(calledBy("/usr/local/bin/bellwether").demo).toBe("bellwether start --demo");
  });
});

test("progress never runs backwards", () => {
  let said = "";
  const bar = createProgress("Working", { write: (text) => void (said += text), isTerminal: true });
  for (const share of [0, 0.5, 0.2, 0.4, 0.6, 0.1, 1]) bar.update(share, "");
  expect([...said.matchAll(/(\d+)%/g)].map(([, percent]) => Number(percent))).toEqual([0, 50, 60, 100]);
});

test(
  "the demo listens at once, says how far its sample data is, and its commands say the same",
  { timeout: 60_000 },
  async () => {
    const folder = await ownFolder();
    const settings = { DATA_DIR: join(folder, "data"), TMPDIR: folder };
    const { PATH = "", HOME = "/tmp" } = process.env;
    const child = spawn(process.execPath, ["dist/main.js", "--demo"], {
      env: { PATH, HOME, LOG_LEVEL: "silent", PORT: "0", ...settings },
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
    await expect.poll(() => output).toMatch(/dashboard {2}http:\/\/\S+/);
    const url = /(http:\/\/\S+)\/metrics/.exec(output)?.[1] ?? "";

    const told = /^Sample data is being generated, \d+%$/;
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(((await ready.json()) as { reason: string }).reason).toMatch(told);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const page = await fetch(`${url}/metrics`, { headers: { accept: "text/html" } });
    expect(page.status).toBe(503);
    expect(await page.text()).toMatch(/<h1>Sample data is being generated, \d+%<\/h1>/);
    const api = await fetch(`${url}/api/metrics/summary`);
    expect([api.status, ((await api.json()) as { code: string }).code]).toEqual([503, "not_ready"]);

    const command = await runProgram("cli", ["--demo", "metrics", "summary"], settings);
    expect(command.code).toBe(1);
    expect(command.stderr).toMatch(/^Sample data is being generated, \d+%\. /);
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    expect((await exited)[0]).toBe(0);
    expect([...output.matchAll(/(\d+)%/g)].map(([, percent]) => Number(percent))).toEqual(
      [...output.matchAll(/(\d+)%/g)].map(([, percent]) => Number(percent)).toSorted((a, b) => a - b),
    );
  },
);
