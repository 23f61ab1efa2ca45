import type { Pool, Sql } from "../../db/client.ts";
import { Temporal } from "../../core/time.ts";
import type { Message } from "../message.ts";
import type { ChatName, Destination } from "../platform.ts";
import { endWarnings, raiseWarning } from "../warnings/warning-store.ts";
import { CATCH_UP_HOURS } from "../../core/schedule.ts";
import type { DigestPlan } from "./digest-plan.ts";
import { readPlan } from "./schedule-store.ts";
import type { Settlement, Timing } from "./settlement.ts";

/** A delivery that this process may work on until its lease ends. `uncertain` ones are looked up, others sent. */
export interface Claim {
  readonly deliveryNo: string;
  /** `NO_SCHEDULE` for what no schedule owes. */
  readonly scheduleNo: number;
  readonly channel: string;
  /** Null outside threads. */
  readonly thread: string | null;
  /** "digest", "weekly digest" or "monthly digest", or what one asked for at once is called; see `oweNow`. */
  readonly kind: string;
  /** ISO date. */
  readonly localDate: string;
  readonly state: "sending" | "uncertain";
  /** How often it was sent, this time included. */
  readonly attempts: number;
  readonly dueAt: Temporal.Instant;
  /** Names this claim and no other; whoever has lost it can write nothing. */
  readonly token: string;
  /** Frozen at the first attempt. */
  readonly message: Message | null;
}

export interface SentDelivery {
  readonly deliveryNo: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly kind: string;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  readonly externalId: string | null;
}

interface Row {
  readonly deliveryNo: string;
  readonly scheduleNo: number;
  readonly destination: string;
  readonly kind: string;
  readonly localDate: string;
  readonly state: Claim["state"];
  readonly attempts: number;
  readonly dueAt: string;
  readonly payload: string | null;
  readonly externalId: string | null;
}

const ROW = `
  delivery_no::text as "deliveryNo", schedule_no as "scheduleNo", destination, kind, local_date::text as "localDate", state,
  attempts, to_json(due_at) #>> '{}' as "dueAt", payload::text as payload, external_id as "externalId"`;

const GIVE_UP_HOURS = 24;

/** `schedule_no` of what is owed for another reason than a schedule: alerts. */
export const NO_SCHEDULE = 0;

interface Part {
  readonly pool: Pool;
  readonly platform: ChatName;
  readonly timing: Timing;
}

const soon = (sql: Sql, ms: number) => sql`now() + make_interval(secs => ${ms / 1000}::float8)`;
const of = (sql: Sql, platform: ChatName) => sql`starts_with(destination, ${`${platform}:`})`;

/** One platform's part of the ledger. The database's clock decides what is due and whose claim has ended. */
export function createLedger(pool: Pool, platform: ChatName, timing: Timing) {
  const part = { pool, platform, timing };
  return { ...claims(part), ...settlements(part), ...rechecks(part), ...questions(part) };
}

export type Ledger = ReturnType<typeof createLedger>;

function claims({ pool, platform, timing }: Part) {
  return {
    /** What nobody works on any more: claims whose lease has ended, what is too old to send or not wanted any more. */
    expire: () =>
      pool.run(async (sql) => {
        await sql`
          update deliveries set state = 'uncertain', next_at = now(), claimed_by = null, claimed_until = null,
            recheck_at = now(), reason = 'its sender stopped before it could say what came of it'
          where state = 'sending' and claimed_until < now() and ${of(sql, platform)}`;
        await sql`
          update deliveries set state = 'skipped', settled_at = now()
          where state = 'pending' and due_at < now() - make_interval(hours => ${CATCH_UP_HOURS}) and ${of(sql, platform)}`;
        await sql`
          update deliveries set state = 'skipped', settled_at = now()
          from schedules
          where schedules.schedule_no = deliveries.schedule_no and schedules.kind = deliveries.kind
            and (removed_at is not null or paused_by is not null) and state = 'pending' and ${of(sql, platform)}`;
        await sql`
          update deliveries set state = 'dead', settled_at = now(), claimed_by = null, claimed_until = null
          where state = 'uncertain' and due_at < now() - make_interval(hours => ${GIVE_UP_HOURS})
            and coalesce(claimed_until, now()) <= now() and ${of(sql, platform)}`;
      }),

    /** Committed when it is answered, so before a socket is touched. */
    claim: (limit: number, token: string): Promise<Claim[]> =>
      pool.run(async (sql) => {
        const rows = await sql<Row[]>`
          with open as (
            select delivery_no as no from deliveries
            where next_at <= now() and ${of(sql, platform)}
              and (state = 'pending' or (state = 'uncertain' and coalesce(claimed_until, now()) <= now()))
            order by next_at, delivery_no limit ${limit} for update skip locked
          )
          update deliveries set
            state = case state when 'pending' then 'sending' else state end,
            attempts = attempts + case state when 'pending' then 1 else 0 end,
            claimed_by = ${token}, claimed_until = ${soon(sql, timing.leaseMs)}
          from open where delivery_no = open.no
          returning ${sql.unsafe(ROW)}`;
        return rows.map((row) => claimOf(row, token));
      }),
  };
}

