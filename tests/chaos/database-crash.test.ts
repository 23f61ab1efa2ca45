import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase, type Database } from "../../src/db/client.ts";
import { codeOf } from "../../src/db/failures.ts";
import { postmasterPid, startOwnServer } from "../support/server.ts";

const WRITERS = 8;
const POSTMASTER_KILLS = 5;
const BACKEND_KILLS = 10;

interface Figures {
  readonly acknowledged: number;
  readonly refused: number;
  readonly lost: number;
  readonly doubled: number;
  readonly codes: readonly string[];
  readonly longestGapMs: number;
}

/** Eight writers retry their own ids until these are acknowledged, while `disturb` runs. */
async function writeThrough(db: Database, disturb: () => Promise<void>): Promise<Figures> {
  await db.work.transaction(async (sql) => {
    await sql`set local synchronous_commit = on`;
    await sql`create table kept (id text primary key)`;
  });
  const acknowledged = new Set<string>();
  const codes = new Set<string>();
  let refused = 0;
  let isOver = false;
  let longestGapMs = 0;
  let lastAt = performance.now();
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let count = 0; !isOver; count += 1) {
      const id = `${writer}-${count}`;
      while (!acknowledged.has(id)) {
        try {
          await db.intake.run((sql) => sql`insert into kept values (${id}) on conflict do nothing`);
          acknowledged.add(id);
          longestGapMs = Math.max(longestGapMs, performance.now() - lastAt);
          lastAt = performance.now();
        } catch (thrown) {
          codes.add(codeOf(thrown));
          refused += 1;
          await sleep(50);
        }
      }
    }
  });
  await disturb();
  isOver = true;
  await Promise.all(writers);
  const rows = await db.read.run((sql) => sql<{ id: string }[]>`select id from kept`);
  const stored = new Set(rows.map((row) => row.id));
  return {
    acknowledged: acknowledged.size,
    refused,
    lost: [...acknowledged].filter((id) => !stored.has(id)).length,
    doubled: rows.length - stored.size,
    codes: [...codes],
    longestGapMs: Math.round(longestGapMs),
  };
}

async function killPostmaster(dataDir: string, times: number): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await sleep(1_000);
    const pid = postmasterPid(dataDir);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    await expect.poll(() => postmasterPid(dataDir), { timeout: 30_000 }).not.toBe(pid);
    await sleep(1_500);
  }
}

test("the server killed five times and its processes ten times: nothing acknowledged is lost", async () => {
  const { url, dataDir } = await startOwnServer();
  const db = await openDatabase(url);
  onTestFinished(() => db.close());
  const figures = await writeThrough(db, async () => {
    await killPostmaster(dataDir, POSTMASTER_KILLS);
    for (let round = 0; round < BACKEND_KILLS; round += 1) {
      const [backend] = await eventually(() =>
        db.read.run(
          (sql) => sql<{ pid: number }[]>`
            select pid from pg_stat_activity where application_name = 'bellwether intake' order by random() limit 1`,
        ),
      );
      if (backend !== undefined) process.kill(backend.pid, "SIGKILL");
      await sleep(700);
    }
  });
  console.log(JSON.stringify({ promise: "G2", ...figures }));
  expect(figures).toMatchObject({ lost: 0, doubled: 0, codes: ["database_unavailable"] });
  expect(figures.refused).toBeGreaterThan(0);
});

test("control: with synchronous_commit off the same kills lose acknowledged rows", async () => {
  const { url, dataDir } = await startOwnServer({ settings: { synchronous_commit: "off", wal_writer_delay: "5s" } });
  const db = await openDatabase(url);
  onTestFinished(() => db.close());
  const figures = await writeThrough(db, () => killPostmaster(dataDir, 2));
  console.log(JSON.stringify({ promise: "G2 control", ...figures }));
  expect(figures.lost).toBeGreaterThan(0);
});

async function eventually<T>(question: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch {
      await sleep(100);
    }
  }
}
