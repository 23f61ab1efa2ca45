import { expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { Temporal } from "../../src/core/time.ts";
import { columnOf, metricNames, metricOf, type StoredName } from "../../src/metrics/catalogue.ts";
import { ensureDailyView } from "../../src/metrics/daily-view.ts";
import { readingFor } from "../../src/metrics/read/reading.ts";
import { berlin, createStoredWorld, type StoredWorld } from "./stored-world.ts";

const DAYS = 5;

/** A world that ends today by the database's clock, because the view can know no other. */
async function seededWorld(): Promise<{ world: StoredWorld; today: Temporal.PlainDate }> {
  const world = await createStoredWorld();
  const today = Temporal.Now.plainDateISO(berlin.timeZone);
  const first = today.subtract({ days: DAYS - 1 });
  await world.firstEventAt(
    first.toZonedDateTime({ timeZone: berlin.timeZone, plainTime: "12:00" }).toInstant().toString(),
  );
  const nextNoon = first.add({ days: 1 }).toZonedDateTime({ timeZone: berlin.timeZone, plainTime: "12:00" });
  await world.firstEventAt(nextNoon.toInstant().toString(), ["nps", "ticket"]);
  const { levels, days } = readingFor(metricNames);
  for (let day = 0; day < DAYS; day += 1) {
    if (day === 2) continue;
    const date = first.add({ days: day }).toString();
    for (const [place, name] of [...levels, ...days].entries())
      await world.value(name, date, storedValue(name, day, place));
    await world.requests("*", date, [10 * day, 20, 30 + day, 4000]);
    await world.requests("GET /a", date, [1]);
  }
  return { world, today };
}

function storedValue(name: StoredName, day: number, place: number): string {
  const value = 1000 + (((day + 3) * 7919 * (place + 1)) % 997);
  return name.startsWith("mrr_") ? `${value * 12_345_678}` : name === "apdex_points" ? `${value / 2}` : `${value}`;
}

test("daily_metrics gives the numbers of the reader for every day and metric", async () => {
  const { world, today } = await seededWorld();
  await ensureDailyView(world);
  const rows = await world.db.read.run(
    (sql) => sql<Record<string, unknown>[]>`select date::text as day, daily_metrics.* from daily_metrics order by date`,
  );
  expect(rows.map((row) => [row["day"], row["partial"]])).toEqual(
    Array.from({ length: DAYS }, (_, n) => [today.subtract({ days: DAYS - 1 - n }).toString(), n === DAYS - 1]),
  );
  const reader = world.reader(Temporal.Now.instant().toString());
  for (const name of metricNames.filter((metric) => !["cohort", "hours"].includes(metricOf(metric).kind))) {
    const series = await reader.series(name, DAYS - 1, { step: "day" });
    const read = [...series.points, series.today].map((point) => point.value);
    const seen = rows.map((row) => row[columnOf(name)]);
    for (const [n, value] of read.entries()) {
      if (value === null) expect(seen[n], `${name} on day ${n}`).toBeNull();
      else expect(Number(seen[n]), `${name} on day ${n}`).toBeCloseTo(value, 5);
    }
  }
});

test("people with psql find the last days of active users and revenue under plain names", async () => {
  const { world } = await seededWorld();
  await ensureDailyView(world);
  const rows = await world.db.read.run(
    (sql) => sql`select date, daily_active_users, mrr from daily_metrics order by date desc limit 3`,
  );
  expect(rows).toHaveLength(3);
});

test("a workspace without an event has an empty view", async () => {
  const world = await createStoredWorld();
  await ensureDailyView(world);
  expect(await world.db.read.run((sql) => sql`select date from daily_metrics`)).toHaveLength(0);
});

test("four processes that start at once make one view, and the next start leaves it alone", async () => {
  const world = await createStoredWorld();
  const identity = async () =>
    (await world.db.read.run((sql) => sql`select to_regclass('daily_metrics')::oid::text as oid`))[0]?.["oid"];
  await Promise.all(Array.from({ length: 4 }, () => ensureDailyView(world)));
  const made = await identity();
  await ensureDailyView(world);
  expect(await identity()).toBe(made);

  await ensureDailyView({ db: world.db, workspace: { ...berlin, currency: "JPY" } });
  expect(await identity()).not.toBe(made);
});

test("a view of somebody else that is built on an old daily_metrics is named as the obstacle, and stays", async () => {
  const world = await createStoredWorld();
  await ensureDailyView(world);
  await world.db.work.run((sql) => sql`create view weekly as select date, mrr from daily_metrics`);
  await ensureDailyView(world);
  const rebuilt = ensureDailyView({ db: world.db, workspace: { ...berlin, timeZone: "UTC" } });
  await expect(rebuilt).rejects.toMatchObject({ code: "view_in_use" });
  await expect(rebuilt).rejects.toBeInstanceOf(Problem);
  expect(await world.db.read.run((sql) => sql`select * from weekly`)).toHaveLength(0);
});

test("a time zone with a quote in it cannot break out of the view", async () => {
  const world = await createStoredWorld();
  const zone = "Nowhere/O'Brien";
  await expect(ensureDailyView({ db: world.db, workspace: { ...berlin, timeZone: zone } })).resolves.toBeUndefined();
});
