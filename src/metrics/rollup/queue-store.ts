import type { Sql, TransactionSql } from "../../db/client.ts";
import { CAUSE, joinCauses, TAKEN_BACK } from "../../events/cause.ts";

/** What is folded one subject at a time, in the order in which a pass does it. */
export type SubjectKind = "session" | "person" | "account" | "ticket" | "member";

/** What is recomputed one local day at a time. */
export type DayKind = (typeof DAY_KINDS)[number];

/** Every kind of day, in the order in which a pass does them: none depends on a later one. */
export const DAY_KINDS = [
  "usage",
  "teams",
  "people",
  "revenue",
  "support",
  "errors",
  "health",
  "nps",
  "reach",
  "tiers",
] as const;

/**
 * `subject` of a dirty day that says only that the window or a neighbour moved: the day's own events are not news, so
 * nothing further follows from it.
 */
export const NO_NEWS = "window";

/** `subject` of a health day that must be looked at again because the present cut it short. */
export const CUT_SHORT = "cut";

/** Name of the setting that holds the newest local day that was opened, as an ISO date. */
export const OPENED_DAY = "opened_day";

/** First half of the advisory locks' keys; the kind's number is added. */
const LOCK_SPACE = 1_651_965_952;

const LOCK_NO: Readonly<Record<SubjectKind | DayKind | "users" | "opening", number>> = {
  session: 1,
  person: 2,
  account: 3,
  ticket: 4,
  usage: 5,
  people: 6,
  revenue: 7,
  support: 8,
  errors: 9,
  health: 10,
  nps: 11,
  reach: 12,
  users: 13,
  opening: 14,
  teams: 15,
  member: 16,
  tiers: 17,
};

/** Held until the transaction ends. A statement after it sees what its former holders wrote. */
export async function lockDay(sql: TransactionSql, kind: DayKind, day: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(${LOCK_SPACE + LOCK_NO[kind]}::int, ${day}::text::date - date '1970-01-01')`;
}

/**
 * Held until the transaction ends. `users` guards the folded columns of that table: it is taken last and before any row
 * is changed, or two transactions that change the same people in another order would wait for each other.
 */
export async function lockKind(sql: TransactionSql, kind: SubjectKind | "users" | "opening"): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK_SPACE + LOCK_NO[kind]}::int, 0)`;
}

export interface TakenDay {
  /** Rows removed from the queue. */
  readonly taken: number;
  /** Whether events of the day itself arrived or were taken back. */
  readonly news: boolean;
  /** Why published numbers may change; null in the ordinary course. */
  readonly cause: string | null;
  /** Whether an event was taken back, so that rows may be missing that were there. */
  readonly retracted: boolean;
}

/** Removes the day's due rows that are visible now. Rows that arrive later stay for the next pass. */
export async function takeDay(sql: TransactionSql, kind: DayKind, day: string, now: string): Promise<TakenDay> {
  const [row] = await sql<(Omit<TakenDay, "cause"> & { causes: string[] | null })[]>`
    with gone as (
      delete from dirty
      where kind = ${kind} and day = ${day}::text::date and (due_at is null or due_at <= ${now}::text::timestamptz)
      returning subject, cause
    )
    select count(*)::int as taken, coalesce(bool_or(subject is null), false) as news,
      json_agg(distinct coalesce(cause, ${CAUSE.late})) filter (where cause is not null or subject is null) as causes,
      coalesce(bool_or(strpos(cause, ${TAKEN_BACK}) > 0), false) as retracted
    from gone`;
  if (row === undefined) return { taken: 0, news: false, cause: null, retracted: false };
  const { causes, ...taken } = row;
  return { ...taken, cause: causeOf(causes ?? []) };
}

/** Null when events came in the ordinary course and nothing else happened: they are late only where a day is published. */
function causeOf(causes: readonly string[]): string | null {
  return causes.some((cause) => cause !== CAUSE.late) ? joinCauses(causes) : null;
}

/**
 * The days of a kind that are due, the newest first, because people look at today. Days that follow from an earlier one
 * of their own kind (`nps`, `health`) come the oldest first.
 */
