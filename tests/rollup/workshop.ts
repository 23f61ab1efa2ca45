import { DEFAULT_POLICIES, type Policies } from "../../src/core/workspace.ts";
import { expect } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createIntake } from "../../src/events/intake.ts";
import type { Intake } from "../../src/events/verdict.ts";
import { createRoller, type Roller } from "../../src/metrics/rollup/roller.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

interface Setting extends Partial<Policies> {
  readonly now: string;
  readonly timeZone?: string;
}

/** A database, an intake and a roller, with a clock that stands still until it is moved. */
export interface Workshop {
  readonly db: TestDatabase;
  readonly roller: Roller;
  /** What a second program would have. */
  anotherRoller(): Roller;
  /** What was logged as an error. */
  readonly logged: readonly unknown[];
  /** What another program would have. */
  anotherIntake(): Intake;
  moveClock(to: string): void;
  /** Sends events, all of which must be accepted, and names them in the order in which they come. */
  send(...events: readonly object[]): Promise<void>;
  /** Stored numbers of a metric as `day: number`, or of one group of it. */
  stored(metric: string, by?: string): Promise<Record<string, number>>;
  /** All stored numbers, bits, histograms and folded rows, for comparison. */
  everything(): Promise<unknown>;
}

export async function createWorkshop({ now, timeZone = "UTC", ...policies }: Setting): Promise<Workshop> {
  const db = await createTestDatabase();
  const workspace = { timeZone, currency: "USD", activationDays: 7, policies: { ...DEFAULT_POLICIES, ...policies } };
  let present = Temporal.Instant.from(now);
  const clock = { now: () => present };
  const logged: unknown[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (fields: unknown) => void logged.push(fields) };
  const anotherIntake = () => createIntake({ db, clock, workspace });
  const intake = anotherIntake();
  const anotherRoller = () => createRoller({ db, clock, workspace, log });
  let named = 0;
  return {
    db,
    roller: anotherRoller(),
    anotherRoller,
    anotherIntake,
    logged,
    moveClock(to) {
      present = Temporal.Instant.from(to);
    },
    async send(...events) {
      const withIds = events.map((event) => ({ id: `e${String((named += 1)).padStart(6, "0")}`, ...event }));
      const verdicts = await intake.accept(withIds, { source: "api", importing: true });
      expect(verdicts).toEqual(verdicts.map(() => expect.objectContaining({ verdict: "accepted" })));
    },
    async stored(metric, by = "") {
      const rows = await db.read.run(
        (sql) => sql<{ day: string; value: string }[]>`
          select day::text as day, value::text as value from metric_values where metric = ${metric} and by = ${by} order by 1`,
      );
      return Object.fromEntries(rows.map(({ day, value }) => [day, Number(value)]));
    },
    everything: () => readEverything(db),
  };
}

async function readEverything(db: TestDatabase): Promise<unknown> {
  return db.work.run(async (sql) => {
    const [row] = await sql`
      select
        (select json_agg(v order by metric, by, day) from metric_values as v) as values,
        (select json_agg(b order by day, block) from active_bits as b) as bits,
        (select json_agg(h order by feature_no, day) from latency_histograms as h) as histograms,
        (select json_agg(m order by account, day, kind) from movements as m) as movements,
        (select json_agg(s order by account, day) from account_spans as s) as spans,
        (select json_agg(m order by subscription, day) from moved_subscriptions as m) as moved,
        (select json_agg(t order by account, number) from revenue_trials as t) as trials,
        (select json_agg(c order by account, day, currency) from revenue_cash as c) as cash,
        (select json_agg(s order by session_id, user_no) from agent_sessions as s) as sessions,
        (select json_agg(t order by ticket_id) from support_tickets as t) as tickets,
        (select json_agg(d order by ticket_id, day) from ticket_days as d) as ticket_days,
        (select json_agg(m order by user_no, milestone) from user_milestones as m) as milestones,
        (select json_agg(json_build_array(user_no, signed_up_at, activated_at, plan, first_request_at, first_session_at)
          order by user_no) from users) as people,
        (select value from settings where name = 'first_event_at') as first_event_at`;
    return row;
  });
}

/** Lets rows of any month be written by hand; not for tests that also send requests. */
export async function openAllMonths({ db }: Workshop): Promise<void> {
  await db.work.run(
    (sql) => sql`create table all_months partition of usage_logs for values from (minvalue) to (maxvalue)`,
  );
}
