import type { Pool } from "../db/client.ts";
import { bareArray, quotedArray } from "./array-text.ts";
import type { Cell, EventRow } from "./event-row.ts";
import { EVENT_TABLES, TEAMS, type ColumnType, type EventTable } from "./event-tables.ts";
import { EVENT_TYPES, eventTypeNo, type EventType } from "./event-type.ts";

/** An event whose source, people and route have their numbers. */
export interface NumberedRow {
  readonly event: EventRow;
  readonly sourceNo: number;
  readonly userNo: number | null;
  readonly teamNo: number | null;
  readonly featureNo: number | null;
}

/** A row whose id was already there. `payload` is `null` when it was committed too lately for the statement to see. */
export interface Known {
  readonly at: number;
  readonly payload: bigint | null;
}

export interface EventStore {
  /** Stores rows of one type, all or none; answers those that were not stored because their id is taken. */
  insert(type: EventType, rows: readonly NumberedRow[]): Promise<Known[]>;
  /** The payload hashes kept for the ids of `rows`, in their order; `null` where there is none. */
  payloads(rows: readonly NumberedRow[]): Promise<(bigint | null)[]>;
}

interface Column {
  readonly name: string;
  readonly type: ColumnType | "uuid";
  readonly cellOf: (row: NumberedRow) => Cell;
}

interface Statement {
  readonly text: string;
  readonly columns: readonly Column[];
}

const COMMON: readonly Column[] = [
  { name: "occurred_at", type: "timestamptz", cellOf: (row) => row.event.occurredAt },
  { name: "source_no", type: "smallint", cellOf: (row) => row.sourceNo },
  { name: "user_no", type: "integer", cellOf: (row) => row.userNo },
  { name: "team_no", type: "integer", cellOf: (row) => row.teamNo },
  { name: "metadata", type: "jsonb", cellOf: (row) => row.event.metadata },
];
const FEATURE_NO: Column = { name: "feature_no", type: "integer", cellOf: (row) => row.featureNo };
const EVENT_ID: Column = { name: "event_id", type: "text", cellOf: (row) => row.event.eventId };
const KEY: Column = { name: "key", type: "uuid", cellOf: (row) => row.event.key };
const PAYLOAD: Column = { name: "payload", type: "bigint", cellOf: (row) => row.event.payload };

const QUOTED: ReadonlySet<string> = new Set(["text", "jsonb"]);

function tableColumns(type: EventType, table: EventTable): Column[] {
  const own = table.own.map(([name, columnType], index): Column => {
    return { name, type: columnType, cellOf: (row) => row.event.own[index] ?? null };
  });
  return [...COMMON, type === "request" ? FEATURE_NO : EVENT_ID, ...own];
}

const quotedName = (column: Column) => `"${column.name}"`;

function unnested(columns: readonly Column[]): string {
  const arrays = columns.map((column, index) => `$${index + 1}::text::${column.type}[]`);
  return `unnest(${arrays.join(", ")}) with ordinality as given(${[...columns.map(quotedName), "place"].join(", ")})`;
}

/** What the dirty rows are made from. */
function returned({ dirt }: EventTable): string {
  return `returning occurred_at, user_no, team_no${dirt?.of === "subject" ? `, ${dirt.subject} as subject` : ""}`;
}

/**
 * The dirty rows of the rows that were stored. The parameters from place `next` on are those of `markingParameters`:
 * the cause, and the zone when days are marked.
 */
function marking({ dirt }: EventTable, next: number, namesTeams: boolean): string {
  const cause = `$${next}::text`;
  const day = `(occurred_at at time zone $${next + 1}::text)::date`;
  const own = dirt?.of === "subject" ? "null::date, subject" : `${day}, null::text`;
  const marks = [
    ...(dirt === null ? [] : [`select distinct '${dirt.kind}', ${own}, ${cause} from stored`]),
    ...(namesTeams
      ? [
          `select distinct '${TEAMS}', ${day}, null::text, ${cause} from stored
             where user_no is not null and team_no is not null`,
        ]
      : []),
  ];
  if (marks.length === 0) return "";
  return `, marked as (insert into dirty (kind, day, subject, cause) ${marks.join(" union all ")})`;
}

function markingParameters({ dirt }: EventTable, rows: readonly NumberedRow[], zone: string | null): (string | null)[] {
  if (dirt === null && zone === null) return [];
  const [first] = rows;
  const cause = first !== undefined && rows.every(({ event }) => event.cause === first.event.cause);
  return [cause ? first.event.cause : null, ...(zone === null ? [] : [zone])];
}

