import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { isEventType } from "../events/event-type.ts";
import { eventSchemas } from "../events/schema/events.ts";
import type { ImportRecord } from "./import-record.ts";
import { LARGEST_RECORD_BYTES } from "./lines.ts";

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The records of CSV whose first row names the fields. An empty cell is an absent field; `metadata.*` and `properties.*` become
 * objects. After a quote that is never closed nothing more can be told apart, so reading ends there.
 */
export async function* readCsv(bytes: AsyncIterable<Buffer>, usualType: string | null): AsyncGenerator<ImportRecord> {
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
  const parsing = parse({ ...options, max_record_size: LARGEST_RECORD_BYTES });
  // What fails is told by the parser, which the pipeline destroys.
  const parser = pipeline(Readable.from(bytes), parsing, () => {});
  let names: readonly string[] | null = null;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (names === null) names = record.map((name) => name.trim());
      else yield recordOf(names, record, { line, usualType });
      line = info.lines + 1;
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    yield { line, text: null, fault: `From here on it is no CSV (${faultOf(thrown.code)}); the rest was not read.` };
  }
}

function faultOf(code: string): string {
  return code === "CSV_QUOTE_NOT_CLOSED" || code === "CSV_MAX_RECORD_SIZE"
    ? "a quote is opened and never closed"
    : "a quote stands where none may";
}

function recordOf(
  names: readonly string[],
  cells: readonly string[],
  { line, usualType }: { readonly line: number; readonly usualType: string | null },
): ImportRecord {
  const text = JSON.stringify(cells);
  if (cells.length !== names.length)
    return { line, text, fault: `The row has ${cells.length} cells, the first row names ${names.length}.` };
  const written = names.flatMap((name, at): [string, string][] => {
    const cell = cells[at] ?? "";
    return cell === "" ? [] : [[name, cell]];
  });
  const type = written.find(([name]) => name === "type")?.[1] ?? usualType;
  const event: Record<string, unknown> = {};
  for (const [name, cell] of written) {
    const [, object, key] = /^(metadata|properties)\.(.+)$/.exec(name) ?? [];
    if (object === undefined || key === undefined) event[name] = valueOf(type, name, cell);
    else event[object] = { ...(event[object] as object | undefined), [key]: cell };
  }
  return { line, text, event };
}

/** What is no number stays text, and the intake says what it should be. */
function valueOf(type: string | null, name: string, cell: string): unknown {
  switch (kindOf(type, name)) {
    case "number":
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : cell;
    case "boolean":
      return cell === "true" ? true : cell === "false" ? false : cell;
    case "text":
      return cell;
  }
}

interface Described {
  readonly def: { readonly type: string; readonly innerType?: Described };
}

function kindOf(type: string | null, name: string): "number" | "boolean" | "text" {
  if (type === null || !isEventType(type)) return "text";
  let field = (eventSchemas[type].shape as Readonly<Record<string, Described>>)[name];
  while (field?.def.innerType !== undefined) field = field.def.innerType;
  return field?.def.type === "number" || field?.def.type === "boolean" ? field.def.type : "text";
}
