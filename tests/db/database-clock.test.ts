import { describe, expect, it } from "vitest";
import { createReadiness } from "../../src/api/readiness.ts";
import { systemClock, Temporal, type Clock } from "../../src/core/time.ts";
import { clockComplaint, createLook } from "../../src/db/clock-watch.ts";
import { createDatabaseClock, type DatabaseClockParts } from "../../src/db/database-clock.ts";
import { recordingLog } from "../api/support.ts";
import { createTestDatabase } from "../support/database.ts";

const HOUR_MS = 3_600_000;
const START_MS = Temporal.Instant.from("2026-11-20T09:00:00Z").epochMilliseconds;

/** Three clocks that are set by hand, and a database that is so many milliseconds away, there and back. */
function world(roundTripsMs: number[] = [0]) {
  const time = { databaseMs: START_MS, steadyMs: 5_000, localMs: START_MS, asked: 0, isAway: false };
  const pass = (ms: number) => {
    time.databaseMs += ms;
    time.steadyMs += ms;
    time.localMs += ms;
  };
  const sql = () => {
    const trip = roundTripsMs[time.asked % roundTripsMs.length] ?? 0;
    time.asked += 1;
    if (time.isAway) return Promise.reject(new Error("away"));
    pass(trip / 2);
    const ms = time.databaseMs;
    pass(trip / 2);
    return Promise.resolve([{ ms }]);
  };
  const parts = {
    pool: { run: (statements: (sql: never) => Promise<unknown>) => statements(sql as never) },
    local: { now: () => Temporal.Instant.fromEpochMilliseconds(time.localMs) },
    steadyMs: () => time.steadyMs,
  } as DatabaseClockParts;
  return { time, pass, parts };
}

const shiftedClock = (ms: number): Clock => ({ now: () => systemClock.now().add({ milliseconds: ms }) });

describe("the database's clock", () => {
  it.each([26, -26])("is told by a machine whose own is %i h off, as it is told by the database", async (hours) => {
    const db = await createTestDatabase();
    const clock = await createDatabaseClock({ pool: db.read, local: shiftedClock(hours * HOUR_MS) });
    const [row] = await db.read.run((sql) => sql`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`);
    expect(Math.abs(clock.now().epochMilliseconds - Number(row?.["ms"]))).toBeLessThan(1_000);
    expect(Math.abs(clock.driftMs() - hours * HOUR_MS)).toBeLessThan(1_000);
  });

  it("counts half of the way to the database and back", async () => {
    const { time, parts } = world([400]);
    const clock = await createDatabaseClock(parts);
    expect(clock.now().epochMilliseconds).toBe(time.databaseMs);
    expect(clock.driftMs()).toBe(0);
  });

  it("is not misled by one slow answer", async () => {
    const { time, parts, pass } = world([10, 9_000, 10]);
    const clock = await createDatabaseClock(parts);
    pass(1_234);
    expect(clock.now().epochMilliseconds).toBe(time.databaseMs);
  });

  it("goes on as it was when somebody sets the machine's clock back, and is asked again when it is set forward", async () => {
    const { time, parts, pass } = world();
    const clock = await createDatabaseClock(parts);
    time.localMs -= 26 * HOUR_MS;
    pass(1_000);
    expect(clock.now().epochMilliseconds).toBe(time.databaseMs);
    time.localMs += 52 * HOUR_MS;
    clock.now();
    await clock.sync();
    expect(clock.now().epochMilliseconds).toBe(time.databaseMs);
    expect(clock.driftMs()).toBe(26 * HOUR_MS);
  });

  it("is right at once after the machine has slept, which the steady clock does not notice", async () => {
    const { time, parts } = world();
    const clock = await createDatabaseClock(parts);
    time.databaseMs += 8 * HOUR_MS;
    time.localMs += 8 * HOUR_MS;
    expect(clock.now().epochMilliseconds).toBe(time.databaseMs);
  });

  it("does not storm a database that is away", async () => {
    const { time, parts } = world();
    const clock = await createDatabaseClock(parts);
    time.localMs += HOUR_MS;
    time.isAway = true;
    time.asked = 0;
    for (let n = 0; n < 1_000; n += 1) clock.now();
    expect(time.asked).toBe(1);
  });
});

describe("a machine whose clock is wrong", () => {
  it("is warned of above 5 s, once while it stays so, and told when it is right again", () => {
    const log = recordingLog();
    let driftMs = 0;
    const look = createLook({ driftMs: () => driftMs }, log);
    const told = () => log.lines.splice(0).map(({ level, fields }) => [level, fields["driftSeconds"]]);
    for (driftMs of [0, 4_000, -5_000]) look();
    expect(told()).toEqual([]);
    for (driftMs of [-6_000, -6_100, -6_000]) look();
    expect(told()).toEqual([["warn", -6]]);
    driftMs = 93_600_000;
    look();
    expect(told()).toEqual([["warn", 93_600]]);
    for (let minute = 0; minute < 60; minute += 1) look();
    expect(told()).toEqual([["warn", 93_600]]);
    driftMs = 10;
    look();
    look();
    expect(told()).toEqual([["info", undefined]]);
  });

  it("is not ready above 60 s, and says why", async () => {
    let driftMs = 60_000;
    const readiness = createReadiness({ ping: async () => {}, complaint: () => clockComplaint(driftMs) });
    expect(await readiness.check()).toEqual({ ready: true });
    driftMs = -93_600_000;
    expect(await readiness.check()).toEqual({
      ready: false,
      reason: "The clock of this machine is 93,600 s behind the database's; set it, for example by NTP",
    });
    driftMs = 61_000;
    expect(await readiness.check()).toMatchObject({ reason: expect.stringContaining("61 s ahead of the database's") });
  });
});
