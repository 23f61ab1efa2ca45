import type { Readable } from "node:stream";
import { systemClock } from "../../src/core/time.ts";
import { connect } from "../../src/db/connect.ts";
import { createExporter, type ExportWish } from "../../src/metrics/export/exporter.ts";
import { SILENT, WORKSPACE } from "./ground.ts";
import { atMost, type Outcome, type Section } from "./report.ts";
import { ROWS, type Shared } from "./year.ts";

const MEGABYTE = 1024 * 1024;

/** The same rows as the export has, without its spelling of times and texts. */
const BARE = `copy (
  select occurred_at, user_id, route, method, status, duration_ms
  from usage_logs join features using (feature_no) left join users using (user_no)
) to stdout (format csv)`;

export const exports: Section = {
  name: "export",
  about: `${ROWS.toLocaleString("en-US")} requests as CSV and JSON against a bare \`copy … to stdout\` read by the same client`,
  run,
};

interface Read {
  readonly seconds: number;
  readonly bytes: number;
  /** The most memory in use above what was in use before, in MB. */
  readonly growthMb: number;
}

async function run(shared: Shared): Promise<Outcome> {
  const { database } = await shared.year();
  const exporter = createExporter({ db: database.db, clock: systemClock, workspace: WORKSPACE, log: SILENT });
  const exported = (format: ExportWish["format"]) =>
    measure(async function* exportedBytes() {
      const text = await exporter.open({ what: "usage", format, days: 366 });
      for (let bytes = await text.next(); bytes !== null; bytes = await text.next()) yield bytes;
    });
  await measure(() => bareBytes(database.url));
  const bare = await measure(() => bareBytes(database.url));
  const [csv, json] = [await exported("csv"), await exported("json")];
  return {
    ratios: [
      { what: "CSV, rows a second / copy's", value: bare.seconds / csv.seconds },
      { what: "JSON, rows a second / copy's", value: bare.seconds / json.seconds },
    ],
    figures: [
      { what: "CSV", value: ROWS / csv.seconds, unit: "rows/s" },
      { what: "CSV, size", value: csv.bytes / MEGABYTE, unit: "MB" },
      { what: "CSV, memory gained", value: csv.growthMb, unit: "MB", aim: atMost(50) },
      { what: "JSON, memory gained", value: json.growthMb, unit: "MB", aim: atMost(50) },
    ],
    notes: [],
  };
}

/** On a connection of its own: postgres.js leaves one paused after a copy. */
async function* bareBytes(url: string): AsyncGenerator<Buffer> {
  const client = connect(url, { max: 1 });
  const sent: Readable = await client.unsafe(BARE).readable();
  for await (const bytes of sent) yield bytes as Buffer;
  void client.end({ timeout: 0 });
}

async function measure(read: () => AsyncIterable<Buffer>): Promise<Read> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  let [bytes, most, chunks] = [0, before, 0];
  for await (const chunk of read()) {
    bytes += chunk.length;
    if ((chunks += 1) % 100 === 0) most = Math.max(most, process.memoryUsage.rss());
  }
  return { seconds: (performance.now() - start) / 1_000, bytes, growthMb: (most - before) / MEGABYTE };
}
