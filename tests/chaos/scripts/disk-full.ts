import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../../src/db/client.ts";
import { codeOf } from "../../../src/db/failures.ts";
import { startEmbedded } from "../../../src/db/embedded/embedded.ts";
import { SILENT } from "../../support/silent.ts";

/** Fills the disk of its own server, frees it again, and tells what was acknowledged and what is stored. */
const [dataDir = "", settings = "{}"] = process.argv.slice(2);
const server = await startEmbedded({
  dataDir,
  log: SILENT,
  port: 0,
  purpose: "service",
  settings: JSON.parse(settings) as Record<string, string>,
});
const db = await openDatabase(server.url, { storageFolder: dataDir });
await db.intake.run((sql) => sql`create table filling (n int, words text)`);
const ballast = join(dataDir, "ballast");
writeFileSync(ballast, Buffer.alloc(40_000_000));

let acknowledged = 0;
const codesWhileFull = new Set<string>();

async function store(): Promise<boolean> {
  try {
    await db.intake.run((sql) => sql`insert into filling select n, repeat('x', 1000) from generate_series(1, 500) n`);
    acknowledged += 500;
    return true;
  } catch (thrown) {
    codesWhileFull.add(codeOf(thrown));
    return false;
  }
}

/** The server may be recovering once more. */
async function count(): Promise<number | undefined> {
  for (;;) {
    try {
      const [rows] = await db.read.run((sql) => sql<{ stored: number }[]>`select count(*)::int as stored from filling`);
      return rows?.stored;
    } catch {
      await sleep(200);
    }
  }
}

while (await store());
const acknowledgedWhenFull = acknowledged;
for (let attempt = 0; attempt < 20; attempt += 1) {
  await store();
  await sleep(200);
}
rmSync(ballast);
const freed = performance.now();
while (!(await store())) await sleep(100);
const backAfterMs = Math.round(performance.now() - freed);
const stored = await count();
process.stdout.write(
  `${JSON.stringify({ acknowledgedWhenFull, acknowledged, stored, codesWhileFull: [...codesWhileFull], backAfterMs })}\n`,
);
await db.close();
await server.stop();
