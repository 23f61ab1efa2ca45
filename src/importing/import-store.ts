import type { Database, Sql } from "../db/client.ts";

/** How far a file has been taken in: so many records, whose contents have this hash. */
export interface Taken {
  readonly records: number;
  readonly hash: string;
  /** Where the file was; absent of what earlier versions took in. */
  readonly path?: string;
  /** The hash of its first record. */
  readonly first?: string;
  /** What the ids of its events are made with; absent: of their contents alone. */
  readonly key?: string;
}

export interface TakenFile {
  /** Under which it is kept. */
  readonly name: string;
  readonly taken: Taken;
}

type WorkPool = Pick<Database, "work">;

export async function readTaken(db: WorkPool, name: string): Promise<TakenFile | null> {
  const [row] = await db.work.run((sql) => sql<{ value: Taken }[]>`select value from settings where name = ${name}`);
  return row === undefined ? null : { name, taken: row.value };
}

const MOST_ALIKE = 20;

/** Files with this first record, wherever they were. */
export async function readTakenByFirst(db: WorkPool, first: string): Promise<TakenFile[]> {
  return await db.work.run(
    (sql: Sql) => sql<TakenFile[]>`
      select name, value as taken from settings
      where name like 'import:%' and value->>'first' = ${first} order by updated_at desc limit ${MOST_ALIKE}`,
  );
}

export async function writeTaken(db: WorkPool, name: string, taken: Taken): Promise<void> {
  await db.work.run(
    (sql) => sql`
      insert into settings (name, value) values (${name}, ${JSON.stringify(taken)}::text::jsonb)
      on conflict (name) do update set value = excluded.value, updated_at = now()`,
  );
}