/**
 * Key, row and dirty row in one statement. Keys go in in key order, so that two writers wait for
 * each other instead of deadlocking. The comparisons with `keyed` are written so that the planner
 * can only hash them: it takes ten rows for granted, and would else compare every row with every key.
 */
function keyedStatement(type: EventType, table: EventTable, namesTeams: boolean): Statement {
  const columns = tableColumns(type, table);
  const given = [...columns, KEY, PAYLOAD];
  const names = columns.map(quotedName).join(", ");
  const text = `
    with given as materialized (select * from ${unnested(given)}),
    keyed as (
      insert into ingest_keys (occurred_at, payload, key, source_no, type_no)
      select occurred_at, payload, key, source_no, ${eventTypeNo(type)} from given where key is not null
      order by key, source_no
      on conflict (key, source_no) do nothing
      returning key, source_no),
    stored as (
      insert into ${table.table} (${names}) select ${names} from given
      where key is null or (key, source_no) in (select key, source_no from keyed)
      ${returned(table)})
    ${marking(table, given.length + 1, namesTeams)}
    select place::integer - 1 as at,
      (select payload::text from ingest_keys old where old.key = given.key and old.source_no = given.source_no) as payload
    from given
    where key is not null and (key, source_no) not in (select key, source_no from keyed)`;
  return { text, columns: given };
}

/** For groups in which no event has an id. */
function keylessStatement(type: EventType, table: EventTable, namesTeams: boolean): Statement {
  const columns = tableColumns(type, table);
  const names = columns.map(quotedName).join(", ");
  const text = `
    with stored as (
      insert into ${table.table} (${names}) select ${names} from ${unnested(columns)}
      ${returned(table)})
    ${marking(table, columns.length + 1, namesTeams)}
    select 0 as at, null as payload where false`;
  return { text, columns };
}

function parameters(statement: Statement, rows: readonly NumberedRow[]): string[] {
  return statement.columns.map((column) =>
    QUOTED.has(column.type) ? quotedArray(rows, column.cellOf) : bareArray(rows, column.cellOf),
  );
}

/** With ids among the events, and without any. */
interface Forms {
  readonly keyed: Statement;
  readonly keyless: Statement;
}

interface EventStoreParts {
  readonly pool: Pool;
  /** The zone in which days begin and end. */
  readonly timeZone: string;
}

export function createEventStore({ pool, timeZone }: EventStoreParts): EventStore {
  const statements = new Map(
    EVENT_TYPES.map((type) => {
      const table = EVENT_TABLES[type];
      const forms = (namesTeams: boolean): Forms => ({
        keyed: keyedStatement(type, table, namesTeams),
        keyless: keylessStatement(type, table, namesTeams),
      });
      return [type, { table, plain: forms(false), withTeams: forms(true) }];
    }),
  );
  return {
    async insert(type, rows) {
      const known = statements.get(type);
      if (known === undefined) return [];
      const namesTeams = rows.some((row) => row.userNo !== null && row.teamNo !== null);
      const forms = namesTeams ? known.withTeams : known.plain;
      const statement = rows.some((row) => row.event.key !== null) ? forms.keyed : forms.keyless;
      const zone = known.table.dirt?.of === "day" || namesTeams ? timeZone : null;
      const given = [...parameters(statement, rows), ...markingParameters(known.table, rows, zone)];
      const taken = await pool.run((sql) =>
        sql.unsafe<{ at: number; payload: string | null }[]>(statement.text, given, { prepare: true }),
      );
      return taken.map(({ at, payload }) => ({ at, payload: payload === null ? null : BigInt(payload) }));
    },
    async payloads(rows) {
      const given = [bareArray(rows, KEY.cellOf), bareArray(rows, (row) => row.sourceNo)];
      const found = await pool.run((sql) =>
        sql.unsafe<{ payload: string | null }[]>(
          `select (select payload::text from ingest_keys old where old.key = given.key and old.source_no = given.source_no) as payload
           from unnest($1::text::uuid[], $2::text::smallint[]) with ordinality as given(key, source_no, place)
           order by place`,
          given,
          { prepare: true },
        ),
      );
      return found.map(({ payload }) => (payload === null ? null : BigInt(payload)));
    },
  };
}
