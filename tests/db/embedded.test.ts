import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { connect } from "../../src/db/connect.ts";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import { runScript, type Child } from "../support/child.ts";
import { endPostmaster, postmasterPid, startOwnServer, temporaryFolder } from "../support/server.ts";
import { listeningLog, SILENT } from "../support/silent.ts";

vi.setConfig({ testTimeout: 60_000 });

const SCRIPT = join(import.meta.dirname, "scripts", "embedded.ts");

interface Told {
  readonly url: string;
  readonly isNew: boolean;
  readonly adopted: boolean;
  readonly code?: string;
  readonly detail?: string;
}

const original = mkdtempSync(join(tmpdir(), "bw-made-"));

beforeAll(async () => {
  const server = await startEmbedded({ dataDir: original, log: SILENT, port: 3000, purpose: "service" });
  await server.stop();
});

afterAll(() => rmSync(original, { recursive: true, force: true }));

/** An empty data folder of the test's own, whose server does not outlive it. */
function emptyFolder(): string {
  const folder = join(temporaryFolder(), "data");
  onTestFinished(() => endPostmaster(folder));
  return folder;
}

/** A data folder of the test's own with a database in it, stopped. */
function dataFolder(): string {
  const folder = emptyFolder();
  cpSync(original, folder, { recursive: true });
  return folder;
}

async function told(child: Child): Promise<Told> {
  return JSON.parse(await child.firstLine) as Told;
}

/** A folder of programs in which one cannot be found. */
function pathWithout(program: string): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  for (const name of ["sh", "true"].filter((other) => other !== program))
    symlinkSync(`/bin/${name}`, join(folder, name));
  return folder;
}

/** Ends as the program does when it is asked to. */
async function terminate(child: Child): Promise<number | null> {
  child.process.kill("SIGTERM");
  return (await child.ended).exitCode;
}

async function kill(child: Child): Promise<void> {
  child.process.kill("SIGKILL");
  await child.ended;
}

async function ask<T>(url: string, statement: string): Promise<T[]> {
  const client = connect(url, { max: 1 });
  try {
    return (await client.unsafe(statement)) as unknown as T[];
  } finally {
    await client.end();
  }
}

test("a first start makes a database, and a later one finds it as it was left", async () => {
  const dataDir = emptyFolder();
  const first = await startEmbedded({ dataDir, log: SILENT, port: 3000, purpose: "service" });
  expect(first).toMatchObject({ isNew: true, adopted: false, version: "18.4" });
  await ask(first.url, "create table kept (n int); insert into kept values (7)");
  await first.stop();
  expect(postmasterPid(dataDir)).toBeUndefined();
  const second = await startEmbedded({ dataDir, log: SILENT, port: 3000, purpose: "service" });
  expect(second).toMatchObject({ isNew: false, adopted: false });
  expect(await ask(second.url, "select n from kept")).toEqual([{ n: 7 }]);
  await second.stop();
  expect(readdirSync(dataDir).toSorted()).toEqual(["pgdata", "postgres.log"]);
});

test("the server speaks UTF-8 and UTC, syncs, and cannot be reached over TCP or by other users", async () => {
  const { url } = await startOwnServer({ dataDir: dataFolder() });
  const [settings] = await ask(
    url,
    `select current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
      current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses`,
  );
  expect(settings).toEqual({ encoding: "UTF8", zone: "UTC", fsync: "on", addresses: "" });
  const socketFolder = new URL(url).searchParams.get("host") ?? "";
  expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
});

test("nobody is let in but by the socket, also in a folder that an earlier version made", async () => {
  const dataDir = dataFolder();
  const rules = join(dataDir, "pgdata", "pg_hba.conf");
  expect(readFileSync(rules, "utf8")).toBe("local all all trust\n");
  writeFileSync(rules, "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all ::1/128 trust\n");
  const { url } = await startOwnServer({ dataDir });
  const listed = await ask<{ type: string }>(url, "select distinct type from pg_hba_file_rules");
  expect(listed).toEqual([{ type: "local" }]);
});

test("somebody else's folder under the socket's name is left alone, and the server starts beside it", async () => {
  const dataDir = dataFolder();
  const hash = createHash("sha256").update(realpathSync(dataDir)).digest("hex").slice(0, 12);
  const taken = join(tmpdir(), `bw-${hash}`);
  mkdirSync(taken, { mode: 0o755 });
  onTestFinished(() => rmSync(taken, { recursive: true, force: true }));
  const { url } = await startOwnServer({ dataDir });
  const folder = new URL(url).searchParams.get("host") ?? "";
  expect(folder.startsWith(`${taken}-`)).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(await ask(url, "select 1 as n")).toEqual([{ n: 1 }]);
  expect(readdirSync(taken)).toEqual([]);
});