function settlements({ pool, timing }: Part) {
  return {
    /** In the place of what an earlier attempt froze; null when the claim was lost meanwhile. */
    freeze: ({ deliveryNo, token }: Claim, message: Message): Promise<Message | null> =>
      pool.run(async (sql) => {
        const [row] = await sql<{ payload: string }[]>`
          update deliveries set payload = ${JSON.stringify(message)}::text::jsonb
          where delivery_no = ${deliveryNo}::bigint and claimed_by = ${token} and state = 'sending'
          returning payload::text as payload`;
        return row === undefined ? null : (JSON.parse(row.payload) as Message);
      }),

    /** False when the claim was lost meanwhile: then nothing is written. */
    settle: ({ deliveryNo, token }: Claim, settlement: Settlement): Promise<boolean> =>
      pool.transaction(async (sql) => {
        const columns = settlementColumns(sql, settlement, timing);
        const written = await sql<Pick<Row, "scheduleNo" | "destination">[]>`
          update deliveries set state = ${settlement.state}, claimed_by = null, claimed_until = null, ${columns}
          where delivery_no = ${deliveryNo}::bigint and claimed_by = ${token} and state in ('sending', 'uncertain')
          returning schedule_no as "scheduleNo", destination`;
        const [row] = written;
        if (row !== undefined && settlement.state === "dead") await pause(sql, row, settlement.reason);
        if (row !== undefined && settlement.state === "sent") await endWarnings(sql, destinationOf(row));
        return row !== undefined;
      }),

    /** A claim that came to nothing before a socket was touched. `reason`: what it waits for. */
    giveBack: ({ deliveryNo, token }: Claim, afterMs: number, reason: string | null = null): Promise<void> =>
      pool.run(async (sql) => {
        await sql`
          update deliveries set state = case state when 'sending' then 'pending' else state end,
            attempts = attempts - case state when 'sending' then 1 else 0 end,
            next_at = ${soon(sql, afterMs)}, claimed_by = null, claimed_until = null, reason = coalesce(${reason}, reason)
          where delivery_no = ${deliveryNo}::bigint and claimed_by = ${token}`;
      }),

    /** For a sender that lost its claim and learnt afterwards that its message was posted: another may be there too. */
    confess: ({ deliveryNo }: Claim, externalId: string): Promise<void> =>
      pool.run(async (sql) => {
        await sql`
          update deliveries set recheck_at = ${soon(sql, timing.recheckMs)},
            state = case when state = 'sending' then state else 'sent' end,
            external_id = coalesce(external_id, ${externalId}), settled_at = coalesce(settled_at, now()),
            claimed_by = case when state = 'sending' then claimed_by end,
            claimed_until = case when state = 'sending' then claimed_until end
          where delivery_no = ${deliveryNo}::bigint`;
      }),
  };
}

function rechecks({ pool, platform, timing }: Part) {
  return {
    /** Those that were uncertain once and have been settled for a while. Taken again later unless `recheck` follows. */
    claimRechecks: (limit: number): Promise<SentDelivery[]> =>
      pool.run(async (sql) => {
        const rows = await sql<Row[]>`
          with open as (
            select delivery_no as no from deliveries
            where recheck_at <= now() and state = 'sent' and ${of(sql, platform)}
            order by recheck_at limit ${limit} for update skip locked
          )
          update deliveries set recheck_at = ${soon(sql, timing.leaseMs)}
          from open where delivery_no = open.no
          returning ${sql.unsafe(ROW)}`;
        return rows.map((row) => ({ ...placeOf(row), externalId: row.externalId }));
      }),

    /** Writes down which message stayed, when no second one is left. */
    rechecked: (deliveryNo: string, externalId: string | null): Promise<void> =>
      pool.run(async (sql) => {
        await sql`
          update deliveries set recheck_at = null, external_id = coalesce(${externalId}, external_id)
          where delivery_no = ${deliveryNo}::bigint and state = 'sent'`;
      }),
  };
}

