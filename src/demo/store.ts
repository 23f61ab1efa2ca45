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

const KEPT_TABLES = ["schema_migrations", "settings", "features", "sources"];
/** What is remembered of rows that are gone: their numbers are given out again. */
const SETTINGS_OF_ROWS = [
  "demo",
  "first_event_at",
  "first_events",
  "opened_day",
  "published_days",
  "data_quality_mark",
];

/**
 * A first fill that was cut short cannot be resumed: most of its events carry no ids. Empties a database in that state, which
 * only a demo's can be in; any other is left alone.
 */
export async function discardHalfFilled(db: Database): Promise<void> {
  await db.work.transaction(async (sql) => {
    const [state] = await sql<{ value: DemoState }[]>`select value from settings where name = 'demo' for update`;
    if (state === undefined || state.value.filledUntil !== null) return;
    const tables = await sql<{ name: string }[]>`
      select quote_ident(relname) as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> all(${arrayText(KEPT_TABLES)}::text[])`;
    await sql.unsafe(`truncate ${tables.map(({ name }) => name).join(", ")} restart identity`);
    await sql`delete from settings where name = any(${arrayText(SETTINGS_OF_ROWS)}::text[])`;
  });
}

/** Names of ours, as Postgres reads an array. */
function arrayText(names: readonly string[]): string {
  return `{${names.join(",")}}`;
}
