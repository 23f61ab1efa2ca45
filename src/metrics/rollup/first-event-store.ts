import type { Sql, TransactionSql } from "../../db/client.ts";
import { CAUSE } from "../../events/cause.ts";
import { EVENT_TABLES } from "../../events/event-tables.ts";
import { EVENT_TYPES, type EventType } from "../../events/event-type.ts";
import { beginnings, type Firsts } from "./beginning.ts";
import type { Present } from "./present.ts";
import { lockKind } from "./queue-store.ts";
import { restateBeginnings } from "./restatement-store.ts";

/** Name of the setting that holds the instant of the earliest event of any type, as ISO text. Absent before it. */
const FIRST_EVENT_AT = "first_event_at";

/** Name of the setting that holds the instant of the earliest event of each type that has any: `{signup: ISO text}`. */
const FIRST_EVENTS = "first_events";

/**
 * Brings both settings up to date: every table is asked by its index. Days that thereby begin or cease to have data
 * change in the open: where they are published, a restatement says so.
 */
export async function keepFirstEvents(
  sql: TransactionSql,
  present: Present & { readonly timeZone: string },
  cause?: string,
): Promise<void> {
  await lockKind(sql, "opening");
  const before = await readFirsts(sql);
  const now = { ...(await findFirsts(sql)), ...(await requestsGone(sql, before)) };
  const moved = EVENT_TYPES.filter((type) => now[type] !== before[type]);
  if (moved.length === 0) return;
  const earliest = Object.values(now).sort()[0] ?? null;
  await keep(sql, FIRST_EVENTS, earliest === null ? null : now);
  await keep(sql, FIRST_EVENT_AT, earliest);
  const isEarlier = moved.some((type) => (now[type] ?? "9") < (before[type] ?? "9"));
  const why = cause ?? (isEarlier ? CAUSE.late : CAUSE.withdrawn);
  await restateBeginnings(sql, { ...present, cause: why }, beginnings(before, now, present));
}

async function findFirsts(sql: Sql): Promise<Firsts> {
  const rows = EVENT_TYPES.flatMap((type, index) => {
    const standing = type === "request" ? sql`not voided` : sql`voided_at is null`;
    const earliest = sql`select ${type}::text as type, (
      select min(occurred_at) from ${sql(EVENT_TABLES[type].table)} where ${standing}) as at`;
    return index === 0 ? [earliest] : [sql`union all`, earliest];
  });
  const found = await sql<{ type: EventType; at: string }[]>`
    select type, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    from (${rows}) as earliest where at is not null`;
  return Object.fromEntries(found.map(({ type, at }) => [type, at]));
}

/** Requests whose rows are no longer kept have happened all the same. */
async function requestsGone(sql: Sql, { request }: Firsts): Promise<Firsts> {
  if (request === undefined) return {};
  const [row] = await sql<{ is_gone: boolean | null }[]>`
    select ${request}::text::timestamptz < min(replace(substring(relname::text from '\\d{4}_\\d{2}$'), '_', '-') || '-01T00:00:00Z')::timestamptz
      as is_gone
    from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'usage_logs'::regclass`;
  return row?.is_gone === true ? { request } : {};
}

/** Before types were told apart, all of them began with the first event of any. */
async function readFirsts(sql: Sql): Promise<Firsts> {
  const rows = await sql<{ name: string; value: unknown }[]>`
    select name, value from settings where name in (${FIRST_EVENTS}, ${FIRST_EVENT_AT})`;
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  const [byType, ofAll] = [values.get(FIRST_EVENTS), values.get(FIRST_EVENT_AT)];
  if (typeof byType === "object" && byType !== null) return byType;
  if (typeof ofAll !== "string") return {};
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, ofAll]));
}

async function keep(sql: Sql, name: string, value: Firsts | string | null): Promise<void> {
  if (value === null) {
    await sql`delete from settings where name = ${name}`;
    return;
  }
  await sql`
    insert into settings (name, value) values (${name}, ${JSON.stringify(value)}::text::jsonb)
    on conflict (name) do update set value = excluded.value, updated_at = now()`;
}
