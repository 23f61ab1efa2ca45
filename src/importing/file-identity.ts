import { access } from "node:fs/promises";
import type { Database } from "../db/client.ts";
import { hashOf, type ImportRecord } from "./import-record.ts";
import { readTaken, readTakenByFirst, type Taken, type TakenFile } from "./import-store.ts";

/** Which file it is, and how far an earlier run took it in. */
export interface KnownFile {
  /** Under which its progress is kept. */
  readonly name: string;
  readonly source: string;
  /** What the ids of its events are made with, so that equal lines of two files are two events; null: contents alone. */
  readonly key: string | null;
  readonly path: string | null;
  readonly first: string | null;
  readonly earlier: Taken | null;
}

interface Asked {
  readonly db: Pick<Database, "work">;
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly records: () => AsyncIterable<ImportRecord>;
  readonly source: string;
  /** The source that earlier versions took when none was named; null when one is. */
  readonly formerSource: string | null;
  readonly type: string | null;
  readonly isUnchanged: (taken: Taken) => Promise<boolean>;
}

/**
 * A file is the same one when it begins with the same record at the same path, or when it begins with all that was taken in of a
 * file that is no longer where it was: it was moved. What earlier versions took in is known by its contents alone. Null: it is empty.
 */
export async function identify(asked: Asked): Promise<KnownFile | null> {
  const { db, path, source, type } = asked;
  const text = await firstText(asked);
  if (text === undefined) return null;
  const first = hashOf(JSON.stringify([source, type, text]));
  const key = hashOf(JSON.stringify([path, text]));
  const name = `import:${hashOf(JSON.stringify([source, type, path, text]))}`;
  const found = (await readTaken(db, name)) ?? (await moved(asked, first));
  if (found !== null) return knownAs(found, { source, path, first });
  for (const formerSource of [source, asked.formerSource]) {
    if (formerSource === null) continue;
    const former = await readTaken(db, `import:${hashOf(JSON.stringify([formerSource, type, text]))}`);
    if (former !== null && (await asked.isUnchanged(former.taken)))
      return { name: former.name, source: formerSource, key: null, path: null, first: null, earlier: former.taken };
  }
  return { name, source, key, path, first, earlier: null };
}

function knownAs({ name, taken }: TakenFile, now: Pick<KnownFile, "source" | "path" | "first">): KnownFile {
  return { ...now, name, key: taken.key ?? null, earlier: taken };
}

async function moved({ db, isUnchanged }: Asked, first: string): Promise<TakenFile | null> {
  for (const one of await readTakenByFirst(db, first)) {
    if (one.taken.path === undefined || (await exists(one.taken.path))) continue;
    if (await isUnchanged(one.taken)) return one;
  }
  return null;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

async function firstText({ records }: Asked): Promise<string | null | undefined> {
  for await (const { text } of records()) return text;
  return undefined;
}
