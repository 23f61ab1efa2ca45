import { isUtf8 } from "node:buffer";
import type { ImportRecord } from "./import-record.ts";

/** Larger than any event that is accepted. */
export const LARGEST_RECORD_BYTES = 1024 * 1024;

const NOT_UTF_8 =
  "The line is not UTF-8; it is probably in Latin-1. Convert the file: `iconv -f WINDOWS-1252 -t UTF-8 FILE > FILE.utf8`.";
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** The records of JSON Lines. Empty lines are none; CRLF, a byte-order mark and a missing last line end are fine. */
export async function* readJsonLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<ImportRecord> {
  let line = 0;
  for await (const { text, isTooLong } of splitLines(bytes)) {
    line += 1;
    if (isTooLong) yield { line, text: null, fault: "The line is longer than 1 MB, and no event is. Split it." };
    else if (!isUtf8(text)) yield { line, text: null, fault: NOT_UTF_8 };
    else {
      const trimmed = text.toString("utf8").trim();
      if (trimmed !== "") yield jsonRecord(trimmed, line);
    }
  }
}

function jsonRecord(text: string, line: number): ImportRecord {
  try {
    return { line, text, event: JSON.parse(text) as unknown };
  } catch {
    return { line, text, fault: "The line is not valid JSON; it may have been cut off." };
  }
}

interface Line {
  readonly text: Buffer;
  readonly isTooLong: boolean;
}

async function* splitLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let isTooLong = false;
  let isFirst = true;
  const lineOf = (text: Buffer): Line => {
    const begins = isFirst && text.subarray(0, 3).equals(BOM) ? text.subarray(3) : text;
    const line = { text: begins, isTooLong };
    [isFirst, isTooLong] = [false, false];
    return line;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const part = chunk.subarray(from, end);
      yield lineOf(rest.length === 0 ? part : Buffer.concat([rest, part]));
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length > LARGEST_RECORD_BYTES) [rest, isTooLong] = [Buffer.alloc(0), true];
  }
  if (rest.length > 0 || isTooLong) yield lineOf(rest);
}
