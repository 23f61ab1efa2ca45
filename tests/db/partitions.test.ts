import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createPartitions, monthOf } from "../../src/db/partitions.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

async function monthsIn(db: TestDatabase): Promise<string[]> {
  const rows = await db.read.run(
    (sql) => sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits
      where inhparent = 'usage_logs'::regclass order by inhrelid::regclass::text collate "C"`,
  );
  return rows.map((row) => row.name);
}

async function addRequest(db: TestDatabase, occurredAt: string): Promise<void> {
  await db.intake.run(
    (sql) => sql`
      insert into usage_logs (occurred_at, feature_no, duration_ms, latency_bucket, status, source_no)
      values (${occurredAt}::text::timestamptz, 1, 5, 0, 200, 1)`,
  );
}

test("a start makes the months from 14 back to 2 ahead, and a second one adds nothing", async () => {
  const db = await createTestDatabase();
  const now = Temporal.Instant.from("2026-11-23T21:00:00Z");
  await createPartitions({ db }).ensureStart(now);
  const months = await monthsIn(db);
  expect(months).toHaveLength(17);
  expect(months[0]).toBe("usage_logs_2025_09");
  expect(months[16]).toBe("usage_logs_2027_01");
  await createPartitions({ db }).ensureStart(now);
  expect(await monthsIn(db)).toEqual(months);
});

test("months begin and end at midnight UTC, whatever the zone of the process", async () => {
  const db = await createTestDatabase();
  await createPartitions({ db }).ensureMonths(["2026-02", "2026-03"]);
  await addRequest(db, "2026-02-28T23:59:59.999999Z");
  await addRequest(db, "2026-03-01T00:00:00Z");
  const rows = await db.read.run(
    (sql) => sql<{ month: string; rows: number }[]>`
      select tableoid::regclass::text as month, count(*)::int as rows from usage_logs group by tableoid order by min(occurred_at)`,
  );
  expect(rows.map((row) => [row.month, row.rows])).toEqual([
    ["usage_logs_2026_02", 1],
    ["usage_logs_2026_03", 1],
  ]);
  await expect(addRequest(db, "2026-01-31T23:59:59.999999Z")).rejects.toMatchObject({ code: "23514" });
  await expect(addRequest(db, "2026-04-01T00:00:00Z")).rejects.toMatchObject({ code: "23514" });
});

test("the month of an instant is that of UTC", () => {
  expect(monthOf(Temporal.Instant.from("2026-03-01T00:00:00Z"))).toBe("2026-03");
  expect(monthOf(Temporal.Instant.from("2026-02-28T23:59:59.999Z"))).toBe("2026-02");
});

test("several processes that need the same months at once make each of them once", async () => {
  const db = await createTestDatabase();
  const months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];
  const processes = Array.from({ length: 8 }, () => createPartitions({ db }));
  await Promise.all(processes.map((partitions) => partitions.ensureMonths(months)));
  expect(await monthsIn(db)).toEqual(months.map((month) => `usage_logs_${month.replace("-", "_")}`));
});

test("a month is made while a long read of the table goes on", async () => {
  const db = await createTestDatabase();
  const partitions = createPartitions({ db });
  await partitions.ensureMonths(["2026-01"]);
  await db.read.transaction(async (sql) => {
    await sql`select count(*) from usage_logs`;
    await partitions.ensureMonths(["2026-02"]);
  });
  expect(await monthsIn(db)).toEqual(["usage_logs_2026_01", "usage_logs_2026_02"]);
});

test("a new month has the indexes of the others", async () => {
  const db = await createTestDatabase();
  await createPartitions({ db }).ensureMonths(["2026-01"]);
  const [found] = await db.read.run(
    (sql) => sql<{ attached: number }[]>`
      select count(*)::int as attached from pg_inherits
      where inhparent = 'usage_logs_occurred_at'::regclass`,
  );
  expect(found?.attached).toBe(1);
});

test("a dropped month is gone with its rows and is made again when it is needed", async () => {
  const db = await createTestDatabase();
  const partitions = createPartitions({ db });
  await partitions.ensureMonths(["2026-01"]);
  await addRequest(db, "2026-01-05T00:00:00Z");
  expect(await partitions.dropMonth("2026-01")).toBe(true);
  expect(await partitions.dropMonth("2026-01")).toBe(false);
  await partitions.ensureMonths(["2026-01"]);
  const [rows] = await db.read.run((sql) => sql<{ rows: number }[]>`select count(*)::int as rows from usage_logs`);
  expect(rows?.rows).toBe(0);
});

test("what is no month is refused before it reaches a statement", async () => {
  const db = await createTestDatabase();
  const partitions = createPartitions({ db });
  for (const word of ["2026-13", "2026-1", "2026-01; drop table users", "+002026-01"]) {
    await expect(partitions.ensureMonths([word])).rejects.toBeInstanceOf(RangeError);
  }
});
