import type { Pool } from "../db/client.ts";
import { quotedArray } from "./array-text.ts";
import { CAUSE } from "./cause.ts";
import type { Renamed } from "./event-ids.ts";

interface Place {
  readonly table: string;
  /** What must be recomputed for a row that was renamed: a select over `moved`. */
  readonly dirt: string;
}

const ofSubject = (kind: string): string =>
  `select distinct '${kind}', null::date, subject, $3::text
   from moved cross join lateral (values (kept), (sent)) as either(subject)`;

const PLACES: Readonly<Record<Renamed["column"], Place>> = {
  subscription_id: {
    table: "revenue_events",
    dirt: "select distinct 'account', null::date, account, $3::text from moved where account is not null",
  },
  session_id: { table: "agent_session_events", dirt: ofSubject("session") },
  ticket_id: { table: "ticket_events", dirt: ofSubject("ticket") },
};

/**
 * Gives what an earlier version kept under the id as it was sent the form in which the id is kept now, before anything is
 * stored under that: else a subscription that began before could never be cancelled. Most calls have nothing to rename.
 */
export async function adoptRenamed(pool: Pool, renamed: readonly Renamed[]): Promise<void> {
  for (const [column, { table, dirt }] of Object.entries(PLACES)) {
    const own = renamed.filter((one) => one.column === column);
    if (own.length === 0) continue;
    const account = table === "revenue_events" ? ", account" : "";
    const text = `
      with given as (select distinct * from unnest($1::text::text[], $2::text::text[]) as given(kept, sent)),
      moved as (
        update ${table} set ${column} = kept from given where ${table}.${column} = sent returning kept, sent${account})
      insert into dirty (kind, day, subject, cause) ${dirt}`;
    const ids = [quotedArray(own, ({ kept }) => kept), quotedArray(own, ({ sent }) => sent)];
    await pool.run((sql) => sql.unsafe(text, [...ids, CAUSE.renamed], { prepare: true }));
  }
}
