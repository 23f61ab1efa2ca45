import { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import { OPENED_DAY } from "./queue-store.ts";

/** Name of the setting that says when the last pass that went through began, and how many units failed in it. */
const ROLLED = "rolled";

/** A pass is written down at most so often. */
const AT_MOST_EVERY = "10 seconds";

/** The database's clock, as ISO text. */
export async function passBegins(sql: Sql): Promise<string> {
  const [row] = await sql<{ now: string }[]>`select to_json(now()) #>> '{}' as now`;
  return row?.now ?? "";
}

/** Whatever was queued when the pass began has been counted, but for what failed. `beganAt`: see `passBegins`. */
export async function noteRolled(sql: Sql, beganAt: string, failed: number): Promise<void> {
  await sql`
    insert into settings (name, value)
    values (${ROLLED}, jsonb_build_object('at', ${beganAt}::text, 'failed', ${failed}::int))
    on conflict (name) do update set value = excluded.value, updated_at = now()
    where (settings.value ->> 'at')::timestamptz < now() - ${AT_MOST_EVERY}::text::interval
      or settings.value ->> 'failed' <> excluded.value ->> 'failed'`;
}

export interface RolledThrough {
  /** When the last pass that went through began; null before the first. */
  readonly at: Temporal.Instant | null;
  /** Units that failed in it, and stay queued. */
  readonly failed: number;
  /** Whether changes of the day, of one before it, or of an account, person, session or ticket wait to be counted. */
  readonly isWaiting: boolean;
  /** Whether the day was never opened, or something of it was to be looked at again and was not. */
  readonly isOverdue: boolean;
}

/** How far the rollup of the local day and all before it is, by the database's clock. */
export async function readRolled(sql: Sql, day: string): Promise<RolledThrough> {
  const [row] = await sql<{ at: string | null; failed: number; waiting: boolean; overdue: boolean }[]>`
    select
      (select value ->> 'at' from settings where name = ${ROLLED}) as at,
      coalesce((select (value ->> 'failed')::int from settings where name = ${ROLLED}), 0) as failed,
      exists (select from dirty
        where (due_at is null or due_at <= now()) and (day is null or day <= ${day}::text::date)) as waiting,
      exists (select from dirty where due_at < now() - interval '10 minutes' and day <= ${day}::text::date)
        or exists (select from settings where name = ${OPENED_DAY} and (value #>> '{}')::date < ${day}::text::date) as overdue`;
  return {
    at: row?.at == null ? null : Temporal.Instant.from(row.at),
    failed: row?.failed ?? 0,
    isWaiting: row?.waiting === true,
    isOverdue: row?.overdue === true,
  };
}