test("what statements contain does not reach the server's log, even when they fail", async () => {
  const dataDir = dataFolder();
  const { url } = await startOwnServer({ dataDir });
  await expect(ask(url, "select 'canary'::int")).rejects.toMatchObject({ code: "22P02" });
  expect(readFileSync(join(dataDir, "postgres.log"), "utf8")).not.toContain("canary");
});

test("a second service on the same folder is told which process and port have it", async () => {
  const dataDir = dataFolder();
  await startOwnServer({ dataDir });
  const second = startEmbedded({ dataDir, log: SILENT, port: 3001, purpose: "service" });
  await expect(second).rejects.toMatchObject({
    name: "Problem",
    code: "already_running",
    detail: `Bellwether already runs on this folder (process ${process.pid}, port 0).`,
  });
});

test("of two first starts at once one wins, and the other is told so", async () => {
  const dataDir = emptyFolder();
  const children = [runScript(SCRIPT, [dataDir, "3000"]), runScript(SCRIPT, [dataDir, "3001"])];
  const answers = await Promise.all(children.map(told));
  expect(answers.filter((answer) => answer.code === "already_running")).toHaveLength(1);
  expect(answers.filter((answer) => answer.url !== undefined)).toHaveLength(1);
  await Promise.all(children.map(terminate));
  expect(readdirSync(dataDir).toSorted()).toEqual(["pgdata", "postgres.log"]);
});

test("the server of a service that was killed is taken over with all it holds", async () => {
  const dataDir = dataFolder();
  const killed = runScript(SCRIPT, [dataDir, "3000"]);
  const { url } = await told(killed);
  await ask(url, "create table kept (n int); insert into kept values (7)");
  const pid = postmasterPid(dataDir);
  await kill(killed);
  const next = await startOwnServer({ dataDir });
  expect(next).toMatchObject({ isNew: false, adopted: true });
  expect(postmasterPid(dataDir)).toBe(pid);
  expect(await ask(next.url, "select n from kept")).toEqual([{ n: 7 }]);
});

test("after both were killed a start recovers what was committed", async () => {
  const dataDir = dataFolder();
  const killed = runScript(SCRIPT, [dataDir, "3000"]);
  const { url } = await told(killed);
  await ask(url, "create table kept (n int); insert into kept values (7)");
  process.kill(postmasterPid(dataDir) ?? 0, "SIGKILL");
  await kill(killed);
  const next = await startOwnServer({ dataDir });
  expect(next).toMatchObject({ isNew: false, adopted: false });
  expect(await ask(next.url, "select n from kept")).toEqual([{ n: 7 }]);
});

test("a server that is killed under a running service is brought up again, and one line says so", async () => {
  const log = listeningLog();
  const { url, dataDir } = await startOwnServer({ dataDir: dataFolder(), log });
  await ask(url, "create table kept (n int); insert into kept values (7)");
  const pid = postmasterPid(dataDir);
  process.kill(pid ?? 0, "SIGKILL");
  await expect.poll(() => ask(url, "select n from kept").catch(() => "away"), { timeout: 20_000 }).toEqual([{ n: 7 }]);
  expect(postmasterPid(dataDir)).not.toBe(pid);
  expect(log.said).toEqual(["the embedded database has gone; bringing it up again"]);
});

test("a pid file that a dead server left and another program's pid has is no obstacle", async () => {
  const dataDir = dataFolder();
  const first = await startEmbedded({ dataDir, log: SILENT, port: 3000, purpose: "service" });
  const file = join(dataDir, "pgdata", "postmaster.pid");
  const lines = readFileSync(file, "utf8").split("\n");
  await first.stop();
  const stranger = runScript(join(import.meta.dirname, "scripts", "stranger.ts"), []);
  await stranger.firstLine;
  writeFileSync(file, [String(stranger.process.pid), ...lines.slice(1)].join("\n"));
  const next = await startOwnServer({ dataDir });
  expect(next).toMatchObject({ isNew: false, adopted: false });
  expect(stranger.process.exitCode).toBeNull();
});

test("what a killed first start left half made is cleared away", async () => {
  const dataDir = emptyFolder();
  mkdirSync(join(dataDir, "pgdata.new-999999999"), { recursive: true });
  writeFileSync(join(dataDir, "pgdata.new-999999999", "PG_VERSION"), "18\n");
  expect(await startOwnServer({ dataDir })).toMatchObject({ isNew: true });
  expect(readdirSync(dataDir)).not.toContain("pgdata.new-999999999");
});

