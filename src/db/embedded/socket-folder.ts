import { createHash } from "node:crypto";
import { lstat, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "../../core/problem.ts";
import { chownTo, type Account } from "./account.ts";

/** `.s.PGSQL.5432` inside it must fit into the 107 bytes of a socket's address. */
const LONGEST_PATH_BYTES = 107;

/**
 * A folder for the server's socket that only we can enter. It lies in the temporary folder because
 * the data folder's path may be too long for a socket. Where somebody else has taken its name, it gets one that nobody can
 * foresee: the server's own pid file says where it is.
 */
export async function prepareSocketFolder(dataFolder: string, account: Account): Promise<string> {
  const usual = join(tmpdir(), `bw-${createHash("sha256").update(dataFolder).digest("hex").slice(0, 12)}`);
  checkLength(`${usual}-XXXXXX`);
  await mkdir(usual, { mode: 0o700 }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "EEXIST") throw notMade(thrown);
  });
  const folder = (await isOurs(usual, account)) ? usual : await mkdtemp(`${usual}-`).catch(notMade);
  if (folder instanceof Problem) throw folder;
  await chownTo(account, folder);
  return folder;
}

async function isOurs(folder: string, account: Account): Promise<boolean> {
  const found = await lstat(folder);
  const owners = [process.getuid?.(), account.ids?.uid];
  return found.isDirectory() && owners.includes(found.uid) && (found.mode & 0o077) === 0;
}

function checkLength(folder: string): void {
  if (Buffer.byteLength(join(folder, ".s.PGSQL.5432")) <= LONGEST_PATH_BYTES) return;
  throw new Problem("socket_folder", 500, `The temporary folder ${tmpdir()} has too long a path for a socket.`, {
    next: "Set TMPDIR to a shorter one, or set DATABASE_URL.",
  });
}

function notMade(cause: unknown): Problem {
  return new Problem("socket_folder", 500, `No folder for the database's socket can be made in ${tmpdir()}.`, {
    next: "Set TMPDIR to a folder of your own, or set DATABASE_URL.",
    cause,
  });
}
