import { describe, expect, test } from "vitest";
import { readSchedules } from "../../src/bot/digest/schedule-store.ts";
import { Temporal } from "../../src/core/time.ts";
import { createPartitions } from "../../src/db/partitions.ts";
import { createDailyJob } from "../../src/jobs.ts";
import { createDailyRun, type DailyRunParts } from "../../src/metrics/rollup/daily-run.ts";
import { listeningLog, SILENT } from "../support/silent.ts";
import { createTestWorld, type World } from "../support/world.ts";

const ZONE = "Europe/Berlin";
const START = "2026-11-20T12:00:00Z";

const berlin = () => createTestWorld({ now: START, timeZone: ZONE });
const clockOf = (world: World) => ({ now: () => Temporal.Instant.from(world.now()) });

/** One process; what it is to do is only written down, as the day that is over. */
function instanceOn(world: World, parts: Partial<DailyRunParts> = {}) {
  const did: string[] = [];
  const run = createDailyRun({
    pool: world.db.work,
    clock: clockOf(world),
    log: SILENT,
    timeZone: world.workspace.timeZone,
    work: async (day) => void did.push(day.toString()),
    ...parts,
  });
  return { ...run, did };
}

function openPromise() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

const ledgerOf = ({ db }: World) =>
  db.work.run(
    (sql) => sql<{ day: string; state: string; attempts: number }[]>`
      select local_date::text as day, state, attempts from deliveries order by local_date`,
  );

/** Lets that much time pass, as the ledger sees it. */
const pass = ({ db }: World, minutes: number) =>
  db.work.run(
    (sql) => sql`
      update deliveries set next_at = next_at - make_interval(mins => ${minutes}),
        claimed_until = claimed_until - make_interval(mins => ${minutes})`,
  );

