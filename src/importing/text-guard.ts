import { isUtf8 } from "node:buffer";
import { UnreadableFile } from "./unreadable-file.ts";

const NEW_LINE = 10;
const LONGEST_CHARACTER = 4;

/** The bytes as they are, up to the first that is not UTF-8 or is NUL; then it throws, with the line. */
export async function* guardedText(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let [line, rest]: [number, Buffer] = [1, Buffer.alloc(0)];
  for await (const chunk of bytes) {
    const given = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = given.subarray(0, endOfLastCharacter(given));
    rest = given.subarray(whole.length);
    refuseBad(whole, line);
    line += linesIn(whole);
    yield whole;
  }
  refuseBad(rest, line);
  if (rest.length > 0) yield rest;
}

function linesIn(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(NEW_LINE); at >= 0; at = text.indexOf(NEW_LINE, at + 1)) count += 1;
  return count;
}

/** A character may be cut in two by the end of a chunk: its first bytes wait for the rest. */
function endOfLastCharacter(text: Buffer): number {
  for (let back = 1; back < LONGEST_CHARACTER && back <= text.length; back += 1) {
    const byte = text[text.length - back] ?? 0;
    if (byte < 0x80) return text.length;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? text.length - back : text.length;
  }
  return text.length;
}

function refuseBad(text: Buffer, line: number): void {
  if (isUtf8(text) && !text.includes(0)) return;
  let [number, from] = [line, 0];
  while (from < text.length) {
    const end = text.indexOf(NEW_LINE, from);
    const one = text.subarray(from, end < 0 ? text.length : end);
    if (one.includes(0))
      throw new UnreadableFile(`Line ${number} holds a NUL byte, so this is no text file. Export it as text again.`);
    if (!isUtf8(one)) throw new UnreadableFile(notUtf8(number));
    if (end < 0) break;
    [number, from] = [number + 1, end + 1];
  }
  throw new UnreadableFile(notUtf8(number));
}

function notUtf8(line: number): string {
  return (
    `Line ${line} is not UTF-8; the file is probably in Latin-1 (Windows-1252). ` +
    "Save it as UTF-8, or convert it: `iconv -f WINDOWS-1252 -t UTF-8 FILE > FILE.utf8.csv`."
  );
}
