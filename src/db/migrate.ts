import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { Problem } from "../core/problem.ts";
import { connect, type Client } from "./connect.ts";
import { toProblem } from "./failures.ts";
import { LOCKS } from "./locks.ts";

/** Beside the package's `src` and `dist`, which lie equally deep. */
const PACKAGED_MIGRATIONS = fileURLToPath(new URL("../../drizzle", import.meta.url));

const JOURNAL = z.object({ entries: z.array(z.object({ tag: z.string().regex(/^\w+$/) })) });

interface Migration {
  readonly tag: string;
  readonly hash: string;
  readonly statements: string;
}

interface MigrateOptions {
  readonly folder?: string;
  /** Processes that may migrate the same database must take the same lock. */
  readonly lock?: readonly [number, number];
}

/**
 * Brings the database to the schema of this program and answers the names of the migrations that
 * ran. Several processes may call it at once: one works, the others wait. Each migration is one
 * transaction with its own entry in the journal, so a killed process leaves none half done.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  const migrations = await readMigrations(options.folder ?? PACKAGED_MIGRATIONS);
  const client = connect(url, { max: 1, applicationName: "bellwether migrate" });
  try {
    // So that the server soon notices when we are killed; not every platform can.
    await client`set client_connection_check_interval = '1s'`.catch(() => {});
    const [space, lock] = options.lock ?? LOCKS.migrations;
    await client`select pg_advisory_lock(${space}, ${lock})`;
    return await runMissing(client, migrations);
  } catch (thrown) {
    throw toProblem(thrown);
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function runMissing(client: Client, migrations: readonly Migration[]): Promise<string[]> {
  await client`
    create table if not exists schema_migrations (
      tag text primary key,
      hash text not null,
      applied_at timestamptz not null default now()
    )`;
  const applied = await client<
    { tag: string; hash: string }[]
  >`select tag, hash from schema_migrations order by tag collate "C"`;
  const missing = verify(migrations, applied);
  for (const { tag, hash, statements } of missing) {
    const entry = `insert into schema_migrations (tag, hash) values ('${tag}', '${hash}')`;
    await client.unsafe(`begin;\n${statements};\n${entry};\ncommit`).simple();
  }
  return missing.map((migration) => migration.tag);
}

/** What is still to run. Throws a Problem when the database and the files tell different histories. */
function verify(
  migrations: readonly Migration[],
  applied: readonly { readonly tag: string; readonly hash: string }[],
): Migration[] {
  const files = new Map(migrations.map((migration) => [migration.tag, migration]));
  for (const { tag, hash } of applied) {
    const file = files.get(tag);
    if (file === undefined) {
      throw new Problem(
        "schema_newer",
        500,
        `The database was written by a newer Bellwether: it holds the migration ${tag}.`,
        {
          next: "Start that version or a later one, or use another database.",
        },
      );
    }
    if (file.hash !== hash) {
      throw new Problem(
        "migration_changed",
        500,
        `The migration ${tag} is not the one that this database was made with.`,
        {
          next: "Restore the file, and put the change into a migration of its own.",
        },
      );
    }
  }
  const done = new Set(applied.map((entry) => entry.tag));
  return migrations.filter((migration) => !done.has(migration.tag));
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const journal = JOURNAL.parse(JSON.parse(await readFile(join(folder, "meta", "_journal.json"), "utf8")));
  return await Promise.all(
    journal.entries.map(async ({ tag }) => {
      const statements = (await readFile(join(folder, `${tag}.sql`), "utf8")).replaceAll("\r\n", "\n");
      return { tag, statements, hash: createHash("sha256").update(statements).digest("hex") };
    }),
  );
}
