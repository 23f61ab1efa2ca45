import { Temporal } from "../core/time.ts";
import type { Database, TransactionSql } from "./client.ts";
import { LOCKS } from "./locks.ts";

const MONTHS_BACK = 14;
const MONTHS_AHEAD = 2;

/** `usage_logs` is cut into one table a UTC month; a row of a month without a table is refused by PostgreSQL. */
export interface Partitions {
  /** Makes the months from 14 before `now` to 2 after it. Run at start and daily. */
  ensureStart(now: Temporal.Instant): Promise<void>;
  /** Makes those of `months` ("YYYY-MM") that are missing. Months once seen cost nothing. */
  ensureMonths(months: Iterable<string>): Promise<void>;
  /** Drops a month with all its rows. `false` when there was none. */
  dropMonth(month: string): Promise<boolean>;
}

interface PartitionsParts {
  readonly db: Pick<Database, "intake">;
}

export function createPartitions({ db }: PartitionsParts): Partitions {
  const known = new Set<string>();

  async function ensureMonths(months: Iterable<string>): Promise<void> {
    const wanted = [...new Set(months)].filter((month) => !known.has(month));
    if (wanted.length === 0) return;
    const parsed = wanted.map(parseMonth);
    await db.intake.transaction(async (sql) => {
      if ((await missingOf(sql, parsed)).length === 0) return;
      await sql`select pg_advisory_xact_lock(${LOCKS.partitions[0]}, ${LOCKS.partitions[1]})`;
      for (const month of await missingOf(sql, parsed)) await sql.unsafe(partitionStatements(month)).simple();
    });
    for (const month of wanted) known.add(month);
  }

  return {
    ensureMonths,
    ensureStart: (now) => ensureMonths(monthsAround(now)),
    async dropMonth(month) {
      const name = partitionName(parseMonth(month));
      known.delete(month);
      return await db.intake.transaction(async (sql) => {
        await sql`select pg_advisory_xact_lock(${LOCKS.partitions[0]}, ${LOCKS.partitions[1]})`;
        const [found] = await sql<{ is_there: boolean }[]>`select to_regclass(${name}) is not null as is_there`;
        if (found?.is_there !== true) return false;
        await sql.unsafe(`drop table ${name}`);
        return true;
      });
    },
  };
}

/** The UTC month of an instant, as `ensureMonths` takes it. */
export function monthOf(instant: Temporal.Instant): string {
  return instant.toZonedDateTimeISO("UTC").toPlainDate().toPlainYearMonth().toString();
}

function monthsAround(now: Temporal.Instant): string[] {
  const first = parseMonth(monthOf(now)).subtract({ months: MONTHS_BACK });
  return Array.from({ length: MONTHS_BACK + 1 + MONTHS_AHEAD }, (_, index) => first.add({ months: index }).toString());
}

/** Throws RangeError: the name becomes part of a statement. */
function parseMonth(month: string): Temporal.PlainYearMonth {
  if (!/^\d{4}-\d{2}$/.test(month)) throw new RangeError("a month is written YYYY-MM");
  return Temporal.PlainYearMonth.from(month);
}

function partitionName(month: Temporal.PlainYearMonth): string {
  return `usage_logs_${month.toString().replace("-", "_")}`;
}

async function missingOf(
  sql: TransactionSql,
  months: readonly Temporal.PlainYearMonth[],
): Promise<Temporal.PlainYearMonth[]> {
  const rows = await sql<{ name: string }[]>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'usage_logs'::regclass`;
  const attached = new Set(rows.map((row) => row.name));
  return months.filter((month) => !attached.has(partitionName(month)));
}

/**
 * Made beside the parent and attached: `create table … partition of` would wait for every long
 * read of the parent and hold up the intake behind it.
 */
function partitionStatements(month: Temporal.PlainYearMonth): string {
  const name = partitionName(month);
  const bound = (start: Temporal.PlainYearMonth) => `'${start.toString()}-01 00:00:00+00'`;
  return `
    create table ${name} (like usage_logs including all);
    alter table usage_logs attach partition ${name} for values from (${bound(month)}) to (${bound(month.add({ months: 1 }))})`;
}
