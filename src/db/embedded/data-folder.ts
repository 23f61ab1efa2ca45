import { mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../core/problem.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { execute } from "./execute.ts";

export const SUPERUSER = "bellwether";

/** The environment of PostgreSQL's programs: nothing of ours, and no locale or zone of the machine. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", TZ: "UTC" };
}

/** Makes the folder when it is missing and answers its real path. */
export async function prepareFolder(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return await realpath(dataDir);
  } catch (cause) {
    throw new Problem("data_folder", 500, `The folder ${dataDir} cannot be made or entered.`, {
      next: "Correct DATA_DIR or its permissions.",
      cause,
    });
  }
}

/**
 * Makes the cluster when there is none; `true` when it was made now. It is made beside its place and
 * moved there, so that a first start that is killed, or two at once, leave nothing half made.
 */
export async function initialise(folder: string, binaries: Binaries, account: Account): Promise<boolean> {
  const found = await clusterMajor(folder);
  if (found !== undefined) {
    checkMajor(folder, found, binaries);
    return false;
  }
  const fresh = join(folder, `pgdata.new-${process.pid}`);
  await removeLeftovers(folder);
  const options = ["-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"];
  const [file = binaries.initdb, ...words] = [...account.prefix, binaries.initdb, "-D", fresh, ...options];
  const { exitCode, stderr } = await execute(file, words, { ...account.ids, cwd: folder, env: serverEnvironment() });
  if (exitCode !== 0) throw initialiseProblem(folder, stderr);
  await admitSocketOnly(fresh);
  try {
    await rename(fresh, clusterPath(folder));
    return true;
  } catch (thrown) {
    if ((await clusterMajor(folder)) === undefined) throw thrown;
    await rm(fresh, { recursive: true, force: true });
    return false;
  }
}

/** Nobody connects over the network, whatever a later `listen_addresses` says: initdb trusts all of this machine. */
export async function admitSocketOnly(cluster: string): Promise<void> {
  const path = join(cluster, "pg_hba.conf");
  const rules = await readFile(path, "utf8");
  if (/^[ \t]*host/m.test(rules)) await writeFile(path, "local all all trust\n");
}

export function clusterPath(folder: string): string {
  return join(folder, "pgdata");
}

async function clusterMajor(folder: string): Promise<string | undefined> {
  const text = await readFile(join(clusterPath(folder), "PG_VERSION"), "utf8").catch(() => undefined);
  return text?.trim();
}

function checkMajor(folder: string, found: string, { major }: Binaries): void {
  if (found === major) return;
  throw new Problem(
    "database_version",
    500,
    `The data in ${folder} belong to PostgreSQL ${found}; this Bellwether brings PostgreSQL ${major}.`,
    {
      next: `Start the Bellwether that wrote them, or run a PostgreSQL ${found} on ${clusterPath(folder)} and set DATABASE_URL.`,
    },
  );
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^pgdata\.new-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

function initialiseProblem(folder: string, stderr: string): Problem {
  const reason = stderr.split("\n").find((line) => line.includes("error:")) ?? stderr.split("\n")[0] ?? "";
  return new Problem("database_not_made", 500, `The database in ${folder} could not be made: ${reason.trim()}`, {
    next: "Free some space or correct the folder's permissions, or set DATABASE_URL.",
  });
}
