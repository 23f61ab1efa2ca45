import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { KnownKey } from "./banner.ts";
import type { Config } from "./config.ts";
import { Problem } from "./core/problem.ts";
import type { Rooms } from "./rooms.ts";

type KeyRoom = Pick<Rooms, "access">;

/** The file beside the database in which the first key is kept where no terminal shows it. Absolute. */
export function keyFileOf({ DATA_DIR }: Pick<Config, "DATA_DIR">): string {
  return join(resolve(DATA_DIR), "admin-key");
}

/** Shown once on a terminal; elsewhere it must not end up in a log, so it goes into a file that only its owner can read. */
export async function firstAdminKey(
  { access }: KeyRoom,
  config: Config,
  isTerminal: boolean,
): Promise<KnownKey | null> {
  const made = await access.ensureAdminKey();
  if (made === null) return null;
  if (isTerminal) return { kind: "shown", key: made.key };
  const path = keyFileOf(config);
  try {
    await mkdir(config.DATA_DIR, { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    await writeFile(path, `${made.key}\n`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    await access.revoke(made.keyId);
    throw new Problem("admin_key_not_kept", 500, `The first admin key could not be written to ${path}.`, {
      next: "Correct DATA_DIR or its permissions, or set ADMIN_KEY.",
      cause,
    });
  }
  return { kind: "file", path, isNew: true };
}

/** The file of an earlier start, if its key is still good; null otherwise. */
export async function keptAdminKey({ access }: KeyRoom, config: Config): Promise<KnownKey | null> {
  const path = keyFileOf(config);
  const key = (await readFile(path, "utf8").catch(() => "")).trim();
  if (key === "") return null;
  const { ok } = await access.verify(key);
  return ok ? { kind: "file", path, isNew: false } : null;
}
