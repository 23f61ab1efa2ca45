import type { Window } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import { EVENT_TABLES } from "../../events/event-tables.ts";
import type { EventType } from "../../events/event-type.ts";
import type { MetricName } from "../catalogue.ts";
import { arrayText } from "../read/segments.ts";
import type { MovementKind } from "../rollup/movement.ts";
import { betweenLocalDays } from "../rollup/day-unit.ts";
import type { InputRange } from "./reach-of-inputs.ts";

export interface Input {
  readonly event: EventType;
  readonly rows: number;
  /** ISO instant. */
  readonly newest_at: string | null;
}

/** Types of which there can be millions: their rows are counted in the rollups. */
const COUNTED = { request: "api_calls", error: "errors" } as const satisfies Partial<Record<EventType, string>>;

const BEFORE_EVERYTHING = "1970-01-01";

/** How many rows of a type fall into the range, without those that were taken back, and the newest of all. */
export async function loadInput(
  sql: Sql,
  event: EventType,
  { start, end }: InputRange,
  timeZone: string,
): Promise<Input> {
  const table = sql(EVENT_TABLES[event].table);
  const standing = event === "request" ? sql`not voided` : sql`voided_at is null`;
  const [first, last] = [start?.toString() ?? BEFORE_EVERYTHING, end.toString()];
  const rows =
    event === "request" || event === "error"
      ? sql`(select coalesce(sum(value), 0) from metric_values where metric = ${COUNTED[event]} and by = ''
          and day between ${first}::text::date and ${last}::text::date)`
      : sql`(select count(*) from ${table} where ${betweenLocalDays(sql, "occurred_at", { first, last, timeZone })} and ${standing})`;
  const [found] = await sql<{ rows: number; newest_at: string | null }[]>`
    select ${rows}::float8 as rows,
      (select to_char(max(occurred_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from ${table} where ${standing}) as newest_at`;
  return { event, rows: found?.rows ?? 0, newest_at: found?.newest_at ?? null };
}

/** An account's change of annual revenue in millionths of the minor unit, a decimal, on a day. */
export interface AccountMovement {
  readonly account: string;
  readonly date: string;
  readonly movement: string;
  readonly change: string;
}

export interface Movements {
  readonly total: number;
  readonly largest: readonly AccountMovement[];
}

type MovementRow = AccountMovement & { readonly total: number };

/** The outside id of an account: that of its team, or of the person who pays alone. */
function accountName(sql: Sql) {
  return sql`coalesce(
    (select team_id from teams where moved.account like 't%' and team_no = substr(moved.account, 2)::int),
    (select user_id from users where moved.account like 'u%' and user_no = substr(moved.account, 2)::int),
    moved.account)`;
}

/** The largest first; `skipped` of them are left out. `total` is 0 when there are none beyond those. */
export async function loadMovements(
  sql: Sql,
  { start, end }: Window,
  kinds: readonly MovementKind[],
  limit: number,
  skipped = 0,
): Promise<Movements> {
  const rows = await sql<MovementRow[]>`
    select ${accountName(sql)} as account, date, movement, change, total from (
      select account, day::text as date, kind as movement, change::text as change,
        count(*) over ()::int as total, row_number() over (order by abs(change) desc, day desc, account, kind) as place
      from movements
      where day between ${start.toString()}::text::date and ${end.toString()}::text::date
        and kind = any(${arrayText(kinds)}::text[])
    ) as moved where place > ${skipped} and place <= ${skipped + limit} order by place`;
  return movementsIn(rows);
}

/** Accounts that paid or were paused just before the window and do neither at its end: each once, by the last day it left. */
export async function loadLost(sql: Sql, { start, end }: Window, limit: number): Promise<Movements> {
  const [first, last] = [sql`${start.toString()}::text::date`, sql`${end.toString()}::text::date`];
  const rows = await sql<MovementRow[]>`
    select ${accountName(sql)} as account, date, movement, change, total from (
      select *, count(*) over ()::int as total, row_number() over (order by date, account) as place from (
        select distinct on (lost.account) lost.account, lost.day::text as date, lost.kind as movement, lost.change::text as change
        from movements as lost
          join account_spans as ending on ending.account = lost.account and ending.day <= ${last} and ending.until > ${last}
          join account_spans as start on start.account = lost.account and start.day < ${first} and start.until >= ${first}
        where lost.day between ${first} and ${last} and lost.kind = 'churn'
          and (start.pays or start.would_pay) and not ending.pays and not ending.paused
        order by lost.account, lost.day desc
      ) as each_once
    ) as moved where place <= ${limit} order by place`;
  return movementsIn(rows);
}

function movementsIn(rows: readonly MovementRow[]): Movements {
  const largest = rows.map(({ account, date, movement, change }) => ({ account, date, movement, change }));
  return { total: rows[0]?.total ?? 0, largest };
}

export interface RestatedRow {
  readonly metric: MetricName;
  readonly date: string;
  readonly restated_on: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly cause: string;
}

/**
 * Restatements that changed what the window shows, the newest first: those of its days, and of levels also those of
 * earlier days that were restated after it began.
 */
export async function loadRestatements(
  sql: Sql,
  { start, end }: Window,
  metrics: { readonly all: readonly MetricName[]; readonly levels: readonly MetricName[] },
  limit: number,
): Promise<{ readonly total: number; readonly newest: readonly RestatedRow[] }> {
  const [first, last] = [sql`${start.toString()}::text::date`, sql`${end.toString()}::text::date`];
  const rows = await sql<(RestatedRow & { readonly total: number })[]>`
    select metric, day::text as date, restated_on::text as restated_on, before::float8 as before, after::float8 as after,
      cause, count(*) over ()::int as total
    from restatements
    where by = '' and metric = any(${arrayText(metrics.all)}::text[]) and day <= ${last}
      and (day >= ${first} or metric = any(${arrayText(metrics.levels)}::text[]) and restated_on > ${first}
        and coalesce(before, 0) <> coalesce(after, 0))
    order by id desc limit ${limit}`;
  const newest = rows.map(({ metric, date, restated_on, before, after, cause }) => {
    return { metric, date, restated_on, before, after, cause };
  });
  return { total: rows[0]?.total ?? 0, newest };
}
