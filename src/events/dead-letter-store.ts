import type { Pool, Sql } from "../db/client.ts";
import { bareArray, quotedArray } from "./array-text.ts";

export interface NewLetter {
  readonly source: string;
  readonly code: string;
  readonly reason: string;
  readonly body: string;
}

/** A refused event. `body` is what was sent as JSON text, cut to 8 KB; times are ISO text. */
export interface DeadLetter extends NewLetter {
  readonly id: string;
  readonly at: string;
  readonly replayedAt: string | null;
}

const LETTERS_KEPT = 10_000;
const DAYS_KEPT = 30;

/** Keeps the latest 10,000 of the last 30 days. */
export async function keepLetters(pool: Pool, letters: readonly NewLetter[]): Promise<void> {
  const given = [
    quotedArray(letters, (letter) => letter.source),
    quotedArray(letters, (letter) => letter.code),
    quotedArray(letters, (letter) => letter.reason),
    quotedArray(letters, (letter) => letter.body),
  ];
  await pool.run((sql) =>
    sql.unsafe(
      `insert into dead_letters (source, code, reason, body)
       select * from unnest($1::text::text[], $2::text::text[], $3::text::text[], $4::text::text[])`,
      given,
    ),
  );
  await pool.run(
    (sql) => sql`
      delete from dead_letters
      where id <= (select max(id) from dead_letters) - ${LETTERS_KEPT} or at < now() - make_interval(days => ${DAYS_KEPT})`,
  );
}

/** For when none is refused any more: `keepLetters` clears only when one comes. */
export async function clearLetters(sql: Sql): Promise<void> {
  await sql`delete from dead_letters where at < now() - make_interval(days => ${DAYS_KEPT})`;
}

const LETTER_COLUMNS = `id::text as id, to_json(at) #>> '{}' as at, source, code, reason, body, to_json(replayed_at) #>> '{}' as "replayedAt"`;

/** The latest first. `before` is the id of the last one seen. */
export async function listLetters(pool: Pool, limit: number, before: string | null): Promise<DeadLetter[]> {
  return await pool.run((sql) =>
    sql.unsafe<DeadLetter[]>(
      `select ${LETTER_COLUMNS} from dead_letters
       where $1::text is null or id < $1::text::bigint order by dead_letters.id desc limit $2::integer`,
      [before, limit],
    ),
  );
}

export async function lettersById(pool: Pool, ids: readonly string[]): Promise<DeadLetter[]> {
  return await pool.run((sql) =>
    sql.unsafe<DeadLetter[]>(
      `select ${LETTER_COLUMNS} from dead_letters where id = any($1::text::bigint[]) order by dead_letters.id`,
      [bareArray(ids, (id) => id)],
    ),
  );
}

/** Writes down who replayed which letters, in one statement with the mark on them. */
export async function markReplayed(pool: Pool, ids: readonly string[], actor: string): Promise<void> {
  await pool.run((sql) =>
    sql.unsafe(
      `with marked as (
         update dead_letters set replayed_at = now() where id = any($1::text::bigint[]) returning id)
       insert into audit_log (actor, action, detail)
       select $2::text, 'dead_letters.replayed', jsonb_build_object('ids', jsonb_agg(id)) from marked having count(*) > 0`,
      [bareArray(ids, (id) => id), actor],
    ),
  );
}
