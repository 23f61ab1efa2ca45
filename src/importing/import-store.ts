import type { Database } from "../db/client.ts";

/** How far a file has been taken in: so many records, whose contents have this hash. */
export interface Taken {
  readonly records: number;
  readonly hash: string;
}

/** `file` names it by how it begins and by its source. Null when it is new. */
export async function readTaken(db: Pick<Database, "work">, file: string): Promise<Taken | null> {
  const [row] = await db.work.run((sql) => sql<{ value: Taken }[]>`select value from settings where name = ${file}`);
  return row?.value ?? null;
}

export async function writeTaken(db: Pick<Database, "work">, file: string, taken: Taken): Promise<void> {
  await db.work.run(
    (sql) => sql`
      insert into settings (name, value) values (${file}, ${JSON.stringify(taken)}::text::jsonb)
      on conflict (name) do update set value = excluded.value, updated_at = now()`,
  );
}
