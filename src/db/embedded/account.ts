import { chown, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../core/problem.ts";
import { execute } from "./execute.ts";

/** PostgreSQL refuses to run as root; this says as whom it runs instead. */
export interface Account {
  /** Words put before the program's own. */
  readonly prefix: readonly string[];
  /** Undefined: as we run ourselves. */
  readonly ids: Ids | undefined;
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

const OWN_NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"];

/**
 * As root on Linux a user namespace is tried first: in it PostgreSQL takes itself for somebody else,
 * while for the file system it is still root, so that no folder has to change its owner.
 */
export async function chooseAccount(dataDir: string, postgres: string): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [], ids: undefined };
  if (process.platform === "linux" && (await canUse({ prefix: OWN_NAMESPACE, ids: undefined }, dataDir, postgres))) {
    return { prefix: OWN_NAMESPACE, ids: undefined };
  }
  for (const ids of await candidates(dataDir)) {
    const before = await stat(dataDir);
    await giveFolder(dataDir, ids);
    if (await canUse({ prefix: [], ids }, dataDir, postgres)) return { prefix: [], ids };
    await giveFolder(dataDir, before);
  }
  throw new Problem(
    "no_account",
    500,
    `PostgreSQL does not run as root, and no other user can use both ${dataDir} and its programs.`,
    {
      next: "Start Bellwether as another user, move DATA_DIR to a folder that others can enter, or set DATABASE_URL.",
    },
  );
}

/** Gives one file or folder to the account's user. */
export async function chownTo({ ids }: Account, path: string): Promise<void> {
  if (ids !== undefined) await chown(path, ids.uid, ids.gid);
}

/** Whether the account can start the program and write into the folder. */
async function canUse({ prefix, ids }: Account, folder: string, postgres: string): Promise<boolean> {
  const script = 'test -w "$0" && test -x "$0" && exec "$1" --version';
  const [file, ...words] = [...prefix, "sh", "-c", script, folder, postgres];
  return (await execute(file, words, ids === undefined ? {} : { ...ids, cwd: "/" })).exitCode === 0;
}

/** The folder's owner when that is not root, then the users that systems keep for such programs. */
async function candidates(dataDir: string): Promise<Ids[]> {
  const { uid, gid } = await stat(dataDir);
  const lines = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const named = ["postgres", "nobody"].flatMap((name) => {
    const entry = lines.find((fields) => fields[0] === name);
    return entry === undefined ? [] : [{ uid: Number(entry[2]), gid: Number(entry[3]) }];
  });
  return uid === 0 ? named : [{ uid, gid }, ...named];
}

async function giveFolder(folder: string, { uid, gid }: Ids): Promise<void> {
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid);
}
