import { expect, test } from "vitest";
import { isTimeZone, localDay, Temporal } from "../../src/core/time.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const FIRST = Temporal.Instant.from("2005-01-01T00:00:00Z");
const LAST = Temporal.Instant.from("2037-01-01T00:00:00Z");
const HOURS_AROUND = [-26, -25, -24, -2, -1, 1, 2, 24, 25, 26];
const MICROSECONDS_AROUND = [-1, 0, 1];

async function zonesOfPostgres(database: TestDatabase): Promise<string[]> {
  const rows = await database.work.run(
    (sql) => sql<{ name: string }[]>`select name from pg_timezone_names order by name collate "C"`,
  );
  return rows.map((row) => row.name);
}

function transitionsOf(zone: string): Temporal.ZonedDateTime[] {
  const found: Temporal.ZonedDateTime[] = [];
  let at = FIRST.toZonedDateTimeISO(zone).getTimeZoneTransition("next");
  while (at !== null && Temporal.Instant.compare(at.toInstant(), LAST) < 0) {
    found.push(at);
    at = at.getTimeZoneTransition("next");
  }
  return found;
}

/** Whole hours before and after a clock change, and both edges of it and of the local midnights near it. */
function instantsAround(transition: Temporal.ZonedDateTime): Temporal.Instant[] {
  const change = transition.toInstant();
  const midnights = [-1, 0, 1, 2].map((days) =>
    transition.toPlainDate().add({ days }).toZonedDateTime(transition.timeZoneId).toInstant(),
  );
  return [
    ...HOURS_AROUND.map((hours) => change.add({ hours })),
    ...[change, ...midnights].flatMap((edge) => MICROSECONDS_AROUND.map((microseconds) => edge.add({ microseconds }))),
  ];
}

const microsecondsOf = (instant: Temporal.Instant): string => String(instant.epochNanoseconds / 1000n);

async function daysInPostgres(
  database: TestDatabase,
  zone: string,
  instants: readonly Temporal.Instant[],
): Promise<string[]> {
  const list = `{${instants.map(microsecondsOf).join(",")}}`;
  const [row] = await database.work.run(
    (sql) => sql<{ days: string }[]>`
      select string_agg(((timestamptz 'epoch' + us * interval '1 microsecond') at time zone ${zone})::date::text, ',' order by place) as days
      from unnest(${list}::text::bigint[]) with ordinality as instants(us, place)`,
  );
  return (row?.days ?? "").split(",");
}

/** Zones with the same changes and offsets have the same days: links such as US/Eastern are read once in Node, each in Postgres. */
const offsetAtFirst = (zone: string): string => FIRST.toZonedDateTimeISO(zone).offset;

interface Difference {
  readonly zone: string;
  readonly instant: Temporal.Instant;
}

/** Until the year of the older tz release both must agree; after it a government may have decided what only one of them knows. */
const NODE_TZ_YEAR = Number((process.versions["tz"] ?? "").slice(0, 4));

test(
  "Node and Postgres agree on the local day around every clock change of every zone they both know",
  { timeout: 120_000 },
  async () => {
    const database = await createTestDatabase();
    const zones = (await zonesOfPostgres(database)).filter(isTimeZone);
    const differing: Difference[] = [];
    const daysByRules = new Map<string, string[]>();
    let transitions = 0;
    let instants = 0;
    for (const zone of zones) {
      const changes = transitionsOf(zone);
      const around = [FIRST, LAST, ...changes.flatMap(instantsAround)];
      const rules = [
        offsetAtFirst(zone),
        ...changes.map((change) => `${change.epochMilliseconds} ${change.offset}`),
      ].join();
      const inNode = daysByRules.get(rules) ?? around.map((instant) => localDay(instant, zone).toString());
      daysByRules.set(rules, inNode);
      const inPostgres = await daysInPostgres(database, zone, around);
      around.forEach((instant, index) => {
        if (inNode[index] !== inPostgres[index]) differing.push({ zone, instant });
      });
      transitions += changes.length;
      instants += around.length;
    }
    const news = differing.filter(({ instant }) => instant.toZonedDateTimeISO("UTC").year >= NODE_TZ_YEAR);
    const zonesWithNews = [...new Set(news.map(({ zone }) => zone))];
    console.log(
      JSON.stringify({
        guarantee: "G10",
        zones: zones.length,
        transitions,
        instants,
        differing: differing.length,
        zonesWithNews,
      }),
    );
    expect(zones.length).toBeGreaterThan(400);
    expect(
      differing.filter((one) => !news.includes(one)).map(({ zone, instant }) => `${zone} ${instant.toString()}`),
    ).toEqual([]);
    expect(zonesWithNews.length).toBeLessThan(6);
  },
);

test("a zone that is off by an hour would be noticed", async () => {
  const database = await createTestDatabase();
  const changes = transitionsOf("Europe/Berlin").flatMap(instantsAround);
  const elsewhere = await daysInPostgres(database, "Europe/London", changes);
  expect(
    changes.filter((instant, index) => localDay(instant, "Europe/Berlin").toString() !== elsewhere[index]).length,
  ).toBeGreaterThan(100);
});
