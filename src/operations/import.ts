import { CALLED } from "../core/called.ts";
import { createReadStream, createWriteStream, existsSync, fchmodSync } from "node:fs";
import { stat } from "node:fs/promises";
import { once } from "node:events";
import { pipeline, type Readable } from "node:stream";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";
import { EVENT_TYPES, isEventType } from "../events/event-type.ts";
import { readCsv } from "../importing/csv-records.ts";
import { importRecords, type ImportJob, type ImportSummary, type RefusedRecord } from "../importing/importer.ts";
import { readJsonLines } from "../importing/lines.ts";
import { createProgress } from "../progress.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

const REFUSED_SHOWN = 20;

export const importing: Operation = {
  name: "import",
  usage: ["import FILE|- [--format jsonl|csv] [--source NAME] [--type T] [--refused FILE]"],
  about: "take in history from JSON Lines or CSV, however old; the same file again goes on where it stopped",
  startsNew(words) {
    const wish = readWish(words);
    return "file" in wish && (wish.file === "-" || existsSync(wish.file));
  },
  async run(words, parts) {
    const wish = readWish(words);
    return "ok" in wish ? wish : work(wish, parts);
  },
};

interface Wish {
  /** `-` is standard input. */
  readonly file: string;
  readonly format: "jsonl" | "csv";
  readonly source: string;
  readonly type: string | null;
  /** Where to write what was refused, as JSON Lines. */
  readonly refusedFile: string | null;
}

function readWish(words: readonly string[]): Wish | Result {
  const option = { type: "string" } as const;
  const options = { format: option, source: option, type: option, refused: option };
  const line = tryParse(words, options);
  if ("ok" in line) return line;
  const { values, positionals } = line;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) return typingMistake(null, importing);
  const { source = "import", type = null, refused: refusedFile = null } = values;
  const format = values.format ?? (/\.csv(\.gz)?$/i.test(file) ? "csv" : "jsonl");
  if (format !== "jsonl" && format !== "csv") return refusal("`--format` must be `jsonl` or `csv`.");
  if (type !== null && !isEventType(type)) return refusal(`\`--type\` must be one of ${EVENT_TYPES.join(", ")}.`);
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(source))
    return refusal("`--source` is a short name of small letters, digits, - and _, such as `import`.");
  return { file, format, source, type, refusedFile };
}

function tryParse<const O extends Record<string, { readonly type: "string" }>>(words: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (thrown) {
    return typingMistake(thrown, importing);
  }
}

async function work(wish: Wish, { foundation, rooms, progress }: OperationParts): Promise<Result> {
  const { file, format, source, type } = wish;
  const isPiped = file === "-";
  const size = isPiped ? null : await sizeOf(file);
  if (size === undefined) return refusal(`There is no file ${file} that can be read.`);
  const bar = createProgress("Importing", progress);
  const report =
    wish.refusedFile === null
      ? null
      : createWriteStream(wish.refusedFile, { mode: 0o600 }).on("open", (fd) => fchmodSync(fd, 0o600));
  let bytesRead = 0;
  let told = 0;
  const tell = (refused: RefusedRecord) => {
    told += 1;
    report?.write(`${JSON.stringify(refused)}\n`);
    if (told <= REFUSED_SHOWN) progress.write(`  line ${refused.line}  ${refused.code}: ${refused.reason}\n`);
    if (told === REFUSED_SHOWN + 1) progress.write("  …\n");
  };
  const bytes = () => {
    bytesRead = 0;
    const raw: Readable = isPiped ? process.stdin : createReadStream(file);
    raw.on("data", (chunk: Buffer) => (bytesRead += chunk.length)).pause();
    return /\.gz$/i.test(file) ? pipeline(raw, createGunzip(), () => {}) : raw;
  };
  const job: ImportJob = {
    records: () => (format === "csv" ? readCsv(bytes(), type) : readJsonLines(bytes())),
    source,
    type,
    resumable: !isPiped,
    onProgress: (records) =>
      bar.update(size === null ? 0 : bytesRead / Math.max(size, 1), `${records.toLocaleString("en-US")} read`),
    onRefused: tell,
  };
  const summary = await importRecords({ db: foundation.db, intake: rooms.intake }, job).catch(unreadable);
  if ("ok" in summary) return summary;
  if (report !== null) await once(report.end(), "close");
  bar.finish("done");
  return { ok: summary.refused === 0, text: inWords(summary, wish), data: summary };
}

/** What is wrong with the file itself is said; all else is thrown on. */
function unreadable(thrown: unknown): Result {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code.startsWith("Z_"))
    return refusal("The file cannot be unpacked: it is no gzip, or was cut off. What came before was taken in.");
  if (code === "EACCES" || code === "EPERM") return refusal("The file may not be read by this user.");
  throw thrown;
}

/** In bytes; undefined when it is no file that can be seen. */
async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    return found.isDirectory() ? undefined : found.size;
  } catch {
    return undefined;
  }
}

function inWords({ accepted, duplicates, refused, skipped }: ImportSummary, { refusedFile }: Wish): string {
  const count = (value: number) => value.toLocaleString("en-US");
  const parts = [
    `${count(accepted)} accepted, ${count(duplicates)} known before, ${count(refused)} refused.`,
    ...(skipped === 0 ? [] : [`The first ${count(skipped)} records were taken in by an earlier run.`]),
    ...(refused === 0 || refusedFile === null ? [] : [`What was refused is in ${refusedFile}.`]),
    ...(accepted === 0
      ? []
      : [`A running service computes their days by itself; \`${CALLED.cli}rollup\` does it now.`]),
  ];
  return parts.join("\n");
}
