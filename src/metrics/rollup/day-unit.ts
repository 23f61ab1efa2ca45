import { Temporal } from "../../core/time.ts";
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
  /** Whether an event was taken back, so that rows may be missing that were there. */
  readonly retracted: boolean;
  /** The workspace's. */
  readonly currency: string;
}

/** Some subjects of one kind, being folded in a transaction that holds the kind's lock. */
export interface FoldBatch {
  readonly sql: TransactionSql;
  readonly timeZone: string;
  /** Each subject with the cause that its dirty rows name. */
  readonly causes: ReadonlyMap<string, string | null>;
}

/** True for rows whose `column` falls on the local day. */
export function onLocalDay(sql: Sql, column: string, unit: { day: string; timeZone: string }) {
  return betweenLocalDays(sql, column, { first: unit.day, last: unit.day, timeZone: unit.timeZone });
}

/**
 * True for rows whose `column` falls on a local day from `first` to `last`, both included. A range lets an index find
 * them. Within three hours of its edges the local date decides, because clock changes make the edges of some local days
 * ambiguous; farther in it is known.
 */
export function betweenLocalDays(
  sql: Sql,
  column: string,
  { first, last, timeZone }: { readonly first: string; readonly last: string; readonly timeZone: string },
) {
  const at = sql(column);
  const [firstDay, lastDay] = [dateOf(sql, first), dateOf(sql, last)];
  const start = sql`(${firstDay}::timestamp at time zone ${timeZone})`;
  const end = sql`((${lastDay} + 1)::timestamp at time zone ${timeZone})`;
  if (timeZone === "UTC") return sql`(${at} >= ${start} and ${at} < ${end})`;
  const margin = sql`interval '3 hours'`;
  return sql`(${at} >= ${start} - ${margin} and ${at} < ${end} + ${margin}
    and (${at} >= ${start} + ${margin} and ${at} < ${end} - ${margin}
      or (${at} at time zone ${timeZone})::date between ${firstDay} and ${lastDay}))`;
}

const EPOCH = Temporal.PlainDate.from("1970-01-01");

/** As a number of days, because a date in text would be read again for every row. */
function dateOf(sql: Sql, day: string) {
  return sql`(date '1970-01-01' + ${EPOCH.until(Temporal.PlainDate.from(day)).days}::int)`;
}
