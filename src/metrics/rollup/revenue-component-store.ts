import type { FoldBatch } from "./day-unit.ts";

export interface TakenAccount {
  readonly account: string;
  /** Those that the queue names for it; null: events arrived. Empty when only another account brought it here. */
  readonly causes: readonly (string | null)[];
}

/**
 * All accounts that have to do with some: by a subscription that was of both, or by a person whose events without a team
 * belong to one of them. Events that were taken back tie them too, so that what rested on them is looked at again. In the
 * same statement, which sees the queue as it sees the events, what else is queued for these accounts is taken from it.
 */
export async function takeComponent({ sql, causes }: FoldBatch): Promise<TakenAccount[]> {
  const subjects = JSON.stringify([...causes.keys()]);
  const event = (where: ReturnType<typeof sql>) => sql`
    select account, subscription_id, user_no from revenue_events where ${where}`;
  return await sql<TakenAccount[]>`
    with recursive reached(node) as (
      select json_array_elements_text(${subjects}::text::json)
      union
      select tied.node from reached cross join lateral (
        ${event(sql`reached.node not like 's:%' and account = reached.node`)}
        union all
        ${event(sql`reached.node like 'u%' and team_no is not null
          and user_no = case when reached.node ~ '^u[0-9]+$' then substr(reached.node, 2)::int end`)}
        union all
        ${event(sql`reached.node like 's:%' and subscription_id = substr(reached.node, 3)`)}
      ) as event cross join lateral (values
        (event.account),
        (case when event.subscription_id <> '' then 's:' || event.subscription_id end),
        (case when event.user_no is not null and exists (
          select from revenue_events as alone where alone.account = 'u' || event.user_no) then 'u' || event.user_no end)
      ) as tied(node) where tied.node is not null
    ), accounts as (
      select node as account from reached where node not like 's:%'
    ), gone as (
      delete from dirty using accounts
      where dirty.kind = 'account' and dirty.day is null and dirty.subject = accounts.account
      returning dirty.subject, dirty.cause
    )
    select account, coalesce(json_agg(cause) filter (where subject is not null), '[]') as causes
    from accounts left join gone on gone.subject = account group by account order by account`;
}
