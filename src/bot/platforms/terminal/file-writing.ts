import { open, rm, type FileHandle } from "node:fs/promises";
import { Problem } from "../../../core/problem.ts";
import type { AnswerFile } from "../../answer-file.ts";

/**
 * Writes the file where nothing is yet, readable by its owner alone, and answers how many bytes it has. What cannot be
 * had whole leaves nothing behind.
 */
export async function writeAnswerFile(file: AnswerFile, path: string): Promise<number> {
  const bytes = await file.open();
  const handle = await create(path).catch((thrown: unknown) => {
    bytes.close();
    throw thrown;
  });
  try {
    let size = 0;
    for (let part = await bytes.next(); part !== null; part = await bytes.next()) {
      await handle.writeFile(part);
      size += part.length;
    }
    await handle.close();
    return size;
  } catch (thrown) {
    bytes.close();
    await handle.close().catch(() => {});
    await rm(path, { force: true });
    throw thrown instanceof Problem ? thrown : notWritten(path, thrown);
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw notWritten(path, cause);
    throw new Problem("file_exists", 409, `There is a file ${path} already.`, {
      next: "Move it away, or name another with `--out`.",
      cause,
    });
  }
}

function notWritten(path: string, cause: unknown): Problem {
  return new Problem("cannot_write", 400, `The file could not be written to ${path}.`, {
    next: "Name one with `--out`, in a folder that exists and that you may write to, on a disk with room.",
    cause,
  });
}