export async function dueDays(sql: Sql, kind: DayKind, now: string): Promise<string[]> {
  const rows = await sql<{ day: string }[]>`
    select dirty.day::text as day from dirty
    where kind = ${kind} and day is not null and (due_at is null or due_at <= ${now}::text::timestamptz)
    group by dirty.day order by dirty.day desc`;
  const days = rows.map((row) => row.day);
  return kind === "nps" || kind === "health" ? days.toReversed() : days;
}

export interface TakenSubject {
  readonly subject: string;
  readonly cause: string | null;
}

/** Removes the due rows of up to `limit` subjects that come after `after`, and answers those subjects in order. */
export async function takeSubjects(
  sql: TransactionSql,
  batch: { readonly kind: SubjectKind; readonly after: string; readonly limit: number; readonly now: string },
): Promise<TakenSubject[]> {
  const due = sql`(due_at is null or due_at <= ${batch.now}::text::timestamptz)`;
  const rows = await sql<{ subject: string; causes: string[] }[]>`
    with due as (
      select distinct subject from dirty
      where kind = ${batch.kind} and day is null and subject > ${batch.after} and ${due}
      order by subject limit ${batch.limit}
    ), gone as (
      delete from dirty using due
      where dirty.kind = ${batch.kind} and dirty.day is null and dirty.subject = due.subject and ${due}
      returning dirty.subject, dirty.cause
    )
    select subject, json_agg(distinct coalesce(cause, ${CAUSE.late})) as causes from gone group by subject order by subject`;
  return rows.map(({ subject, causes }) => ({ subject, cause: causeOf(causes) }));
}

/** How many units are due: days of each kind, and subjects. */
export async function countDue(sql: Sql, now: string): Promise<number> {
  const [row] = await sql<{ left: number }[]>`
    select count(*)::int as left from (
      select from dirty where due_at is null or due_at <= ${now}::text::timestamptz group by kind, day, coalesce(subject, '')
    ) as units`;
  return row?.left ?? 0;
}

/** The newest row of the queue; rows get larger ids. */
export async function newestRow(sql: Sql): Promise<string> {
  const [row] = await sql<{ id: string }[]>`select coalesce(max(id), 0)::text as id from dirty`;
  return row?.id ?? "0";
}

/** Whether a row that is not newer than `newest` is due. */
export async function isDue(sql: Sql, newest: string, now: string): Promise<boolean> {
  const rows = await sql`
    select from dirty where id <= ${newest}::text::bigint and (due_at is null or due_at <= ${now}::text::timestamptz) limit 1`;
  return rows.length > 0;
}

/** Queues all kinds of these days as if news of each had arrived, because somebody asked for it. */
export async function queueWholeDays(sql: Sql, days: readonly string[]): Promise<void> {
  await sql`
    insert into dirty (kind, day, cause)
    select kind, day::date, ${CAUSE.forced}
    from json_array_elements_text(${JSON.stringify(days)}::text::json) as day,
      json_array_elements_text(${JSON.stringify(DAY_KINDS)}::text::json) as kind`;
}

/**
 * Queues the days from `from` to `to` days after `day`, because what happened on `day` reaches into them; none that
 * nobody has opened, but also those that another program opened while this pass still takes yesterday for today.
 */
export async function queueFollowing(
  sql: TransactionSql,
  following: {
    readonly kind: DayKind;
    readonly day: string;
    readonly from: 0 | 1;
    readonly to: number;
    readonly today: string;
    readonly cause: string | null;
  },
): Promise<void> {
  await sql`
    insert into dirty (kind, day, subject, cause)
    select ${following.kind}, ${following.day}::text::date + n, ${NO_NEWS}, ${following.cause}::text
    from generate_series(${following.from}::int, ${following.to}::int) as n
    where ${following.day}::text::date + n <= greatest(${following.today}::text::date, (
      select (value #>> '{}')::date from settings where name = ${OPENED_DAY}))`;
}

/** How often each of these days was recomputed, over all its kinds; days that never were have revision 0. */
export async function readRevisions(sql: Sql, days: readonly string[]): Promise<{ day: string; revision: number }[]> {
  return sql<{ day: string; revision: number }[]>`
    select asked.day::date::text as day, coalesce(sum(revision), 0)::int as revision
    from json_array_elements_text(${JSON.stringify(days)}::text::json) as asked(day)
      left join day_revisions on day_revisions.day = asked.day::date
    group by 1 order by 1`;
}