describe("the daily run", () => {
  test("comes at 01:00 of the workspace's zone and is about the day before", async () => {
    const world = await berlin();
    const one = instanceOn(world);
    await one.tick();
    world.moveClock("2026-11-20T23:59:59Z");
    await one.tick();
    expect(one.did).toEqual([]);
    world.moveClock("2026-11-21T00:00:00Z");
    await one.tick();
    await one.tick();
    expect(one.did).toEqual(["2026-11-20"]);
  });

  const threeForFiveDays = async (worlds: readonly [World, World, World]) => {
    const instances = worlds.map((world) => instanceOn(world));
    for (let hour = 0; hour < 5 * 24; hour += 1) {
      const now = Temporal.Instant.from(START).add({ hours: hour }).toString();
      for (const world of worlds) world.moveClock(now);
      await Promise.all(instances.map((one) => one.tick()));
    }
    return instances.flatMap((one) => one.did).sort();
  };
  const DAYS = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"];

  test("of three instances on one ledger is made once a day", async () => {
    const world = await berlin();
    expect(await threeForFiveDays([world, world, world])).toEqual(DAYS);
  });

  test("(control) of three instances that share no ledger is made three times a day", async () => {
    const worlds = [await berlin(), await berlin(), await berlin()] as const;
    expect(await threeForFiveDays(worlds)).toEqual(DAYS.flatMap((day) => [day, day, day]));
  });

  test("killed in the middle is made again by another when the lease has ended, and not before", async () => {
    const world = await berlin();
    const held = openPromise();
    const begun = openPromise();
    const killed = instanceOn(world, {
      async work() {
        begun.resolve();
        await held.promise;
      },
    });
    const other = instanceOn(world);
    await other.tick();
    world.moveClock("2026-11-21T00:00:00Z");
    const ticking = killed.tick();
    await begun.promise;
    await other.tick();
    expect(other.did).toEqual([]);
    await pass(world, 3);
    await other.tick();
    expect(other.did).toEqual(["2026-11-20"]);
    const ledger = await ledgerOf(world);
    expect(ledger).toEqual([{ day: "2026-11-21", state: "done", attempts: 2 }]);
    held.resolve();
    await ticking;
    expect(await ledgerOf(world)).toEqual(ledger);
  });

  test("that was missed because nothing ran is made up for at the next start, each day once", async () => {
    const world = await berlin();
    await instanceOn(world).tick();
    world.moveClock("2026-11-23T09:00:00Z");
    const [one, other] = [instanceOn(world), instanceOn(world)];
    await one.tick();
    await other.tick();
    expect([one.did, other.did]).toEqual([["2026-11-20", "2026-11-21", "2026-11-22"], []]);
  });

  test("that failed is made again after a rest, and says so in the log", async () => {
    const world = await berlin();
    const log = listeningLog();
    let tries = 0;
    const one = instanceOn(world, {
      log,
      async work() {
        tries += 1;
        if (tries === 1) throw new Error("no room on the disk");
      },
    });
    await one.tick();
    world.moveClock("2026-11-21T00:00:00Z");
    await one.tick();
    await one.tick();
    expect(tries).toBe(1);
    expect(log.said).toEqual(["The daily run failed and is done again."]);
    await pass(world, 1);
    await one.tick();
    expect(await ledgerOf(world)).toEqual([{ day: "2026-11-21", state: "done", attempts: 2 }]);
  });

  test("that is told to stop leaves its day to the next process at once", async () => {
    const world = await berlin();
    const begun = openPromise();
    const stopped = instanceOn(world, {
      async work(_day, signal) {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    const next = instanceOn(world);
    await next.tick();
    world.moveClock("2026-11-21T00:00:00Z");
    const ticking = stopped.tick();
    await begun.promise;
    await stopped.stop();
    await ticking;
    await next.tick();
    expect(next.did).toEqual(["2026-11-20"]);
  });

  test("follows the workspace into another zone without making a day twice", async () => {
    const world = await berlin();
    await instanceOn(world).tick();
    world.moveClock("2026-11-21T00:00:00Z");
    const before = instanceOn(world);
    await before.tick();
    const after = instanceOn(world, { timeZone: "Asia/Tokyo" });
    world.moveClock("2026-11-21T15:59:00Z");
    await after.tick();
    expect([before.did, after.did]).toEqual([["2026-11-20"], []]);
    world.moveClock("2026-11-21T16:00:00Z");
    await after.tick();
    expect(after.did).toEqual(["2026-11-21"]);
  });

  test("is no digest: chat knows nothing of its schedule", async () => {
    const world = await berlin();
    await instanceOn(world).tick();
    expect((await world.db.work.run(readSchedules)).schedules).toEqual([]);
  });
});

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "Europe/London",
  "America/New_York",
  "America/Los_Angeles",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Santiago",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Asia/Gaza",
  "Africa/Cairo",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Atlantic/Azores",
];

test.each(ZONES)("in %s each day is made once, from 01:00 on, when the clocks change", async (timeZone) => {
  const newYear = Temporal.ZonedDateTime.from(`2026-01-01T12:00:00[${timeZone}]`);
  const first = newYear.getTimeZoneTransition("next") ?? newYear;
  const changes = [first, first.getTimeZoneTransition("next") ?? first.add({ days: 60 })];
  const world = await createTestWorld({ now: changes[0]?.toInstant().toString() ?? START, timeZone });
  for (const change of changes) {
    const start = change.subtract({ days: 1 }).startOfDay().add({ hours: 12 });
    await world.db.work.run((sql) => sql`truncate schedules, deliveries`);
    world.moveClock(start.toInstant().toString());
    const fired: string[] = [];
    let now = start;
    const one = instanceOn(world, {
      async work(day) {
        fired.push(`${day.toString()} before ${now.toPlainDateTime().toString({ smallestUnit: "minute" })}`);
      },
    });
    for (let halves = 0; halves < 5 * 24; halves += 1) {
      now = start.add({ minutes: 30 * halves });
      world.moveClock(now.toInstant().toString());
      await one.tick();
    }
    const days = [1, 2].map((n) => start.toPlainDate().add({ days: n }));
    expect(fired).toEqual(
      days.map((day) => `${day.subtract({ days: 1 }).toString()} before ${firstFrom(day, timeZone)}`),
    );
  }
});

/** The first half-hour whose wall clock shows that day and 01:00 or later, found by walking from the day before. */
function firstFrom(day: Temporal.PlainDate, timeZone: string): string {
  let at = day.subtract({ days: 1 }).toZonedDateTime({ timeZone, plainTime: "12:00" });
  while (!(at.toPlainDate().equals(day) && at.hour >= 1)) at = at.add({ minutes: 30 });
  return at.toPlainDateTime().toString({ smallestUnit: "minute" });
}

describe("the program's daily run", () => {
  const jobOn = (world: World) => {
    const { db, workspace, roller } = world;
    return createDailyJob(
      { db, workspace, log: SILENT, clock: clockOf(world), partitions: createPartitions({ db }) },
      roller,
    );
  };
  const signup = (user: string, at: string) => ({ type: "signup", id: user, user_id: user, occurred_at: at });

  test("works out yesterday, and the ordinary roller what arrives for it later", async () => {
    const world = await berlin();
    const job = jobOn(world);
    await job.tick();
    await world.post([signup("u1", "2026-11-20T10:00:00Z")]);
    world.moveClock("2026-11-21T00:00:00Z");
    await job.tick();
    const yesterday = async () => (await world.reader.daily(1)).days[0];
    expect(await yesterday()).toMatchObject({ date: "2026-11-20", signups: 1 });
    await world.post([signup("u2", "2026-11-20T11:00:00Z")]);
    await job.tick();
    expect(await yesterday()).toMatchObject({ signups: 1 });
    await world.roller.pass();
    expect(await yesterday()).toMatchObject({ signups: 2 });
    expect(await ledgerOf(world)).toEqual([{ day: "2026-11-21", state: "done", attempts: 1 }]);
  });

  test("removes what is kept for a time only, and nothing younger", async () => {
    const world = await berlin();
    const job = jobOn(world);
    await job.tick();
    await world.db.work.run(async (sql) => {
      await sql`insert into inbox (platform, event_id, received_at)
        values ('slack', 'old', now() - interval '8 days'), ('slack', 'young', now() - interval '6 days')`;
      await sql`insert into dead_letters (at, source, code, reason, body)
        values (now() - interval '31 days', 'api', 'old', '', ''), (now() - interval '29 days', 'api', 'young', '', '')`;
      await sql`insert into restatements (at, restated_on, day, metric, cause)
        values (now() - interval '401 days', '2025-01-01', '2025-01-01', 'signups', 'old'),
          (now() - interval '399 days', '2025-01-01', '2025-01-01', 'signups', 'young')`;
    });
    world.moveClock("2026-11-21T00:00:00Z");
    await job.tick();
    const left = await world.db.work.run(
      (sql) => sql<{ what: string }[]>`
        select event_id as what from inbox union all select code from dead_letters union all select cause from restatements`,
    );
    expect(left.map(({ what }) => what)).toEqual(["young", "young", "young"]);
  });
});
