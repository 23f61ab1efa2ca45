import type { Database } from "../db/client.ts";

/** How far the made-up story has been told into this database. */
export interface DemoState {
  /** ISO date of the story's first day. */
  readonly firstDay: string;
  /** ISO instant up to which its events are stored; null while the first year is being loaded. */
  readonly filledUntil: string | null;
}

export async function readDemoState(db: Database): Promise<DemoState | null> {
  const [row] = await db.work.run((sql) => sql<{ value: DemoState }[]>`select value from settings where name = 'demo'`);
  return row?.value ?? null;
}

export async function writeDemoState(db: Database, state: DemoState): Promise<void> {
  await db.work.run(
    (sql) => sql`
      insert into settings (name, value) values ('demo', ${JSON.stringify(state)}::text::jsonb)
      on conflict (name) do update set value = excluded.value, updated_at = now()`,
  );
}

/** After a bulk load the planner knows nothing of the new rows until it looks. */
export async function gatherStatistics(db: Database): Promise<void> {
  await db.work.run((sql) => sql`analyze`);
}
