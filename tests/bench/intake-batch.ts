import { finished, pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { systemClock } from "../../src/core/time.ts";
import { createIntake } from "../../src/events/intake.ts";
import { SILENT, startGround, WORKSPACE, type BenchDatabase, type Ground } from "./ground.ts";
import { httpLoad } from "./http-load.ts";
import { cpuSeconds, familyCpuSeconds } from "./process-cpu.ts";
import { atLeast, type Outcome, type Section } from "./report.ts";
import { requestEvents } from "./request-events.ts";
import { countRows, startService } from "./service.ts";

const BATCH = 100;
const CALLERS = 8;
const EVENTS = 200_000;
const HTTP_SECONDS = 6;
/** More than a connection can send in the time. */
const BATCHES_A_CONNECTION = 500;

export const intakeBatch: Section = {
  name: "intake-batch",
  about: `batches of ${BATCH} events with ids, ${CALLERS} at a time`,
  run,
};

async function run(): Promise<Outcome> {
  const { intake, copy } = await inProcess();
  const overHttp = await throughHttp();
  const perBatch = Object.entries(overHttp.cpuMicros).map(([who, micros]) => ({
    what: `over HTTP, CPU of the ${who} an event`,
    value: micros / BATCH,
    unit: "µs",
  }));
  return {
    ratios: [
      { what: "intake / COPY", value: intake / copy, aim: atLeast(0.4) },
      { what: "over HTTP / COPY", value: overHttp.perSecond / copy },
    ],
    figures: [
      { what: "COPY", value: copy, unit: "events/s" },
      { what: "intake", value: intake, unit: "events/s" },
      { what: "over HTTP", value: overHttp.perSecond, unit: "events/s" },
      ...perBatch,
    ],
    notes: [],
  };
}

async function inProcess(): Promise<{ intake: number; copy: number }> {
  const ground = await startGround();
  try {
    const accepted = await ground.open("accepted", systemClock.now());
    const intake = await acceptAll(accepted);
    const copy = await copyRows(ground, accepted);
    await accepted.drop();
    return { intake, copy };
  } finally {
    await ground.stop();
  }
}

/** Events a second. */
async function acceptAll({ db, bare }: BenchDatabase): Promise<number> {
  const intake = createIntake({ db, clock: systemClock, workspace: WORKSPACE, log: SILENT });
  const accept = async (events: readonly unknown[]) => {
    for (const { verdict } of await intake.accept(events, { source: "api" }))
      if (verdict !== "accepted") throw new Error(`An event was not accepted: ${verdict}`);
  };
  await callAll(batchesOf("warm", EVENTS / 10), accept);
  await bare`truncate usage_logs, ingest_keys, dirty`;
  await bare`checkpoint`;
  const batches = batchesOf("run", EVENTS);
  const start = performance.now();
  await callAll(batches, accept);
  const seconds = (performance.now() - start) / 1_000;
  await intake.stop();
  if ((await countRows(bare, "usage_logs")) !== EVENTS) throw new Error("Not every accepted event is a row.");
  return EVENTS / seconds;
}

function batchesOf(name: string, events: number): unknown[][] {
  return Array.from({ length: events / BATCH }, (_, at) => requestEvents(name, at * BATCH, BATCH));
}

async function callAll(batches: readonly unknown[][], accept: (events: readonly unknown[]) => Promise<void>) {
  const left = batches.values();
  const call = async () => {
    for (const batch of left) await accept(batch);
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
}

const TABLES = ["usage_logs", "ingest_keys", "dirty"] as const;

/** Writes the rows that the intake has made into the same tables of an empty database, in one transaction; events a second. */
async function copyRows(ground: Ground, { bare: from }: BenchDatabase): Promise<number> {
  const copied = await ground.open("copied", systemClock.now());
  const to = copied.bare;
  const files = new Map<string, Buffer>();
  for (const table of TABLES) files.set(table, await copyOut(from, table));
  await to`checkpoint`;
  const start = performance.now();
  await to`begin`;
  for (const [table, rows] of files) {
    const columns = table === "dirty" ? "(kind, day, subject, due_at, cause)" : "";
    await pipeline(Readable.from(chunks(rows)), await to.unsafe(`copy ${table} ${columns} from stdin`).writable());
  }
  await to`commit`;
  const seconds = (performance.now() - start) / 1_000;
  for (const table of TABLES)
    if ((await countRows(to, table)) !== (await countRows(from, table))) throw new Error(`${table} was not copied`);
  await copied.drop();
  return EVENTS / seconds;
}

async function copyOut(from: BenchDatabase["bare"], table: string): Promise<Buffer> {
  const columns = table === "dirty" ? "kind, day, subject, due_at, cause" : "*";
  const parts: Buffer[] = [];
  const rows = await from.unsafe(`copy (select ${columns} from ${table}) to stdout`).readable();
  // Never paused: postgres.js does not go on after a pause.
  rows.on("data", (part: Buffer) => void parts.push(part));
  await finished(rows, { writable: false });
  return Buffer.concat(parts);
}

function* chunks(rows: Buffer): Generator<Buffer> {
  const size = 64 * 1024;
  for (let from = 0; from < rows.length; from += size) yield rows.subarray(from, from + size);
}

/** Events a second, and microseconds of CPU a batch. */
async function throughHttp() {
  const service = await startService({ scope: "ingest" });
  try {
    const result = await httpLoad({
      url: `${service.url}/api/events`,
      connections: CALLERS,
      seconds: HTTP_SECONDS,
      headers: service.headers,
      bodiesOf: (connection) =>
        Array.from({ length: BATCHES_A_CONNECTION }, (_, at) =>
          JSON.stringify({
            events: requestEvents("http", (connection * BATCHES_A_CONNECTION + at) * BATCH, BATCH),
          }),
        ),
      cpu: { program: () => cpuSeconds(service.pid), database: () => familyCpuSeconds(service.server.pid) },
    });
    const rows = await countRows(service.bare, "usage_logs");
    if (result.failed > 0 || rows < result.ok * BATCH || rows > (result.ok + CALLERS) * BATCH)
      throw new Error(`${result.ok} batches were acknowledged, ${result.failed} were not; ${rows} events are stored`);
    return { perSecond: result.perSecond * BATCH, cpuMicros: result.cpuMicros };
  } finally {
    await service.stop();
  }
}
