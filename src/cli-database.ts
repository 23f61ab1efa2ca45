import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Config } from "./config.ts";
import { CALLED } from "./core/called.ts";
import { Problem } from "./core/problem.ts";
import { placeOf } from "./foundation.ts";
import type { RunningService } from "./running.ts";

export interface DatabaseWish {
  readonly config: Pick<Config, "DATABASE_URL" | "DATA_DIR">;
  readonly demo: boolean;
  /** What was typed makes sense where there is nothing yet. */
  readonly startsNew: boolean;
  /** Whether the environment or .env names the folder: then it is meant. */
  readonly isFolderNamed: boolean;
  readonly running: readonly RunningService[];
}

/** "new": none is there yet, and one may be made. */
export type DatabaseState = "there" | "new";

/**
 * Commands must not answer "no events yet" from a second, empty database because they were typed in another folder than the service
 * was started in. Throws `Problem` `no_database` with the folder that was looked into and what runs elsewhere.
 */
export async function databaseFor(wish: DatabaseWish): Promise<DatabaseState> {
  const { config, demo, startsNew, isFolderNamed, running } = wish;
  // Whether a server that was named holds anything is asked once it answers.
  if (config.DATABASE_URL !== undefined || (await exists(join(config.DATA_DIR, "pgdata", "PG_VERSION"))))
    return "there";
  if (demo) return "new";
  const others = running.filter((service) => !service.demo);
  if (startsNew && (isFolderNamed || others.length === 0)) return "new";
  const folder = resolve(config.DATA_DIR);
  throw new Problem("no_database", 404, `There is no Bellwether database in ${folder}.`, { next: nextStep(others) });
}

/** The same for a server that was named and answers, but was never used. */
export function unusedDatabase(place: string, running: readonly RunningService[]): Problem {
  const others = running.filter((service) => !service.demo);
  return new Problem("no_database", 404, `The database ${place} has never been used by Bellwether.`, {
    next: nextStep(others),
  });
}

/** The service that runs on the database of the command. */
export function serviceOn(
  config: Pick<Config, "DATABASE_URL" | "DATA_DIR">,
  running: readonly RunningService[],
): RunningService | undefined {
  const url = config.DATABASE_URL;
  return running.find(({ data_dir, database }) =>
    url === undefined ? data_dir === resolve(config.DATA_DIR) : database === placeOf(url),
  );
}

/** A word to whoever may be asking the wrong database: nobody named a folder, and what runs is on another. Null otherwise. */
export function elsewhereNote(wish: Omit<DatabaseWish, "startsNew">): string | null {
  const { config, demo, isFolderNamed, running } = wish;
  const [other] = running.filter((service) => !service.demo);
  if (demo || isFolderNamed || config.DATABASE_URL !== undefined || other === undefined) return null;
  if (serviceOn(config, running) !== undefined) return null;
  return `This answers from ${resolve(config.DATA_DIR)}. ${nextStep([other])}`;
}

function nextStep([service]: readonly RunningService[]): string {
  if (service === undefined)
    return `Start the service with \`${CALLED.start}\`, set DATA_DIR to the folder of an earlier one, or add \`--demo\` to ask sample data.`;
  const { pid, data_dir, database, address } = service;
  const at = address === null ? "" : `, ${address}`;
  if (data_dir !== null)
    return `A Bellwether is running on ${data_dir} (process ${pid}${at}): put \`DATA_DIR=${shellWord(data_dir)}\` before the command.`;
  return `A Bellwether is running on PostgreSQL at ${database ?? "another server"} (process ${pid}${at}): set DATABASE_URL as it does.`;
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
