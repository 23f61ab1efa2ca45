import { CALLED } from "../core/called.ts";
import { UnreadableFile } from "./unreadable-file.ts";

export type ImportFormat = "jsonl" | "csv";

const SEEN = 4_096;
const UTF_8_MARK = "\uFEFF";

/** The bytes as they are, once their beginning has been looked at: it throws when it shows what no import can read. */
export async function* looked(bytes: AsyncIterable<Buffer>, format: ImportFormat): AsyncGenerator<Buffer> {
  let [seen, judged]: [Buffer, boolean] = [Buffer.alloc(0), false];
  for await (const chunk of bytes) {
    if (judged) {
      yield chunk;
      continue;
    }
    seen = Buffer.concat([seen, chunk]);
    if (seen.length < SEEN) continue;
    judged = true;
    judge(seen.subarray(0, SEEN), format);
    yield seen;
  }
  if (judged) return;
  judge(seen, format);
  yield seen;
}

export function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

function judge(start: Buffer, format: ImportFormat): void {
  const fault = faultOf(start) ?? faultOfText(start.toString("utf8").replace(UTF_8_MARK, "").trimStart(), format);
  if (fault !== null) throw new UnreadableFile(fault);
}

function faultOf(start: Buffer): string | null {
  const [one, two, three, four] = start;
  if (isGzip(start)) return `This is gzip. Unpack it on the way: \`gunzip -c FILE | ${CALLED.cli}import -\`.`;
  if (one === 0x50 && two === 0x4b && three === 3 && four === 4)
    return "This is a zip archive, or a spreadsheet (.xlsx). Unpack it, or export the sheet as CSV in UTF-8.";
  const marked = (one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff);
  const unmarked = start.length >= 2 && (one === 0) !== (two === 0);
  if (marked || unmarked)
    return "The file is in UTF-16, from its first line on. Save it as UTF-8, or convert it: `iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8`.";
  return null;
}

function faultOfText(text: string, format: ImportFormat): string | null {
  if (text === "") return null;
  const [first = ""] = text.split(/\r\n|\n|\r/, 1);
  if (format === "csv") {
    return text.startsWith("{") || text.startsWith("[{")
      ? "Line 1 begins with JSON, and this is read as CSV. Give `--format jsonl`."
      : null;
  }
  if (text.startsWith("["))
    return "The file is one JSON array, from line 1 on; an import takes one event a line. Convert it: `jq -c '.[]' FILE > FILE.jsonl`.";
  if (/^\{\s*"events"\s*:/.test(text))
    return "The file is one object with `events`, as it is sent over HTTP; an import takes one event a line. Convert it: `jq -c '.events[]' FILE > FILE.jsonl`.";
  if (first.trim() === "{")
    return "Line 1 is `{` alone: the JSON is spread over several lines; an import takes one event a line. Convert it: `jq -c . FILE > FILE.jsonl`.";
  if (!text.startsWith("{") && /^[\w."]+([,;\t][\w. "]*)+$/.test(first.slice(0, 500)))
    return "Line 1 is no JSON and looks like the heading of a CSV file. Give `--format csv`.";
  return null;
}
