import type { Database, TransactionSql } from "../../db/client.ts";
import type { Clock } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { CAUSE } from "../../events/cause.ts";
import { queueEverything } from "./everything-store.ts";
import { keepFirstEvents } from "./first-event-store.ts";
import { presentOf } from "./present.ts";
import { lockKind } from "./queue-store.ts";
import { publishKnownDays } from "./restatement-store.ts";

/** Name of the setting that holds the version of the definitions by which the numbers were computed. */
const DEFINITIONS = "definitions";

/** Rises when the same events give other numbers; those that people have seen are then restated. 1: before 2026-12-01. */
const VERSION = 2;

interface DefinitionsParts {
  readonly db: Pick<Database, "work">;
  readonly clock: Clock;
  readonly workspace: Workspace;
}

/**
 * Queues every day and subject once after the definitions changed. Any number of processes may call it at once; it does
 * nothing when the numbers follow the present definitions or are about to. Answers whether something was queued.
 */
export async function settleDefinitions({ db, clock, workspace }: DefinitionsParts): Promise<boolean> {
  return db.work.transaction(async (sql) => {
    await lockKind(sql, "opening");
    const [found] = await sql<{ version: number; empty: boolean }[]>`
      select coalesce((select (value #>> '{}')::int from settings where name = ${DEFINITIONS}), 1) as version,
        not exists (select from settings where name = 'first_event_at') and not exists (select from dirty) as empty`;
    if (found === undefined || found.version >= VERSION) return false;
    await sql`
      insert into settings (name, value) values (${DEFINITIONS}, to_jsonb(${VERSION}::int))
      on conflict (name) do update set value = excluded.value, updated_at = now()`;
    if (found.empty) return false;
    await forget(sql);
    await publishKnownDays(sql, { ...presentOf(clock, workspace), ...workspace });
    await queueEverything(sql, { timeZone: workspace.timeZone, cause: CAUSE.definition });
    await keepFirstEvents(sql, { ...presentOf(clock, workspace), ...workspace }, CAUSE.definition);
    return true;
  });
}

/** What recomputing alone would not correct: it is found again from what the queue holds. */
async function forget(sql: TransactionSql): Promise<void> {
  // Requests that failed were first requests too. Where the rows are gone what was known stays.
  await sql`
    update users set first_request_at = null
    where first_request_at >= (select min(occurred_at) from usage_logs)`;
}
