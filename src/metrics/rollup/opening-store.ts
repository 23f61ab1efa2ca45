import type { TransactionSql } from "../../db/client.ts";
import { lockKind, NO_NEWS, OPENED_DAY } from "./queue-store.ts";

/** Kinds whose numbers of a day exist without any event of that day: what happened before reaches into it. */
const CARRIED_OVER = ["reach", "nps", "health"] as const;

/** Transactions that were under way when the day was opened are over by then. */
const SETTLED_AFTER_SECONDS = 60;

/**
 * At the first call of a new local day queues it, and every day missed since the last one, for what is carried over from
 * earlier days: now, and once more when transactions that did not know of the new day are over. A day after tomorrow was
 * opened by a clock that was wrong, and counts for nothing.
 */
export async function openDays(sql: TransactionSql, { today, now }: { today: string; now: string }): Promise<void> {
  await lockKind(sql, "opening");
  await sql`
    with opened as (
      select (value #>> '{}')::date as day from settings
      where name = ${OPENED_DAY} and (value #>> '{}')::date <= ${today}::text::date + 1
    ), days as (
      select day::date as day from generate_series(
        coalesce((select day + 1 from opened), ${today}::text::date)::timestamp, ${today}::text::date::timestamp,
        interval '1 day') as day
    ), queued as (
      insert into dirty (kind, day, subject, due_at)
      select kind, day, ${NO_NEWS}, due_at
      from days, json_array_elements_text(${JSON.stringify(CARRIED_OVER)}::text::json) as kind,
        (values (null), (${now}::text::timestamptz + make_interval(secs => ${SETTLED_AFTER_SECONDS}::float8))) as due(due_at)
    )
    insert into settings (name, value) select ${OPENED_DAY}, to_jsonb(max(day)::text) from days having count(*) > 0
    on conflict (name) do update set value = excluded.value, updated_at = now()`;
}
