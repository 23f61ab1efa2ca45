import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { latencyBucket } from "../../src/core/latency-bucket.ts";
import { Temporal, type Clock } from "../../src/core/time.ts";
import type { Workspace } from "../../src/core/workspace.ts";
import { EVENT_TYPES, type EventType } from "../../src/events/event-type.ts";
import { createReader, type Reader } from "../../src/metrics/read/reader.ts";
import type { StoredName } from "../../src/metrics/catalogue.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

export const berlin: Workspace = {
  timeZone: "Europe/Berlin",
  currency: "USD",
  activationDays: 7,
  policies: DEFAULT_POLICIES,
};

export function clockAt(instant: string): Clock {
  return { now: () => Temporal.Instant.from(instant) };
}

/** Annual money in millionths of the minor unit, as the roller stores it, from a month's price in minor units. */
export function monthly(minorUnits: number): string {
  return `${BigInt(minorUnits) * 12n}000000`;
}

/** A database with only what rollups would have left there, written row by row. */
export interface StoredWorld {
  readonly db: TestDatabase;
  readonly workspace: Workspace;
  reader(now: string): Reader;
  /** The first event of each of these types, of all unless some are named. */
  firstEventAt(instant: string, types?: readonly EventType[]): Promise<void>;
  value(metric: StoredName, day: string, value: number | string): Promise<void>;
  revision(day: string, kind: string, computedAt: string): Promise<void>;
  /** What an account brings from the day on, and what a pause stops; accounts are told of by day. */
  stands(row: { account: string; day: string; pays: number; paused?: number }): Promise<void>;
  person(userId: string, signedUpAt: string, activatedAt?: string): Promise<void>;
  ticket(ticketId: string, openedAt: string, firstResolvedAt: string | null): Promise<void>;
  /** Histogram of some requests of a feature ("GET /users/:id"; `*` for all) on a day. */
  requests(feature: string, day: string, durationsMs: readonly number[]): Promise<void>;
}

export async function createStoredWorld(workspace: Workspace = berlin): Promise<StoredWorld> {
  const db = await createTestDatabase();
  return {
    db,
    workspace,
    reader: (now) => createReader({ db, clock: clockAt(now), workspace }),
    async firstEventAt(instant, types = EVENT_TYPES) {
      const firsts = JSON.stringify(Object.fromEntries(types.map((type) => [type, instant])));
      await db.work.run(
        (sql) => sql`
          insert into settings (name, value)
          values ('first_event_at', to_jsonb(${instant}::text)), ('first_events', ${firsts}::text::jsonb)
          on conflict (name) do update set value = case settings.name
            when 'first_events' then settings.value || excluded.value else least(settings.value, excluded.value) end`,
      );
    },
    async value(metric, day, value) {
      await db.work.run(
        (sql) =>
          sql`insert into metric_values (metric, day, value) values (${metric}, ${day}::text::date, ${value}::text::numeric)`,
      );
    },
    async revision(day, kind, computedAt) {
      await db.work.run(
        (sql) =>
          sql`insert into day_revisions values (${day}::text::date, ${kind}, 1, ${computedAt}::text::timestamptz)`,
      );
    },
    async stands({ account, day, pays, paused = 0 }) {
      await db.work.run(
        (sql) => sql`
          with earlier as (
            update account_spans set until = ${day}::text::date where account = ${account} and until = 'infinity'
          )
          insert into account_spans (account, day, until, plan, standing, pays, paused, would_pay, unconverted, unpriced,
            trials, currencies, money, due, stopped)
          values (${account}, ${day}::text::date, 'infinity', null, null, ${pays > 0}, ${paused > 0}, ${paused > 0}, 0, 0, 0,
            array['USD'], array[${pays}::int], array[0], array[${paused}::int])`,
      );
    },
    async person(userId, signedUpAt, activatedAt) {
      await db.work.run(
        (sql) => sql`
          insert into users (user_id, signed_up_at, activated_at)
          values (${userId}, ${signedUpAt}::text::timestamptz, ${activatedAt ?? null}::text::timestamptz)`,
      );
    },
    async ticket(ticketId, openedAt, firstResolvedAt) {
      await db.work.run(
        (sql) => sql`
          insert into support_tickets (ticket_id, status, priority, category, opened_at, first_resolved_at)
          values (${ticketId}, 'open', 'medium', 'general', ${openedAt}::text::timestamptz,
                  ${firstResolvedAt}::text::timestamptz)`,
      );
    },
    async requests(feature, day, durationsMs) {
      const featureNo = await featureNumber(db, feature);
      const { buckets, counts } = histogramOf(durationsMs);
      const total = durationsMs.reduce((sum, duration) => sum + duration, 0);
      await db.work.run(
        (sql) => sql`
          insert into latency_histograms (day, feature_no, calls, failed, duration_ms_sum, buckets, counts)
          values (${day}::text::date, ${featureNo}, ${durationsMs.length}, 0, ${total},
                  ${`{${buckets}}`}::text::smallint[], ${`{${counts}}`}::text::bigint[])`,
      );
    },
  };
}

async function featureNumber(db: TestDatabase, feature: string): Promise<number> {
  if (feature === "*") return 0;
  if (feature === "other") return 1;
  const [method = "", route = ""] = feature.split(" ");
  const [row] = await db.work.run(
    (sql) => sql<{ feature_no: number }[]>`
      insert into features (method, route) values (${method}, ${route})
      on conflict (method, route) do update set route = excluded.route
      returning feature_no`,
  );
  return row?.feature_no ?? -1;
}

export function histogramOf(durationsMs: readonly number[]): { buckets: number[]; counts: number[] } {
  const tally = new Map<number, number>();
  for (const duration of durationsMs) {
    const bucket = latencyBucket(duration);
    tally.set(bucket, (tally.get(bucket) ?? 0) + 1);
  }
  const sorted = [...tally].sort(([a], [b]) => a - b);
  return { buckets: sorted.map(([bucket]) => bucket), counts: sorted.map(([, count]) => count) };
}
