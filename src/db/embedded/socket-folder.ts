import { createHash } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "../../core/problem.ts";
import { chownTo, type Account } from "./account.ts";

/** `.s.PGSQL.5432` inside it must fit into the 107 bytes of a socket's address. */
const LONGEST_PATH_BYTES = 107;

/**
 * A folder for the server's socket that only we can enter. It lies in the temporary folder because
 * the data folder's path may be too long for a socket.
 */
export async function prepareSocketFolder(dataFolder: string, account: Account): Promise<string> {
  const name = `bw-${createHash("sha256").update(dataFolder).digest("hex").slice(0, 12)}`;
  const folder = join(tmpdir(), name);
  if (Buffer.byteLength(join(folder, ".s.PGSQL.5432")) > LONGEST_PATH_BYTES) {
    throw new Problem("socket_folder", 500, `The temporary folder ${tmpdir()} has too long a path for a socket.`, {
      next: "Set TMPDIR to a shorter one, or set DATABASE_URL.",
    });
  }
  await mkdir(folder, { mode: 0o700 }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "EEXIST") throw thrown;
  });
  const found = await lstat(folder);
  const owners = [process.getuid?.(), account.ids?.uid];
  if (!found.isDirectory() || !owners.includes(found.uid) || (found.mode & 0o077) !== 0) {
    throw new Problem("socket_folder", 500, `The folder ${folder} is not Bellwether's own.`, {
      next: "Remove it, or set TMPDIR to a folder of your own.",
    });
  }
  await chownTo(account, folder);
  return folder;
}