function questions({ pool, platform }: Part) {
  return {
    /** As the channel wants it now. */
    planOf: ({ scheduleNo }: Pick<Claim, "scheduleNo">): Promise<DigestPlan> =>
      pool.run((sql) => readPlan(sql, scheduleNo)),

    /** Milliseconds until something can be done; null when nothing is open. */
    msUntilNext: (): Promise<number | null> =>
      pool.run(async (sql) => {
        const [row] = await sql<{ ms: number | null }[]>`
          select extract(epoch from min(at) - now())::float8 * 1000 as ms from (
            select case when state = 'sending' then claimed_until else greatest(next_at, claimed_until) end as at
            from deliveries where state in ('pending', 'sending', 'uncertain') and ${of(sql, platform)}
            union all
            select recheck_at from deliveries where recheck_at is not null and state = 'sent' and ${of(sql, platform)}
          ) as open`;
        return row?.ms ?? null;
      }),

    /** Local days since the last digest that was sent, on which none was; ISO dates, oldest first. */
    daysWithout: ({
      scheduleNo,
      kind,
      localDate,
    }: Pick<Claim, "scheduleNo" | "kind" | "localDate">): Promise<string[]> =>
      pool.run(async (sql) => {
        const rows = await sql<{ day: string }[]>`
          select local_date::text as day from deliveries
          where schedule_no = ${scheduleNo} and kind = ${kind} and state in ('skipped', 'dead')
            and local_date < ${localDate}::text::date
            and local_date > coalesce((
              select max(local_date) from deliveries
              where schedule_no = ${scheduleNo} and kind = ${kind} and state = 'sent'
                and local_date < ${localDate}::text::date
            ), '-infinity'::date)
          order by local_date`;
        return rows.map(({ day }) => day);
      }),
  };
}

/** The platform refused it for good: nothing more is owed there, and an admin hears of it. What no schedule owes, those who owe it pause. */
async function pause(sql: Sql, row: Pick<Row, "scheduleNo" | "destination">, reason: string): Promise<void> {
  if (row.scheduleNo === NO_SCHEDULE) return;
  await sql`update schedules set paused_at = now() where schedule_no = ${row.scheduleNo} and paused_at is null`;
  await raiseWarning(sql, { ...destinationOf(row), reason, retry: "digest resume" });
}

/** Of "slack:C1", or "slack:C1/1700000000.000100" in a thread. */
function destinationOf({ destination }: Pick<Row, "destination">): Destination {
  const cut = destination.indexOf(":");
  const [channel = "", thread] = destination.slice(cut + 1).split("/");
  const platform = destination.slice(0, cut) as ChatName;
  return { platform, channel, ...(thread === undefined ? {} : { thread }) };
}

function settlementColumns(sql: Sql, settlement: Settlement, timing: Timing) {
  switch (settlement.state) {
    case "sent":
      return sql`external_id = ${settlement.externalId}, settled_at = now(), reason = null,
        recheck_at = case when recheck_at is null then null
          else now() + make_interval(secs => ${timing.recheckMs / 1000}::float8) end`;
    case "pending":
      return sql`next_at = now() + make_interval(secs => ${settlement.afterMs / 1000}::float8), reason = ${settlement.reason}`;
    case "uncertain":
      return sql`next_at = now() + make_interval(secs => ${settlement.afterMs / 1000}::float8), reason = ${settlement.reason},
        recheck_at = now()`;
    case "quiet":
      return sql`settled_at = now(), reason = null, recheck_at = null`;
    case "dead":
      return sql`settled_at = now(), reason = ${settlement.reason}`;
  }
}

function placeOf(row: Row) {
  const { channel, thread = null } = destinationOf(row);
  return {
    deliveryNo: row.deliveryNo,
    channel,
    thread,
    kind: row.kind,
    localDate: row.localDate,
    dueAt: Temporal.Instant.from(row.dueAt),
  };
}

function claimOf(row: Row, token: string): Claim {
  const { scheduleNo, state, attempts, payload } = row;
  const message = payload === null ? null : (JSON.parse(payload) as Message);
  return { ...placeOf(row), scheduleNo, state, attempts, token, message };
}
