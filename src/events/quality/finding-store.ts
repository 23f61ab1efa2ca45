import type { Sql } from "../../db/client.ts";
import type { FindingCode } from "./finding.ts";

export interface NewFinding {
  readonly code: FindingCode;
  /** `t` or `u` and a number for an account; else what names it. */
  readonly subject: string;
  readonly count: number;
  /** Names of what it is about, at most 300 characters. */
  readonly detail: string | null;
  readonly firstEvent: string | null;
  /** ISO text. */
  readonly firstAt: string | null;
  readonly lastEvent: string | null;
  /** ISO text. */
  readonly lastAt: string | null;
}

interface Looked {
  readonly codes: readonly FindingCode[];
  /** About which it was looked. */
  readonly subjects: readonly string[] | "all" | "all but accounts";
}

const KEPT_A_CODE = 200;
const ACCOUNT = "^[tu][0-9]+$";

/** Replaces what an earlier look found about the same. When it was first noted is kept. */
export async function replaceFindings(sql: Sql, looked: Looked, fresh: readonly NewFinding[]): Promise<void> {
  const about =
    looked.subjects === "all"
      ? sql`true`
      : looked.subjects === "all but accounts"
        ? sql`subject !~ ${ACCOUNT}`
        : sql`subject in (select json_array_elements_text(${JSON.stringify(looked.subjects)}::text::json))`;
  await sql`
    with fresh as materialized (
      select * from json_to_recordset(${JSON.stringify(fresh)}::text::json) as f(code text, subject text, count integer,
        detail text, "firstEvent" text, "firstAt" timestamptz, "lastEvent" text, "lastAt" timestamptz)
    ), gone as (
      delete from findings
      where code in (select json_array_elements_text(${JSON.stringify(looked.codes)}::text::json))
        and ${about}
        and not exists (select from fresh where (fresh.code, fresh.subject) = (findings.code, findings.subject))
    )
    insert into findings (code, subject, count, detail, first_event, first_at, last_event, last_at)
    select code, subject, count, detail, "firstEvent", "firstAt", "lastEvent", "lastAt" from fresh order by code, subject
    on conflict (code, subject) do update set count = excluded.count, detail = excluded.detail,
      first_event = excluded.first_event, first_at = excluded.first_at, last_event = excluded.last_event,
      last_at = excluded.last_at, looked_at = now()`;
  if (fresh.length === 0) return;
  await sql`
    delete from findings using (
      select code, subject, row_number() over (partition by code order by last_at desc nulls last, subject) as place
      from findings
    ) as ranked
    where (findings.code, findings.subject) = (ranked.code, ranked.subject) and place > ${KEPT_A_CODE}`;
}

/** Accounts with findings of these codes, those that were looked at longest ago first. */
export async function longestUnlooked(sql: Sql, codes: readonly FindingCode[], limit: number): Promise<string[]> {
  const rows = await sql<{ subject: string }[]>`
    select subject from findings
    where code in (select json_array_elements_text(${JSON.stringify(codes)}::text::json)) and subject ~ ${ACCOUNT}
    group by subject order by min(looked_at), subject limit ${limit}`;
  return rows.map(({ subject }) => subject);
}
