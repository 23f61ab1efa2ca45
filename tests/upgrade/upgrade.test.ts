import { expect, test } from "vitest";
import { createVerifier } from "../../src/metrics/verify/verifier.ts";
import { isMetricName, metricOf, type MetricName } from "../../src/metrics/catalogue.ts";
import { Temporal } from "../../src/core/time.ts";
import { calendarOf, companyEvents, MONEY_CHANGES_AGO, RATES, REPLY_AGO, SHARED_SESSION_AGO } from "./company.ts";
import { explainedBy, type Restated } from "./restated.ts";
import { recorded, restoredDatabase, startUpgraded, type Upgraded } from "./restored.ts";

/** Metrics that mean today what they meant then. */
const UNCHANGED = [
  "signups",
  "total_users",
  "api_calls",
  "failed_requests",
  "client_errors",
  "error_rate",
  "client_error_rate",
  "apdex",
  "errors",
  "latency_p50",
  "latency_p95",
  "latency_p99",
  "nps",
  "nps_responses",
  "nps_promoters",
  "nps_passives",
  "nps_detractors",
  "tickets_opened",
  "first_response_hours",
  "first_response_hours_p90",
  "resolution_hours",
  "resolution_hours_median",
  "resolution_hours_p90",
  "uptime",
  "degraded",
] as const satisfies MetricName[];

async function seriesOf({ reader }: Upgraded, metric: MetricName) {
  const { points, window, previous } = await reader.series(metric, recorded.days, { step: "day" });
  return { days: points.map(({ value }) => value), window: window.value, previous: previous?.value ?? null };
}

test(
  "numbers whose definition did not change are the same to the last digit on every day",
  { timeout: 120_000 },
  async () => {
    const upgraded = await startUpgraded(await restoredDatabase());
    for (const metric of UNCHANGED) {
      const then = recorded.series[metric];
      expect(then?.window, metric).not.toBeNull();
      expect(await seriesOf(upgraded, metric), metric).toEqual(then);
    }
  },
);

const restatements = ({ db }: Upgraded) =>
  db.read.run(
    (sql) => sql<Restated[]>`
      select metric, day::text, before::float8, after::float8 from restatements
      where by = '' and cause = 'definition changed on 2026-12-01' order by metric, day`,
  );

test(
  "every count and level that changed is restated, with the reason and by as much",
  { timeout: 120_000 },
  async () => {
    const upgraded = await startUpgraded(await restoredDatabase());
    const rows = await restatements(upgraded);
    const first = Temporal.PlainDate.from(recorded.firstDay);
    const changed = new Map<string, string[]>();
    for (const [metric, then] of Object.entries(recorded.series)) {
      if (!isMetricName(metric) || !["count", "level", "distinct"].includes(metricOf(metric).kind)) continue;
      const now = await seriesOf(upgraded, metric);
      const days = then.days.map((_, index) => first.add({ days: index }).toString());
      // Each row is rounded once.
      const allowed =
        metricOf(metric).unit === "money" ? 0.011 * (1 + rows.filter((row) => row.metric === metric).length) : 0;
      for (const [index, day] of days.entries()) {
        const difference = (now.days[index] ?? 0) - (then.days[index] ?? 0);
        expect(Math.abs(explainedBy(metric, day, rows) - difference), `${metric} ${day}`).toBeLessThanOrEqual(allowed);
        if (difference !== 0) changed.set(metric, [...(changed.get(metric) ?? []), day]);
      }
    }
    const { day } = calendarOf(recorded.today);
    expect(changed.get("agent_sessions")).toEqual([day(SHARED_SESSION_AGO)]);
    expect(changed.get("dau")).toEqual([day(SHARED_SESSION_AGO)]);
    expect(changed.get("open_tickets")?.[0]).toBe(day(REPLY_AGO));
    expect(changed.get("mrr_churn")?.[0]).toBe(day(MONEY_CHANGES_AGO));
    expect(changed.get("mrr")?.[0]).toBe(day(RATES[1].ago));
    for (const metric of UNCHANGED) expect(changed.get(metric), metric).toBeUndefined();
  },
);

test("every number is what the raw events say", { timeout: 120_000 }, async () => {
  const { db, workspace, now, settle } = await startUpgraded(await restoredDatabase());
  const verifier = createVerifier({ db, workspace, settle, clock: { now: () => Temporal.Instant.from(now()) } });
  const { differences, compared } = await verifier.verify(90);
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(7_000);
});

test("a second start changes nothing", { timeout: 120_000 }, async () => {
  const url = await restoredDatabase();
  const stored = ({ db }: Upgraded) =>
    db.read.run(
      (sql) => sql<{ told: string }[]>`
        select (select json_agg(row_to_json(v) order by metric, by, day) from metric_values as v)::text
          || (select json_agg(row_to_json(r) order by id) from restatements as r)::text
          || (select json_agg(row_to_json(d) order by day, kind) from day_revisions as d)::text as told`,
    );
  const [first, second] = [await stored(await startUpgraded(url)), await stored(await startUpgraded(url))];
  expect(second).toEqual(first);
});

test("events that were sent before are duplicates, with the key of then", { timeout: 120_000 }, async () => {
  const { access, intake, db } = await startUpgraded(await restoredDatabase());
  expect(await access.verify(recorded.ingestKey)).toMatchObject({ caller: { scope: "ingest", source: "api" } });
  const events = companyEvents(recorded.today);
  const verdicts = await intake.accept(events.slice(0, 1_000), { source: "api" });
  const others = await intake.accept(events.slice(-200), { source: "api" });
  expect([...verdicts, ...others].filter(({ verdict }) => verdict !== "duplicate")).toEqual([]);
  const [changed] = await intake.accept([{ ...events[0], status: 418 }], { source: "api" });
  expect(changed).toMatchObject({ verdict: "conflict" });
  const [waiting] = await db.read.run((sql) => sql<{ rows: number }[]>`select count(*)::int as rows from dirty`);
  expect(waiting?.rows).toBe(0);
});

test("what is no event is kept: refused events, digests, surveys and tickets", { timeout: 120_000 }, async () => {
  const { db } = await startUpgraded(await restoredDatabase());
  const [kept] = await db.read.run(
    (sql) => sql`
      select (select count(*)::int from dead_letters) as dead_letters, (select json_agg(state) from deliveries) as deliveries,
        (select count(*)::int from posted_numbers) as posted_numbers, (select count(*)::int from schedules) as schedules,
        (select count(*)::int from survey_messages where state = 'posted') as questions,
        (select count(*)::int from survey_rounds where closes_at > ${recorded.madeAt}) as open_surveys,
        (select json_agg(ticket_no) from desk_tickets where ticket_no is not null) as tickets`,
  );
  expect(kept).toEqual({
    dead_letters: 3,
    deliveries: ["sent"],
    posted_numbers: 1,
    schedules: 2,
    questions: 1,
    open_surveys: 1,
    tickets: [1],
  });
});
