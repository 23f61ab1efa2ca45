import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { runScript } from "../support/child.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { harass, seeded } from "./support/harassing.ts";
import { openPostOffice } from "./support/post-office.ts";

const SCRIPT = join(import.meta.dirname, "scripts", "alert-watcher.ts");
/** 150 in the long tier. */
const ALERTS = Number(process.env["ALERTS"] ?? 40);
const SEED = Number(process.env["CHAOS_SEED"] ?? 20_261_125);
const GIVE_UP_MS = 90_000 + ALERTS * 1_500;

type Way = "ledger" | "marker";

/** Each in a channel of its own, with a limit of its own. */
async function watch(db: TestDatabase, alerts: number): Promise<void> {
  await db.work.run(
    (sql) => sql`
      insert into alerts (metric, condition, bound, span, platform, channel, made_by)
      select 'signups', 'below', 100 + n, 'day', 'slack', 'C' || n, 'slack:U1' from generate_series(1, ${alerts}::int) as n`,
  );
  await db.work.run(
    (sql) => sql`
      insert into settings (name, value)
      values ('published_days', jsonb_build_object('from', '2025-01-01', 'to', ((now() at time zone 'UTC')::date - 1)::text))`,
  );
  await setNumber(db, 1_000);
}

async function setNumber(db: TestDatabase, value: number): Promise<void> {
  await db.work.run(
    (sql) => sql`
      insert into settings (name, value) values ('number', to_jsonb(${value}::float8))
      on conflict (name) do update set value = excluded.value`,
  );
}

/** Whether everything that was to be told in that state is told, and no second message is looked for any more. */
async function isSettled(db: TestDatabase, way: Way, state: "firing" | "ok"): Promise<boolean> {
  const [row] = await db.work.run((sql) =>
    way === "marker"
      ? sql<{ open: number }[]>`select count(*)::int as open from alerts where state <> ${state}`
      : sql<{ open: number }[]>`
          select ((select count(*) from alerts where state <> ${state})
            + (select count(*) from alert_episodes e where ${state === "ok"} and closed_at is null)
            + (select count(*) from alerts a where not exists (
                select from deliveries d where d.kind = 'alert A-' || a.alert_no || '.1' and d.state = 'sent'))
            + (select count(*) from deliveries where state <> 'sent' or recheck_at is not null))::int as open`,
  );
  return row?.open === 0;
}

async function run(way: Way, alerts: number) {
  const db = await createTestDatabase();
  const random = seeded(SEED);
  const office = await openPostOffice(random);
  await watch(db, alerts);
  let over = false;
  const until = performance.now() + GIVE_UP_MS;
  const harassing = harass(
    () => runScript(SCRIPT, [db.url, office.url, way]),
    random,
    () => over,
  );
  const wait = async (state: "firing" | "ok") => {
    while (!(await isSettled(db, way, state)) && performance.now() < until) await sleep(250);
  };
  // They begin to fire one after another, and so they end.
  for (let step = 0; step <= 20; step += 1) {
    await setNumber(db, 100 + alerts - (alerts * step) / 20);
    await sleep(150);
  }
  await wait("firing");
  for (let step = 0; step <= 20; step += 1) {
    await setNumber(db, 100 + (2 * alerts * step) / 20);
    await sleep(150);
  }
  await setNumber(db, 1_000);
  await wait("ok");
  await sleep(1_500);
  over = true;
  const harm = await harassing;
  const shown = office.shown();
  const counts = Array.from({ length: alerts }, (_, n) => [
    shown.get(`C${n + 1}`) ?? 0,
    shown.get(`C${n + 1} thread`) ?? 0,
  ]).flat();
  const figures = {
    notices: 2 * alerts,
    told: counts.filter((count) => count > 0).length,
    missed: counts.filter((count) => count === 0).length,
    doubled: counts.filter((count) => count > 1).length,
  };
  console.log(JSON.stringify({ alerts, way, seed: SEED, ...figures, ...harm, ...office.seen }));
  return figures;
}

test(
  `${ALERTS} alerts fire and end, three instances that are killed and stopped, a platform that fails: each is told once and ended once`,
  async () => {
    expect(await run("ledger", ALERTS)).toEqual({ notices: 2 * ALERTS, told: 2 * ALERTS, missed: 0, doubled: 0 });
  },
  GIVE_UP_MS + 60_000,
);

test(
  "the control with a leader that marks what it has told tells some twice",
  async () => {
    expect((await run("marker", 40)).doubled).toBeGreaterThan(0);
  },
  GIVE_UP_MS + 60_000,
);
