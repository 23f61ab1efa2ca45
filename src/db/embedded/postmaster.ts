import { spawn } from "node:child_process";
import { link, open, readFile, readlink, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chownTo, type Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { admitSocketOnly, clusterPath, isAlive, serverEnvironment } from "./data-folder.ts";
import { execute } from "./execute.ts";
import { prepareSocketFolder } from "./socket-folder.ts";

export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
}

export interface Cluster {
  readonly folder: string;
  readonly binaries: Binaries;
  readonly account: Account;
  /** Settings beyond those of every embedded server. */
  readonly settings: Readonly<Record<string, string>>;
}

const LOG_BYTES = 10_000_000;

/** The server that runs on the folder, by its own pid file; undefined when none does. */
export async function findPostmaster(folder: string): Promise<Postmaster | undefined> {
  const cluster = clusterPath(folder);
  const lines = (await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  const pid = Number(lines[0]);
  const socketFolder = lines[4]?.trim() ?? "";
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return (await isPostmasterOf(pid, cluster)) ? { pid, socketFolder } : undefined;
}

/**
 * PostgreSQL refuses to start while some process has the pid that a dead server left behind. To be
 * called when that process is no server of this folder. The file is moved aside and looked at again,
 * in case another process has started a server meanwhile.
 */
export async function removeStalePidFile(folder: string): Promise<void> {
  const path = join(clusterPath(folder), "postmaster.pid");
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const pid = Number((await readFile(aside, "utf8")).split("\n")[0]);
  if (await isPostmasterOf(pid, clusterPath(folder))) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandOf(pid);
  if (!basename(command.split(/[\0 ]/)[0] ?? "").startsWith("postgres")) return false;
  return command.includes(cluster) || (await readlink(`/proc/${pid}/cwd`).catch(() => "")) === cluster;
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === "linux") return await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return (await execute("ps", ["-ww", "-o", "command=", "-p", String(pid)])).stdout;
}

/** What a started server is watched by until it answers. */
export interface Started {
  readonly pid: number | undefined;
  hasExited(): boolean;
}

/**
 * Starts the server in a session of its own, so that Ctrl-C does not reach it before we are done
 * with it, and with its messages in a file, because a pipe would die with us.
 */
export async function startPostmaster(cluster: Cluster): Promise<Started> {
  const socketFolder = await prepareSocketFolder(cluster.folder, cluster.account);
  const { folder, account, binaries } = cluster;
  await admitSocketOnly(clusterPath(folder));
  const log = await openLog(folder, account);
  const [file = binaries.postgres, ...words] = [
    ...account.prefix,
    binaries.postgres,
    "-D",
    clusterPath(folder),
    ...Object.entries(settingsOf(cluster, socketFolder)).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  let exited = false;
  const child = spawn(file, words, {
    ...account.ids,
    cwd: folder,
    env: serverEnvironment(),
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  child.once("exit", () => (exited = true));
  child.once("error", () => (exited = true));
  child.unref();
  await log.close();
  return { pid: child.pid, hasExited: () => exited };
}

function settingsOf({ settings }: Cluster, socketFolder: string): Record<string, string> {
  return {
    listen_addresses: "",
    unix_socket_directories: socketFolder,
    unix_socket_permissions: "0700",
    timezone: "UTC",
    log_timezone: "UTC",
    // Errors of statements repeat what events contain; that must not end up in a log.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
    ...settings,
  };
}

export function logPath(folder: string): string {
  return join(folder, "postgres.log");
}

async function openLog(folder: string, account: Account) {
  const path = logPath(folder);
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(path, `${path}.1`);
  const log = await open(path, "a", 0o600);
  await chownTo(account, path);
  return log;
}

/** How long the server's log is now, in bytes. */
export async function logLength(folder: string): Promise<number> {
  return await stat(logPath(folder)).then(
    (found) => found.size,
    () => 0,
  );
}

/** The server's last words after the first `from` bytes, for the sentence that says why it did not start. */
export async function lastComplaint(folder: string, from: number): Promise<string> {
  const text = (await readFile(logPath(folder)).catch(() => Buffer.alloc(0))).subarray(from).toString();
  const line = text.split("\n").findLast((words) => /\b(FATAL|PANIC|error):/.test(words));
  return line?.replace(/^.*?\b(FATAL|PANIC|error): */, "") ?? "";
}

/**
 * Ends the server: it stops accepting, rolls back what is open and writes a checkpoint. When that
 * takes longer than `patienceMs` it is ended at once, and recovers at its next start.
 */
export async function stopPostmaster({ pid, socketFolder }: Postmaster, patienceMs: number): Promise<void> {
  signal(pid, "SIGINT");
  if (!(await isGoneWithin(pid, patienceMs))) {
    signal(pid, "SIGQUIT");
    await isGoneWithin(pid, 2_000);
  }
  // It holds nothing any more, unless the next server has just begun to use it.
  await rmdir(socketFolder).catch(() => {});
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone by itself.
  }
}

async function isGoneWithin(pid: number, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (isAlive(pid) && (await commandOf(pid)) !== "") {
    if (performance.now() > until) return false;
    await sleep(20);
  }
  return true;
}
