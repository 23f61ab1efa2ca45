import { statfs } from "node:fs/promises";

/** Less than two files of PostgreSQL's log: it cannot write any more, and may not even be able to start. */
const NEEDED_BYTES = 34_000_000;

/** Whether the disk that holds the folder has no room for a database. */
export async function isFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < NEEDED_BYTES;
  } catch {
    return false;
  }
}
