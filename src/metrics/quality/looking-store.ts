import type { Sql } from "../../db/client.ts";

const MARK = "data_quality_mark";

/** One instance looks at a time; whoever comes meanwhile leaves it to that one. Ends with the transaction. */
export async function tryLock(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ ours: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('bellwether data quality', 0)) as ours`;
  return row?.ours === true;
}

/** The number of the last revenue event that was looked at. */
export async function readMark(sql: Sql): Promise<string> {
  const [row] = await sql<{ mark: string }[]>`select value #>> '{}' as mark from settings where name = ${MARK}`;
  return row?.mark ?? "0";
}

export async function writeMark(sql: Sql, rowNo: string): Promise<void> {
  await sql`
    insert into settings (name, value) values (${MARK}, to_jsonb(${rowNo}::text))
    on conflict (name) do update set value = excluded.value, updated_at = now()`;
}
