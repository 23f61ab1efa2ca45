import { execFile } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { RunningServer } from "./ground.ts";

const DEBIAN = "/usr/lib/postgresql";

/** In the search path, or where Debian puts it; null when it is not here. */
export function findPgbench(): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...debianFolders()];
  return folders.map((folder) => join(folder, "pgbench")).find(isExecutable) ?? null;
}

function debianFolders(): string[] {
  try {
    return readdirSync(DEBIAN).map((version) => join(DEBIAN, version, "bin"));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Pgbench {
  readonly binary: string;
  readonly server: RunningServer;
  readonly script: string;
  readonly clients: number;
  readonly seconds: number;
}

/** Transactions a second, with prepared statements. */
export async function runPgbench({ binary, server, script, clients, seconds }: Pgbench): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "bw-pgbench-"));
  try {
    const file = join(folder, "insert.sql");
    await writeFile(file, script);
    const where = ["-h", server.socketFolder, "-p", server.port, "-U", "bellwether"];
    const how = ["-n", "-M", "prepared", "-c", String(clients), "-j", "2", "-T", String(seconds), "-f", file];
    const { stdout } = await promisify(execFile)(binary, [...where, ...how, "bellwether"]);
    const told = /tps = ([\d.]+)/.exec(stdout)?.[1];
    if (told === undefined) throw new Error(`pgbench said no rate: ${stdout}`);
    return Number(told);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
