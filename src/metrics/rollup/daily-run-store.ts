import type { Schedule } from "../../core/schedule.ts";
import { Temporal } from "../../core/time.ts";
import type { Pool, Sql } from "../../db/client.ts";

/** What the daily run is called in the ledger that it shares with the digests. */
const KIND = "daily run";
const DESTINATION = { platform: "rollup", channel: "daily" } as const;
const AT = "01:00";

/** One local date that this process may work on until its lease ends. */
export interface RunClaim {
  readonly deliveryNo: string;
  /** The local day on which the run is due, as an ISO date. */
  readonly localDate: string;
  /** This one included. */
  readonly attempts: number;
  /** Names this claim and no other; whoever has lost it can write nothing. */
  readonly token: string;
}

interface ScheduleRow {
  readonly scheduleNo: number;
  readonly timeZone: string;
  readonly createdAt: string;
  readonly lastDay: string | null;
}

/** The one schedule, made at its first reading and from then on in the workspace's zone. */
export async function readRunSchedule(sql: Sql, timeZone: string, now: Temporal.Instant): Promise<Schedule> {
  const { platform, channel } = DESTINATION;
  await sql`
    insert into schedules (kind, platform, channel, at, time_zone, origin, created_at)
    values (${KIND}, ${platform}, ${channel}, ${AT}::text::time, ${timeZone}, 'program', ${now.toString()}::text::timestamptz)
    on conflict on constraint schedules_destination do update set time_zone = excluded.time_zone
    where schedules.time_zone <> excluded.time_zone`;
  const [row] = await sql<ScheduleRow[]>`
    select schedule_no as "scheduleNo", time_zone as "timeZone", to_json(created_at) #>> '{}' as "createdAt",
      (select max(local_date)::text from deliveries where deliveries.schedule_no = schedules.schedule_no) as "lastDay"
    from schedules where kind = ${KIND} and platform = ${platform} and channel = ${channel}`;
  if (row === undefined) throw new Error("the schedule of the daily run is gone");
  return {
    scheduleNo: row.scheduleNo,
    at: AT,
    timeZone: row.timeZone,
    createdAt: Temporal.Instant.from(row.createdAt),
    lastDay: row.lastDay === null ? null : Temporal.PlainDate.from(row.lastDay),
  };
}

export interface OwedRun {
  readonly day: Temporal.PlainDate;
  readonly dueAt: Temporal.Instant;
}

/** Whoever comes second writes nothing: the identity is unique. */
export async function recordRuns(sql: Sql, { scheduleNo }: Schedule, owed: readonly OwedRun[]): Promise<void> {
  const rows = owed.map(({ day, dueAt }) => ({ day: day.toString(), due: dueAt.toString() }));
  await sql`
    insert into deliveries (schedule_no, destination, local_date, kind, due_at, next_at)
    select ${scheduleNo}, ${`${DESTINATION.platform}:${DESTINATION.channel}`}, day, ${KIND}, due, least(due, now())
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as owed(day date, due timestamptz)
    on conflict on constraint deliveries_identity do nothing`;
}

/**
 * One process's claims. A run whose lease ended is done again from its beginning, because a run may be repeated. The
 * database's clock decides.
 */
export function createRunLedger(pool: Pool, leaseMs: number) {
  const ours = (sql: Sql, { deliveryNo, token }: RunClaim) =>
    sql`delivery_no = ${deliveryNo}::bigint and claimed_by = ${token} and state = 'sending'`;
  const until = (sql: Sql) => sql`now() + make_interval(secs => ${leaseMs / 1000}::float8)`;
  return {
    /** The oldest date that is owed and that nobody works on; null when there is none. */
    claim: (token: string): Promise<RunClaim | null> =>
      pool.run(async (sql) => {
        const [row] = await sql<Omit<RunClaim, "token">[]>`
          with open as (
            select delivery_no as no from deliveries
            where kind = ${KIND}
              and ((state = 'pending' and next_at <= now()) or (state = 'sending' and claimed_until < now()))
            order by local_date limit 1 for update skip locked
          )
          update deliveries set state = 'sending', attempts = attempts + 1, claimed_by = ${token}, claimed_until = ${until(sql)}
          from open where delivery_no = open.no
          returning delivery_no::text as "deliveryNo", local_date::text as "localDate", attempts`;
        return row === undefined ? null : { ...row, token };
      }),

    /** Lets a claim speak for another lease. */
    renew: (claim: RunClaim): Promise<void> =>
      pool.run(async (sql) => {
        await sql`update deliveries set claimed_until = ${until(sql)} where ${ours(sql, claim)}`;
      }),

    finish: (claim: RunClaim): Promise<void> =>
      pool.run(async (sql) => {
        await sql`
          update deliveries set state = 'done', settled_at = now(), claimed_by = null, claimed_until = null, reason = null
          where ${ours(sql, claim)}`;
      }),

    /** To be done again, not before `afterMs`. */
    giveBack: (claim: RunClaim, afterMs: number, reason: string): Promise<void> =>
      pool.run(async (sql) => {
        await sql`
          update deliveries set state = 'pending', next_at = now() + make_interval(secs => ${afterMs / 1000}::float8),
            claimed_by = null, claimed_until = null, reason = ${reason}
          where ${ours(sql, claim)}`;
      }),
  };
}
