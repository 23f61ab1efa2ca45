import type { Sql } from "../../db/client.ts";
import type { FindingCode } from "../../events/quality/finding.ts";

export interface StoredFinding {
  readonly code: FindingCode;
  readonly count: number;
  /** The sender's id of the latest event; null when it has none. */
  readonly eventId: string | null;
  /** The id of the team or person that it is about; null when it is about none. */
  readonly account: string | null;
  /** Names of what it is about: subscriptions, ids, sources, a milestone. */
  readonly detail: string | null;
  /** ISO text: when the first and the latest of its events happened. */
  readonly firstAt: string | null;
  readonly lastAt: string | null;
}

const SHOWN = 500;

export async function listFindings(sql: Sql): Promise<StoredFinding[]> {
  return await sql<StoredFinding[]>`
    select code, count, last_event as "eventId", coalesce(team_id, user_id) as account, detail,
      to_json(first_at) #>> '{}' as "firstAt", to_json(last_at) #>> '{}' as "lastAt"
    from findings cross join lateral (
        select case when code not in ('unknown_milestone', 'two_sources', 'silent_source', 'far_date')
            and subject ~ '^[tu][a-z ]*[0-9]+$' then substring(subject from '[0-9]+$')::int end as no
      ) as who
      left join teams on subject like 't%' and team_no = who.no
      left join users on subject like 'u%' and user_no = who.no
    order by last_at desc nulls last, code, subject limit ${SHOWN}`;
}

export async function findingsNotedBetween(
  sql: Sql,
  start: string,
  end: string,
): Promise<{ readonly code: FindingCode; readonly count: number }[]> {
  return await sql<{ code: FindingCode; count: number }[]>`
    select code, sum(count)::int as count from findings
    where noted_at >= ${start}::text::timestamptz and noted_at < ${end}::text::timestamptz
    group by code order by count desc, code`;
}
