import { CALLED } from "../core/called.ts";
import { existsSync, type WriteStream } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { EVENT_TYPES, isEventType } from "../events/event-type.ts";
import { readCsv } from "../importing/csv-records.ts";
import { importRecords, type ImportJob, type ImportSummary, type RefusedRecord } from "../importing/importer.ts";
import { readJsonLines } from "../importing/lines.ts";
import { openFile } from "../importing/open-file.ts";
import { UnreadableFile } from "../importing/unreadable-file.ts";
import { createProgress } from "../progress.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

const REFUSED_SHOWN = 20;
const OWNER_ONLY = 0o600;
/** That of events sent over HTTP, so that the same ids are the same events. */
const SOURCE = "api";
const FORMER_SOURCE = "import";

export const importing: Operation = {
  name: "import",
  usage: ["import FILE|- [--format jsonl|csv] [--source NAME] [--type T] [--refused FILE]"],
  about: "import history from JSON Lines or CSV; the same file again continues where it stopped",
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
  /** Null: none was named. */
  readonly source: string | null;
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
  const { source = null, type = null, refused: refusedFile = null } = values;
  const format = values.format ?? (/\.csv(\.gz)?$/i.test(file) ? "csv" : "jsonl");
  if (format !== "jsonl" && format !== "csv") return refusal("`--format` must be `jsonl` or `csv`.");
  if (type !== null && !isEventType(type)) return refusal(`\`--type\` must be one of ${EVENT_TYPES.join(", ")}.`);
  if (source !== null && !/^[a-z0-9][a-z0-9_-]{0,39}$/.test(source))
    return refusal("`--source` is a short name of small letters, digits, - and _, such as `old-system`.");
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
  const path = file === "-" ? null : await pathOf(file);
  if (path === undefined) return refusal(`There is no file ${file} that can be read.`);
  const report = wish.refusedFile === null ? null : await openReport(wish.refusedFile);
  if (report instanceof Error) return refusal(`The file ${wish.refusedFile} of \`--refused\` cannot be written.`);
  const bar = createProgress("Importing", progress);
  let told = 0;
  const tell = (refused: RefusedRecord) => {
    told += 1;
    report?.write(`${JSON.stringify(refused)}\n`);
    if (told <= REFUSED_SHOWN) progress.write(`  line ${refused.line}  ${refused.code}: ${refused.reason}\n`);
    if (told === REFUSED_SHOWN + 1) progress.write("  …\n");
  };
  try {
    const read = await openFile(path, format);
    const job: ImportJob = {
      records: () => (format === "csv" ? readCsv(read.bytes(), type) : readJsonLines(read.bytes())),
      source: source ?? SOURCE,
      formerSource: source === null ? FORMER_SOURCE : null,
      type,
      path,
      onProgress: (records) => bar.update(read.share(), `${records.toLocaleString("en-US")} read`),
      onRefused: tell,
    };
    const summary = await importRecords({ db: foundation.db, intake: rooms.intake }, job);
    bar.finish("done");
    return { ok: summary.refused === 0, text: inWords(summary, wish), data: summary };
  } catch (thrown) {
    return unreadable(thrown, path === null);
  } finally {
    if (report !== null) await once(report.end(), "close");
  }
}

/** What is rejected may hold what people wrote: nobody else reads it. */
async function openReport(file: string): Promise<WriteStream | Error> {
  try {
    const handle = await open(file, "w", OWNER_ONLY);
    await handle.chmod(OWNER_ONLY);
    return handle.createWriteStream();
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

/** What is wrong with the file itself is said; all else is thrown on. */
function unreadable(thrown: unknown, isPiped: boolean): Result {
  if (thrown instanceof UnreadableFile)
    return refusal(
      `${thrown.message} ${isPiped ? "What came before that line was imported." : "Nothing was imported."}`,
    );
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code.startsWith("Z_"))
    return refusal(
      "The file cannot be unpacked: it is no gzip, or it was cut off. Get it again; importing it again skips what was imported.",
    );
  if (code === "EACCES" || code === "EPERM") return refusal("The file may not be read by this user.");
  throw thrown;
}

/** Without symbolic links; undefined when it is no file that can be seen. */
async function pathOf(file: string): Promise<string | undefined> {
  try {
    const path = await realpath(file);
    return (await stat(path)).isDirectory() ? undefined : path;
  } catch {
    return undefined;
  }
}

function inWords({ accepted, duplicates, refused, skipped }: ImportSummary, { refusedFile }: Wish): string {
  const count = (value: number) => value.toLocaleString("en-US");
  const parts = [
    `${count(accepted)} imported, ${count(duplicates)} duplicates, ${count(refused)} rejected.`,
    ...(skipped === 0 ? [] : [`The first ${count(skipped)} records were read by an earlier run and are skipped.`]),
    ...(refused === 0 || refusedFile === null ? [] : [`Rejected lines are listed in ${refusedFile}.`]),
    ...(accepted === 0
      ? []
      : [`A running service computes their days by itself; \`${CALLED.cli}rollup\` does it now.`]),
  ];
  return parts.join("\n");
}
