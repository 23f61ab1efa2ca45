import type { Sql, TransactionSql } from "../../db/client.ts";

/** One day of one kind, being recomputed in a transaction that holds its lock. Days are ISO dates. */
export interface DayUnit {
  readonly sql: TransactionSql;
  readonly day: string;
  /** The local day of `now`. */
  readonly today: string;
  /** ISO instant. */
  readonly now: string;
  readonly timeZone: string;
  /** Whether events of the day itself arrived or were taken back, or the recompute was asked for. */
  readonly news: boolean;
  /** Why published numbers may change; null in the ordinary course. */
  readonly cause: string | null;
}

/** Some subjects of one kind, being folded in a transaction that holds the kind's lock. */
export interface FoldBatch {
  readonly sql: TransactionSql;
  readonly timeZone: string;
  /** Each subject with the cause that its dirty rows name. */
  readonly causes: ReadonlyMap<string, string | null>;
}

/**
 * True for rows whose `column` falls on the local day. The range lets an index find them; the date decides, because
 * clock changes make the edges of some local days ambiguous.
 */
export function onLocalDay(sql: Sql | TransactionSql, column: string, unit: { day: string; timeZone: string }) {
  return betweenLocalDays(sql, column, { first: unit.day, last: unit.day, timeZone: unit.timeZone });
}

/** The same for all days from `first` to `last`, both included. */
export function betweenLocalDays(
  sql: Sql | TransactionSql,
  column: string,
  days: { readonly first: string; readonly last: string; readonly timeZone: string },
) {
  const at = sql(column);
  const start = sql`(${days.first}::text::date::timestamp at time zone ${days.timeZone})`;
  const end = sql`((${days.last}::text::date + 1)::timestamp at time zone ${days.timeZone})`;
  if (days.timeZone === "UTC") return sql`(${at} >= ${start} and ${at} < ${end})`;
  return sql`(${at} >= ${start} - interval '3 hours' and ${at} < ${end} + interval '3 hours'
    and (${at} at time zone ${days.timeZone})::date between ${days.first}::text::date and ${days.last}::text::date)`;
}
