import { CsvError, parse } from "csv-parse";
import { eventOfRow } from "./csv-cells.ts";
import { readHeading } from "./csv-heading.ts";
import type { ImportRecord } from "./import-record.ts";
import { LARGEST_RECORD_BYTES } from "./lines.ts";

interface Parsed {
  readonly record: readonly string[];
  /** Where it ends, as the parser counts: a lone CR is a line to it. */
  readonly lines: number;
}

/**
 * The records of CSV whose first row names the fields. An empty cell is an absent field; `metadata.*`, `properties.*`,
 * `discount.*` and `billing_period.*` become objects. Rows may end in LF or CRLF, also of both in one file. Throws when the first
 * row cannot be a heading; after a quote that is never closed nothing more can be told apart, so reading ends there.
 */
export async function* readCsv(bytes: AsyncIterable<Buffer>, usualType: string | null): AsyncGenerator<ImportRecord> {
  let names: readonly string[] | null = null;
  let [line, loneReturns] = [1, 0];
  try {
    for await (const { record, lines } of parsed(bytes)) {
      if (names === null) names = readHeading(record, usualType);
      else yield recordOf(names, record, { line, usualType });
      loneReturns += record.reduce((count, cell) => count + loneReturnsIn(cell), 0);
      line = lines + 1 - loneReturns;
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    yield { line, text: null, fault: `From here on it is no CSV: ${faultOf(thrown.code)} The rest was not read.` };
  }
}

/** The records of each piece of the file before the next is read, and all before what is no CSV. */
async function* parsed(bytes: AsyncIterable<Buffer>): AsyncGenerator<Parsed> {
  let waiting: Parsed[] = [];
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ["\r\n", "\n"],
    max_record_size: LARGEST_RECORD_BYTES,
    on_record(record: string[], { lines }) {
      waiting.push({ record, lines });
      return null;
    },
  });
  let trouble: unknown = null;
  parser.on("error", (thrown) => (trouble = thrown)).resume();
  const taken = () => [waiting, (waiting = [])][0] ?? [];
  for await (const chunk of bytes) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    yield* taken();
    if (trouble !== null) throw trouble;
  }
  await new Promise<void>((resolve) => {
    parser.once("close", resolve).once("end", resolve).end();
  });
  yield* taken();
  if (trouble !== null) throw trouble;
}

function loneReturnsIn(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf("\r"); at >= 0; at = cell.indexOf("\r", at + 1)) if (cell[at + 1] !== "\n") count += 1;
  return count;
}

function faultOf(code: string): string {
  switch (code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is opened and never closed. Close it, or write a quote within a cell as two.";
    case "CSV_MAX_RECORD_SIZE":
      return "the row is longer than 1 MB, or a quote in it is never closed. Close it, or shorten the row.";
    default:
      return "a quote stands where none may. Put the whole cell in quotes, and write a quote within it as two.";
  }
}

function recordOf(
  names: readonly string[],
  cells: readonly string[],
  { line, usualType }: { readonly line: number; readonly usualType: string | null },
): ImportRecord {
  const text = JSON.stringify(cells);
  if (cells.length !== names.length)
    return { line, text, fault: `The row has ${cells.length} cells, the first row names ${names.length}.` };
  const event = eventOfRow(names, cells, usualType);
  return typeof event === "string" ? { line, text, fault: event } : { line, text, event };
}
