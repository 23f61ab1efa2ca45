import { expect, test } from "vitest";
import { discardHalfFilled, writeDemoState } from "../../src/demo/store.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** What the program remembers of the rows that were there: which it has looked at, and which days people have seen. */
const OF_ROWS = ["data_quality_mark", "first_event_at", "first_events", "opened_day", "published_days"];
const KEPT = ["definitions", "identity_secret", "workspace"];

async function filledUntil(instant: string | null): Promise<TestDatabase> {
  const db = await createTestDatabase();
  await db.work.run(async (sql) => {
    for (const name of [...OF_ROWS, ...KEPT]) await sql`insert into settings (name, value) values (${name}, '"1"')`;
    await sql`insert into teams (team_id) values ('t')`;
  });
  await writeDemoState(db, { firstDay: "2026-01-01", filledUntil: instant });
  await discardHalfFilled(db);
  return db;
}

async function leftIn(db: TestDatabase): Promise<unknown> {
  return db.work.run(async (sql) => {
    const settings = await sql<{ name: string }[]>`select name from settings order by name collate "C"`;
    const [teams] = await sql<{ count: number }[]>`select count(*)::int as count from teams`;
    return [settings.map(({ name }) => name), teams?.count];
  });
}

test("a fill that was cut short leaves no row, and nothing that was remembered of the rows", async () => {
  expect(await leftIn(await filledUntil(null))).toEqual([KEPT, 0]);
});

test("a demo that was filled is left alone", async () => {
  const everything = [...OF_ROWS, ...KEPT, "demo"].sort();
  expect(await leftIn(await filledUntil("2026-11-01T00:00:00Z"))).toEqual([everything, 1]);
});
