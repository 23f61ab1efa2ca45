import type { Workspace } from "../../core/workspace.ts";
import { literal } from "../../db/copy-out.ts";
import type { Window } from "../../core/time.ts";
import { dailyViewSql } from "../daily-view-sql.ts";

export type Exportable = "usage" | "agent-sessions" | "daily-metrics";
export type ExportFormat = "csv" | "json";

export interface ExportQuery {
  readonly what: Exportable;
  readonly format: ExportFormat;
  readonly window: Window;
  readonly workspace: Pick<Workspace, "timeZone" | "currency">;
}

/**
 * The statement that writes the export. `copy` writes CSV itself (RFC 4180, an empty cell for null, `""` for an empty text),
 * faster than any library could afterwards. JSON comes as one object a line, each with a comma before it: control characters
 * stand for CSV's delimiter and quote, because JSON never has them bare.
 */
export function exportStatement(query: ExportQuery): string {
  switch (query.format) {
    case "csv":
      return `copy (${rowsOf(query, guarded)}) to stdout (format csv, header${quoted(query.what)})`;
    case "json":
      return `copy (select ',' || row_to_json(rows) from (${rowsOf(query, asItIs)}) as rows)
        to stdout (format csv, delimiter E'\\x01', quote E'\\x02')`;
  }
}

/** Columns that hold text from outside; a quoted cell is one cell whatever it holds. */
const TEXT_COLUMNS: Readonly<Record<Exportable, readonly string[]>> = {
  usage: ["user_id", "endpoint", "method"],
  "agent-sessions": ["session_id", "user_id", "agent_id", "status"],
  "daily-metrics": [],
};

function quoted(what: Exportable): string {
  const columns = TEXT_COLUMNS[what];
  return columns.length === 0 ? "" : `, force_quote (${columns.join(", ")})`;
}

function rowsOf({ what, window, workspace }: ExportQuery, text: Spelling): string {
  switch (what) {
    case "daily-metrics":
      return `select * from (${dailyViewSql(workspace)}) as days
        where date between ${literal(window.start.toString())} and ${literal(window.end.toString())} order by date`;
    case "usage":
    case "agent-sessions":
      return ROWS[what](text, rangeOf(window, workspace.timeZone));
  }
}

type Spelling = (column: string) => string;
type RangeOf = (column: string) => string;

const asItIs: Spelling = (column) => column;

/** Signs with which a formula begins, full-width ones too. */
const FORMULA = "[=+@\\uff1d\\uff0b\\uff0d\\uff20-]";
/** What a spreadsheet skips before them, and our own mark. */
const SKIPPED = "[ ''\\u00a0\\u00ad\\u200b-\\u200f\\u2060-\\u2064\\u3000\\ufeff]*";
/** Where a cell begins: at the start, and where a spreadsheet that splits at semicolons, tabs or line ends begins another. */
const CELL_START = "(^|[;\\t\\r\\n])";
const UNSAFE = `${CELL_START}(${SKIPPED}${FORMULA})`;

/**
 * A spreadsheet takes a cell that begins with one of these signs for a formula. An apostrophe before it says that it is none. A
 * text that has the apostrophe already gets another, so that taking one off always gives the original.
 */
const guarded: Spelling = (column) =>
  `case when ${column} ~ E'^''*[\\t\\r\\n]' then '''' else '' end ||
    case when ${column} ~ '${UNSAFE}' then regexp_replace(${column}, '${UNSAFE}', E'\\\\1''\\\\2', 'g') else ${column} end`;

const instant = (column: string) => `replace((${column} at time zone 'UTC')::text, ' ', 'T') || 'Z'`;

const ROWS: Readonly<Record<"usage" | "agent-sessions", (text: Spelling, range: RangeOf) => string>> = {
  usage: (text, range) => `
    select ${instant("occurred_at")} as timestamp, ${text("user_id")} as user_id, ${text("route")} as endpoint,
      ${text("method")} as method, status as status_code, duration_ms as response_time_ms
    from usage_logs join features using (feature_no) left join users using (user_no)
    where ${range("occurred_at")} and not voided`,
  "agent-sessions": (text, range) => `
    select ${text("session_id")} as session_id, ${text("user_id")} as user_id, ${text("agent_id")} as agent_id,
      ${instant("started_at")} as started_at, ${instant("ended_at")} as ended_at,
      messages as messages_count, tokens as tokens_used, ${text("status")} as status
    from agent_sessions left join users using (user_no)
    where ${range("started_at")} order by started_at, session_id collate "C", user_no`,
};

/** Near its edges the local date decides; farther in than any zone's offset it need not be worked out. */
function rangeOf({ start, end }: Window, timeZone: string): RangeOf {
  const utc = (day: Window["start"]) => literal(`${day.toString()} 00:00:00+00`);
  const [first, last] = [literal(start.toString()), literal(end.toString())];
  return (column) => `
    ${column} >= ${utc(start.subtract({ days: 2 }))} and ${column} < ${utc(end.add({ days: 3 }))}
    and (${column} >= ${utc(start.add({ days: 2 }))} and ${column} < ${utc(end.subtract({ days: 1 }))}
      or (${column} at time zone ${literal(timeZone)})::date between ${first} and ${last})`;
}
