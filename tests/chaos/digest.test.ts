import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runScript } from "../support/child.ts";
import { harass, seeded } from "./support/harassing.ts";
import { openPostOffice } from "./support/post-office.ts";

const SCRIPT = join(import.meta.dirname, "scripts", "digest-sender.ts");
/** 300 in the long tier. */
const DUE = Number(process.env["DIGEST_DUE"] ?? 50);
const SEED = Number(process.env["CHAOS_SEED"] ?? 20_261_124);
const GIVE_UP_MS = 60_000 + DUE * 1_000;

/** `DUE` channels whose digests become due one after another over some seconds. */
async function owe(db: TestDatabase, due: number): Promise<void> {
  await db.work.run(
    (sql) => sql`
      insert into schedules (kind, platform, channel, at, time_zone, origin, created_at)
      select 'digest', 'slack', 'C' || n, (now() at time zone 'UTC')::time, 'UTC', 'chat', now() - interval '2 minutes'
      from generate_series(1, ${due}::int) as n`,
  );
  await db.work.run(
    (sql) => sql`
      insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at)
      select schedule_no, 'slack:' || channel, (now() at time zone 'UTC')::date, 'digest', 'pending', now(),
        now() + make_interval(secs => schedule_no * 0.1)
      from schedules`,
  );
}

async function openCount(db: TestDatabase, way: string): Promise<number> {
  const [row] = await db.work.run(
    (sql) => sql<{ open: number }[]>`
      select count(*)::int as open from deliveries
      where state <> 'sent' or (${way === "ledger"} and recheck_at is not null)`,
  );
  return row?.open ?? 0;
}

async function run(way: "ledger" | "retries" | "marker", due: number) {
  const db = await createTestDatabase();
  const random = seeded(SEED);
  const office = await openPostOffice(random);
  await owe(db, due);
  let over = false;
  const until = performance.now() + GIVE_UP_MS;
  const harassing = harass(
    () => runScript(SCRIPT, [db.url, office.url, way]),
    random,
    () => over,
  );
  // Harm goes on while anything is open; messages accepted late have arrived when it ends.
  while ((await openCount(db, way)) > 0 && performance.now() < until) await sleep(250);
  await sleep(1_500);
  over = true;
  const harm = await harassing;
  const counts = Array.from({ length: due }, (_, n) => office.shown().get(`C${n + 1}`) ?? 0);
  const figures = {
    due,
    delivered: counts.filter((count) => count > 0).length,
    missed: counts.filter((count) => count === 0).length,
    doubled: counts.filter((count) => count > 1).length,
  };
  console.log(JSON.stringify({ promise: "G13", way, seed: SEED, ...figures, ...harm, ...office.seen }));
  return figures;
}

test(
  `${DUE} digests, three instances that are killed and stopped, a platform that fails: each is there once`,
  async () => {
    expect(await run("ledger", DUE)).toEqual({ due: DUE, delivered: DUE, missed: 0, doubled: 0 });
  },
  GIVE_UP_MS + 60_000,
);

test(
  "the control that sends again until it hears a yes doubles some",
  async () => {
    expect((await run("retries", 40)).doubled).toBeGreaterThan(0);
  },
  GIVE_UP_MS + 60_000,
);

test(
  "the control with a leader and a sent-marker doubles some",
  async () => {
    expect((await run("marker", 40)).doubled).toBeGreaterThan(0);
  },
  GIVE_UP_MS + 60_000,
);
