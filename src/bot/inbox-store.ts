import type { Pool, Sql } from "../db/client.ts";
import type { ChatName } from "./platform.ts";

/** Remembers for 7 days what a platform has told us, because platforms tell some things more than once. */
export interface Inbox {
  /** Whether it is news. Of any number of callers with the same id, on any number of instances, one is told so. */
  isNews(eventId: string): Promise<boolean>;
}

export function createInbox(pool: Pool, platform: ChatName): Inbox {
  return { isNews: (eventId) => pool.run((sql) => noteEvent(sql, platform, eventId)) };
}

/** The same inside the transaction of the effect: when that is rolled back, the event is news again. */
export async function noteEvent(sql: Sql, platform: ChatName, eventId: string): Promise<boolean> {
  const noted = await sql`
    insert into inbox (platform, event_id) values (${platform}, ${eventId})
    on conflict do nothing returning 1 as noted`;
  return noted.length > 0;
}

export async function clearInbox(sql: Sql): Promise<void> {
  await sql`delete from inbox where received_at < now() - interval '7 days'`;
}
