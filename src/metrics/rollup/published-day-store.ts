import type { Sql } from "../../db/client.ts";
import { PUBLISHED_DAYS } from "./restatement-store.ts";

/** The newest local day that people may see as a whole one, as an ISO date; null before the first. */
export async function lastPublishedDay(sql: Sql): Promise<string | null> {
  const [row] = await sql<{ day: string | null }[]>`
    select value ->> 'to' as day from settings where name = ${PUBLISHED_DAYS}`;
  return row?.day ?? null;
}
