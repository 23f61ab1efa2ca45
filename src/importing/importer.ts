import { createHash, type Hash } from "node:crypto";
import type { Database } from "../db/client.ts";
import type { Intake } from "../events/verdict.ts";
import { identify, type KnownFile } from "./file-identity.ts";
import { completed, type ImportRecord } from "./import-record.ts";
import { writeTaken, type Taken } from "./import-store.ts";

export interface RefusedRecord {
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

export interface ImportSummary {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  /** Taken in by an earlier run and not sent again. */
  readonly skipped: number;
}

export interface ImportJob {
  /** Reads the file from its beginning. */
  readonly records: () => AsyncIterable<ImportRecord>;
  readonly source: string;
  /** The source that earlier versions took when none was named; null when one is. */
  readonly formerSource: string | null;
  /** Of events that do not say. */
  readonly type: string | null;
  /** Where the file is, to go on where an earlier run stopped; null: it is piped, and has no name. */
  readonly path: string | null;
  readonly onProgress: (records: number) => void;
  readonly onRefused: (refused: RefusedRecord) => void;
}

interface ImporterParts {
  readonly db: Pick<Database, "work">;
  readonly intake: Intake;
}

const BATCH = 1_000;

/**
 * Takes in a file, a thousand records at a time, and writes down how far it has come after each commit. What was taken in before
 * is skipped when it is still the same; else all is sent again, which is safe, because every event has an id.
 */
export async function importRecords({ db, intake }: ImporterParts, job: ImportJob): Promise<ImportSummary> {
  const file = await identifyOf(db, job);
  const earlier = file?.earlier ?? null;
  const known = earlier !== null && (await isUnchanged(job, earlier)) ? earlier : null;
  const skip = known?.records ?? 0;
  const source = file?.source ?? job.source;
  const total = { accepted: 0, duplicates: 0, refused: 0 };
  const refuse = (refused: RefusedRecord) => {
    total.refused += 1;
    job.onRefused(refused);
  };
  const send = async (batch: readonly Pending[]) => {
    const verdicts = await intake.accept(
      batch.map(({ event }) => event),
      { source, importing: true },
    );
    verdicts.forEach((verdict, at) => {
      if (verdict.verdict === "accepted") total.accepted += 1;
      else if (verdict.verdict === "duplicate") total.duplicates += 1;
      else refuse({ line: batch[at]?.line ?? 0, code: verdict.code, reason: verdict.reason });
    });
  };
  const hash = createHash("sha256");
  let [place, batch]: [number, Pending[]] = [0, []];
  const settle = async () => {
    if (batch.length > 0) await send(batch);
    batch = [];
    if (file !== null && place > skip) await writeTaken(db, file.name, { ...takenOf(hash, place), ...namesOf(file) });
    job.onProgress(place);
  };
  for await (const record of job.records()) {
    place += 1;
    addTo(hash, record);
    if (place <= skip) continue;
    const judged = judge(record, { place, type: job.type, file: file?.key ?? null });
    if ("code" in judged) refuse(judged);
    else batch.push(judged);
    if (place % BATCH === 0) await settle();
  }
  await settle();
  return { ...total, skipped: skip };
}

interface Pending {
  readonly line: number;
  readonly event: unknown;
}

function judge(
  record: ImportRecord,
  at: { place: number; type: string | null; file: string | null },
): Pending | RefusedRecord {
  const { line } = record;
  if (!("event" in record)) return { line, code: "invalid_line", reason: record.fault };
  const event = completed(record.event, { text: record.text, ...at });
  const isDated = typeof event !== "object" || event === null || ("occurred_at" in event && event.occurred_at !== null);
  if (isDated) return { line, event };
  return { line, code: "missing_field", reason: "`occurred_at` is required in an import." };
}

async function identifyOf(db: Pick<Database, "work">, job: ImportJob): Promise<KnownFile | null> {
  const { path } = job;
  return path === null ? null : await identify({ ...job, db, path, isUnchanged: (taken) => isUnchanged(job, taken) });
}

/** What earlier versions took in stays as they wrote it down. */
function namesOf({ path, first, key }: KnownFile): Partial<Taken> {
  return path === null || first === null || key === null ? {} : { path, first, key };
}

async function isUnchanged({ records }: ImportJob, { records: count, hash }: Taken): Promise<boolean> {
  const seen = createHash("sha256");
  let place = 0;
  for await (const record of records()) {
    addTo(seen, record);
    place += 1;
    if (place === count) return takenOf(seen, place).hash === hash;
  }
  return false;
}

function addTo(hash: Hash, { text }: ImportRecord): void {
  hash.update(`${text ?? ""}\n`);
}

function takenOf(hash: Hash, records: number): Taken {
  return { records, hash: hash.copy().digest("hex") };
}