test("data of another PostgreSQL are refused with a sentence and left alone", async () => {
  const dataDir = emptyFolder();
  mkdirSync(join(dataDir, "pgdata"), { recursive: true });
  writeFileSync(join(dataDir, "pgdata", "PG_VERSION"), "16\n");
  await expect(startEmbedded({ dataDir, log: SILENT, port: 3000, purpose: "service" })).rejects.toMatchObject({
    name: "Problem",
    code: "database_version",
    detail: expect.stringMatching(/belong to PostgreSQL 16; this Bellwether brings PostgreSQL 18\.$/) as string,
  });
  expect(readdirSync(join(dataDir, "pgdata"))).toEqual(["PG_VERSION"]);
});

test("a data folder that cannot be made is a sentence", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const start = startEmbedded({ dataDir: join(file, "data"), log: SILENT, port: 3000, purpose: "service" });
  await expect(start).rejects.toMatchObject({ name: "Problem", code: "data_folder" });
});

test("a server that does not start says why in its own words", async () => {
  const start = startEmbedded({
    dataDir: dataFolder(),
    log: SILENT,
    port: 3000,
    purpose: "service",
    settings: { shared_buffers: "nonsense" },
  });
  await expect(start).rejects.toMatchObject({
    name: "Problem",
    code: "database_not_started",
    detail: expect.stringContaining('invalid value for parameter "shared_buffers"') as string,
  });
});

test("a command visits the server of a running service and leaves it running", async () => {
  const dataDir = dataFolder();
  const { url } = await startOwnServer({ dataDir });
  const command = await startEmbedded({ dataDir, log: SILENT, port: 0, purpose: "cli" });
  expect(command).toMatchObject({ url, isNew: false, adopted: false });
  await command.stop();
  expect(await ask(url, "select 1 as n")).toEqual([{ n: 1 }]);
});

test("a command without a service starts the server and stops it", async () => {
  const dataDir = dataFolder();
  const command = await startEmbedded({ dataDir, log: SILENT, port: 0, purpose: "cli" });
  expect(await ask(command.url, "select 1 as n")).toEqual([{ n: 1 }]);
  await command.stop();
  expect(postmasterPid(dataDir)).toBeUndefined();
});

test("of two commands the one that is done last stops the server", async () => {
  const dataDir = dataFolder();
  const first = await startEmbedded({ dataDir, log: SILENT, port: 0, purpose: "cli" });
  const second = await startEmbedded({ dataDir, log: SILENT, port: 0, purpose: "cli" });
  const session = connect(second.url, { max: 1 });
  await session`select 1`;
  await first.stop();
  expect(await session<{ n: number }[]>`select 1 as n`).toMatchObject([{ n: 1 }]);
  await session.end();
  await second.stop();
  expect(postmasterPid(dataDir)).toBeUndefined();
});

if (process.getuid?.() === 0) {
  test("root may keep the data in a folder that nobody else can enter", async () => {
    const locked = temporaryFolder();
    chmodSync(locked, 0o700);
    const dataDir = join(locked, "inner", "data");
    const { url } = await startOwnServer({ dataDir });
    expect(await ask(url, "select 1 as n")).toEqual([{ n: 1 }]);
    expect(statSync(join(dataDir, "pgdata")).uid).toBe(0);
  });

  test("another user's folder works for that user", async () => {
    const folder = emptyFolder();
    chmodSync(join(folder, ".."), 0o755);
    mkdirSync(folder);
    chownSync(folder, 65_534, 65_534);
    const service = runScript(SCRIPT, [folder, "3000"], { uid: 65_534, gid: 65_534 });
    const { url } = await told(service);
    expect(await ask(url, "select 1 as n")).toEqual([{ n: 1 }]);
    expect(statSync(join(folder, "pgdata")).uid).toBe(65_534);
    expect(await terminate(service)).toBe(0);
  });

  test("without user namespaces root runs it as another user who can enter the folder", async () => {
    const folder = emptyFolder();
    chmodSync(join(folder, ".."), 0o755);
    const service = runScript(SCRIPT, [folder, "3000"], { env: { PATH: pathWithout("unshare") } });
    const { url } = await told(service);
    expect(await ask(url, "select 1 as n")).toEqual([{ n: 1 }]);
    expect(statSync(join(folder, "pgdata")).uid).not.toBe(0);
    expect(await terminate(service)).toBe(0);
  });

  test("without user namespaces root is told what to do when nobody else can enter the folder", async () => {
    const folder = emptyFolder();
    const service = runScript(SCRIPT, [folder, "3000"], { env: { PATH: pathWithout("unshare") } });
    expect(await told(service)).toMatchObject({ code: "no_account" });
    expect((await service.ended).exitCode).toBe(1);
    expect(statSync(folder).uid).toBe(0);
  });
}
