import type { Readable } from "node:stream";
import { Temporal } from "../../src/core/time.ts";
import { connect } from "../../src/db/connect.ts";
import { createExporter, type ExportWish } from "../../src/metrics/export/exporter.ts";
import { SILENT, startGround, WORKSPACE } from "./ground.ts";
import { fillHistory } from "./history.ts";
import { atMost, type Outcome, type Section } from "./report.ts";

const NOW = Temporal.Instant.from("2026-11-20T00:00:00Z");
const DAYS = 365;
/** `BENCH_ROWS` makes a short run. */
const ROWS = Number(process.env["BENCH_ROWS"] ?? 10_000_000);
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

async function run(): Promise<Outcome> {
  const ground = await startGround();
  try {
    const database = await ground.open("history", NOW);
    const history = {
      end: "2026-11-20",
      days: DAYS,
      requestsADay: Math.ceil(ROWS / DAYS),
      arrival: "in order",
    } as const;
    await fillHistory(database.bare, history);
    const exporter = createExporter({ db: database.db, clock: { now: () => NOW }, workspace: WORKSPACE, log: SILENT });
    const exported = (format: ExportWish["format"]) =>
      measure(async function* exportedBytes() {
        const text = await exporter.open({ what: "usage", format, days: 366 });
        for (let bytes = await text.next(); bytes !== null; bytes = await text.next()) yield bytes;
      });
    await measure(() => bareBytes(database.url));
    const bare = await measure(() => bareBytes(database.url));
    const [csv, json] = [await exported("csv"), await exported("json")];
    await database.drop();
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
  } finally {
    await ground.stop();
  }
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
