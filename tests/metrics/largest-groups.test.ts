import fc from "fast-check";
import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { metricOf, type MetricName } from "../../src/metrics/catalogue.ts";
import { groupMetric } from "../../src/metrics/read/grouping.ts";
import { rankGroups } from "../../src/metrics/read/stored-groups.ts";
import { createStoredWorld, monthly, type StoredWorld } from "./stored-world.ts";

const DAYS = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"] as const;
const WINDOW = { start: Temporal.PlainDate.from(DAYS[2]), end: Temporal.PlainDate.from(DAYS[3]), days: 2 };
const CENT = monthly(1);

function rank({ db }: StoredWorld, name: MetricName, by: "plan" | "service", least: string) {
  const metric = groupMetric(metricOf(name), by);
  if (metric === null) throw new Error(`${name} has no groups by ${by}`);
  return db.read.run((sql) => rankGroups(sql, metric, WINDOW, { limit: 5, least }));
}

/** What each of some groups gains or loses on each day. */
const changes = fc.uniqueArray(
  fc.record({
    group: fc.integer({ min: 10, max: 29 }),
    day: fc.constantFrom(...DAYS),
    change: fc.integer({ min: -5, max: 9 }),
  }),
  { minLength: 20, maxLength: 60, selector: ({ group, day }) => `${group} ${day}` },
);

test("the groups that the database chooses are those that adding up every group finds", async () => {
  const world = await createStoredWorld();
  await fc.assert(
    fc.asyncProperty(changes, async (made) => {
      await world.db.work.run(async (sql) => {
        await sql`truncate metric_values`;
        await sql`
          insert into metric_values (metric, "by", day, value)
          select 'mrr_change', "group", day::date, change * ${CENT}::text::numeric
          from json_to_recordset(${JSON.stringify(made)}::text::json) as m("group" text, day text, change integer)`;
      });
      const levelOf = (group: number, until: string) =>
        made.reduce((sum, one) => sum + (one.group === group && one.day <= until ? one.change : 0), 0);
      const present = [...new Set(made.map(({ group }) => group))]
        .filter((group) => levelOf(group, DAYS[1]) !== 0 || made.some((one) => isInWindow(one) && one.group === group))
        .toSorted((a, b) => levelOf(b, DAYS[3]) - levelOf(a, DAYS[3]) || a - b);
      expect(await rank(world, "mrr", "plan", CENT)).toEqual({
        groups: present.slice(0, 5).map(String),
        present: present.length,
      });
    }),
    { numRuns: 60 },
  );
});

function isInWindow({ day, change }: { readonly day: string; readonly change: number }): boolean {
  return day >= DAYS[2] && change !== 0;
}

test("shares are ordered by their value over the window, and what was never observed is no group", async () => {
  const world = await createStoredWorld();
  const rows = (service: string, day: string, up: number, observed: number) =>
    world.db.work.run(
      (sql) => sql`insert into metric_values (metric, "by", day, value) values
        ('up_seconds', ${service}, ${day}::text::date, ${up}), ('observed_seconds', ${service}, ${day}::text::date, ${observed})`,
    );
  await rows("half", DAYS[2], 50, 100);
  await rows("whole", DAYS[2], 10, 10);
  await rows("mixed", DAYS[2], 100, 100);
  await rows("mixed", DAYS[3], 0, 300);
  await rows("before the window", DAYS[1], 10, 10);
  expect(await rank(world, "uptime", "service", "0.000001")).toEqual({
    groups: ["whole", "half", "mixed"],
    present: 3,
  });
});

test("of twenty thousand plans the largest come, and a remainder under a cent is none of them", async () => {
  const world = await createStoredWorld();
  await world.db.work.run(
    (sql) => sql`
      insert into metric_values (metric, "by", day, value)
      select 'mrr_change', 'plan ' || n, '2026-11-02'::date + n % 10, n * 12000000.0 from generate_series(1, 20000) as n
      union all select 'mrr_change', 'remainder', '2026-11-02', 11999999`,
  );
  expect(await rank(world, "mrr", "plan", CENT)).toEqual({
    groups: [0, 1, 2, 3, 4].map((n) => `plan ${20_000 - n}`),
    present: 20_000,
  });
});
